"""Who is counted in which group that may be shown, under marks that name nobody and tell no answer."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

import polars as pl
from django.utils.crypto import salted_hmac

from leaderful.study import Study as StudyTables

DIARY: Final = ""
"""Stands where a wave does, for what belongs to none."""
SOURCES: Final = ("responses", "relations", "moments")
"""The tables that people fill."""


@dataclass(frozen=True)
class Counted:
    """Somebody counted in a wave: under a mark for the person, one for all they said in it, and in which groups."""

    wave: str
    who: str
    said: str
    groups: tuple[str, ...]


def count(study: StudyTables, fewest: int) -> list[Counted]:
    """Return who is counted in each wave and in the diary, with the groups of `fewest` people or more."""
    people = _groups_of(study)
    found: dict[tuple[str, str], list[tuple[str, list[dict[str, Any]]]]] = defaultdict(list)
    for source in SOURCES:
        for wave, person, rows in _said(study.table(source)):
            found[wave, person].append((source, rows))
    counted = [
        Counted(
            wave=wave,
            who=_mark("who", person),
            said=_mark("said", json.dumps(said, sort_keys=True, default=str)),
            groups=tuple(sorted({group for source, rows in said for group in _groups(source, rows, people[person])})),
        )
        for (wave, person), said in sorted(found.items())
    ]
    return list(_of_enough(counted, fewest))


def kept(counted: list[Counted]) -> list[dict[str, Any]]:
    """Return entries as they are kept with a result."""
    return [asdict(entry) for entry in counted]


def held(rows: list[dict[str, Any]]) -> list[Counted]:
    """Return entries that were kept with a result."""
    return [Counted(row["wave"], row["who"], row["said"], tuple(row["groups"])) for row in rows]


def groups_of_person(row: dict[str, Any], sector: str | None, system: str) -> list[tuple[str, str]]:
    """Return the groups that somebody belongs to, as kinds and codes of the units of findings."""
    units = [
        ("system", system),
        ("body", row["body"]),
        ("tier", row["tier"]),
        ("body-tier", f"{row['body']}/{row['tier']}"),
        ("team", row["team"]),
        ("place", row["place"]),
        ("sector", sector),
    ]
    return [(kind, unit) for kind, unit in units if unit]


def sectors(bodies: pl.DataFrame) -> dict[str, str | None]:
    """Return the sectors of bodies by code."""
    return dict(bodies.select("id", "sector").iter_rows())


def _groups_of(study: StudyTables) -> dict[str, tuple[str, list[str]]]:
    """Return the body of each person, and their groups."""
    sector = sectors(study.table("bodies"))
    return {
        row["id"]: (
            row["body"],
            [f"{kind}:{unit}" for kind, unit in groups_of_person(row, sector.get(row["body"]), study.system)],
        )
        for row in study.table("people").iter_rows(named=True)
    }


def _said(table: pl.DataFrame) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    """Yield what each person said in each wave."""
    keys = ["wave", "person"] if "wave" in table.columns else ["person"]
    for key, rows in table.partition_by(keys, as_dict=True, maintain_order=True).items():
        wave, person = (str(key[0]), str(key[1])) if len(keys) > 1 else (DIARY, str(key[0]))
        yield wave, person, rows.to_dicts()


def _groups(source: str, rows: list[dict[str, Any]], about: tuple[str, list[str]]) -> Iterator[str]:
    """Yield the groups in whose findings somebody's rows are counted: their own, and the bodies they speak of."""
    body, groups = about
    yield from (f"{source}/{group}" for group in groups)
    for row in rows if source == "relations" else ():
        if row["about_kind"] == "body":
            yield f"{source}/about:{row['about']}"
            yield f"{source}/pair:{body}>{row['about']}"


def _of_enough(counted: list[Counted], fewest: int) -> Iterator[Counted]:
    """Yield the entries with their large groups alone, so that nothing is kept of small ones."""
    sizes: dict[tuple[str, str], int] = defaultdict(int)
    for entry in counted:
        for group in entry.groups:
            sizes[entry.wave, group] += 1
    for entry in counted:
        large = tuple(group for group in entry.groups if sizes[entry.wave, group] >= fewest)
        yield Counted(entry.wave, entry.who, entry.said, large)


def _mark(what: str, text: str) -> str:
    return salted_hmac(f"leaderful.results.{what}", text, algorithm="sha256").hexdigest()[:32]
