"""Where one source says what another does not bear out: each side, how sure, and a question to talk about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import floor

from markupsafe import Markup

from leaderful.framework import framework
from leaderful.measures.findings import Finding
from leaderful.report.markup import join, tag
from leaderful.report.material import Material
from leaderful.report.page import Figure, Grid, Section
from leaderful.report.sections.by_scale import found
from leaderful.report.signals_answers import divided, one_sided
from leaderful.report.wording import counted, listed, points, share, whole, within

KINDS = ("system", "body", "pair")


@dataclass(frozen=True, kw_only=True)
class Card:
    """One disagreement: what it is about, what either source says, how sure, and what to ask."""

    heading: str
    one: tuple[str, str]
    other: tuple[str, str]
    """The name of each source, and what it says."""
    sure: str
    question: str


def disagreements_section(material: Material) -> Section | None:
    """Return the section on disagreements; None where no two sources could be compared."""
    compared = list(_compared(material))
    if not compared:
        return None
    cards = [
        write(material, finding)
        for measure, write in _WRITERS.items()
        for kind in KINDS
        for finding in found(material, f"disagreement.{measure}", kind)
        if finding.status == "ok"
    ]
    kept_back = sum(
        finding.status == "suppressed"
        for measure in _WRITERS
        for kind in KINDS
        for finding in found(material, f"disagreement.{measure}", kind)
    )
    return Section(
        id="disagreements",
        name="Where sources disagree",
        heading="Where one source says what another does not bear out",
        lead=(
            "No source is right because it is a number. Where two of them point different ways, either can be wrong, "
            "both can be right about different things, and the people they speak of usually know which.",
        ),
        figures=(_figure(material, cards, compared, kept_back),),
        questions=(
            *("Which of these would people here rather not talk about? What would make it safe to?",) * bool(cards),
            "Where all sources agree: could they all be missing the same people?",
        ),
    )


def _figure(material: Material, cards: list[Card], compared: list[str], kept_back: int) -> Figure:
    looked_at = [
        tag("p", "What was set against what:", class_="left-out"),
        tag("ul", *[tag("li", each) for each in compared], class_="left-out"),
    ]
    hidden = f"{counted(kept_back, 'further one is', 'further ones are')} hidden to protect people. " * bool(kept_back)
    wave = material.wave_names.get(material.latest_wave, material.latest_wave)
    return Figure(
        id="disagreement-cards",
        title=_title(len(cards), kept_back),
        subtitle=(
            "Each card has what either source says, how sure that is, and a question. It does not say who is right."
            if cards
            else "Had there been a disagreement, a card would say what either source says, and ask a question."
        ),
        body=join([*(tag("div", *[_card(card) for card in cards], class_="clashes"),) * bool(cards), *looked_at]),
        caption=f"{wave}. {hidden}What counts as a disagreement was set before looking, so as to speak rarely; the "
        "cut-offs are ours and unvalidated.",
        method="disagreements",
        cannot="That the sources agree everywhere else: a disagreement too small or too uncertain to pass the test is "
        "not shown. Nor which source to believe.",
        grids=(_grid(cards),) if cards else (),
    )


def _title(cards: int, kept_back: int) -> str:
    if cards:
        return (
            f"{counted(cards, 'disagreement', 'disagreements')} between sources passed the test that was set beforehand"
        )
    if kept_back:
        return "What disagrees cannot be shown without giving people away"
    return "Nowhere do the sources that could be compared disagree by more than the test allows"


def _card(card: Card) -> Markup:
    sides = [tag("div", tag("dt", name), tag("dd", said)) for name, said in (card.one, card.other)]
    return tag(
        "article",
        tag("h4", card.heading),
        tag("dl", *sides),
        tag("p", card.sure, class_="soft"),
        tag("p", tag("b", "To discuss: "), card.question),
        class_="clash",
    )


def _grid(cards: list[Card]) -> Grid:
    return Grid(
        caption="Disagreements",
        columns=("About", "One source", "Says", "Another source", "Says", "How sure", "To discuss"),
        rows=tuple((card.heading, *card.one, *card.other, card.sure, card.question) for card in cards),
    )


def _compared(material: Material) -> Iterator[str]:
    """Yield what could be compared at all."""

    def there(measure: str, kind: str) -> list[Finding]:
        return [f for f in found(material, measure, kind) if f.status == "ok"]

    trust = there("scale.score", "system") or there("ties.trust", "system")
    if trust and there("ties.confirmed", "system"):
        yield "How much partners are trusted, with whether both ends say that they work together."
    both = len(there("ties.asymmetry", "pair"))
    if both:
        yield f"What each end of {counted(both, 'pair', 'pairs')} of bodies says of the other."
    if there("ties.state", "pair"):
        yield "Partnerships that are declared, with whether people of both ends say that they work together."
    seen: dict[str, set[str]] = {}
    for finding in there("scale.score", "tier"):
        seen.setdefault(finding.detail["scale"], set()).add(finding.unit)
    scales = sum({"board", "practitioner"} <= tiers for tiers in seen.values())
    if scales:
        yield f"What boards and practitioners say on {counted(scales, 'item scale', 'item scales')}."
    if seen and any(f.status == "ok" for f in material.own.get("published.difference", [])):
        yield "What people say here, with what staff of NHS trusts say in the NHS Staff Survey."


def _trust_and_ties(material: Material, finding: Finding) -> Card:
    detail, body = finding.detail, material.called(finding.unit)
    here = finding.unit_kind == "system"
    trust = f"{detail['trust']:.1f} on average, and surely above {_down(detail['trust_lower'])}"
    if "scale" in detail:
        who = "People here" if here else f"People of {body}"
        one = ("What people say of working together", f"{who} score {trust}, on shared motivation from 1 to 5.")
    else:
        who = "Partners here are" if here else f"{body} is"
        one = ("What people say of partners", f"{who} trusted: {trust}, on a scale of 1 to 4.")
    ties = counted(int(detail["confirmable"]), "tie that both ends could confirm", "ties that both ends could confirm")
    return Card(
        heading="Trust is high, and few ties are confirmed"
        if here
        else f"{body}: trust is high, few ties are confirmed",
        one=one,
        other=("Who says they work with whom", f"Of {ties}, both ends confirm {whole(detail['confirmed'])}."),
        sure=f"The share of ties that are confirmed is {share(finding.estimate or 0.0)}, {_shares(finding)}. "
        f"n = {whole(finding.n or 0)} for trust.",
        question="Does the trust rest on work done together, or is it goodwill that has not been tried? Who would say "
        "that they work together if the right people were asked?",
    )


def _one_sided(material: Material, finding: Finding) -> Card:
    a, b = (material.called(finding.detail[end]) for end in ("a", "b"))
    return Card(
        heading=one_sided(material, finding),
        one=(f"People of {a}", f"They give {b} {finding.detail['a_trust']:.1f} for trust, from 1 to 4."),
        other=(f"People of {b}", f"They give {a} {finding.detail['b_trust']:.1f} for trust, from 1 to 4."),
        sure=f"The difference is {abs(finding.estimate or 0.0):.1f} points, {_ends(finding)}. "
        f"n = {whole(finding.n or 0)} people of both ends.",
        question="What do people on one side rely on that those on the other have not seen in return? What would each "
        "need from the other to talk about it?",
    )


def _declared_unused(material: Material, finding: Finding) -> Card:
    a, b = (material.called(finding.detail[end]) for end in ("a", "b"))
    shares = [f"{share(finding.detail[f'{end}_share'])} of people of {name}" for end, name in (("a", a), ("b", b))]
    return Card(
        heading=f"{a} and {b} are declared partners, and hardly anyone says that they work together",
        one=("What is declared", "The two are partners."),
        other=("What people say", f"{listed(shares)} say that they work with the other."),
        sure=f"The larger of the two shares is {_shares(finding)}. n = {whole(finding.detail['people'])} or more at "
        "either end.",
        question="Is the partnership carried by a few people who were not asked, or is it on paper only? Would anybody "
        "miss it?",
    )


def _board_and_practice(material: Material, finding: Finding) -> Card:
    where = "" if finding.unit_kind == "system" else f"{material.called(finding.unit)}: "
    told = divided(material, finding)
    names = {scale.id: within(scale.name) for scale in material.item_scales}
    scale = names[finding.detail["scale"]]
    return Card(
        heading=f"{where}{within(told) if where else told}",
        one=("Board members", f"They score {finding.detail['board']:.1f} on {scale}, from 1 to 5."),
        other=("Practitioners", f"They score {finding.detail['practitioner']:.1f} on {scale}, from 1 to 5."),
        sure=f"The difference is {abs(finding.estimate or 0.0):.1f} points, {_ends(finding)}. "
        f"n = {whole(finding.n or 0)} people.",
        question="What do boards hear that practitioners do not, and what do practitioners meet every week that does "
        "not reach the board?",
    )


def _survey_and_public(material: Material, finding: Finding) -> Card:
    detail = finding.detail
    names = {scale.id: scale.name for scale in material.item_scales}
    question = framework().question(detail["question"])
    scale = names[detail["scale"]]
    return Card(
        heading=f"{scale}: what people say here and what NHS staff say in public point different ways",
        one=(
            "Your own questionnaire",
            f"People here score {finding.estimate or 0.0:.1f} on {within(scale)}, from 1 to 5.",
        ),
        other=(
            f"NHS Staff Survey {detail['year']}",
            f"On “{question.name}” staff of NHS trusts here stand {points(detail['published'])} percentage points "
            f"from England: {detail['verdict']}.",
        ),
        sure=f"The own mean is {_ends(finding)}, n = {whole(finding.n or 0)} people. The chance that the published "
        f"difference is a false find is {_chance(detail['q'])}.",
        question="The survey asks NHS staff about their own employer, the questionnaire asks everybody about working "
        "with partners. Is it inside or across organisations that things are different?",
    )


_WRITERS: dict[str, Callable[[Material, Finding], Card]] = {
    "trust_and_ties": _trust_and_ties,
    "one_sided": _one_sided,
    "declared_unused": _declared_unused,
    "board_and_practice": _board_and_practice,
    "survey_and_public": _survey_and_public,
}


def _ends(finding: Finding) -> str:
    """Return the interval of a difference without its sign, or of a mean, as part of a sentence."""
    if finding.lower is None or finding.upper is None:
        return "with no interval"
    low, high = sorted((abs(finding.lower), abs(finding.upper)))
    return f"with 95 % confidence between {low:.1f} and {high:.1f}"


def _shares(finding: Finding) -> str:
    if finding.lower is None or finding.upper is None:
        return "with no interval"
    return f"with 95 % confidence between {share(finding.lower)} and {share(finding.upper)}"


def _chance(q: float) -> str:
    return "below 1 %" if q < 0.01 else f"about {share(q)}"


def _down(value: float) -> str:
    """Return a number to one place, never above what it is."""
    return f"{floor(10 * value) / 10:.1f}"
