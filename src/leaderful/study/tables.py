"""The tables of a study, each described once.

This description validates files, fills templates, documents the format and will make the
database. Nothing else in the house states what a column is called or may hold.
"""

from __future__ import annotations

from leaderful.study.description import Table
from leaderful.study.own_tables import (
    DOCUMENTS,
    INTERACTIONS,
    LINKS,
    MOMENTS,
    PEOPLE,
    PURPOSES,
    RELATIONS,
    RESPONSES,
    SHOCKS,
    WAVES,
)
from leaderful.study.public_tables import BODIES, OUTCOMES, PUBLISHED, SUCCESSIONS, TIES

__all__ = [
    "BODIES",
    "DOCUMENTS",
    "INTERACTIONS",
    "LINKS",
    "MOMENTS",
    "OUTCOMES",
    "PEOPLE",
    "PUBLISHED",
    "PURPOSES",
    "RELATIONS",
    "RESPONSES",
    "SHOCKS",
    "SUCCESSIONS",
    "TABLES",
    "TIES",
    "WAVES",
]

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
        LINKS,
        SHOCKS,
        PUBLISHED,
        OUTCOMES,
    )
}
"""All tables by name, in an order in which each comes after those it refers to."""
