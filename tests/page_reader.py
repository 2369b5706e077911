"""Read a page as a browser would, and say what is wrong with it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "img", "input", "hr"}
QUIET = {"style", "script"}
NO_ANSWER = re.compile(r"\b(None|nan|NaN|inf|Infinity|undefined)\b")


@dataclass
class Element:
    """An element with its attributes, what is written in it, and what it holds."""

    tag: str
    attrs: dict[str, str | None]
    said: list[str] = field(default_factory=list)
    children: list[Element] = field(default_factory=list)

    @cached_property
    def text(self) -> str:
        """Return all that is written in the element."""
        return "".join(self.said)

    def all(self, tag: str, **attrs: str) -> list[Element]:
        """Return every element below with the tag and attributes, in order."""
        found = []
        for child in self.children:
            if child.tag == tag and all(
                child.attrs.get(k.rstrip("_").replace("_", "-")) == v for k, v in attrs.items()
            ):
                found.append(child)
            found += child.all(tag, **attrs)
        return found

    def having(self, name: str) -> list[Element]:
        """Return every element below that has the class."""
        inside = [e for child in self.children for e in child.having(name)]
        return inside + [c for c in self.children if name in (c.attrs.get("class") or "").split()]

    def under(self, id_: str) -> Element:
        """Return the one element with the id."""
        (found,) = [e for e in self.everything() if e.attrs.get("id") == id_]
        return found

    def everything(self) -> list[Element]:
        """Return every element below."""
        return [e for child in self.children for e in (child, *child.everything())]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("page", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), f"<{tag}> repeats an attribute"
        element = Element(tag, dict(attrs))
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if not QUIET & {element.tag for element in self.open}:
            for element in self.open:
                element.said.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data[:40]}")


def read(page: str) -> Element:
    """Return the elements of a page or of a part of one; fail where it is not balanced."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == [reader.root], f"never closed: {[element.tag for element in reader.open[1:]]}"
    return reader.root


def read_report(page: str) -> Element:
    """Return the elements of a whole report, after checks that hold for every report."""
    root = read(page)
    everything = root.everything()
    ids = [e.attrs["id"] for e in everything if "id" in e.attrs]
    # the two drawings of the governance map are alternatives; everything else is named once
    assert len(ids) == len(set(ids)), f"ids repeat: {sorted({i for i in ids if ids.count(i) > 1})[:5]}"
    for element in everything:
        href = element.attrs.get("href") or ""
        assert not href.startswith("#") or href[1:] in ids, f"{href} leads nowhere"
        assert not href or href[0] == "#" or href == "data:,", f"{href} leaves the page"
        assert "src" not in element.attrs, "the page loads something"
        assert not [name for name in element.attrs if name.startswith("on")], f"a handler on <{element.tag}>"
        spoken = [element.attrs.get(name) or "" for name in ("aria-label", "title", "d", "viewbox", "points")]
        assert not any(NO_ANSWER.search(text) for text in spoken), f"{spoken} of <{element.tag}>"
    assert len(root.all("script")) == len(root.all("style")) == 1
    said = NO_ANSWER.search(root.text)
    assert said is None, f"the page says {root.text[max(0, said.start() - 60) : said.end() + 20]!r}"
    return root
