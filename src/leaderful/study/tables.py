"""The tables of a study, each described once.

This description validates files, fills templates, documents the format and will make the
database. Nothing else in the house states what a column is called or may hold.
"""

from __future__ import annotations

from collections.abc import Sequence

from leaderful.framework import framework
from leaderful.study.description import Column, Table


def _ids(entries: Sequence[object]) -> tuple[str, ...]:
    return tuple(str(entry.id) for entry in entries)  # type: ignore[attr-defined]


_F = framework()
_VALID = (
    Column(name="valid_from", type="date", meaning="first day it holds; empty when it always has"),
    Column(name="valid_to", type="date", meaning="last day it holds; empty while it still does"),
)
_BASIS = (
    Column(name="basis", type="text", meaning="how this is known: the law, the publication, or why it is assumed"),
    Column(
        name="standing",
        type="code",
        meaning="how firmly it is known",
        allowed=("law", "published", "declared", "assumed", "undetermined"),
    ),
)
_WAVE = Column(name="wave", type="code", meaning="the round of evidence", required=True, refers="waves.id")

BODIES = Table(
    name="bodies",
    meaning="Organisations, boards, partnerships, committees and teams with a name.",
    key=("id",),
    ordered=(("valid_from", "valid_to"),),
    columns=(
        Column(name="id", type="code", meaning="official code (ODS or ONS), or one of your own", required=True),
        Column(name="name", type="text", meaning="name as people use it", required=True),
        Column(
            name="kind",
            type="code",
            meaning="what sort of body it is",
            required=True,
            allowed=_ids(_F.body_kinds),
        ),
        Column(name="type", type="text", meaning="finer sort where one is published, such as the kind of trust"),
        Column(name="scale", type="code", meaning="how far it reaches", required=True, allowed=_ids(_F.scales)),
        Column(
            name="sector",
            type="code",
            meaning="sector it belongs to",
            required=True,
            allowed=_ids(_F.sectors),
        ),
        Column(
            name="system",
            type="code",
            meaning="the ICB of the system it belongs to; empty above systems, or when undetermined",
            refers="bodies.id",
        ),
        Column(
            name="share",
            type="number",
            meaning="part of the body that lies in this system, by population",
            minimum=0,
            maximum=1,
            unit="share",
        ),
        *_VALID,
        *_BASIS,
    ),
)

SUCCESSIONS = Table(
    name="successions",
    meaning="What became of a body: which bodies took over, when and how much.",
    key=("predecessor", "successor", "effective"),
    columns=(
        Column(name="predecessor", type="code", meaning="body that ended or changed", required=True),
        Column(name="successor", type="code", meaning="body that took over; may be the same", required=True),
        Column(
            name="kind",
            type="code",
            meaning="what happened",
            required=True,
            allowed=("merger", "split", "acquisition", "rename", "closure"),
        ),
        Column(name="effective", type="date", meaning="first day of the new arrangement", required=True),
        Column(
            name="share",
            type="number",
            meaning="part of the predecessor that went to this successor, by population; empty when unknown",
            minimum=0,
            maximum=1,
            unit="share",
        ),
        *_BASIS,
    ),
)

TIES = Table(
    name="ties",
    meaning="Dated, directed, typed relations between two bodies.",
    key=("source", "target", "kind", "valid_from"),
    ordered=(("valid_from", "valid_to"),),
    columns=(
        Column(name="source", type="code", meaning="body the tie starts from", required=True, refers="bodies.id"),
        Column(name="target", type="code", meaning="body the tie points to", required=True, refers="bodies.id"),
        Column(name="kind", type="code", meaning="what the tie is", required=True, allowed=_ids(_F.tie_kinds)),
        *_VALID,
        *_BASIS,
    ),
)

PEOPLE = Table(
    name="people",
    meaning="People who are asked, each under a code that says nothing about them.",
    key=("id",),
    columns=(
        Column(
            name="id",
            type="code",
            meaning="pseudonym; never a name, mail address or staff number",
            required=True,
            private=True,
        ),
        Column(name="body", type="code", meaning="body they work for", required=True, refers="bodies.id"),
        Column(name="team", type="code", meaning="team, as a body", refers="bodies.id"),
        Column(name="tier", type="code", meaning="seniority", required=True, allowed=_ids(_F.tiers), private=True),
        Column(name="place", type="code", meaning="place they work in, as a body", refers="bodies.id"),
        Column(
            name="consent_network",
            type="boolean",
            meaning="agrees to be named in network results",
            private=True,
        ),
    ),
)

