"""The network of bodies as a whole, in a few figures with words."""

from __future__ import annotations

from collections.abc import Callable

from leaderful.measures.findings import Finding
from leaderful.report.bodies import in_order, of_whole, shown
from leaderful.report.markup import tag
from leaderful.report.material import Material
from leaderful.report.page import Figure
from leaderful.report.wording import between, counted, listed, share, signed, whole

_SURE = 0.05
CLEAR = 0.3
"""Modularity from which groups are taken to be clear: a convention (Newman and Girvan 2004)."""
PROVISIONAL = "Provisional: fewer than 80 % of those asked answered."
"""Said of anything by name that rests on such a response."""

Row = tuple[str, str, str]


def network_figure(material: Material) -> Figure | None:
    """Return the network of bodies in figures; None where there is no network."""
    density = of_whole(material, "network.density")
    if density is None:
        return None
    told = (_spread,) if density.estimate == 1 else (_spread, _sorting, _groups)
    rows = [row for build in told for row in build(material)]
    head = tag("thead", tag("tr", *[tag("th", name, scope="col") for name in ("What", "Here", "In words")]))
    body = [tag("tr", tag("th", what, scope="row"), tag("td", here), tag("td", words)) for what, here, words in rows]
    table = tag("table", head, tag("tbody", *body), class_="told as-ordered")
    provisional = any(
        found is not None and found.detail.get("provisional")
        for found in (of_whole(material, "network.core"), of_whole(material, "network.communities"))
    )
    return Figure(
        id="network",
        title=_title(density),
        subtitle="The network of bodies as a whole: two bodies have a tie where either reports one. These describe "
        "the ties that were reported and have no interval; where chance is a yardstick, it stands beside.",
        body=tag("div", table, class_="scroll", tabindex=0, role="region", aria_label="The network in figures"),
        caption=f"n = {counted(density.n or 0, 'body', 'bodies')}. {PROVISIONAL if provisional else ''}".strip(),
        method="network",
        cannot="Whether more ties would be better: ties cost time. Two bodies that were both silent may have a tie "
        "that nobody can see.",
        folded=True,
    )


def _title(density: Finding) -> str:
    if density.estimate is None:
        return "How dense the network of bodies is cannot be shown"
    if density.estimate == 1:
        return "Every pair of bodies that somebody could speak for has a tie"
    return f"{share(density.estimate)} of the pairs of bodies that somebody could speak for have a tie"


def _row(
    found: Finding | None, what: str, here: Callable[[Finding], str], words: Callable[[Finding], str]
) -> list[Row]:
    if found is None:
        return []
    return [(what, shown(found, here), words(found) if found.estimate is not None else _why(found))]


def _why(found: Finding) -> str:
    return f"{found.reason[:1].upper()}{found.reason[1:]}."


def _spread(material: Material) -> list[Row]:
    return [
        *_row(of_whole(material, "network.density"), "Density", _share, _density_words),
        *_row(of_whole(material, "network.reciprocity"), "Reports returned", _share, _returned_words),
        *_row(
            of_whole(material, "network.centralisation", direction="undirected"),
            "Centralisation",
            _plain,
            lambda _: _centred_words(material),
        ),
    ]


def _share(found: Finding) -> str:
    return share(found.estimate or 0.0)


def _plain(found: Finding) -> str:
    return signed(found.estimate or 0.0, 2)


def _density_words(found: Finding) -> str:
    seen, possible = int(found.detail["dyads_observed"]), int(found.detail["dyads_possible"])
    if seen == possible:
        return f"Of all {whole(possible)} pairs of bodies; somebody could speak for each."
    naive = found.detail.get("naive")
    other = f"; {share(naive)} if the others are counted as having no tie" if naive is not None else ""
    return f"Of the {whole(seen)} pairs that somebody could speak for, of {whole(possible)} in all{other}."


def _returned_words(found: Finding) -> str:
    mutual, one_way = found.detail["mutual"], found.detail["one_way"]
    return (
        f"Share of reports that the other end returns, where it answered: {counted(mutual, 'pair', 'pairs')} both "
        f"ways, {whole(one_way)} one way."
    )


def _centred_words(material: Material) -> str:
    ends = [
        f"{_plain(found)} in reports {words}"
        for direction, words in (("in", "received"), ("out", "given"))
        if (found := of_whole(material, "network.centralisation", direction=direction)) is not None
        and found.estimate is not None
    ]
    others = f" {listed(ends).capitalize()}." if ends else ""
    return f"0 where all bodies have as many ties, 1 where all ties meet at one.{others}"


def _sorting(material: Material) -> list[Row]:
    return [
        *_row(of_whole(material, "network.ei", by="sector"), "Ties across sectors (E-I)", _plain, _across_words),
        *_row(
            of_whole(material, "network.assortativity", by="sector"),
            "Keeping to one's sector",
            _plain,
            lambda _: "0 where sectors do not matter for who is tied to whom, 1 where all ties stay within one.",
        ),
    ]


def _across_words(found: Finding) -> str:
    start = "−1 where all ties stay within a sector, 1 where all cross."
    expected, p = found.detail.get("expected"), found.detail.get("p")
    if expected is None or p is None:
        return start
    lower, upper = found.detail["expected_lower"], found.detail["expected_upper"]
    if p >= _SURE:
        chance = f"{signed(expected, 2)}, mostly {between(lower, upper, places=2)}"
        return f"{start} It cannot be told apart from chance ({chance})."
    way = "Fewer" if (found.estimate or 0.0) < expected else "More"
    return f"{start} {way} ties cross sectors than chance would bring ({signed(expected, 2)}; p = {p:.2f})."


def _groups(material: Material) -> list[Row]:
    return [
        *_row(of_whole(material, "network.core"), "A core", _plain, _core_words),
        *_row(
            of_whole(material, "network.communities"),
            "Groups",
            lambda f: whole(len(f.detail["communities"])),
            lambda f: _group_words(material, f),
        ),
    ]


def _core_words(found: Finding) -> str:
    core = found.detail["core"]
    start = "How well the ties fit a core in which all are tied and a rim tied to it only; any network fits a bit."
    return f"{start} In the best fit {counted(len(core), 'body makes', 'bodies make')} up the core." if core else start


def _group_words(material: Material, found: Finding) -> str:
    groups = [in_order(material, group) for group in found.detail["communities"]]
    fit = f"Bodies with more ties among themselves than with the rest (modularity {_plain(found)}"
    agreement = found.detail.get("agreement")
    sectors = (
        f"; agreement with sectors {agreement:.2f}, where 1 is full and 0 chance)." if agreement is not None else ")."
    )
    if (found.estimate or 0.0) < CLEAR:
        return f"{fit}{sectors} Below {CLEAR:.1f} groups are not clear, by a common convention, so none is named."
    if not any(groups):
        return f"{fit}{sectors} No body is named: too few answered."
    lists = [tag("li", listed([material.called(body) for body in group])) for group in groups]
    return tag("div", f"{fit}{sectors}", tag("ul", *lists))
