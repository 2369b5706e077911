"""What the words of an export mean: columns, statuses, measures, methods, item scales and constructs."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib import resources
from typing import Any, Literal

import polars as pl

from leaderful.exports import columns
from leaderful.exports.contents import Contents
from leaderful.framework import Source, framework
from leaderful.framework.facts import DIRECTIONS, LEVELS, standing

STATUSES = {
    "ok": "there is a figure",
    "suppressed": "hidden to protect people; the figure is missing and is not 0",
    "undefined": "the formula has no value here",
    "insufficient": "too little evidence for a figure that means anything",
}

METHODS_SCHEMA = dict.fromkeys(("method", "meaning", "source", "doi"), pl.String)
SCHEMA = dict.fromkeys(("part", "entry", "name", "meaning", "more", "source", "doi"), pl.String)


def methods(used: Iterable[str]) -> pl.DataFrame:
    """Return the methods that findings name, with what they are and where they come from."""
    found = _entries("methods")
    rows = [
        (method, found.get(method, {}).get("meaning", ""), *_cited(found.get(method, {})))
        for method in sorted(set(used))
    ]
    return pl.DataFrame(rows, schema=METHODS_SCHEMA, orient="row")


def dictionary(contents: Contents) -> pl.DataFrame:
    """Return the dictionary of an export's tables."""
    rows = [
        *_columns(),
        *(("status", status, "", meaning, "", "", "") for status, meaning in STATUSES.items()),
        *_measures(contents.findings["measure"].unique().sort()),
        *_item_scales(contents),
        *_constructs(contents.findings["construct"].unique()),
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def meaning_of(measure: str) -> str:
    """Return what a measure is; outcomes share their meanings, whatever they are outcomes of."""
    first, *rest = measure.split(".")
    plain = ".".join([first, *rest[1:]]) if first == "outcome" else measure.removesuffix(".adjusted")
    meaning = str(_entries("measures").get(plain, {}).get("meaning", ""))
    return f"{meaning} Set against trusts of its kinds." if measure.endswith(".adjusted") and meaning else meaning


@cache
def _entries(group: Literal["measures", "methods"]) -> dict[str, dict[str, Any]]:
    file = resources.files("leaderful.exports") / "dictionary.toml"
    key = "name" if group == "measures" else "id"
    return {entry[key]: entry for entry in tomllib.loads(file.read_text(encoding="utf-8"))[group]}


def _cited(entry: dict[str, Any]) -> tuple[str, str]:
    """Return the sources of a method and their DOIs."""
    sources = [framework().source(id) for id in entry.get("sources", ())]
    others = entry.get("others", ())
    dois = [source.doi for source in sources] + [other["doi"] for other in others]
    return _joined([source.name for source in sources] + [other["name"] for other in others]), _joined(dois)


def _columns() -> Iterator[tuple[str, ...]]:
    tables = (
        ("findings", columns.FINDINGS, ()),
        ("bodies", columns.BODIES, columns.ABOUT_BODIES),
        ("ties", columns.TIES | columns.STATE, columns.ABOUT_TIES),
        ("pairs", columns.PAIRS, columns.ABOUT_PAIRS),
        ("formal_ties", columns.FORMAL, ()),
        ("networks", columns.NETWORK, ()),
    )
    for table, plain, shown in tables:
        for column, meaning in [*plain.items(), *(pair for each in shown for pair in columns.explained(each))]:
            yield f"column of {table}", column, "", meaning, "", "", ""
    yield "column of scales", "CGP", "", "mean score on the item scale of that code; see the item scales", "", "", ""
    for end in ("lower", "upper", "n", "status"):
        yield "column of scales", f"CGP_{end}", "", f"{end} of that score", "", "", ""


def _measures(measured: Iterable[str]) -> Iterator[tuple[str, ...]]:
    for measure in measured:
        yield "measure", measure, "", meaning_of(measure), "", "", ""


def _item_scales(contents: Contents) -> Iterator[tuple[str, ...]]:
    for scale in contents.item_scales:
        high = f"{scale.lowest} to {scale.highest}; high means {scale.high_means}. {standing(scale)}"
        yield "item scale", scale.id, scale.name, scale.definition, high, *_sourced(scale.sources)


def _constructs(spoken: Iterable[str]) -> Iterator[tuple[str, ...]]:
    wanted = set(spoken)
    for entry in framework().constructs:
        if entry.id in wanted:
            more = f"{LEVELS[entry.level]}; {DIRECTIONS[entry.direction]}. {standing(entry)}"
            yield "construct", entry.id, entry.name, entry.definition, more, *_sourced(entry.sources)


def _sourced(ids: Sequence[str]) -> tuple[str, str]:
    known: list[Source] = [source for source in framework().sources if source.id in ids]
    return _joined([source.name for source in known]), _joined([source.doi for source in known])


def _joined(parts: Iterable[str]) -> str:
    return "; ".join(part for part in parts if part)
