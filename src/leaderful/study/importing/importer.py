"""From files and a mapping to the tables of a study: the order of the steps, and a receipt for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from leaderful.errors import UnknownNameError
from leaderful.receipts import Receipt
from leaderful.study.decoding import Limits
from leaderful.study.importing.collecting import Collected, plain_source
from leaderful.study.importing.grids import Grid, lay_out
from leaderful.study.importing.items import drop_repeated, long_answers, wide_answers
from leaderful.study.importing.mapping import GATHERINGS, SUFFIXES, Mapping, Person, Source, read_mapping
from leaderful.study.importing.merging import Merged, Merger, Offered, new_waves
from leaderful.study.importing.moments import read_moments
from leaderful.study.importing.people import Context, add_aliases, add_facts, add_person, add_wave, people_of
from leaderful.study.importing.relations import add_respondents, listed_answers, matrix_answers, paired_answers
from leaderful.study.importing.sheets import LIMITS, Sheet, read_sheets, refuse_name
from leaderful.study.importing.staff_survey import read_survey
from leaderful.study.importing.storing import refuse_broken, refuse_unsound, write_tables
from leaderful.study.store import Study

TABLES = ("waves", "people", "responses", "relations", "interactions", "moments", "published")
"""The tables an import adds to, each after those it refers to."""


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What an import did."""

    receipts: tuple[Receipt, ...]
    """One for each file or sheet, then one for each table."""
    written: tuple[str, ...]
    """Files of the study that changed."""


def import_files(
    study: Study,
    files: Sequence[Path],
    mapping: Path,
    *,
    key: bytes | None = None,
    replace: bool = False,
    dry_run: bool = False,
    limits: Limits = LIMITS,
) -> Imported:
    """Add what files hold to the tables of a study that is kept in a folder.

    Rows the study holds already are passed over, so the same file may be imported twice. A row that
    contradicts one in the study is refused, or takes its place with `replace`. Either all tables are
    written or none; a row that is not in order keeps no other row out.

    Parameters
    ----------
    study
        A study that was opened from its folder.
    files
        CSV, XLSX or FHIR JSON files, calendars (.ics), and minutes (.txt, .md).
    mapping
        The TOML file that says what their columns mean.
    key
        Key for pseudonyms, for mappings that hash names or mail addresses.
    replace
        Whether new rows take the place of those with the same key.
    dry_run
        Whether everything is done but the writing.
    limits
        The largest file that is read; of a workbook, its unpacked size.

    Raises
    ------
    LeaderfulError
        A file or the mapping cannot be used, or the study has rows that writing would lose.
    """
    said = read_mapping(mapping)
    context = Context(study=study, mapping=said, key=key)
    receipts: list[Receipt] = []
    collected = Collected(context)
    offered = list(_offered(list(files), context, collected, receipts, limits))
    merged = list(_merged(offered, collected, context, receipts, replace=replace))
    changed = {each.table: each.frame for each in merged if each.changed}
    receipts += [each.receipt for each in merged if each.receipt.read]
    if changed:
        refuse_broken(study, list(changed))
        refuse_unsound(study, {**study.tables, **changed})
    written = write_tables(study, changed) if changed and not dry_run else []
    return Imported(receipts=tuple(receipts), written=tuple(written))


def _offered(
    files: list[Path], context: Context, collected: Collected, receipts: list[Receipt], limits: Limits
) -> Iterator[Offered]:
    """Yield the rows that every source gives, in the order of the mapping; note what became of them.

    Who met or wrote to whom is only collected: it is counted once all people are known.
    """
    grids: dict[tuple[str, str], tuple[Grid, Source]] = {}
    plain = {file: source for file in files if (source := plain_source(file, context.mapping)) is not None}
    _refuse_strange(files, context.mapping)
    sheets = {file: read_sheets(file, limits=limits) for file in files if file not in plain}
    _refuse_unmatched([(file.name, "") for file in plain], sheets, context.mapping)
    collected.add_files(list(plain.items()), limits=limits)
    for file, held in sheets.items():
        for source in context.mapping.sources:
            mine = [sheet for sheet in held if source.matches(file.name, sheet.name)]
            if source.kind == "staff-survey" and mine:
                rows, receipt = read_survey(mine, context.study, source.year or 0)
                receipts.append(receipt)
                yield Offered(table="published", source=file.name, rows=rows)
                continue
            for sheet in mine:
                grid = lay_out(sheet, source, context.mapping.place(source))
                if source.kind in GATHERINGS:
                    collected.add_sheet(grid, source)
                    continue
                yield from _read(grid, source, context, grids)
                receipts.append(_receipt(grid, source))
        receipts += _unread(held, context.mapping)


def _refuse_strange(files: list[Path], mapping: Mapping) -> None:
    """Refuse a calendar of which the mapping says nothing, before it is taken for a table."""
    for file in files:
        refuse_name(file)
        if file.suffix.lower() in SUFFIXES["calendar"] and plain_source(file, mapping) is None:
            raise _nothing_said(file.name, mapping)


def _nothing_said(file: str, mapping: Mapping) -> UnknownNameError:
    return UnknownNameError(
        f"{mapping.file} says nothing of {file}. Add it, or write a mapping with --guess. "
        f"The mapping is about {', '.join(dict.fromkeys(source.file for source in mapping.sources))}"
    )


