"""New rows set beside those a study holds: added, known already, put in place of others, or refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from leaderful.errors import BadValuesError, BrokenKeysError, LeaderfulError
from leaderful.receipts import Receipt
from leaderful.study.description import Table
from leaderful.study.importing.mapping import Mapping
from leaderful.study.log import MOST_NAMED, Log
from leaderful.study.reading import take_frame
from leaderful.study.store import Study
from leaderful.study.tables import TABLES


@dataclass(frozen=True, kw_only=True)
class Offered:
    """Rows of one table that one source gives, each with the ``line`` it comes from."""

    table: str
    source: str
    rows: pl.DataFrame


@dataclass(frozen=True, kw_only=True)
class Merged:
    """A table as it will be, and what became of the rows that were offered."""

    table: str
    frame: pl.DataFrame
    receipt: Receipt
    changed: bool


class Merger:
    """One table of a study and the rows offered to it."""

    def __init__(self, study: Study, name: str, offered: Sequence[Offered], *, replace: bool) -> None:
        self.table: Table = TABLES[name]
        self.held = study.table(name)
        self.log = Log(file=name)
        self._replace = replace
        frames = [_typed(each, self.table) for each in offered if each.table == name and each.rows.height]
        empty = self.table.empty().with_columns(pl.lit("").alias("from"), pl.lit(0, dtype=pl.Int64).alias("line"))
        self.rows = pl.concat([empty.clear(), *frames])
        self.read = self.rows.height

    def refuse(self, lines: pl.DataFrame, kind: type[LeaderfulError], text: str) -> None:
        """Take out the rows whose ``from`` and ``line`` are given, with one problem for each line."""
        places = lines.select("from", "line").unique(maintain_order=True)
        for source, line in places.head(MOST_NAMED).iter_rows():
            named = Log(file=source)
            named.add(kind, text, row=line)
            self.log.problems.extend(named.problems)
        if places.height > MOST_NAMED:
            self.log.add(kind, f"the same in {places.height - MOST_NAMED:,} further rows")

    def keep_known(self, column: str, known: pl.Series, kind: str, *, where: pl.Expr | None = None) -> None:
        """Refuse rows that refer to what is neither in the study nor in this import."""
        unknown = pl.col(column).is_not_null() & ~pl.col(column).is_in(known.implode())
        fault = unknown if where is None else unknown & where
        text = f"{column} is not in table {kind}; give body and seniority in the mapping, or import a roster first"
        self.refuse(self.rows.filter(fault), BrokenKeysError, text)
        self.rows = self.rows.filter(~fault.fill_null(value=False))

    def check_values(self) -> None:
        """Refuse rows with codes that cannot be kept, such as those a spreadsheet has changed."""
        numbered = self.rows.with_row_index("row", offset=1)
        checked = take_frame(self.rows.select(self.table.schema.names()), self.table, source=self.table.name)
        for problem in checked.receipt.problems:
            at = numbered.filter(pl.col("row") == (problem.row or 0))
            self.refuse(at, problem.kind, f"{problem.column}: {problem.message}")
        self.rows = numbered.filter(pl.col("row").is_in(checked.frame["line"].implode())).drop("row")

    def merge(self) -> Merged:
        """Return the table with what is new added to it."""
        self._settle_within()
        key, names = list(self.table.key), self.table.schema.names()
        held = self.held.with_columns(pl.lit(True).alias("there"))
        beside = self.rows.join(held, on=key, how="left", suffix="_held", maintain_order="left")
        there = beside["there"].fill_null(value=False)
        same = there & self._agreeing(beside, self._says_nothing)
        fuller = there & ~same & self._agreeing(beside, self._one_says_nothing)
        other = there & ~same & ~fuller
        if not self._replace:
            what = "other facts about this person are" if self.table.name == "people" else "another value is"
            text = f"{what} in the study already and stays there; to put the new one in its place, add --replace"
            self.refuse(self.rows.filter(other), BrokenKeysError, text)
        over = beside.filter(fuller | other if self._replace else fuller)
        values = [name for name in names if name not in key]
        taken = over.select(*key, *(self._said(name) for name in values)).select(names)
        new = self.rows.filter(~there).select(names)
        stay = (
            self.held.join(taken.select(key), on=key, how="anti", maintain_order="left") if over.height else self.held
        )
        counts = (new.height, taken.height, int(same.sum()))
        words = ("new", "put in place of what was there", "there already")
        said = [f"{count:,} {what}" for count, what in zip(counts, words, strict=True) if count]
        self.log.notes.extend([", ".join(said)] if said else [])
        return Merged(
            table=self.table.name,
            frame=pl.concat([stay, taken, new]).select(names),
            receipt=Receipt(
                source=f"table {self.table.name}",
                read=self.read,
                kept=sum(counts),
                problems=tuple(self.log.problems),
                notes=tuple(self.log.notes),
            ),
            changed=new.height + taken.height > 0,
        )

    def _settle_within(self) -> None:
        """Of rows with the same key keep the first; what people's later rows add to it is added, the rest refused."""
        key = list(self.table.key)
        values = [name for name in self.table.schema if name not in key]
        first = self.rows.group_by(key, maintain_order=True).agg(
            *(pl.col(name).drop_nulls().first() if self._partial else pl.col(name).first() for name in values),
            pl.col("from").first(),
            pl.col("line").first(),
        )
        if first.height == self.rows.height:
            return
        beside = self.rows.join(first, on=key, how="left", suffix="_held", maintain_order="left")
        same = self._agreeing(beside, self._says_nothing)
        contradicting = self.rows.filter(~same)
        text = "an earlier row of this import says otherwise, and is kept; correct one of the two"
        self.refuse(contradicting, BrokenKeysError, text)
        again = self.rows.height - first.height - contradicting.height
        if again:
            self.log.notes.append(f"{again:,} say again what an earlier row says")
        self.read = first.height + contradicting.height
        self.rows = first.select(self.rows.columns)

    @property
    def _partial(self) -> bool:
        """True for people: a fact that a row does not give is not denied by it."""
        return self.table.name == "people"

    def _says_nothing(self, name: str) -> pl.Expr:
        return pl.col(name).is_null() if self._partial else pl.lit(False)

    def _one_says_nothing(self, name: str) -> pl.Expr:
        return (pl.col(name).is_null() | pl.col(f"{name}_held").is_null()) if self._partial else pl.lit(False)

    def _agreeing(self, beside: pl.DataFrame, excused: Callable[[str], pl.Expr]) -> pl.Series:
        """Tell which rows say the same as those held, apart from facts that are excused."""
        values = [name for name in self.table.schema if name not in self.table.key]
        equal = [pl.col(name).eq_missing(pl.col(f"{name}_held")) | excused(name) for name in values]
        return beside.select(pl.all_horizontal(equal)).to_series()

    def _said(self, name: str) -> pl.Expr:
        """Return a new value; for people, the one held where the new row gives none."""
        return pl.coalesce(name, f"{name}_held").alias(name) if self._partial else pl.col(name)


def _typed(offered: Offered, table: Table) -> pl.DataFrame:
    """Return offered rows with every column of the table, its types, and where each comes from."""
    missing = [pl.lit(None).alias(name) for name in table.schema if name not in offered.rows.columns]
    frame = offered.rows.with_columns(*missing, pl.lit(offered.source).alias("from"))
    columns = [pl.col(name).cast(dtype) for name, dtype in table.schema.items()]
    return frame.select(*columns, "from", pl.col("line").cast(pl.Int64))


def new_waves(mapping: Mapping, study: Study, used: pl.Series) -> pl.DataFrame:
    """Return the waves that rows belong to and that the study does not hold yet."""
    held, rows = set(study.table("waves")["id"]), []
    for wave in mapping.waves:
        if wave.id in held or wave.id not in used:
            continue
        if wave.opens is None:
            raise BadValuesError(
                f"{mapping.file}: wave {wave.id[:60]!r} is new to the study and needs opens, its first day of "
                "answering, as in: opens = 2026-03-02"
            )
        rows.append((wave.id, wave.name or None, wave.opens, wave.closes))
    return pl.DataFrame(rows, schema=TABLES["waves"].schema, orient="row")