WAVES = Table(
    name="waves",
    meaning="Rounds of collecting evidence.",
    key=("id",),
    ordered=(("opens", "closes"),),
    columns=(
        Column(name="id", type="code", meaning="short name of the round", required=True),
        Column(name="name", type="text", meaning="name people read"),
        Column(name="opens", type="date", meaning="first day of answering", required=True),
        Column(name="closes", type="date", meaning="last day of answering"),
    ),
)

RESPONSES = Table(
    name="responses",
    meaning="Answers to the instrument, one row for each person, wave and item.",
    key=("person", "wave", "item"),
    columns=(
        Column(
            name="person",
            type="code",
            meaning="who answered",
            required=True,
            refers="people.id",
            private=True,
        ),
        _WAVE,
        Column(name="item", type="code", meaning="item of the instrument", required=True, allowed=_F.item_ids),
        Column(
            name="answer",
            type="integer",
            meaning="1 strongly disagree to 5 strongly agree; empty for 'I am not able to say'",
            minimum=1,
            maximum=5,
            private=True,
        ),
    ),
)

RELATIONS = Table(
    name="relations",
    meaning="What a person says of a body or of another person they work with.",
    key=("person", "wave", "about", "question"),
    columns=(
        Column(
            name="person",
            type="code",
            meaning="who answered",
            required=True,
            refers="people.id",
            private=True,
        ),
        _WAVE,
        Column(
            name="about_kind",
            type="code",
            meaning="whether the answer is about a body or a person",
            required=True,
            allowed=("body", "person"),
        ),
        Column(name="about", type="code", meaning="code of that body or person", required=True, private=True),
        Column(
            name="question",
            type="code",
            meaning="relation question of the instrument",
            required=True,
            allowed=_ids(_F.relation_questions),
        ),
        Column(name="answer", type="integer", meaning="the answer's number", minimum=0, maximum=4, private=True),
    ),
)

INTERACTIONS = Table(
    name="interactions",
    meaning="Meetings, calls and messages: when, and who took part. Content is never kept.",
    key=("id",),
    columns=(
        Column(name="id", type="code", meaning="code of the interaction", required=True),
        Column(name="time", type="datetime", meaning="when it began, in UTC", required=True),
        Column(
            name="participants",
            type="codes",
            meaning="two or more people",
            required=True,
            refers="people.id",
            private=True,
        ),
        Column(
            name="sender",
            type="code",
            meaning="who sent it, where it has a direction",
            refers="people.id",
            private=True,
        ),
        Column(
            name="channel",
            type="code",
            meaning="how it happened",
            allowed=("meeting", "call", "mail", "chat", "other"),
        ),
    ),
)

MOMENTS = Table(
    name="moments",
    meaning="Moments of leadership noted in a diary.",
    key=("id",),
    columns=(
        Column(name="id", type="code", meaning="code of the moment", required=True),
        Column(name="person", type="code", meaning="whose diary", required=True, refers="people.id", private=True),
        Column(name="time", type="datetime", meaning="when", required=True),
        Column(
            name="with_bodies",
            type="codes",
            meaning="bodies of the others who were there",
            refers="bodies.id",
        ),
        Column(
            name="with_tiers",
            type="codes",
            meaning="tiers of the others who were there",
            allowed=_ids(_F.tiers),
        ),
        Column(name="opener", type="code", meaning="what opened it", required=True, allowed=_ids(_F.openers)),
        Column(name="behaviours", type="codes", meaning="behaviours used", allowed=_ids(_F.behaviours)),
        Column(
            name="taken",
            type="boolean",
            meaning="the conversation moved towards doing something together",
            required=True,
            private=True,
        ),
        Column(name="went_on_to", type="codes", meaning="bodies it went on to", refers="bodies.id"),
        Column(name="reflection", type="text", meaning="the writer's own words; theirs alone", private=True),
        Column(
            name="consent_text",
            type="boolean",
            meaning="the writer lets the words leave the study",
            private=True,
        ),
    ),
)

