"""The framework as people read it: in the terminal and in the reference pages."""

from __future__ import annotations

import posixpath
import re
import textwrap
from collections.abc import Iterable, Iterator
from itertools import groupby

from leaderful.framework.entries import Construct, Entry, ItemScale, RelationQuestion, Source
from leaderful.framework.facts import LEVELS, Fact, facts
from leaderful.framework.loader import framework

_GLOSSARY_GROUPS = (
    "terms",
    "levels",
    "scales",
    "tiers",
    "sectors",
    "constructs",
    "families of behaviour",
    "behaviours",
    "openers of moments",
    "goals",
    "core purposes",
    "kinds of body",
    "kinds of tie",
)
_PAGES = {
    "constructs": "reference/framework.md",
    "propositions": "reference/propositions.md",
    "item scales": "reference/instrument.md",
    "relation questions": "reference/instrument.md",
    "diary questions": "reference/instrument.md",
    "NHS Staff Survey questions": "reference/staff-survey.md",
    "sources": "reference/sources.md",
}


def listing() -> list[tuple[str, str, str, str]]:
    """Return (group, id, name, first sentence) of everything in the framework."""
    rows = [
        (group, entry.id, entry.name, _first_sentence(entry.definition))
        for group, entries in framework().groups.items()
        for entry in entries
    ]
    return rows + [("sources", source.id, source.name, source.title) for source in framework().sources]


def explain(id: str) -> str:
    """Return plain text on every entry called `id`: meaning, evidence, sources, and what is ours."""
    return "\n\n".join(_explanation(group, entry) for group, entry in framework().found(id))


def page_of(group: str, id: str) -> str:
    """Return the page, relative to docs/, and the anchor where an entry is explained."""
    return f"{_PAGES.get(group, 'GLOSSARY.md')}#{_anchor(group, id)}"


def glossary() -> str:
    """Return all terms in Markdown: meaning, source and whether they are ours."""
    lines = ["# Glossary", "", _GENERATED, "", _GLOSSARY_INTRODUCTION, ""]
    for group in _GLOSSARY_GROUPS:
        lines += [f"## {_capital(group)}", ""]
        lines += [_glossary_line(group, entry) for entry in framework().groups[group]]
        lines.append("")
    return "\n".join(lines)


def docs_pages() -> dict[str, str]:
    """Return the pages generated from the framework: path relative to docs/, and Markdown."""
    return {
        "GLOSSARY.md": glossary(),
        "reference/framework.md": _constructs_page(),
        "reference/propositions.md": _propositions_page(),
        "reference/instrument.md": _instrument_page(),
        "reference/staff-survey.md": _staff_survey_page(),
        "reference/sources.md": _sources_page(),
    }


_GENERATED = "<!-- Written by `make docs` from src/leaderful/framework/data. Change it there. -->"
_GLOSSARY_INTRODUCTION = """\
Each word here has one meaning throughout the product. *Ours* marks a meaning or a list that this
project chose; the rest follows the sources named."""
_FRAMEWORK_INTRODUCTION = """\
The ideas below come from a conceptual paper on collaborative leadership in Integrated Care Systems
([Moore, Elliott and Hesselgreaves 2023](https://doi.org/10.1080/14697017.2023.2261126)). The paper
gives no questions, cut-offs, formulae or data. **So how each idea is measured is ours and not
validated**, unless a source is named for the method."""
_PROPOSITIONS_INTRODUCTION = """\
The paper states no propositions. These are ours, each drawn from a sentence of it. They are written
down before anyone looks at evidence, and a test of one ends in *supported*, *contradicted* or
*cannot say*, with an effect, an interval and a number of observations. The field test reads the
findings of a study. The laboratory test runs a simulation, which can show that a claim hangs
together and never that it is true of the world. Both are plans: this version runs neither."""
_SURVEY_INTRODUCTION = """\
The NHS Staff Survey asks the staff of NHS organisations about their own team and organisation. It
does not ask about partners, and nobody outside the NHS answers. So it touches the constructs from
the side, and which construct a question speaks to is **our reading, not the survey's, and not
validated**. The closest construct is named first. Questions that speak to none are shown as
context: pressure on staff.

The sense of each question is given in our words; the official wording is in the survey's own
publications. A question that is *turned round* is published as the percentage who experienced
something, and enters here as the percentage who did not, so that higher is better."""


