"""Running heads and feet, and page numbers: lines that pages repeat and no paragraph holds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_TITLE_WORDS = (8, 7, 6, 5, 4)
_OPENING = 40
"""Lines of a document among which its title stands."""
EDGE = 3
"""How many lines at the top and at the foot of a page may be its head and its foot."""
_PAGE_NUMBER = re.compile(
    r"(?:page|p\.)? ?\d{1,4}(?: ?(?:of|/) ?\d{1,4})?|[-–|] ?\d{1,4} ?[-–|]|[ivxl]{1,6}", re.IGNORECASE
)


def is_page_number(line: str) -> bool:
    """Tell whether a line holds nothing but the number of a page."""
    return _PAGE_NUMBER.fullmatch(line.strip(" *#_|")) is not None


def drop_heads(pages: Sequence[list[str]]) -> tuple[list[list[str]], int]:
    """Return pages without running heads, feet and page numbers, and how many lines went.

    A head or foot is a line among the first or last three of at least three pages and a fifth of
    all, where numbers count as equal. A page that would lose every line keeps them.
    """
    seen = Counter(form for page in pages for form in {_form(page[at]) for at in _edges(page)})
    enough = max(3, len(pages) / 5)
    kept, dropped = [], 0
    for page in pages:
        gone = {at for at in _edges(page) if is_page_number(page[at]) or seen[_form(page[at])] >= enough}
        if len(gone) == sum(1 for line in page if line.strip()) and len(pages) > 1:
            gone = {at for at in gone if is_page_number(page[at])}
        kept.append([line for at, line in enumerate(page) if at not in gone])
        dropped += len(gone)
    return kept, dropped


def drop_repeated(lines: Sequence[str]) -> tuple[list[str], int]:
    """Return the lines of a text without pages, less page numbers and what comes back five times or more.

    Short lines and bullets are left, because headings such as *Actions* may come back too.
    """
    seen = Counter(_form(line) for line in lines)
    kept = [line for line in lines if not (is_page_number(line) or _comes_back(line, seen))]
    return kept, len(lines) - len(kept)


def drop_title_starts(lines: Sequence[str]) -> list[str]:
    """Return lines without the document's title where the head of a page ran into the text.

    Only words that stand together among the first lines of the document, and that begin five lines
    or more, are taken for its title.
    """
    for size in _TITLE_WORDS:
        starts = Counter(tuple(_plain(line)[:size]) for line in lines)
        titles = {start for start, times in starts.items() if times >= 5 and len(start) == size}
        titles = {start for start in titles if _stands_above(start, lines[:_OPENING])}
        lines = [_without_start(line, titles) for line in lines]
    return list(lines)


def _stands_above(start: tuple[str, ...], lines: Sequence[str]) -> bool:
    """Tell whether the words stand among lines other than those that begin with them and go on."""
    others = (line for line in lines if tuple(_plain(line)[: len(start)]) != start or len(_plain(line)) == len(start))
    return f" {' '.join(start)} " in f" {' '.join(_plain(' '.join(others)))} "


def _without_start(line: str, titles: set[tuple[str, ...]]) -> str:
    words = line.split()
    for size in {len(title) for title in titles}:
        if tuple(word.casefold().strip("*#_") for word in words[:size]) in titles:
            return " ".join(words[size:])
    return line


def _plain(text: str) -> list[str]:
    return [plain for word in text.casefold().split() if (plain := word.strip("*#_"))]


def _comes_back(line: str, seen: Counter[str]) -> bool:
    numbered = any(letter.isdigit() for letter in line)
    return seen[_form(line)] >= 5 and len(line.split()) >= (3 if numbered else 5) and line.strip()[:1] not in "•-–*|#"


def _edges(page: list[str]) -> list[int]:
    filled = [at for at, line in enumerate(page) if line.strip()]
    return sorted({*filled[:EDGE], *filled[-EDGE:]})


def _form(line: str) -> str:
    return re.sub(r"\d+", "#", " ".join(line.casefold().split()))
