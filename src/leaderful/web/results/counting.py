"""Who is counted in which group that may be shown, under marks that name nobody and tell no answer."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

import polars as pl
from django.utils.crypto import salted_hmac

from leaderful.study import Study as StudyTables

DIARY: Final = ""
"""Stands where a wave does, for what belongs to none."""
ASKED: Final = "asked"
"""Part in which everybody invited is counted, whether or not they said something."""
NAMING: Final = "relations/people"
"""Part in which somebody is counted who named people; when one of these withdraws, it changes by itself."""
STATEMENTS: Final = "responses/"
"""What begins the parts that are scales of statements."""
SOURCES: Final = ("responses", "relations", "moments")
"""The tables that people fill."""
_Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Counted:
    """Somebody counted in a wave: under a mark for the person, with one for each part of what they said, in groups.

    A part is what findings are made of apart from the rest: the statements of a scale, a question about a body,
    naming people, the diary. It begins with the name of its table, as the names of its groups do.
    """

    wave: str
    who: str
    said: dict[str, str]
    groups: tuple[str, ...]


def count(study: StudyTables, fewest: int, invited: Collection[str] = ()) -> list[Counted]:
    """Return who is counted in each wave and in the diary, with the groups of `fewest` people or more."""
    people = _groups_of(study)
    found: dict[tuple[str, str], dict[str, _Rows]] = defaultdict(dict)
    for wave in study.table("waves")["id"]:
        for person in people.keys() & set(invited):
            found[wave, person][ASKED] = []
    for source in SOURCES:
        for wave, person, rows in _said(study.table(source)):
            found[wave, person][source] = rows
    scales = {item.id: scale.id for scale in study.item_scales for item in scale.items}
    counted = [
        Counted(
            wave=wave,
            who=_mark("who", person),
            said={part: mark for source, rows in said.items() for part, mark in _marks(source, rows, scales)},
            groups=tuple(sorted({group for source, rows in said.items() for group in _groups(source, rows, about)})),
        )
        for (wave, person), said in sorted(found.items())
        for about in [people[person]]
    ]
    return list(_of_enough(counted, fewest))


def within(part: str, group: str) -> bool:
    """Tell whether findings on a group are made of a part; those on a body spoken of, of what was said of it."""
    source, _slash, unit = group.partition("/")
    if part.partition("/")[0] != source:
        return False
    about = unit.removeprefix("about:") if unit.startswith("about:") else unit.partition(">")[2]
    return not about or part.endswith(f"/{about}")


def kept(counted: list[Counted]) -> list[dict[str, Any]]:
    """Return entries as they are kept with a result."""
    return [asdict(entry) for entry in counted]


def held(rows: list[dict[str, Any]]) -> list[Counted]:
    """Return entries that were kept with a result."""
    return [Counted(row["wave"], row["who"], row["said"], tuple(row["groups"])) for row in rows]


def as_counted(earlier: Collection[Counted], now: Collection[Counted], wave: str) -> bool:
    """Tell whether the answers to the statements of a wave are those counted earlier, and nobody asked is gone."""
    (asked, said), (asked_now, said_now) = (_answered(each, wave) for each in (earlier, now))
    return asked <= asked_now and said == said_now


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


def _said(table: pl.DataFrame) -> Iterator[tuple[str, str, _Rows]]:
    """Yield what each person said in each wave."""
    keys = ["wave", "person"] if "wave" in table.columns else ["person"]
    for key, rows in table.partition_by(keys, as_dict=True, maintain_order=True).items():
        wave, person = (str(key[0]), str(key[1])) if len(keys) > 1 else (DIARY, str(key[0]))
        yield wave, person, rows.to_dicts()


def _marks(source: str, rows: _Rows, scales: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield each part of what somebody said in a table, and the mark of it."""
    parts: dict[str, _Rows] = defaultdict(list)
    for row in rows:
        parts[_part(source, row, scales)].append(row)
    if source == ASKED:
        parts[ASKED] = []
    for part, told in sorted(parts.items()):
        yield part, _mark("said", json.dumps(told, sort_keys=True, default=str))


def _part(source: str, row: dict[str, Any], scales: dict[str, str]) -> str:
    if source == "responses":
        return f"{source}/{scales.get(row['item'], row['item'])}"
    if source == "relations":
        return f"{source}/{row['question']}/{row['about']}" if row["about_kind"] == "body" else NAMING
    return source


def _groups(source: str, rows: _Rows, about: tuple[str, list[str]]) -> Iterator[str]:
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


def _answered(counted: Collection[Counted], wave: str) -> tuple[set[str], set[tuple[str, str, str]]]:
    """Return who was asked in a wave, and what they answered to the statements, under marks."""
    entries = [entry for entry in counted if entry.wave == wave]
    said = {
        (entry.who, part, mark) for entry in entries for part, mark in entry.said.items() if part.startswith(STATEMENTS)
    }
    return {entry.who for entry in entries if ASKED in entry.said}, said


def _mark(what: str, text: str) -> str:
    return salted_hmac(f"leaderful.results.{what}", text, algorithm="sha256").hexdigest()[:32]
