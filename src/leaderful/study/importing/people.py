"""Who each row is from: pseudonym, wave, body, team, tier, place and consent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import polars as pl

from leaderful.errors import BadValuesError, BrokenKeysError, UnknownNameError
from leaderful.framework import framework
from leaderful.study.importing.grids import Grid, leave_out, plain, reject
from leaderful.study.importing.mapping import Held, Person, Source
from leaderful.study.importing.mapping import Mapping as FileMapping
from leaderful.study.importing.pseudonyms import hashed
from leaderful.study.store import Study

PEOPLE = ("body", "team", "tier", "place", "consent_network")
YES_NO = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


@dataclass(frozen=True, kw_only=True)
class Context:
    """What every source of an import is read against."""

    study: Study
    mapping: FileMapping
    key: bytes | None
    bodies: Mapping[str, str] = field(init=False)
    """Codes of bodies by code and by name, both without differences of case."""
    tiers: Mapping[str, str] = field(init=False)
    waves: Mapping[str, str] = field(init=False)
    aliases: dict[str, str] = field(default_factory=dict)
    """Codes of people by the codes that other names and addresses of theirs would have; "" where two share one."""

    def __post_init__(self) -> None:
        bodies = self.study.table("bodies").select("id", "name")
        stated = [*self.study.table("waves")["id"], *(wave.id for wave in self.mapping.waves)]
        object.__setattr__(self, "bodies", by_code_and_name(bodies.iter_rows()))
        object.__setattr__(self, "tiers", by_code_and_name((each.id, each.name) for each in framework().tiers))
        object.__setattr__(self, "waves", {_plain(wave): wave for wave in stated})


def by_code_and_name(entries: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return codes by what people may write for them; a name that two entries share stands for neither."""
    held = list(entries)
    names = Counter(_plain(name) for _, name in held)
    return {_plain(name): code for code, name in held if names[_plain(name)] == 1} | {
        _plain(code): code for code, _ in held
    }


def _plain(text: str) -> str:
    return " ".join(text.split()).lower()


def add_wave(grid: Grid, source: Source, context: Context, *, parent: Grid | None) -> None:
    """Give each row its wave."""
    if source.wave is not None:
        add_codes(grid, "wave", source.wave, context.waves, required=True)
    elif parent is None:
        waves = [wave.id for wave in context.mapping.waves] or context.study.table("waves")["id"].to_list()
        if len(waves) != 1:
            raise BadValuesError(
                f"{grid.place} does not say which wave its rows belong to. "
                'Write: wave = { constant = "w1" }, with the id of a wave of the study'
            )
        grid.frame = grid.frame.with_columns(wave=pl.lit(waves[0]))


def add_person(grid: Grid, source: Source, context: Context, *, parent: Grid | None) -> None:
    """Give each row the pseudonym of who answered; rows without one are rejected."""
    if parent is not None:
        _add_from_parent(grid, source, parent)
    elif source.person is not None:
        person = source.person
        cells = grid.frame[grid.at(person.column, "person.column")]
        grid.frame = grid.frame.with_columns(pseudonyms(cells, person, grid, context).alias("person"))
        empty = grid.frame.filter(pl.col("person").is_null())["line"]
        reject(grid, empty, BadValuesError, "the cell is empty; it must say who answered", person.column)


def pseudonyms(people: pl.Series, person: Person, grid: Grid, context: Context) -> pl.Series:
    """Return the codes under which people are kept."""
    if person.pseudonym == "hash":
        return hashed_people(people, grid.place, context)
    if people.str.contains(r"@|\s").any():
        raise BadValuesError(
            f"{grid.place}: the codes of people hold @ or spaces, as mail addresses and names do. "
            'Set person.pseudonym = "hash", so that neither is kept'
        )
    if person.pseudonym == "as-is":
        return people
    if "wave" not in grid.frame.columns:
        raise BadValuesError(f'{grid.place}: pseudonym = "each-wave" needs a wave')
    return grid.frame.select(pl.concat_str("wave", pl.lit("-"), people)).to_series()


def hashed_people(people: pl.Series, place: str, context: Context) -> pl.Series:
    """Return the keyed hashes of names and mail addresses; without a key raise an error that says how to make one."""
    if context.key is None:
        raise BadValuesError(
            f"{place}: names and mail addresses are kept as a keyed hash, and no key is given. Make one, once, with "
            "--new-key FILE outside the study's folder; later name it with --key FILE"
        )
    return hashed(people, context.key)


def _add_from_parent(grid: Grid, source: Source, parent: Grid) -> None:
    assert source.parent is not None
    mine = grid.at(source.parent.column, "parent.column")
    theirs = parent.at(source.parent.key, "parent.key")
    aside = grid.frame[mine].is_in(parent.aside[theirs].drop_nulls().implode()).fill_null(value=False)
    leave_out(grid, aside, f"belong to rows of {parent.sheet.label} that were left out")
    own = [name for name in ("wave",) if name in grid.frame.columns]
    known = parent.frame.select(pl.col(theirs).alias(mine), "person", *({"wave"} - set(own))).drop_nulls(mine)
    if known[mine].is_duplicated().any():
        raise BrokenKeysError(
            f"{grid.place}: column {source.parent.key[:60]!r} of {parent.sheet.label} has the same value "
            "in several rows, so it does not say whose rows these are"
        )
    grid.frame = grid.frame.join(known, on=mine, how="left", maintain_order="left")
    lost = grid.frame.filter(pl.col("person").is_null())["line"]
    text = f"no row that was kept of {parent.sheet.label} has this value in column {source.parent.key[:60]}"
    reject(grid, lost, BrokenKeysError, text, source.parent.column)


