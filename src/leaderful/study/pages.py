"""Reference pages written from the description of the tables and from the errors themselves."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from leaderful.errors import LeaderfulError
from leaderful.receipts import Problem
from leaderful.study.description import Column, Table
from leaderful.study.store import Study
from leaderful.study.tables import TABLES


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """A small mistake in a study folder, made on purpose to show what is said of it."""

    what: str
    file: str
    content: str


_BODIES = """id,name,kind,scale,sector,system,valid_from
QHM,North Shire ICB,integrated-care-board,system,nhs,QHM,2022-07-01
RX1,North Trust,nhs-trust,organisation,nhs,QHM,
06H1,Hill Practice,gp-practice,organisation,nhs,QHM,
"""
_BASE = {
    "study.toml": 'format_version = 1\nname = "Examples"\nsystem = "QHM"\nas_at = 2026-03-31\n',
    "bodies.csv": _BODIES,
    "people.csv": "id,body,tier\np1,RX1,board\np2,QHM,practitioner\n",
    "waves.csv": "id,opens\nw1,2026-01-05\n",
}

MISTAKES: tuple[Mistake, ...] = (
    Mistake(what="an empty file", file="shocks.csv", content=""),
    Mistake(what="a workbook under the name of a CSV file", file="shocks.csv", content="PK\x03\x04"),
    Mistake(
        what="a quotation mark that is never closed",
        file="waves.csv",
        content='id,opens\n"w1,2026-01-05\nw2,2026-02-02\n',
    ),
    Mistake(what="no first line with the names of the columns", file="waves.csv", content="w1,2026-01-05\n"),
    Mistake(what="a misspelt column", file="waves.csv", content="id,opens,closse\nw1,2026-01-05,2026-02-01\n"),
    Mistake(what="a missing column", file="waves.csv", content="id,name\nw1,first round\n"),
    Mistake(
        what="a row with too many cells",
        file="waves.csv",
        content="id,name,opens\nw1,first, of two,2026-01-05\n",
    ),
    Mistake(what="a date in another order", file="waves.csv", content="id,opens\nw1,05/01/2026\n"),
    Mistake(
        what="a code that a spreadsheet changed",
        file="people.csv",
        content="id,body,tier\n1.00E+05,RX1,board\n",
    ),
    Mistake(
        what="a value that is not in the list",
        file="bodies.csv",
        content=_BODIES.replace("nhs-trust", "NHS trust"),
    ),
    Mistake(
        what="a number with a percent sign",
        file="published.csv",
        content="body,source,question,year,percent,base\nRX1,nhs-staff-survey,Q7a,2024,61%,812\n",
    ),
    Mistake(
        what="an answer outside the scale",
        file="responses.csv",
        content="person,wave,item,answer\np1,w1,CGP1,9\n",
    ),
    Mistake(
        what="a lost leading zero",
        file="ties.csv",
        content="source,target,kind\nQHM,6H1,commissions\n",
    ),
    Mistake(
        what="the same answer twice",
        file="responses.csv",
        content="person,wave,item,answer\np1,w1,CGP1,4\np1,w1,CGP1,5\n",
    ),
    Mistake(
        what="a person who is not in the list of people",
        file="responses.csv",
        content="person,wave,item,answer\np9,w1,CGP1,4\n",
    ),
    Mistake(what="dates reversed", file="waves.csv", content="id,opens,closes\nw1,2026-02-01,2026-01-05\n"),
    Mistake(
        what="a circle of governance",
        file="ties.csv",
        content="source,target,kind\nQHM,RX1,commissions\nRX1,QHM,oversees\n",
    ),
    Mistake(
        what="a tie outside the dates of its ends",
        file="ties.csv",
        content="source,target,kind,valid_from\nQHM,RX1,commissions,2019-04-01\n",
    ),
    Mistake(
        what="shares that add to more than the whole",
        file="successions.csv",
        content="predecessor,successor,kind,effective,share\n"
        "QNQ,S0E4D,split,2026-04-01,0.7\nQNQ,QRL,split,2026-04-01,0.7\n",
    ),
    Mistake(
        what="an interaction with one person",
        file="interactions.csv",
        content="id,time,participants\ni1,2026-01-05T10:00,p1\n",
    ),
)


def docs_pages() -> dict[str, str]:
    """Return the generated pages of this room by their path under docs/."""
    return {"reference/tables.md": tables_page(), "reference/errors.md": errors_page()}


def tables_page() -> str:
    """Return the reference of all tables of a study."""
    return "\n".join([_TABLES_INTRODUCTION, *(_table_section(table) for table in TABLES.values())])


def errors_page() -> str:
    """Return the reference of what can go wrong: each class, its exit code and real messages."""
    shown = [(mistake, problem_of(mistake)) for mistake in MISTAKES]
    kinds = sorted(LeaderfulError.__subclasses__(), key=lambda kind: kind.exit_code)
    sections = [_error_section(kind, [(m, p) for m, p in shown if p.kind is kind]) for kind in kinds]
    return "\n".join([_ERRORS_INTRODUCTION, *sections])


def problem_of(mistake: Mistake) -> Problem:
    """Open a small study with one mistake in it and return the first problem that is found."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for name, content in {**_BASE, mistake.file: mistake.content}.items():
            (folder / name).write_text(content, encoding="utf-8", newline="")
        receipts = Study.open(folder).receipts
    return next(p for receipt in receipts if receipt.source == mistake.file for p in receipt.problems)


