"""Lists of people as stewards upload them: read, checked against the study, with a receipt for every row."""

from __future__ import annotations

import csv
import difflib
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Final

import polars as pl
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from leaderful.errors import BadValuesError, BrokenKeysError, LeaderfulError, UnreadableFileError
from leaderful.framework import framework
from leaderful.receipts import Receipt
from leaderful.study.decoding import Limits
from leaderful.study.description import Column, Table
from leaderful.study.importing.workbooks import read_workbook
from leaderful.study.reading import Reading, no_rows, read_file
from leaderful.web.accounts.addresses import validate_address

LARGEST_FILE: Final = 2_000_000
LARGEST_UNPACKED: Final = 50_000_000
MOST_ROWS: Final = 10_000
_ZIP: Final = b"PK\x03\x04"
_LONGEST: Final = {"name": 200, "email": 254}
_EXAMPLE: Final = {"name": "Ada Lovell", "email": "ada.lovell@example.org", "body": "RVW", "tier": "manager"}
"""The line of the empty list that shows how to fill it in."""

ROSTER: Final = Table(
    name="roster",
    meaning="People who are to be asked, with what is needed to reach them.",
    columns=(
        Column(name="name", type="text", meaning="what they are called", private=True),
        Column(name="email", type="text", meaning="where their link is sent", private=True),
        Column(name="body", type="text", meaning="body they work for: its code or its name", required=True),
        Column(name="team", type="text", meaning="their team, where it is a body of the study"),
        Column(name="tier", type="text", meaning="seniority: its code or its name", required=True),
        Column(name="place", type="text", meaning="place they work in, where it is a body of the study"),
    ),
    key=("email",),
)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One person of a list, with codes in place of names of bodies and tiers."""

    line: int
    name: str
    email: str
    body: str
    team: str
    tier: str
    place: str

    @property
    def plain(self) -> dict[str, Any]:
        """The row as it is kept until it is confirmed."""
        return asdict(self)


Fault = Callable[[Row], str]
"""Says why a row cannot be taken, given what the study holds already; nothing where it can."""


def read_roster(content: bytes, bodies: pl.DataFrame, fault: Fault) -> tuple[list[Row], Receipt]:
    """Read a CSV file or workbook as a list of people of a study that has certain bodies.

    What the file is, is told by what is in it and not by its name.
    """
    reading = _read(content)
    known = _Codes(bodies)
    _check_people(reading)
    for name, codes, kind in (
        ("body", known.bodies, _("body")),
        ("team", known.teams, _("team")),
        ("tier", known.tiers, _("tier")),
        ("place", known.places, _("place")),
    ):
        _decode(reading, name, codes, kind)
    _check_repeated(reading)
    _check_known(reading, fault)
    return list(_rows(reading)), reading.receipt


def template() -> str:
    """Return the list that stewards fill in, with one line that shows how."""
    names = [column.name for column in ROSTER.columns]
    return f"{','.join(names)}\r\n{','.join(_EXAMPLE.get(name, '') for name in names)}\r\n"


def _read(content: bytes) -> Reading:
    workbook = content.startswith(_ZIP)
    with _on_disk(content, ".xlsx" if workbook else ".csv") as path:
        try:
            source = _as_csv(path) if workbook else _refuse_long(path)
        except LeaderfulError as error:
            reading = no_rows(ROSTER, path.name)
            reading.absent = True
            reading.log.add(type(error), str(error))
            return reading
        return read_file(source, ROSTER, limits=Limits(bytes=LARGEST_UNPACKED))


def _refuse_long(path: Path) -> Path:
    """Return the path of a list that has not too many rows."""
    if path.read_bytes().count(b"\n") > MOST_ROWS + 1:
        raise UnreadableFileError(_("The list has more than %(most)s rows. Split it.") % {"most": f"{MOST_ROWS:,}"})
    return path


@contextmanager
def _on_disk(content: bytes, suffix: str) -> Iterator[Path]:
    """Lend a file to those who read from disk, in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="leaderful-") as folder:
        path = Path(folder) / f"people{suffix}"
        path.write_bytes(content)
        yield path


def _as_csv(workbook: Path) -> Path:
    """Write the first sheet of a workbook as CSV beside it, every row on the line it had."""
    sheets = read_workbook(workbook, limits=Limits(bytes=LARGEST_UNPACKED, rows=MOST_ROWS))
    cells = sheets[0].cells
    if len(sheets) > 1:
        raise UnreadableFileError(
            _(
                "The workbook has several sheets with something in them. Keep the one with the people, and take the "
                "others out."
            )
        )
    path, at = workbook.with_suffix(".csv"), 1
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        for line, _width, *texts in cells.iter_rows():
            stream.write("\r\n" * (line - at))
            writer.writerow([" ".join(str(text or "").split()) for text in texts])
            at = line + 1
    return path


class _Codes:
    """Codes of bodies and tiers by code and by name, however they are written; none where a name is not unique.

    With each code stands how the word is written rightly.
    """

    def __init__(self, bodies: pl.DataFrame) -> None:
        self.bodies = _coded(bodies)
        self.teams, self.places = (_coded(bodies.filter(scale=scale)) for scale in ("team", "place"))
        tiers = framework().tiers
        self.tiers = {plain(word): (tier.id, tier.id) for tier in tiers for word in (tier.name, tier.id)}


def _coded(bodies: pl.DataFrame) -> dict[str, tuple[str, str]]:
    named = bodies.filter(~pl.col("name").is_duplicated())
    pairs = [*zip(named["name"], named["id"], strict=True), *zip(bodies["id"], bodies["id"], strict=True)]
    return {plain(name): (str(code), str(name)) for name, code in pairs}


