"""Every plan of a study read, and its suggested links written beside the decisions that people made."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from leaderful.errors import BadValuesError, LeaderfulError, StudyNotFoundError, UnreadableFileError
from leaderful.plans.suggesting import duties, from_plan, linked
from leaderful.receipts import Problem
from leaderful.study import Study
from leaderful.study.importing.storing import refuse_broken, refuse_unsound, write_tables
from leaderful.study.tables import LINKS
from leaderful.text.documents import read_plan

TABLE = LINKS.name
_NO_PLAN = "no plan is listed; put plans into the folder, and a row for each with its file into table documents"


@dataclass(frozen=True, kw_only=True)
class PlanReceipt:
    """What became of one document, or of the duties of boards."""

    source: str
    pages: int | None = None
    passages: int = 0
    suggested: int = 0
    decided: int = 0
    """How many of its links people have decided on; no reading changes those."""
    notes: tuple[str, ...] = ()
    problem: Problem | None = None

    def text(self) -> str:
        """Return plain lines for the terminal."""
        if self.problem is not None:
            return f"{self.source}: not read\n  {self.problem.message}"
        pages = "" if self.pages is None else f"{self.pages:,} page{'s' * (self.pages != 1)}, "
        passages = f"{self.passages:,} passage{'s' * (self.passages != 1)}, " if self.passages else ""
        links = f"{self.suggested:,} suggested link{'s' * (self.suggested != 1)}, {self.decided:,} decided"
        return "\n".join([f"{self.source}: {pages}{passages}{links}", *(f"  note: {note}" for note in self.notes)])


@dataclass(frozen=True, kw_only=True)
class ReadPlans:
    """What the plans of a study came to."""

    receipts: tuple[PlanReceipt, ...]
    file: str
    """The file of table links that was written; empty where nothing changed."""
    open: int
    """How many links nobody has decided on yet."""

    @property
    def worst(self) -> type[LeaderfulError] | None:
        """The class of problem with the lowest exit code; None where every document was read."""
        kinds = [receipt.problem.kind for receipt in self.receipts if receipt.problem is not None]
        return min(kinds, key=lambda kind: kind.exit_code, default=None)


def read_plans(study: Study, *, again: bool) -> ReadPlans:
    """Read the documents of a study, and write links to goals for people to confirm or refuse.

    A link that somebody has decided on stays as it is, also when its passage is gone. One that nobody
    has decided on gives way to what the new reading finds. One document that cannot be read does not
    stop the others, and its links stay.

    Parameters
    ----------
    study
        A study in a folder.
    again
        Whether to read documents anew that have links already.

    Raises
    ------
    StudyNotFoundError
        The study is in no folder, or the folder cannot be written.
    BrokenStructureError, WrongColumnsError
        Table links has rows or columns that writing it again would lose.
    """
    if study.folder is None:
        raise StudyNotFoundError("The study is in no folder. Give it one with Study.new, and its plans beside it.")
    refuse_broken(study, [TABLE])
    held = study.table(TABLE)
    links, receipts = _duties(study, held)
    receipts += _listed(study)
    for id, body, file in study.table("documents").select("id", "body", "file").iter_rows():
        own = held.filter(pl.col("document") == id)
        if own.height and not again:
            receipts.append(_known(file, own, study.folder))
            continue
        links, receipt = _document(study.folder, id, body, file, links)
        receipts.append(receipt)
    undecided = links["decision"].null_count()
    if links.equals(held):
        return ReadPlans(receipts=tuple(receipts), file="", open=undecided)
    refuse_unsound(study, {**study.tables, TABLE: links})
    return ReadPlans(receipts=tuple(receipts), file=write_tables(study, {TABLE: links})[0], open=undecided)


def _duties(study: Study, held: pl.DataFrame) -> tuple[pl.DataFrame, list[PlanReceipt]]:
    """Add what the core purposes suggest and the table does not hold yet; a link once refused stays refused."""
    rows = duties(study.table("bodies"), study.system, study.as_at)
    new = rows.join(held.select("id"), on="id", how="anti", maintain_order="left")
    if rows.is_empty():
        return held, []
    known = held.filter(pl.col("id").is_in(rows["id"].implode()))
    decided = known["decision"].count()
    receipt = PlanReceipt(source="core purposes of Integrated Care Systems", suggested=rows.height, decided=decided)
    return pl.concat([held, new]), [receipt]


def _listed(study: Study) -> list[PlanReceipt]:
    """Name the documents whose rows are not in order, which therefore nobody reads; say so where there are none."""
    of_documents = [each for each in study.receipts if Path(each.source).stem == "documents"]
    left_out = [
        PlanReceipt(source=problem.where, problem=problem) for each in of_documents for problem in each.problems
    ]
    none = study.table("documents").is_empty() and not left_out
    return [PlanReceipt(source="documents", notes=(_NO_PLAN,))] if none else left_out


def _document(folder: Path, id: str, body: str, file: str, links: pl.DataFrame) -> tuple[pl.DataFrame, PlanReceipt]:
    try:
        plan = read_plan(_inside(folder, file))
    except LeaderfulError as error:
        problem = Problem(file=file, row=None, column=None, kind=type(error), message=str(error))
        return links, PlanReceipt(source=file, problem=problem)
    found = linked(list(from_plan(id, body, plan)))
    own = links.filter(pl.col("document") == id)
    merged, gone = merge(own, found)
    at = links.filter(pl.col("document").is_null() | (pl.col("document") != id))
    notes = list(plan.notes)
    if gone:
        notes.append(
            f"{gone:,} link{'s' * (gone != 1)} decided before, whose passage is no longer there; kept as decided"
        )
    receipt = PlanReceipt(
        source=file,
        pages=plan.pages,
        passages=len(plan.passages),
        suggested=found.height,
        decided=merged["decision"].count(),
        notes=tuple(notes),
    )
    return pl.concat([at, merged]), receipt


def merge(own: pl.DataFrame, found: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Set the links that a document had beside those found now; return them, and how many decided ones are gone.

    Links are the same when they are of one passage and one goal. A decided one keeps all its cells but
    the page. Links that were written by hand have no confidence, and are kept, decided or not.
    """
    same = ["passage", "goal"]
    pages = found.select(*same, pl.col("page").alias("page_now"))
    by_hand = pl.col("confidence").is_null()
    kept = own.filter(pl.col("decision").is_not_null() | by_hand)
    placed = kept.join(pages, on=same, how="left", maintain_order="left")
    is_there = placed.join(found.select(same), on=same, how="semi").height
    gone = placed.filter(pl.col("confidence").is_not_null()).height - is_there
    placed = placed.with_columns(page=pl.coalesce("page_now", "page")).drop("page_now")
    new = found.join(kept.select(same), on=same, how="anti", maintain_order="left")
    order = pl.Series("passage", found["passage"].unique(maintain_order=True))
    together = pl.concat([placed, new])
    places = pl.DataFrame({"passage": order, "place": range(len(order))}, schema_overrides={"place": pl.Int64})
    together = together.join(places, on="passage", how="left", maintain_order="left")
    number = pl.col("goal").str.strip_prefix("SDG").cast(pl.Int64)
    return together.sort("place", number, "id", nulls_last=True, maintain_order=True).drop("place"), max(gone, 0)


def _known(file: str, own: pl.DataFrame, folder: Path) -> PlanReceipt:
    command = f"leaderful plans {shlex.quote(str(folder))} --again"
    return PlanReceipt(
        source=file,
        suggested=own.height,
        decided=own["decision"].count(),
        notes=(f"read before; {command} reads it anew",),
    )


def _inside(folder: Path, file: str) -> Path:
    """Return the file's place; a file outside the folder of the study is none of the study's."""
    try:
        path = (folder / file).resolve()
        inside = path.is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):
        raise UnreadableFileError("the file's name cannot be used. Rename the file, and correct column file.") from None
    if not inside:
        raise BadValuesError(
            "the file lies outside the study's folder and was not opened. Copy it into the folder, and give its name "
            "there in column file of table documents."
        )
    return path