def _constructs_page() -> str:
    lines = ["# Constructs", "", _GENERATED, "", _FRAMEWORK_INTRODUCTION, ""]
    for level, name in LEVELS.items():
        lines += [f"## {_capital(name)}", ""]
        for construct in framework().constructs:
            if construct.level == level:
                lines += _section("constructs", construct, "reference/framework.md")
    return "\n".join(lines)


def _propositions_page() -> str:
    lines = ["# Propositions", "", _GENERATED, "", _PROPOSITIONS_INTRODUCTION, ""]
    for proposition in framework().propositions:
        lines += _section("propositions", proposition, "reference/propositions.md")
    return "\n".join(lines)


def _instrument_page() -> str:
    instrument = framework().instrument
    answers = ", ".join(f"{answer.value} {answer.label}" for answer in instrument.answers)
    lines = [
        f"# The questionnaire, version {instrument.version}",
        "",
        _GENERATED,
        "",
        f"**{instrument.note}**",
        "",
        f"{instrument.the_system} Answers: {answers}, or “{instrument.unable}”, which is kept as missing and "
        f"counted. A score is the mean of the answered items, turned round where the table says *reversed*; "
        f"it needs {instrument.items_needed} of the 4 items. The items may be used and stored under the "
        f"{instrument.licence} licence.",
        "",
        "## Item scales",
        "",
    ]
    for scale in framework().item_scales:
        lines += _item_scale(scale)
    lines += ["## Relations", "", f"{instrument.relations_note} {_named_at_most()}", ""]
    lines += _table(
        ("Code", "About", "Question", "Answers", "Construct"), map(_relation, framework().relation_questions)
    )
    lines += ["## Moment diary", "", instrument.diary_note, ""]
    diary = framework().diary_questions
    lines += _table(
        ("Code", "Question", "Answer"),
        ((_marked("diary questions", q), q.definition, q.answer.replace("-", " ")) for q in diary),
    )
    return "\n".join(lines)


def _staff_survey_page() -> str:
    lines = ["# NHS Staff Survey questions", "", _GENERATED, "", _SURVEY_INTRODUCTION, ""]
    group = "NHS Staff Survey questions"
    rows = (
        (
            _marked(group, question),
            question.name,
            question.definition,
            _links(question.constructs, "reference/staff-survey.md") or "context",
            question.counted,
            "yes" if question.turned else "",
            "2021 to 2024" if question.packaged else "",
        )
        for question in framework().crosswalk
    )
    lines += _table(("Question", "Shown as", "Sense", "Speaks to", "Counted", "Turned round", "Packaged"), rows)
    return "\n".join(lines)


def _sources_page() -> str:
    kinds = {
        "paper": "The paper",
        "cited": "Works the paper cites",
        "method": "Methods",
        "law": "Laws",
        "publication": "Publications",
    }
    lines = ["# Sources", "", _GENERATED, ""]
    for kind, heading in kinds.items():
        lines += [f"## {heading}", ""]
        lines += [_source_line(source) for source in framework().sources if source.kind == kind]
        lines.append("")
    return "\n".join(lines)


def _explanation(group: str, entry: Entry | Source) -> str:
    heading = f"{entry.name} ({entry.id}), among the {group}"
    lines = [heading, "", textwrap.fill(entry.definition, 88), ""]
    for label, texts in _grouped(facts(entry)):
        for position, fact in enumerate(texts):
            lead = f"{label if position == 0 else '':<17} "
            lines.append(textwrap.fill(fact.text, 88, initial_indent=lead, subsequent_indent=" " * 18))
    return "\n".join(lines)


