"""The tables of public evidence: bodies, what became of them, their ties, and published figures."""

from __future__ import annotations

from collections.abc import Sequence

from leaderful.framework import framework
from leaderful.study.description import Column, Table


def entry_ids(entries: Sequence[object]) -> tuple[str, ...]:
    """Return the ids of entries of the framework, as a column allows them."""
    return tuple(str(entry.id) for entry in entries)  # type: ignore[attr-defined]


LARGEST_FIGURE = 1e12
"""Figures beyond it are slips of the keyboard; sums of their squares would leave the range of numbers."""

_F = framework()
VALID = (
    Column(name="valid_from", type="date", meaning="first day it holds; empty when it always has"),
    Column(name="valid_to", type="date", meaning="last day it holds; empty while it still does"),
)
BASIS = (
    Column(name="basis", type="text", meaning="how this is known: the law, the publication, or why it is assumed"),
    Column(
        name="standing",
        type="code",
        meaning="how firmly it is known",
        allowed=("law", "published", "declared", "assumed", "undetermined"),
    ),
)

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
            allowed=entry_ids(_F.body_kinds),
        ),
        Column(name="type", type="text", meaning="finer sort where one is published, such as the kind of trust"),
        Column(name="scale", type="code", meaning="how far it reaches", required=True, allowed=entry_ids(_F.scales)),
        Column(
            name="sector",
            type="code",
            meaning="sector it belongs to",
            required=True,
            allowed=entry_ids(_F.sectors),
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
        *VALID,
        *BASIS,
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
        *BASIS,
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
        Column(name="kind", type="code", meaning="what the tie is", required=True, allowed=entry_ids(_F.tie_kinds)),
        *VALID,
        *BASIS,
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
        Column(
            name="value",
            type="number",
            meaning="the figure",
            required=True,
            minimum=-LARGEST_FIGURE,
            maximum=LARGEST_FIGURE,
        ),
        Column(name="base", type="number", meaning="denominator, where there is one", minimum=0),
        Column(name="source", type="text", meaning="publisher and publication"),
    ),
)
