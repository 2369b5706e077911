"""Where differences lie: between systems, between organisations, or in who happened to answer."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from leaderful.framework import framework
from leaderful.framework.entries import SurveyQuestion
from leaderful.report.figures.strips import Share, share_row
from leaderful.report.markup import join, tag
from leaderful.report.material import Material
from leaderful.report.page import Figure, Grid, Section
from leaderful.report.sections.asked import elsewhere, latest_year, pick

_Parts = tuple[float, float, float, float, float]
"""Between systems, between trusts, sampling, and the interval of the first."""


def differences_section(material: Material) -> Section:
    """Return the section on whether differences lie between systems or between organisations."""
    shares = elsewhere(material, "published.share_between_systems")
    year = latest_year(material) or max((f.wave for f in shares if f.status == "ok"), default="")
    figures = tuple(figure for figure in (_shares(material, year),) if figure is not None)
    missing = "The shares cannot be given: England's findings are missing."
    return Section(
        id="differences",
        name="Where differences lie",
        heading="System or organisation: where do differences lie?",
        lead=(
            "If a system shaped how its people lead together, organisations of one system might resemble each other. "
            "How far they do can be measured: the difference between all trusts in England is split into what lies "
            "between systems, what lies between trusts of the same system, and what is only the luck of who answered.",
        ),
        figures=figures,
        body=Markup("") if figures else tag("p", missing),
        questions=(
            "If most of the difference lies between organisations, what can a system do that a trust cannot?",
            "Which trust here could another learn from, and on what?",
        ),
    )


def _shares(material: Material, year: str) -> Figure | None:
    rows = []
    for question in framework().crosswalk:
        if not question.constructs:
            continue
        plain = _share_of(material, question.id, year, "")
        adjusted = _share_of(material, question.id, year, ".adjusted")
        if plain is not None:
            rows.append((question, plain, adjusted))
    if not rows:
        return None
    rows.sort(key=lambda row: -row[1][0])
    body = tag(
        "div",
        *[
            tag(
                "div",
                tag("div", question.name, tag("small", question.id), class_="q"),
                tag(
                    "div",
                    share_row(_share(question.name, plain), slim=False),
                    share_row(_share(f"{question.name}, trusts of the same kind compared", adjusted), slim=True)
                    if adjusted
                    else Markup(""),
                ),
                tag(
                    "div",
                    tag("b", _share_words(plain)),
                    tag("small", f"same kind of trust: {_share_words(adjusted)}" if adjusted else ""),
                    class_="v",
                ),
                class_="strip meso",
            )
            for question, plain, adjusted in rows
        ],
        class_="strips",
    )
    example = pick(elsewhere(material, "published.share_between_systems"), rows[0][0].id, year, "england")
    return Figure(
        id="shares",
        title=_shares_title(rows),
        subtitle="Each bar is all the difference between England's NHS trusts on one question. Dark: between systems, "
        "with its 95 % interval. Light: between trusts of the same system. Grey: sampling noise. The thin bar "
        "compares only trusts of the same kind (acute, mental health, community, ambulance, specialist).",
        body=join([_share_legend(), body]),
        caption=f"NHS Staff Survey {year}; n = {example.n if example else 0} NHS trusts in England, the same for every "
        "system's report. Numbers at the right: the share between systems, with its interval.",
        method="published",
        cannot="What systems do or fail to do. Trusts near each other also share labour markets, patients and "
        "deprivation, and a small share does not mean that a system has no effect: it may act on all alike.",
        grids=(_shares_grid(rows),),
    )


def _share_of(material: Material, question: str, year: str, suffix: str) -> _Parts | None:
    names = ("share_between_systems", "share_between_bodies", "share_sampling")
    found = [pick(elsewhere(material, f"published.{name}{suffix}"), question, year, "england") for name in names]
    first = found[0]
    if first is None or any(f is None for f in found):
        return None
    parts = [float(f.estimate or 0.0) for f in found if f is not None]
    return parts[0], parts[1], parts[2], float(first.lower or 0.0), float(first.upper or 0.0)


def _share(name: str, parts: _Parts) -> Share:
    return Share(
        parts=parts[:3],
        lower=parts[3],
        upper=parts[4],
        spoken=f"{name}: {_share_words(parts)} of the difference lies between systems, "
        f"{100 * parts[1]:.0f} % between trusts of a system, {100 * parts[2]:.0f} % is sampling noise",
    )


def _share_words(parts: _Parts) -> str:
    return f"{100 * parts[0]:.0f}\u00a0% ({100 * parts[3]:.0f} to {100 * parts[4]:.0f})"


def _shares_title(rows: Sequence[tuple[SurveyQuestion, _Parts, _Parts | None]]) -> str:
    plain = [shares[0] for _, shares, _ in rows]
    alike = [adjusted[0] for _, _, adjusted in rows if adjusted]
    most = "Most of the difference between trusts lies inside systems: " if max([*plain, *alike]) < 0.5 else ""
    start = f"{most}{_share_range(plain)} lies between systems"
    return f"{start}, or {_share_range(alike)} once like is compared with like" if alike else start


def _share_range(shares: Sequence[float]) -> str:
    return f"{100 * min(shares):.0f} to {100 * max(shares):.0f}\u00a0%"


def _share_legend() -> Markup:
    return tag(
        "ul",
        *[
            tag(
                "li",
                tag(
                    "svg",
                    tag("rect", width=14, height=14, fill=fill),
                    width=14,
                    height=14,
                    aria_hidden="true",
                ),
                t,
            )
            for fill, t in (
                ("#0d6e68", "between systems"),
                ("#a9cfcb", "between trusts of the same system"),
                ("#e3e6ea", "sampling noise"),
            )
        ],
        class_="legend",
    )


def _shares_grid(rows: Sequence[tuple[SurveyQuestion, _Parts, _Parts | None]]) -> Grid:
    return Grid(
        caption="Shares of the difference between NHS trusts, in percent",
        columns=(
            "Question",
            "Between systems",
            "95 % interval",
            "Between trusts",
            "Sampling",
            "Between systems, like with like",
        ),
        rows=tuple(
            (
                f"{question.id} {question.name}",
                f"{100 * plain[0]:.1f}",
                f"{100 * plain[3]:.1f} to {100 * plain[4]:.1f}",
                f"{100 * plain[1]:.1f}",
                f"{100 * plain[2]:.1f}",
                _adjusted_words(adjusted),
            )
            for question, plain, adjusted in rows
        ),
        numeric=frozenset({1, 3, 4}),
    )


def _adjusted_words(parts: _Parts | None) -> str:
    if parts is None:
        return "not estimated"
    return f"{100 * parts[0]:.1f} ({100 * parts[3]:.1f} to {100 * parts[4]:.1f})"
