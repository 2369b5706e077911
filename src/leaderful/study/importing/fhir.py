"""FHIR QuestionnaireResponses as sheets: one of answers, and one for each group that is about a body or a person."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from leaderful.errors import UnreadableFileError
from leaderful.study.decoding import Limits, refuse_large
from leaderful.study.importing.sheets import Sheet, as_utf8, make_cells, refuse_many_cells

ANSWERS = "answers"
"""Name of the sheet that holds the answers outside groups about a body or a person."""
WHO = ("entry", "response", "status", "authored", "subject", "author")
"""Columns before the answers; ``entry`` counts the resources of the file from 1."""
_ADVICE = "Export a Bundle of QuestionnaireResponse resources as JSON (FHIR R4)."
_DEEPEST = 50
_MOST_SHEETS = 1_000

Row = dict[str, str]


def read_bundle(path: Path, *, limits: Limits) -> list[Sheet]:
    """Return the answers of a bundle, a single response, a list of them, or one response in each line."""
    refuse_large(path, limits)
    resources = list(_resources(_parsed(path)))
    responses = [(n, each) for n, each in enumerate(resources, 1) if _kind(each) == "QuestionnaireResponse"]
    if not responses:
        raise UnreadableFileError(f"the file holds no QuestionnaireResponse. {_ADVICE}")
    others = Counter(_kind(each) for each in resources) - Counter(QuestionnaireResponse=len(responses))
    found: dict[str, list[tuple[int, Row]]] = {ANSWERS: []}
    for number, resource in responses:
        answers = _who(resource, number)
        groups: list[tuple[str, Row]] = []
        _flatten(resource.get("item"), answers, groups, 0)
        found[ANSWERS].append((number, answers))
        for name, row in groups:
            found.setdefault(name, []).append((number, {**_who(resource, number), **row}))
        if len(found) > _MOST_SHEETS:
            raise UnreadableFileError(f"groups about bodies or people have more than {_MOST_SHEETS:,} names. {_ADVICE}")
    notes = tuple(
        f"resources of kind {kind[:60]}: {count:,}; they are no answers and were not read"
        for kind, count in others.items()
    )
    return [_sheet(path.name, name, rows, notes if name == ANSWERS else ()) for name, rows in found.items()]


def _parsed(path: Path) -> Any:
    try:
        text = path.read_bytes().decode("utf-8-sig")
        if path.suffix.lower() == ".ndjson":
            return [json.loads(line) for line in text.splitlines() if line.strip()]
        return json.loads(text)
    except UnicodeDecodeError:
        raise UnreadableFileError(f"the file is not UTF-8 text. {_ADVICE}") from None
    except (ValueError, RecursionError) as error:  # also a number of thousands of digits, which is no JSONDecodeError
        where = f" at line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise UnreadableFileError(f"the file is not in order as JSON{where}. {_ADVICE}") from None


def _resources(parsed: Any) -> Iterator[dict[str, Any]]:
    if isinstance(parsed, list):
        for each in parsed:
            yield from _resources(each)
    elif isinstance(parsed, dict) and parsed.get("resourceType") == "Bundle":
        for entry in _listed(parsed.get("entry")):
            yield from _resources(entry.get("resource") if isinstance(entry, dict) else None)
    elif isinstance(parsed, dict):
        yield parsed
    else:
        yield {}


def _kind(resource: dict[str, Any]) -> str:
    kind = resource.get("resourceType")
    return kind if isinstance(kind, str) else "unnamed"


def _who(resource: dict[str, Any], number: int) -> Row:
    given = {
        "entry": number,
        "response": resource.get("id"),
        "status": resource.get("status"),
        "authored": resource.get("authored"),
        "subject": _reference(resource.get("subject")),
        "author": _reference(resource.get("author")) or _reference(resource.get("source")),
    }
    return {name: str(value) if value is not None else "" for name, value in given.items()}


def _reference(value: Any) -> str:
    """Return what a reference says of who is meant: the reference, or the identifier."""
    if not isinstance(value, dict):
        return ""
    identifier = value.get("identifier")
    held = value.get("reference") or (identifier.get("value") if isinstance(identifier, dict) else None)
    return str(held) if held else ""


def _flatten(items: Any, row: Row, groups: list[tuple[str, Row]], depth: int) -> None:
    """Put the answers of items into a row by link id; a group that says whom it is about becomes a row of its own."""
    if depth > _DEEPEST:
        raise UnreadableFileError(f"groups stand more than {_DEEPEST} deep in one another. {_ADVICE}")
    for item in _listed(items):
        if not isinstance(item, dict):
            continue
        link, below = str(item.get("linkId", "")), _listed(item.get("item"))
        links = [str(each.get("linkId", "")) for each in below if isinstance(each, dict)]
        if any(each.rsplit(".", 1)[-1].startswith("about-") for each in links):
            groups.append((link, {}))
            _flatten(below, groups[-1][1], groups, depth + 1)
            continue
        _flatten(below, row, groups, depth + 1)
        answers = [each for each in _listed(item.get("answer")) if isinstance(each, dict)]
        if answers or not below:
            row[link] = ";".join(filter(None, map(_value, answers)))
        for answer in answers:
            _flatten(answer.get("item"), row, groups, depth + 1)


def _value(answer: dict[str, Any]) -> str:
    for name, value in answer.items():
        if not name.startswith("value"):
            continue
        if name == "valueCoding" and isinstance(value, dict):
            return str(value.get("code") or value.get("display") or "")
        if name == "valueReference":
            return _reference(value)
        if isinstance(value, bool):
            return "yes" if value else "no"
        return str(value) if isinstance(value, str | int | float) else ""
    return ""


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _sheet(file: str, name: str, rows: list[tuple[int, Row]], notes: tuple[str, ...]) -> Sheet:
    """Return rows as a sheet whose first row, at line 0, names the columns; each line is the entry's number."""
    names = list(dict.fromkeys([*WHO, *(link for _, row in rows for link in row)]))
    refuse_many_cells(len(rows), len(names))
    texts = ((number, [row.get(each, "") for each in names]) for number, row in rows)
    cells = [(number, [as_utf8(text) for text in row]) for number, row in [(0, names), *texts]]
    return Sheet(file=file, name=as_utf8(name), cells=make_cells(cells), notes=notes)
