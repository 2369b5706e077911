"""A study of four people known by their mail addresses, and calendars, logs and minutes to import into it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl
from survey_products import csv_file, make_study

from leaderful.study import Study
from leaderful.study.importing import Imported, import_files
from leaderful.study.importing.pseudonyms import hashed

KEY = b"a key of at least sixteen characters"
PEOPLE = {
    "ann": ("ann.zqsecret@nhs.example", "Ann Zqsecret", "RTD", "board"),
    "bob": ("bob.zqsecret@nhs.example", "Bob Zqsecret", "RTD", "manager"),
    "cat": ("cat.zqsecret@council.example", "Cat Zqsecret", "E06", "board"),
    "dan": ("dan.zqsecret@council.example", "Dan Zqsecret", "E06", "practitioner"),
}
MAIL = {short: row[0] for short, row in PEOPLE.items()}
CODES = dict(zip(PEOPLE, hashed(pl.Series([row[0] for row in PEOPLE.values()]), KEY), strict=True))
SHORT = {code: short for short, code in CODES.items()}
ROSTER = """\
[[sources]]
file = "people.csv"
kind = "roster"
person = { column = "Email", pseudonym = "hash" }
body = { column = "Org" }
tier = { column = "Tier" }
aliases = ["Name"]
"""
CALENDAR = """\
[[sources]]
file = "*.ics"
kind = "calendar"
window = { opens = 2026-01-01, closes = 2026-12-31 }
"""


def prepare(folder: Path) -> Path:
    """Make a study and a roster of its people in a folder."""
    make_study(folder / "study")
    csv_file(folder / "people.csv", [["Email", "Name", "Org", "Tier"], *map(list, PEOPLE.values())])
    return folder


def run(folder: Path, files: list[Path], mapping: str, *, replace: bool = False, dry_run: bool = False) -> Imported:
    """Import files together with the roster, so that names stand for people."""
    path = folder / "mapping.toml"
    path.write_text(f"mapping_version = 1\n{ROSTER}{mapping}", encoding="utf-8")
    study = Study.open(folder / "study")
    given = [folder / "people.csv", *files]
    return import_files(study, given, path, key=KEY, replace=replace, dry_run=dry_run)


def held(folder: Path) -> list[tuple[str, str, str, str | None]]:
    """Return the interactions of the study: time in UTC, who took part by short names, who sent, and how."""
    rows = Study.open(folder / "study").table("interactions").sort("time", "id").iter_rows(named=True)
    return [
        (
            row["time"].isoformat(),
            " ".join(sorted(SHORT[each] for each in row["participants"])),
            SHORT.get(row["sender"], ""),
            row["channel"],
        )
        for row in rows
    ]


def said(done: Imported) -> str:
    """Return all receipts as text."""
    return "\n".join(receipt.text(limit=99) for receipt in done.receipts)


def event(uid: str, start: str, *lines: str, who: str = "ann bob") -> str:
    """Return one event in iCalendar; `start` is what follows DTSTART."""
    people = [f"ATTENDEE;CN={short} Zqsecret:mailto:{MAIL.get(short, short)}" for short in who.split()]
    body = [f"UID:{uid}", f"DTSTART{start}", "SUMMARY:Zqsubject about Zqpatient", *people, *lines]
    return "\r\n".join(["BEGIN:VEVENT", *body, "END:VEVENT", ""])


def calendar_file(path: Path, *events: str) -> Path:
    """Write events as a calendar."""
    path.write_text("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + "".join(events) + "END:VCALENDAR\r\n", newline="")
    return path


def utc(*parts: int) -> str:
    """Return a time as `held` does."""
    return datetime(*parts).isoformat()  # type: ignore[arg-type]
