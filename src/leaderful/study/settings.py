"""study.toml: what a study is called, which system and date it is about, and how its tables are kept."""

from __future__ import annotations

import difflib
import hashlib
import shlex
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Literal, get_args

from leaderful.errors import BadValuesError, StudyNotFoundError, UnknownNameError, UnreadableFileError
from leaderful.study.tables import TABLES
from leaderful.toml import read_toml

FILE = "study.toml"
VERSION = 1
"""Version of the folder format written by this release; older ones stay readable."""

Format = Literal["csv", "parquet"]
_LONGEST_NAME = 200
SMALLEST_GROUPS = (10, 12, 15, 20, 30, 50, 100)
"""Numbers of people, one of which a study chooses: it shows nothing of fewer. It may be raised, never lowered."""
_SHOWN = 60
_KNOWN = ("format_version", "name", "system", "as_at", "seed", "created_from", "synthetic", "minimum_people", "formats")
_HIGHEST_SEED = 2**63 - 1  # the most that TOML holds, and that every program here which draws at random takes


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The contents of study.toml."""

    name: str
    system: str
    as_at: date
    seed: int = 1
    created_from: str = ""
    synthetic: bool = False
    """True where the evidence is made up, to show or to test something."""
    minimum_people: int = SMALLEST_GROUPS[0]
    """Fewest people of whom anything is shown."""
    formats: dict[str, Format] = field(default_factory=dict)
    """How a table is kept, where that is stated; a CSV file otherwise, and else a Parquet file."""
    digest: str = ""
    """SHA-256 of the file they were read from."""


def read_settings(folder: Path) -> Settings:
    """Read study.toml of a study folder; raise an error that says what to change when it cannot be used."""
    path = folder / FILE
    with readable(folder):
        _refuse_missing(folder, path)
    held = read_toml(
        path,
        what="the settings of a study",
        otherwise="Restore the file.",
        example="Text stands in quotation marks and a date does not, as in: as_at = 2026-04-01",
    )
    values = held.values
    _refuse_newer(path, values)
    _refuse_unknown(path, values)
    return Settings(
        name=_name(path, values),
        system=_text(path, values, "system"),
        as_at=_date(path, values),
        seed=_seed(path, values),
        created_from=_text(path, values, "created_from"),
        synthetic=_synthetic(path, values),
        minimum_people=_minimum_people(path, values),
        formats=_formats(path, values),
        digest=hashlib.sha256(held.content).hexdigest(),
    )


def settings_text(settings: Settings) -> str:
    """Return study.toml for these settings."""
    lines = [
        f"format_version = {VERSION}",
        f"name = {_quoted(settings.name)}",
        f"system = {_quoted(settings.system)}  # code of the ICB; empty for more than one system",
        f"as_at = {settings.as_at.isoformat()}",
        f"seed = {settings.seed}",
        f"created_from = {_quoted(settings.created_from)}",
    ]
    if settings.minimum_people != SMALLEST_GROUPS[0]:
        lines.append(f"minimum_people = {settings.minimum_people}  # nothing is shown of fewer people")
    if settings.synthetic:
        lines.append("synthetic = true  # made up: nothing in this study is about a real person or organisation")
    if settings.formats:
        lines += ["", "[formats]"]
        lines += [f'{name} = "{kept}"' for name, kept in sorted(settings.formats.items())]
    return "\n".join(lines) + "\n"


@contextmanager
def readable(folder: Path) -> Iterator[None]:
    """Say which folder it was that could not be looked into."""
    try:
        yield
    except OSError as error:
        raise StudyNotFoundError(
            f"{folder} cannot be read: {error.strerror}. Name a study's folder that you may open."
        ) from None


def name_fault(name: str) -> str:
    """Say what keeps `name` from being the name of a study; nothing when it may be."""
    if not name.strip():
        return "is empty; say what people call the study"
    if len(name) > _LONGEST_NAME:
        return f"has {len(name):,} characters and at most {_LONGEST_NAME} are allowed; shorten it"
    if any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") for character in name):
        return "holds a line break or another character that cannot be seen; type it again"
    return ""


def _refuse_missing(folder: Path, path: Path) -> None:
    if not folder.is_dir():
        raise StudyNotFoundError(
            f"There is no folder {folder}. Make a study with: leaderful new {shlex.quote(str(folder))} --icb CODE"
        )
    if not path.is_file():
        raise StudyNotFoundError(
            f"{folder} holds no study: it has no {FILE}. Name a study's folder, "
            "or make one with: leaderful new FOLDER --icb CODE"
        )


def _refuse_newer(path: Path, values: dict[str, object]) -> None:
    version = values.get("format_version")
    if type(version) is not int or version < 1:
        raise BadValuesError(f"{path}: format_version must be a whole number; this release writes {VERSION}.")
    if version > VERSION:
        raise UnreadableFileError(
            f"{path} has format_version {version}, made by a newer release; this one reads up to {VERSION}. "
            "Update leaderful: pip install --upgrade leaderful"
        )


def _refuse_unknown(path: Path, values: dict[str, object]) -> None:
    for key in values:
        if key not in _KNOWN:
            near = difflib.get_close_matches(key, _KNOWN, n=1)
            hint = f"Did you mean {near[0]}?" if near else f"Allowed are {', '.join(_KNOWN)}."
            raise UnknownNameError(f"{path}: {key[:_SHOWN]!r} is not a setting of a study. {hint}")


def _name(path: Path, values: dict[str, object]) -> str:
    name = _text(path, values, "name")
    if not name.strip():
        raise BadValuesError(f'{path}: name is missing. Write a line such as: name = "North Shire 2026"')
    if fault := name_fault(name):
        raise BadValuesError(f"{path}: name {fault}.")
    return name


def _text(path: Path, values: dict[str, object], key: str) -> str:
    value = values.get(key, "")
    if not isinstance(value, str):
        raise BadValuesError(f"{path}: {key} must be text in quotation marks.")
    return value


def _date(path: Path, values: dict[str, object]) -> date:
    value = values.get("as_at")
    if not isinstance(value, date) or isinstance(value, datetime):
        raise BadValuesError(
            f"{path}: as_at must be a day, year-month-day without quotation marks, as in: as_at = 2026-04-01"
        )
    return value


def _seed(path: Path, values: dict[str, object]) -> int:
    value = values.get("seed", 1)
    if type(value) is not int or not 0 <= value <= _HIGHEST_SEED:
        raise BadValuesError(f"{path}: seed must be a whole number from 0 to {_HIGHEST_SEED:,}, as in: seed = 1")
    return value


def _synthetic(path: Path, values: dict[str, object]) -> bool:
    value = values.get("synthetic", False)
    if not isinstance(value, bool):
        raise BadValuesError(f"{path}: synthetic must be true or false, without quotation marks.")
    return value


def _minimum_people(path: Path, values: dict[str, object]) -> int:
    value = values.get("minimum_people", SMALLEST_GROUPS[0])
    if type(value) is not int or value not in SMALLEST_GROUPS:
        allowed = ", ".join(str(people) for people in SMALLEST_GROUPS)
        raise BadValuesError(
            f"{path}: minimum_people must be one of {allowed}, without quotation marks; nothing is shown of fewer "
            f"people. Leave the line out for {SMALLEST_GROUPS[0]}."
        )
    return value


def _formats(path: Path, values: dict[str, object]) -> dict[str, Format]:
    formats = values.get("formats", {})
    if not isinstance(formats, dict):
        raise BadValuesError(f'{path}: [formats] must hold lines such as: responses = "parquet"')
    allowed = get_args(Format)
    for name, kept in formats.items():
        if name not in TABLES:
            near = difflib.get_close_matches(name, TABLES, n=1)
            hint = f"Did you mean {near[0]}?" if near else f"Tables are {', '.join(TABLES)}."
            raise UnknownNameError(f"{path}: [formats] names {name[:_SHOWN]!r}, which is not a table. {hint}")
        if kept not in allowed:
            raise BadValuesError(f"{path}: [formats] {name} must be {' or '.join(allowed)}, in quotation marks.")
    return dict(formats)


def _quoted(text: str) -> str:
    """Return `text` as a TOML basic string."""
    special = {'"': '\\"', "\\": "\\\\"}
    return (
        '"'
        + "".join(
            special.get(character) or (character if character.isprintable() else f"\\U{ord(character):08X}")
            for character in text
        )
        + '"'
    )