def plain(text: str) -> str:
    """Return a text without differences of case and spaces, as names are compared."""
    return " ".join(text.casefold().split())


def _check_people(reading: Reading) -> None:
    """Leave out the example, rows of nobody, and rows with an address that is none or a name that is too long."""
    reading.frame = reading.frame.with_columns(
        pl.col("email").str.strip_chars().str.to_lowercase(), pl.col("name").str.strip_chars()
    )
    reading.leave_out(
        reading.frame.filter(pl.col("email") == _EXAMPLE["email"]).select("line"),
        BadValuesError,
        lambda _row: _("the line that shows how to fill in the list; nobody is asked under it"),
        column="email",
    )
    nobody = pl.col("name").is_null() & pl.col("email").is_null()
    reading.leave_out(
        reading.frame.filter(nobody).select("line"),
        BadValuesError,
        lambda _row: _("neither a name nor an email address; write one of them, so that the person can be told apart"),
        column="name",
    )
    wrong = [line for line, email in reading.frame.select("line", "email").iter_rows() if email and not _is_mail(email)]
    reading.leave_out(
        pl.DataFrame({"line": wrong}, schema={"line": pl.Int64}),
        BadValuesError,
        lambda _row: _("no email address; write it as name@example.org, or leave it empty and print a code"),
        column="email",
    )
    reading.leave_out(
        reading.frame.filter(pl.col("name").str.len_chars() > _LONGEST["name"]).select("line"),
        BadValuesError,
        lambda _row: _("a name of more than 200 characters; shorten it"),
        column="name",
    )


def _is_mail(text: str) -> bool:
    try:
        validate_address(text)
    except ValidationError:
        return False
    return len(text) <= _LONGEST["email"]


def _decode(reading: Reading, name: str, codes: Mapping[str, tuple[str, str]], kind: str) -> None:
    """Put codes in place of names in a column; leave out rows whose cell stands for nothing."""
    found = [codes.get(plain(text), (None,))[0] if text is not None else None for text in reading.frame[name]]
    decoded = reading.frame.with_columns(pl.Series("code", found, dtype=pl.String))
    faults = decoded.filter(pl.col("code").is_null() & pl.col(name).is_not_null()).select("line", given=name)
    reading.frame = decoded.with_columns(pl.col("code").alias(name)).drop("code")
    reading.leave_out(faults, BrokenKeysError, partial(_unknown, codes=codes, kind=kind), column=name)


def _unknown(row: Mapping[str, Any], *, codes: Mapping[str, tuple[str, str]], kind: str) -> str:
    given = str(row["given"])[:60]
    if not codes:
        return _("“%(given)s” is no %(kind)s of this study, which has none; leave the cell empty") % {
            "given": given,
            "kind": kind,
        }
    near = _nearest(plain(given), tuple(codes))
    if near:
        return _("“%(given)s” is no %(kind)s of this study; did you mean %(near)s?") % {
            "given": given,
            "kind": kind,
            "near": _(" or ").join(codes[word][1] for word in near),
        }
    if len(codes) <= 2 * len(framework().tiers):
        return _("“%(given)s” is no %(kind)s; write %(allowed)s") % {
            "given": given,
            "kind": kind,
            "allowed": ", ".join(dict.fromkeys(code for code, _written in codes.values())),
        }
    return _("“%(given)s” is no %(kind)s of this study; write its code, or its name as the list of bodies has it") % {
        "given": given,
        "kind": kind,
    }


@lru_cache(maxsize=256)
def _nearest(given: str, known: tuple[str, ...]) -> list[str]:
    """Return up to three words that are most like the one given, in full or as far as it was written out."""
    starts: dict[str, list[str]] = {}
    for word in known:
        starts.setdefault(word[: len(given)], []).append(word)
    near = difflib.get_close_matches(given, starts, n=1, cutoff=0.8)
    return starts[near[0]][:3] if near else difflib.get_close_matches(given, known, n=1)


def _check_repeated(reading: Reading) -> None:
    """Leave out who cannot be told from a row before: by address, and those without one by name and body."""
    for who, same, say in (
        (pl.col("email").is_not_null(), ["email"], _same_address),
        (pl.col("email").is_null(), ["plain", "body"], _same_name),
    ):
        named = pl.col("name").map_elements(plain, return_dtype=pl.String).alias("plain")
        rows = reading.frame.filter(who).with_columns(named)
        rows = rows.with_columns(pl.col("line").first().over(same).alias("first"))
        faults = rows.filter(pl.col("line") != pl.col("first")).select("line", "first")
        reading.leave_out(faults, BrokenKeysError, say)


def _same_address(row: Mapping[str, Any]) -> str:
    return _(
        "the same email address as in row %(first)s, which is kept. If they are one person, take one row out; if they "
        "are two, write the address of their own, or leave it empty and print a code"
    ) % {"first": row["first"]}


def _same_name(row: Mapping[str, Any]) -> str:
    return _(
        "the same name in the same organisation as in row %(first)s, which is kept, and no email address to tell them "
        "apart. If they are one person, take one row out; if they are two, write an address, or a middle name"
    ) % {"first": row["first"]}


def _check_known(reading: Reading, fault: Fault) -> None:
    """Leave out who cannot be taken because of what the study holds already."""
    said = {row.line: why for row in _rows(reading) if (why := fault(row))}
    reading.leave_out(
        pl.DataFrame({"line": list(said)}, schema={"line": pl.Int64}),
        BrokenKeysError,
        lambda row: said[row["line"]],
    )


def _rows(reading: Reading) -> Iterator[Row]:
    for cells in reading.frame.iter_rows(named=True):
        yield Row(line=cells["line"], **{column.name: cells[column.name] or "" for column in ROSTER.columns})