def _refuse_unmatched(plain: list[tuple[str, str]], sheets: dict[Path, list[Sheet]], mapping: Mapping) -> None:
    given = plain + [(sheet.file, sheet.name) for held in sheets.values() for sheet in held]
    for source in mapping.sources:
        if not any(source.matches(file, sheet) for file, sheet in given):
            what = f"{source.file}, sheet {source.sheet}" if source.sheet else source.file
            raise UnknownNameError(
                f"{mapping.place(source)} is about {what[:120]!r}, and no such file or sheet was given. "
                "Name the file in the command, or correct file and sheet in the mapping"
            )


def _unread(held: Sequence[Sheet], mapping: Mapping) -> Iterator[Receipt]:
    """Yield a receipt for each sheet the mapping does not speak of; a file without any such is an error."""
    unread = [sheet for sheet in held if not any(source.matches(sheet.file, sheet.name) for source in mapping.sources)]
    if len(unread) == len(held):
        raise _nothing_said(held[0].file, mapping)
    for sheet in unread:
        yield Receipt(source=sheet.label, read=0, kept=0, notes=("the mapping says nothing of it; not read",))


def _read(
    grid: Grid, source: Source, context: Context, grids: dict[tuple[str, str], tuple[Grid, Source]]
) -> Iterator[Offered]:
    """Yield the rows that one sheet gives to the tables of people, answers, relations and moments."""
    if source.kind == "moments":
        yield Offered(table="moments", source=grid.sheet.label, rows=read_moments(grid, source, context))
        return
    parent = _parent(grid, source, grids)
    if source.kind != "roster" or source.wave is not None:
        add_wave(grid, source, context, parent=parent[0] if parent else None)
    if source.kind == "matrix" and source.respondents_tier:
        add_respondents(grid, source, context)
    else:
        add_person(grid, source, context, parent=parent[0] if parent else None)
        add_facts(grid, source, context)
        add_aliases(grid, source, context)
    if source.kind == "answers":
        drop_repeated(grid, source)
    grids[grid.sheet.file, grid.sheet.name] = (grid, source)
    yield Offered(table="people", source=grid.sheet.label, rows=people_of(grid))
    yield Offered(table="responses", source=grid.sheet.label, rows=_answers(grid, source, context))
    person = parent[1].person if parent else source.person
    yield Offered(table="relations", source=grid.sheet.label, rows=_relations(grid, source, context, person))


def _parent(
    grid: Grid, source: Source, grids: dict[tuple[str, str], tuple[Grid, Source]]
) -> tuple[Grid, Source] | None:
    if source.parent is None:
        return None
    file = source.parent.file or grid.sheet.file
    found = grids.get((file, source.parent.sheet))
    if found is None:
        raise UnknownNameError(
            f"{grid.place}, parent: sheet {source.parent.sheet[:60]!r} of {file[:60]!r} "
            "must have a [[sources]] of its own, above this one"
        )
    return found


def _answers(grid: Grid, source: Source, context: Context) -> pl.DataFrame:
    if source.kind == "answers":
        return wide_answers(grid, source, context.study)
    return long_answers(grid, source, context.study) if source.kind == "answers-long" else pl.DataFrame()


def _relations(grid: Grid, source: Source, context: Context, person: Person | None) -> pl.DataFrame:
    match source.kind:
        case "answers":
            return paired_answers(grid, source, context)
        case "relations":
            return listed_answers(grid, source, context, person=person)
        case "matrix":
            return matrix_answers(grid, source, context)
    return pl.DataFrame()


def _receipt(grid: Grid, source: Source) -> Receipt:
    return Receipt(
        source=f"{grid.log.file}, read as {source.kind}",
        read=grid.read,
        kept=grid.frame.height,
        problems=tuple(grid.log.problems),
        left_out=tuple(grid.left_out),
        notes=tuple(grid.log.notes),
    )


def _merged(
    offered: Sequence[Offered], collected: Collected, context: Context, receipts: list[Receipt], *, replace: bool
) -> Iterator[Merged]:
    """Yield every table with its new rows; people and waves first, because the others refer to them."""
    study = context.study
    used = pl.concat(
        [
            pl.Series("wave", [], dtype=pl.String),
            *(each.rows["wave"] for each in offered if "wave" in each.rows.columns),
        ]
    ).unique()
    waves = Offered(
        table="waves",
        source=context.mapping.file,
        rows=new_waves(context.mapping, study, used).with_columns(pl.lit(None, dtype=pl.Int64).alias("line")),
    )
    people: pl.Series | None = None
    for name in TABLES:
        meetings: list[Offered] = []
        if name == "interactions" and people is not None:
            meetings, told = collected.finish(people)
            receipts += told
        merger = Merger(study, name, [waves, *offered, *meetings], replace=replace)
        if name in ("people", "moments", "published"):
            merger.check_values()
        if people is not None and name in ("responses", "relations", "moments"):
            merger.keep_known("person", people, "people")
        if people is not None and name == "relations":
            merger.keep_known("about", people, "people", where=pl.col("about_kind") == "person")
        merged = merger.merge()
        if name == "people":
            people = merged.frame["id"]
        yield merged