def add_facts(grid: Grid, source: Source, context: Context) -> None:
    """Give each row the body, team, tier, place and consent of its person, where the mapping says so."""
    codes = {"body": context.bodies, "team": context.bodies, "tier": context.tiers, "place": context.bodies}
    for name, known in codes.items():
        held = getattr(source, name)
        if held is not None:
            add_codes(grid, name, held, known, required=False)
    if source.consent is not None:
        column = source.consent.column
        given = {**YES_NO, **{_plain(word): value for word, value in source.consent.values.items()}}
        cells = plain(grid.frame[grid.at(column, "consent.column")])
        values = cells.replace_strict(given, default=None, return_dtype=pl.Boolean)
        wrong = grid.frame["line"].filter(cells.is_not_null() & values.is_null())
        grid.frame = grid.frame.with_columns(values.alias("consent_network"))
        text = "neither yes nor no; say what it means in the mapping, under consent.values"
        reject(grid, wrong, BadValuesError, text, column)


def add_codes(grid: Grid, name: str, held: Held, known: Mapping[str, str], *, required: bool) -> None:
    """Add a column of codes; rows whose cell stands for no code are rejected."""
    meant = meanings(held.values, known, f"{grid.place}, {name}.values", name)
    if held.constant:
        code = meanings({held.constant: held.constant}, known, f"{grid.place}, {name}.constant", name)
        grid.frame = grid.frame.with_columns(pl.lit(code[_plain(held.constant)]).alias(name))
        return
    cells = plain(grid.frame[grid.at(held.column, f"{name}.column")])
    codes = cells.replace_strict(meant, default=None, return_dtype=pl.String).alias(name)
    codeless = [_plain(word) for word, code in held.values.items() if not code] if name in ("team", "place") else []
    without = cells.is_in(codeless).fill_null(value=False)
    if without.any():
        grid.log.notes.append(
            f"rows with a {name} that has no code in the mapping: {int(without.sum()):,}; kept without it"
        )
    wrong = grid.frame["line"].filter(cells.is_not_null() & codes.is_null() & ~without)
    empty = grid.frame["line"].filter(cells.is_null())
    grid.frame = grid.frame.with_columns(codes)
    text = f"no {name} of the study has this code or name; add it to {name}.values in the mapping, with its code"
    reject(grid, wrong, UnknownNameError, text, held.column)
    if required:
        reject(grid, empty, BadValuesError, f"the cell is empty; {name} is needed in every row", held.column)


def meanings(values: Mapping[str, str], known: Mapping[str, str], place: str, name: str) -> dict[str, str]:
    """Return what each word stands for, those of the mapping first; raise an error for a code that is not known.

    A word to which the mapping gives no code stands for nothing: rows with it are rejected, or of a
    team or place kept without it.
    """
    codes = set(known.values())
    for word, code in values.items():
        if code and code not in codes:
            near = known.get(_plain(code))
            hint = f"write {near!r}" if near else f"correct it, or add the {name} to the study first"
            raise UnknownNameError(f"{place}: {code[:60]!r} for {word[:60]!r} is no {name} of the study; {hint}")
    return {**known, **{_plain(word): code for word, code in values.items() if code}}


def add_aliases(grid: Grid, source: Source, context: Context) -> None:
    """Note under which other codes the people of a roster would stand where they are named otherwise."""
    for column in source.aliases:
        cells = grid.frame.select(pl.col(grid.at(column, "aliases")).alias("alias"), "person").drop_nulls()
        codes = hashed_people(cells["alias"], f"{grid.place}, aliases", context)
        for alias, person in zip(codes, cells["person"], strict=True):
            held = context.aliases.setdefault(alias, person)
            if held != person:
                context.aliases[alias] = ""
    shared = sum(not person for person in context.aliases.values())
    if source.aliases and shared:
        grid.log.notes.append(f"aliases that two people share: {shared:,}; they stand for neither")


def one_code(codes: pl.Series, context: Context, known: pl.Series) -> pl.Series:
    """Return codes with those of other names and addresses replaced by the one the person is known by."""
    own = set(known)
    stands = {alias: person for alias, person in context.aliases.items() if person and alias not in own}
    return codes.replace(list(stands), list(stands.values())) if stands else codes


def people_of(grid: Grid) -> pl.DataFrame:
    """Return the rows of the table of people that a grid gives: those that say body and tier."""
    if not {"body", "tier"} <= set(grid.frame.columns):
        return pl.DataFrame()
    there = [name for name in PEOPLE if name in grid.frame.columns]
    stated = grid.frame.filter(pl.col("body").is_not_null() & pl.col("tier").is_not_null())
    rows = stated.select(pl.col("person").alias("id"), *there, "line")
    return rows.unique(["id", *there], keep="first", maintain_order=True)