def _section(group: str, entry: Entry, page: str) -> list[str]:
    if isinstance(entry, Construct):
        heading = f"### {_target(group, entry.id)}{entry.name}"
    else:
        heading = f"## {_target(group, entry.id)}{entry.id} {entry.name}"
    lines = [heading, "", entry.definition, ""]
    for label, stated in _grouped(facts(entry)):
        lines.append(f"- **{label}:** " + "; ".join(_linked(fact, page) for fact in stated))
    return [*lines, ""]


def _item_scale(scale: ItemScale) -> list[str]:
    page = "reference/instrument.md"
    lines = [
        f"### {_target('item scales', scale.id)}{scale.id} {scale.name}",
        "",
        f"{scale.definition} Construct: {_links(scale.constructs, page)}. High means {scale.high_means}.",
        "",
    ]
    rows = ((item.id, item.text, "reversed" if item.reversed else "") for item in scale.items)
    return lines + _table(("Code", "Statement", ""), rows)


def _relation(question: RelationQuestion) -> tuple[str, ...]:
    answers = "<br>".join(f"{answer.value} {answer.label}" for answer in question.answers)
    constructs = _links(question.constructs, "reference/instrument.md")
    return _marked("relation questions", question), question.about, question.definition, answers, constructs


def _named_at_most() -> str:
    return f"Each person names up to {framework().instrument.people_named_at_most} people."


def _glossary_line(group: str, entry: Entry) -> str:
    name = entry.name
    if group == "constructs":
        name = f"[{name}](reference/framework.md#{entry.id})"
    note = "*Ours.*" if entry.ours else ""
    if entry.sources:
        lead = "After" if entry.ours else "Source:"
        named = (f"[{framework().source(id).name}](reference/sources.md#{id})" for id in entry.sources)
        note = f"{note} {lead} {', '.join(named)}.".strip()
    return f"- {_target(group, entry.id, glossary=True)}**{name}** (`{entry.id}`): {entry.definition} {note}"


def _source_line(source: Source) -> str:
    doi = f" [doi:{source.doi}](https://doi.org/{source.doi})" if source.doi else ""
    return f"- {_target('sources', source.id)}{source.name}. {source.definition}{doi}"


def _grouped(all_facts: Iterable[Fact]) -> Iterator[tuple[str, list[Fact]]]:
    for label, stated in groupby(all_facts, key=lambda fact: fact.label):
        yield label, list(stated)


def _linked(fact: Fact, page: str) -> str:
    if not fact.refers:
        return fact.text
    return f"[{fact.text}]({_relative(page_of(fact.group, fact.refers), page)})"


def _links(constructs: tuple[str, ...], page: str) -> str:
    return ", ".join(_linked(Fact("", framework().construct(id).name, "constructs", id), page) for id in constructs)


def _relative(target: str, page: str) -> str:
    path, _, anchor = target.partition("#")
    if path == page:
        return f"#{anchor}"
    return f"{posixpath.relpath(path, posixpath.dirname(page))}#{anchor}"


def _anchor(group: str, id: str) -> str:
    """Name the place on the page; lists that share the glossary are told apart by their name."""
    if group in _PAGES or group == "terms":
        return id
    return f"{group.replace(' ', '-')}-{id}"


def _target(group: str, id: str, *, glossary: bool = False) -> str:
    name = f"constructs-{id}" if glossary and group == "constructs" else _anchor(group, id)
    return f'<a id="{name}"></a>'


def _marked(group: str, entry: Entry) -> str:
    return f"{_target(group, entry.id)}{entry.id}"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    lines = [" | ".join(head), " | ".join("---" for _ in head)]
    lines += [" | ".join(cell.replace("|", "\\|") for cell in row) for row in rows]
    return [f"| {line} |" for line in lines] + [""]


def _first_sentence(text: str) -> str:
    return re.split(r"(?<=[.!?]) ", text, maxsplit=1)[0]


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