PURPOSES = Table(
    name="purposes",
    meaning="What a body says it is for, and which purposes or SDG targets that serves.",
    key=("id",),
    ordered=(("valid_from", "valid_to"),),
    columns=(
        Column(name="id", type="code", meaning="code of the purpose", required=True),
        Column(name="body", type="code", meaning="whose purpose", required=True, refers="bodies.id"),
        Column(name="statement", type="text", meaning="the purpose in the body's words", required=True),
        Column(name="serves", type="codes", meaning="purposes, SDGs (SDG3) or SDG targets (SDG3.8) it serves"),
        *_VALID,
        *_BASIS,
    ),
)

DOCUMENTS = Table(
    name="documents",
    meaning="Plans and strategies to be read.",
    key=("id",),
    columns=(
        Column(name="id", type="code", meaning="code of the document", required=True),
        Column(name="body", type="code", meaning="who wrote it", required=True, refers="bodies.id"),
        Column(name="title", type="text", meaning="title", required=True),
        Column(name="file", type="text", meaning="file, relative to the study folder", required=True),
        Column(name="published", type="date", meaning="day it was published"),
    ),
)

SHOCKS = Table(
    name="shocks",
    meaning="Systemic shocks and declared changes, dated.",
    key=("id",),
    ordered=(("starts", "ends"),),
    columns=(
        Column(name="id", type="code", meaning="code of the shock", required=True),
        Column(name="name", type="text", meaning="what happened", required=True),
        Column(
            name="kind",
            type="code",
            meaning="sort of shock",
            required=True,
            allowed=("crisis", "austerity", "reorganisation", "policy", "intervention", "other"),
        ),
        Column(name="starts", type="date", meaning="first day", required=True),
        Column(name="ends", type="date", meaning="last day; empty while it lasts"),
    ),
)

PUBLISHED = Table(
    name="published",
    meaning="Published percentages with the number of people behind each.",
    key=("body", "source", "question", "year"),
    columns=(
        Column(name="body", type="code", meaning="body the figure is about", required=True, refers="bodies.id"),
        Column(
            name="source",
            type="code",
            meaning="publication",
            required=True,
            allowed=("nhs-staff-survey", "other"),
        ),
        Column(name="question", type="code", meaning="question as numbered there", required=True),
        Column(
            name="year",
            type="integer",
            meaning="year of the publication's fieldwork",
            required=True,
            minimum=1990,
            maximum=2100,
        ),
        Column(
            name="percent",
            type="number",
            meaning="percentage as published",
            required=True,
            minimum=0,
            maximum=100,
            unit="percent",
        ),
        Column(
            name="base",
            type="integer",
            meaning="number of people who answered",
            required=True,
            minimum=1,
            unit="people",
        ),
    ),
)

OUTCOMES = Table(
    name="outcomes",
    meaning="Figures on how services and health fare, shown as context and never as a cause.",
    key=("body", "measure", "period"),
    ordered=(("period", "period_end"),),
    columns=(
        Column(
            name="body",
            type="code",
            meaning="body or area the figure is about",
            required=True,
            refers="bodies.id",
        ),
        Column(name="measure", type="code", meaning="measure, as in the outcomes catalogue", required=True),
        Column(name="period", type="date", meaning="first day of the period", required=True),
        Column(name="period_end", type="date", meaning="last day of the period"),
        Column(name="value", type="number", meaning="the figure", required=True),
        Column(name="base", type="number", meaning="denominator, where there is one", minimum=0),
        Column(name="source", type="text", meaning="publisher and publication"),
    ),
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        BODIES,
        SUCCESSIONS,
        TIES,
        PEOPLE,
        WAVES,
        RESPONSES,
        RELATIONS,
        INTERACTIONS,
        MOMENTS,
        PURPOSES,
        DOCUMENTS,
        SHOCKS,
        PUBLISHED,
        OUTCOMES,
    )
}
"""All tables by name, in an order in which each comes after those it refers to."""