def _table_section(table: Table) -> str:
    rows = [
        f"| `{c.name}` | {c.type} | {'yes' if c.required else ''} | {_meaning(c)} | {_may_hold(c)} |"
        for c in table.columns
    ]
    lines = [
        f"## {table.name}",
        "",
        table.meaning,
        "",
        f"A row is named by: {', '.join(f'`{name}`' for name in table.key)}.",
        *(f"`{later}` may not be before `{earlier}`." for earlier, later in table.ordered),
        "",
        "| column | type | needed | meaning | may hold |",
        "|---|---|---|---|---|",
        *rows,
    ]
    return "\n".join(lines) + "\n"


def _meaning(column: Column) -> str:
    return f"{column.meaning} (private)" if column.private else column.meaning


def _may_hold(column: Column) -> str:
    parts = []
    if column.allowed:
        many = len(column.allowed) > 30
        shown = (*column.allowed[:4], "...", column.allowed[-1]) if many else column.allowed
        codes = ", ".join(code if code == "..." else f"`{code}`" for code in shown)
        parts.append(f"{codes} ({len(column.allowed)} in all)" if many else codes)
    if column.refers:
        parts.append(f"a value of `{column.refers}`")
    if column.minimum is not None or column.maximum is not None:
        parts.append(_bounds(column))
    return "; ".join(parts)


def _bounds(column: Column) -> str:
    unit = f" ({column.unit})" if column.unit and column.unit != "share" else ""
    if column.maximum is None:
        return f"{column.minimum:g} or more{unit}"
    return f"{column.minimum:g} to {column.maximum:g}{unit}"


def _error_section(kind: type[LeaderfulError], examples: list[tuple[Mistake, Problem]]) -> str:
    lines = [f"## {kind.__name__} (exit code {kind.exit_code})", "", (kind.__doc__ or "").strip(), ""]
    for mistake, problem in examples:
        lines += [
            f"{mistake.what[0].upper()}{mistake.what[1:]}:",
            "",
            f"```text\n{problem.where}: {problem.message}\n```",
            "",
        ]
    return "\n".join(lines)


_TABLES_INTRODUCTION = """# Tables of a study

A study is a folder with `study.toml` and one file for each table, CSV or Parquet. This page is
written from the description that also checks the files, so the two cannot differ.

- **text** is any text. **code** is a short name without spaces round it, semicolons or line breaks.
- **codes** is a list: in a CSV file, codes joined by `;`.
- **date** is written year-month-day: `2026-03-31`. **datetime** adds the time, in UTC:
  `2026-03-31T14:05`; a time with an offset, such as `+01:00`, is turned into UTC.
- **boolean** is yes, no, true, false, 1 or 0. **integer** and **number** are written in figures,
  with a full stop for decimals and nothing between thousands.
- An empty cell says that nothing is known. Blank texts and empty lists mean the same.
- An empty first or last day of a tie means: as long as both of its bodies exist.
- **private** marks answers, opinions and identities. No message repeats any cell of a table that
  has a private column.

## What is left out, and what is kept

Rows that are in order are kept, and a receipt counts the others with the reason for each.

- A file whose columns are missing, repeated or misspelt gives no rows: they would mean something else.
  Columns of your own are named in the receipt and not read.
- Of rows with the same key, the first is kept.
- A row that refers to nothing, or to a row that was left out, is left out.
- Vertical ties of all kinds count together. Where they run in a circle on some day, the tie of the
  circle that stands last in the file is left out.
- Where the shares of one predecessor on one day add to more than 1, all of them are left out.
- An interaction needs two different participants, and its sender among them. A moment that does not
  say who else was there is kept and counted in a note.
- After a thousand rows with the same fault in the same column, the rest are counted in one line.

Rows are numbered by their line in a CSV file, where the header is line 1, and from 1 in a Parquet file.

## How files are read and written

Files of more than 2,000,000,000 bytes or 50,000,000 rows are refused before they are read.
CSV is UTF-8. UTF-16 with a byte order mark, and Windows-1252, are read with a note; so are
semicolons, tabs and vertical bars between cells. A column's name may differ in case, spaces and hyphens.
leaderful itself writes CSV with a byte order mark, so that spreadsheets show accents as they are, and
keeps tables of more than 200,000 rows as Parquet. Text is kept as it is, also where a spreadsheet
would take it for a formula (a first `=`, `+`, `-` or `@`): exports make it safe, the study itself does not.
"""

_ERRORS_INTRODUCTION = """# What can go wrong

Each kind of error has its own exit code, so that a script can tell them apart. Where several things
are wrong, the code is the lowest of them: what is wrong first hides what comes after. Every message
below was given by this version for the mistake named above it. A private answer is never repeated.
"""
