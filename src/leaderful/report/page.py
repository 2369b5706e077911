"""What a report page is made of, and how it is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup


@dataclass(frozen=True, kw_only=True)
class Grid:
    """A table to read: what it lists, its columns, its rows; numbers stand to the right."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()
    anchors: tuple[str, ...] = ()
    """An id for each row, where the page points at rows."""
    sortable: bool = True
    """False where sorting by a figure would rank bodies."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A picture whose title says what it shows, with what it rests on and what it cannot tell."""

    id: str
    title: str
    subtitle: str
    body: Markup
    caption: str
    method: str
    cannot: str
    grids: tuple[Grid, ...] = ()
    folded: bool = False
    """True where it is for those who look closer: below the others, and only its title stands until it is opened."""


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of the page."""

    id: str
    name: str
    heading: str
    lead: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    body: Markup = field(default_factory=Markup)
    questions: tuple[str, ...] = ()
    simulated: str = ""
    """What is said first in the frame around it, where its people are simulated."""


@dataclass(frozen=True, kw_only=True)
class Pointer:
    """A sentence of the first screen, with the name of the section that shows it and where to go."""

    text: str
    name: str
    target: str


@dataclass(frozen=True, kw_only=True)
class Head:
    """Sentences of the first screen that belong together."""

    name: str
    pointers: tuple[Pointer, ...]


@dataclass(frozen=True, kw_only=True)
class Page:
    """The whole report."""

    title: str
    kicker: str
    known: str
    sure: str
    unknown: str
    facts: tuple[tuple[str, str], ...]
    map: Markup
    map_note: str
    banner: str = ""
    """What must be said before anything else, such as that the evidence is made up."""
    standing_out: tuple[Head, ...] | None = None
    """Sentences on what stands out, under heads; None where there is no evidence of the study's own."""
    sections: Sequence[Section]
    footer: tuple[str, ...] = field(default=())


def render(page: Page) -> str:
    """Return the page as one HTML file that needs nothing else."""
    templates = resources.files("leaderful.report") / "templates"
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            page=page,
            css=Markup((templates / "report.css").read_text(encoding="utf-8")),
            script=Markup((templates / "report.js").read_text(encoding="utf-8")),
        )
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("leaderful.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
