"""The kept page of a report, taken apart into pages of the application that show the same, mark for mark.

The page is leaderful's own, and all text in it is escaped: what looks like a mark in it is one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from importlib import resources
from typing import Final

from django.utils.safestring import SafeString, mark_safe

OPENING: Final = "opening"
"""Name of the page that shows what stands first in the report."""
_KEPT: Final = 4
"""Reports that stay in memory, taken apart."""
_SECTION: Final = re.compile(r'^<section id="([^"]+)".*?^</section>$', re.MULTILINE | re.DOTALL)
_NAME: Final = re.compile(r'^<li><a href="#([^"]+)">(.*?)</a></li>$', re.MULTILINE)
_HEAD: Final = re.compile(r'^<header class="top">$(.*?)^</header>$', re.MULTILINE | re.DOTALL)
_ID: Final = re.compile(r'\sid="([^"]+)"')
_LINK: Final = re.compile(r'href="#([^"]+)"')
_STYLE: Final = re.compile(r'\sstyle="([^"]*)"')


@dataclass(frozen=True)
class Part:
    """A page of the report: its place in the address, its name in the list (the first has none), and its content."""

    id: str
    name: str
    body: SafeString


@dataclass(frozen=True)
class Report:
    """A report taken apart."""

    parts: dict[str, Part]
    look: str
    """The styles of its marks, which the pages may not carry themselves."""


@lru_cache(maxsize=_KEPT)
def take_apart(page: str) -> Report:
    """Return the pages of a report, with links between them, and the styles they need."""
    styles = sorted(set(_STYLE.findall(page)))
    names = {found[1]: unescape(found[2]) for found in _NAME.finditer(page)}
    raw = {found[1]: found[0] for found in _SECTION.finditer(page)}
    head = _HEAD.search(page)
    raw = raw if head is None else {OPENING: head[1]} | raw
    homes = {anchor: place for place, body in raw.items() for anchor in _ID.findall(body)}
    parts = {
        place: Part(place, names.get(place, ""), _paged(body, place, homes, styles)) for place, body in raw.items()
    }
    return Report(parts=parts, look=_look(styles))


def script() -> str:
    """Return the report's script, without which it is whole."""
    return _packaged("report.js")


def _paged(body: str, place: str, homes: dict[str, str], styles: list[str]) -> SafeString:
    """Return a part of the report as a page of its own: links lead to pages, and styles to the sheet."""

    def lead(link: re.Match[str]) -> str:
        home = homes.get(link[1], place)
        if home == place:
            return link[0]
        return f'href="{home}"' if home == link[1] else f'href="{home}#{link[1]}"'

    paged = _STYLE.sub(lambda style: f' data-look="{styles.index(style[1])}"', _LINK.sub(lead, body))
    return mark_safe(paged)


def _look(styles: list[str]) -> str:
    """Return the report's style sheet, and after it the styles that its marks carry, which outrank all others."""
    rules = [f'[data-look="{place}"]{{{_outranking(unescape(style))}}}' for place, style in enumerate(styles)]
    return "\n".join([_packaged("report.css"), *rules])


def _outranking(style: str) -> str:
    return ";".join(f"{each.strip()}!important" for each in style.split(";") if each.strip())


def _packaged(name: str) -> str:
    return (resources.files("leaderful.report") / "templates" / name).read_text(encoding="utf-8")
