"""The matrix of trust: what people of the body in a row say of the body in a column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from leaderful.report.markup import hidden, number, tag

CONFIRMED, GIVEN, GOT, SILENT, ABSENT = "confirmed", "given", "got", "silent", "absent"
STATES = {
    CONFIRMED: "both ends report a tie",
    GIVEN: "only the body in the row reports it",
    GOT: "only the body in the column reports it",
    SILENT: "the other end could not be asked",
    ABSENT: "both were asked, neither reports a tie",
}
"""What can be known of a tie, seen from the row, and what the mark of each means."""

LOWEST, HIGHEST = 1.0, 4.0
_PALE, _FULL = (255, 251, 242), (222, 170, 66)


@dataclass(frozen=True, kw_only=True)
class Trust:
    """What one cell holds: the mean of so many people's trust, or why it has none, and the state of the tie."""

    mean: float | None = None
    n: int = 0
    hidden: bool = False
    state: str = ""
    spoken: str = ""
    """Interval and state, for those who do not see the cell."""


def trust_matrix(
    bodies: Sequence[str],
    names: Mapping[str, tuple[Markup, str]],
    cells: Mapping[tuple[str, str], Trust],
    *,
    label: str,
) -> Markup:
    """Return the matrix as a table in a region of its own that scrolls; each name comes with the mark before it."""
    corner = tag("th", "Who speaks, and of whom", scope="col")
    head = [tag("th", tag("span", names[body][1], class_="up"), names[body][0], scope="col") for body in bodies]
    rows = [
        tag(
            "tr",
            tag("th", tag("span", names[row][0], tag("span", names[row][1]), class_="named"), scope="row"),
            *[_own() if row == column else _cell(cells.get((row, column), Trust())) for column in bodies],
        )
        for row in bodies
    ]
    table = tag(
        "table", tag("thead", tag("tr", corner, *head)), tag("tbody", *rows), class_="matrix as-ordered of-trust"
    )
    return tag("div", table, class_="scroll", tabindex=0, role="region", aria_label=label)


def matrix_legend() -> Markup:
    """Return what tints and marks mean."""
    steps = [tag("i", style=f"background:{_tint(LOWEST + place * 0.75)}") for place in range(5)]
    ramp = tag("li", "1 not at all", tag("span", *steps, class_="ramp", aria_hidden="true"), "4 fully")
    marks = [tag("li", state_mark(state), words) for state, words in STATES.items()]
    return tag("ul", ramp, *marks, tag("li", hidden(), "to protect people"), class_="legend")


def state_mark(state: str, spoken: str = "") -> Markup:
    """Return the mark of a state: a full disc, half a disc at the end that reports, a ring or a dot."""
    ring = tag("circle", cx=5.5, cy=5.5, r=4.3, fill="none", stroke="#1b2430", stroke_width=1.3)
    inside = {
        CONFIRMED: [tag("circle", cx=5.5, cy=5.5, r=4.9, fill="#1b2430")],
        GIVEN: [ring, tag("path", d="M5.5 1.2a4.3 4.3 0 0 0 0 8.6z", fill="#1b2430")],
        GOT: [ring, tag("path", d="M5.5 1.2a4.3 4.3 0 0 1 0 8.6z", fill="#1b2430")],
        SILENT: [tag("circle", cx=5.5, cy=5.5, r=4.3, fill="none", stroke="#1b2430", stroke_dasharray="1.8 1.6")],
        ABSENT: [tag("circle", cx=5.5, cy=5.5, r=1.5, fill="#1b2430")],
    }[state]
    if spoken:
        return tag("svg", *inside, width=11, height=11, role="img", aria_label=spoken)
    return tag("svg", *inside, width=11, height=11, aria_hidden="true")


def _own() -> Markup:
    return tag("td", tag("span", "itself", class_="heard"), class_="own")


def _cell(trust: Trust) -> Markup:
    state = state_mark(trust.state, trust.spoken) if trust.state else Markup("")
    if trust.hidden:
        return tag("td", tag("span", "hidden"), state, class_="kept")
    if trust.mean is None:
        return tag("td", tag("small", "no answer"), state, class_="nothing")
    return tag(
        "td",
        tag("b", f"{trust.mean:.1f} ", state),
        tag("small", f"n {trust.n}"),
        style=f"background:{_tint(trust.mean)}",
    )


def _tint(mean: float) -> str:
    part = (min(max(mean, LOWEST), HIGHEST) - LOWEST) / (HIGHEST - LOWEST)
    mixed = (number(pale + part * (full - pale), 0) for pale, full in zip(_PALE, _FULL, strict=True))
    return f"rgb({','.join(mixed)})"
