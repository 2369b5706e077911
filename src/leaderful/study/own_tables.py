"""The tables that a study fills itself: its people and what they answer, and what its bodies say and meet."""

from __future__ import annotations

from leaderful.framework import framework
from leaderful.study.description import Column, Table
from leaderful.study.public_tables import BASIS, VALID, entry_ids

_F = framework()
_WAVE = Column(name="wave", type="code", meaning="the round of evidence", required=True, refers="waves.id")

WITHHELD = "kept by the writer"
"""Stands for a reflection whose words its writer does not share: that somebody reflected is evidence too."""

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
        Column(name="tier", type="code", meaning="seniority", required=True, allowed=entry_ids(_F.tiers), private=True),
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
            allowed=entry_ids(_F.relation_questions),
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
            allowed=entry_ids(_F.tiers),
        ),
        Column(name="opener", type="code", meaning="what opened it", required=True, allowed=entry_ids(_F.openers)),
        Column(name="behaviours", type="codes", meaning="behaviours used", allowed=entry_ids(_F.behaviours)),
        Column(
            name="taken",
            type="boolean",
            meaning="the conversation moved towards doing something together",
            required=True,
            private=True,
        ),
        Column(name="went_on_to", type="codes", meaning="bodies it went on to", refers="bodies.id"),
        Column(
            name="reflection",
            type="text",
            meaning=f"the writer's own words, theirs alone; '{WITHHELD}' where they did not share them",
            private=True,
        ),
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
        *VALID,
        *BASIS,
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

LINKS = Table(
    name="links",
    meaning="Links from plans and duties to goals, suggested by reading them. One counts once it is confirmed.",
    key=("id",),
    columns=(
        Column(name="id", type="code", meaning="code of the link", required=True),
        Column(name="body", type="code", meaning="whose plan or duty", required=True, refers="bodies.id"),
        Column(name="document", type="code", meaning="plan it was read in", refers="documents.id"),
        Column(name="page", type="integer", meaning="page of the plan, where it has pages", minimum=1),
        Column(name="passage", type="code", meaning="code of the passage, or of the duty"),
        Column(name="quote", type="text", meaning="the words it rests on, in their context", required=True),
        Column(name="goal", type="code", meaning="goal it points to", required=True, allowed=entry_ids(_F.goals)),
        Column(
            name="confidence",
            type="number",
            meaning="how sure the reading is, 0 to 1; empty for a duty, which nobody estimated",
            minimum=0,
            maximum=1,
        ),
        Column(
            name="stance",
            type="code",
            meaning="what the words do with the goal",
            allowed=("commits", "continues", "defers", "drops", "mentions"),
        ),
        Column(
            name="decision",
            type="code",
            meaning="what a person made of it; empty while nobody has decided",
            allowed=("confirmed", "refused"),
        ),
        Column(name="reason", type="text", meaning="why it is suggested, or why it was decided so"),
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
