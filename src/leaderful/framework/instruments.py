"""Instruments that a study adds to the packaged one, each a TOML file that states its licence.

An instrument whose licence forbids storing its items is kept as scoring alone: which items there are,
how they are answered and which are reversed, and never their words.
"""

from __future__ import annotations

import difflib
import hashlib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field, ValidationError

from leaderful.errors import BadValuesError, BrokenKeysError, LeaderfulError, UnknownNameError
from leaderful.framework.entries import Answer, Item, ItemScale, Part
from leaderful.framework.loader import framework
from leaderful.toml import read_toml, with_tuples

_SHOWN = 60
_ID = r"^[A-Za-z][A-Za-z0-9]*$"


@dataclass(frozen=True, kw_only=True)
class AddedInstrument:
    """An instrument beside the packaged one, and the terms on which it may be used."""

    id: str
    name: str
    version: str
    source: str
    licence: str
    items_may_be_stored: bool
    answers: tuple[Answer, ...]
    item_scales: tuple[ItemScale, ...]
    file: str
    digest: str
    """SHA-256 of the file."""


class _Head(Part):
    id: str = Field(pattern=_ID, max_length=30)
    name: str = Field(min_length=1, max_length=200)
    version: str = Field(min_length=1, max_length=60)
    source: str = Field(min_length=1, max_length=1_000)
    licence: str = Field(min_length=1, max_length=1_000)
    items_may_be_stored: bool
    answers: tuple[Answer, ...] = Field(min_length=2, max_length=101)


class _Scale(Part):
    id: str = Field(pattern=_ID, max_length=30)
    name: str = Field(min_length=1, max_length=200)
    definition: str = Field(min_length=1, max_length=1_000)
    constructs: tuple[str, ...] = Field(min_length=1)
    high_means: str = Field(min_length=1, max_length=200)
    items: tuple[Item, ...] = Field(min_length=2)
    items_needed: int | None = Field(default=None, ge=1)
    sources: tuple[str, ...] = ()
    ours: bool = False


class _File(Part):
    instrument: _Head
    item_scales: tuple[_Scale, ...] = Field(min_length=1)


_RIGHT = {
    "instrument": "a table [instrument] with " + ", ".join(_Head.model_fields),
    "instrument.id": 'a letter, then letters and digits, at most 30, as in: id = "UWES"',
    "instrument.name": "text of 1 to 200 characters",
    "instrument.version": 'text of 1 to 60 characters, as in: version = "9"',
    "instrument.source": "text of 1 to 1,000 characters that says where it was published",
    "instrument.licence": "text of 1 to 1,000 characters that says on what terms it may be used",
    "instrument.items_may_be_stored": "true or false, without quotation marks",
    "instrument.answers": 'a list of 2 to 101 such as { value = 1, label = "never" }',
    "instrument.answers.value": "a whole number, without quotation marks",
    "instrument.answers.label": "text of 1 character or more",
    "item_scales": "one table [[item_scales]] or more, each with " + ", ".join(_Scale.model_fields),
    "item_scales.id": 'a letter, then letters and digits, at most 30, as in: id = "VIG"',
    "item_scales.name": "text of 1 to 200 characters",
    "item_scales.definition": "text of 1 to 1,000 characters that says what the scale is about",
    "item_scales.constructs": 'a list of constructs, the main one first, as in: constructs = ["trust"]',
    "item_scales.high_means": "text of 1 to 200 characters that says what a high score means",
    "item_scales.items": 'a list of 2 or more such as { id = "VIG1", reversed = true }',
    "item_scales.items.id": "letters, then a digit, then letters and digits, at most 30, as in VIG1",
    "item_scales.items.text": "text of at most 1,000 characters",
    "item_scales.items.reversed": "true or false, without quotation marks",
    "item_scales.items_needed": "a whole number of 1 or more; three quarters of the items when not stated",
    "item_scales.sources": 'a list of sources, as in: sources = ["moore-2023"]',
    "item_scales.ours": "true or false, without quotation marks",
}
_FIELDS: dict[str, Iterable[str]] = {
    "": _File.model_fields,
    "instrument": _Head.model_fields,
    "instrument.answers": Answer.model_fields,
    "item_scales": _Scale.model_fields,
    "item_scales.items": Item.model_fields,
}


def read_instrument(path: Path) -> AddedInstrument:
    """Read one instrument from its file.

    Raises
    ------
    UnreadableFileError
        The file is not there, not UTF-8 or not TOML.
    BadValuesError, UnknownNameError, BrokenKeysError
        A key is missing, unknown, out of what is allowed, or taken; the message names it.
    """
    held = read_toml(
        path,
        what="an instrument",
        otherwise="Name a TOML file.",
        example="The guide to adding an instrument shows a whole file.",
    )
    given = _checked(path, held.values)
    for kind, fault in _faults(given):
        raise kind(f"{path}: {fault}.")
    head = given.instrument
    values = [answer.value for answer in head.answers]
    return AddedInstrument(
        **{name: getattr(head, name) for name in _Head.model_fields},
        item_scales=tuple(_item_scale(scale, min(values), max(values)) for scale in given.item_scales),
        file=path.name,
        digest=hashlib.sha256(held.content).hexdigest(),
    )


def refuse_shared(instruments: Sequence[AddedInstrument]) -> None:
    """Raise BrokenKeysError where two instruments use the same code, whatever its case."""
    taken: dict[str, AddedInstrument] = {}
    for instrument in instruments:
        for code in (instrument.id, *_codes(instrument.item_scales)):
            holder = taken.setdefault(code.casefold(), instrument)
            if holder is not instrument:
                raise BrokenKeysError(
                    f"{instrument.file}: the code {code} is used by another instrument too, in {holder.file}. "
                    "Change it in one of the two files, or take one away."
                )


def _checked(path: Path, values: dict[str, object]) -> _File:
    try:
        given = _File.model_validate(with_tuples(values), strict=True)
    except ValidationError as error:
        first = min(error.errors(), key=lambda each: each["type"] == "missing")  # a misspelt key explains a missing one
        raise _said(path, values, first["loc"], first["type"]) from None
    for where, text in _texts(values, ""):
        if any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") for character in text):
            raise BadValuesError(
                f"{path}: {where} holds a line break or another character that cannot be seen; type it again."
            )
    return given


def _texts(value: object, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _texts(each, f"{where}.{key}".strip("."))
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each, where)
    elif isinstance(value, str):
        yield where, value


def _said(path: Path, values: dict[str, object], loc: tuple[int | str, ...], kind: str) -> LeaderfulError:
    """Return the error for one thing that is wrong: the file, the place in it, and what is allowed."""
    key = ".".join(str(part) for part in loc if isinstance(part, str))
    place = f"{path}: {_place(values, loc)}"
    if kind == "extra_forbidden":
        known = list(_FIELDS.get(key.rpartition(".")[0], ()))
        near = difflib.get_close_matches(str(loc[-1]), known, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"Allowed are {', '.join(known)}."
        return UnknownNameError(f"{place} is not a key of an instrument. {hint}")
    fault = "is missing; it must be" if kind == "missing" else "must be"
    return BadValuesError(f"{place} {fault} {_RIGHT.get(key, 'a table of keys')}.")


def _place(values: object, loc: tuple[int | str, ...]) -> str:
    """Return where something stands, each scale, item and answer by its number and, where it has one, its id."""
    words: list[str] = []
    for depth, part in enumerate(loc):
        if isinstance(part, str):
            words.append(part[:_SHOWN])
            values = values.get(part) if isinstance(values, dict) else None
        else:
            values = values[part] if isinstance(values, list) and part < len(values) else None
            id = values.get("id") if isinstance(values, dict) else None
            at_fault = loc[depth + 1 :] == ("id",)
            named = f" ({id[:_SHOWN]})" if isinstance(id, str) and not at_fault else ""
            words[-1] = f"{words[-1]} {part + 1}{named}"
    return ", ".join(words)


def _faults(given: _File) -> Iterator[tuple[type[LeaderfulError], str]]:
    """Yield what is wrong with an instrument whose every key is allowed."""
    yield from _answer_faults(given.instrument.answers)
    yield from _taken(given)
    for scale in given.item_scales:
        yield from _unknown(scale)
        if scale.items_needed is not None and scale.items_needed > len(scale.items):
            yield BadValuesError, f"item scale {scale.id}: items_needed is more than its {len(scale.items)} items"
        for item in scale.items:
            yield from _text_faults(item, given.instrument.items_may_be_stored)


def _answer_faults(answers: tuple[Answer, ...]) -> Iterator[tuple[type[LeaderfulError], str]]:
    values = [answer.value for answer in answers]
    if any(abs(value) > 1_000 for value in values):
        yield BadValuesError, "instrument, answers: values must lie between -1,000 and 1,000"
    if values != list(range(values[0], values[0] + len(values))):
        yield BadValuesError, "instrument, answers: values must be whole numbers that rise by one, as 0, 1, 2, 3"


def _taken(given: _File) -> Iterator[tuple[type[LeaderfulError], str]]:
    ours = {code.casefold() for code in _codes(framework().item_scales)}
    seen: set[str] = set()
    for code in _codes(given.item_scales):
        if code.casefold() in ours:
            yield BrokenKeysError, f"the code {code} is used by the packaged instrument; choose another"
        if code.casefold() in seen:
            yield BrokenKeysError, f"the code {code} stands twice; each item and scale needs its own"
        seen.add(code.casefold())


def _codes(scales: Iterable[ItemScale | _Scale]) -> Iterator[str]:
    for scale in scales:
        yield scale.id
        yield from (item.id for item in scale.items)


def _unknown(scale: _Scale) -> Iterator[tuple[type[LeaderfulError], str]]:
    for what, named, entries in (
        ("construct", scale.constructs, [entry.id for entry in framework().constructs]),
        ("source", scale.sources, [source.id for source in framework().sources]),
    ):
        for id in named:
            if id not in entries:
                near = difflib.get_close_matches(id.casefold().replace("-", "_"), entries, n=1)
                hint = f"did you mean {near[0]}?" if near else "`leaderful framework` lists what there is"
                yield UnknownNameError, f"item scale {scale.id}: there is no {what} {id[:_SHOWN]!r}; {hint}"


def _text_faults(item: Item, may_be_stored: bool) -> Iterator[tuple[type[LeaderfulError], str]]:
    if item.text and not may_be_stored:
        yield (
            BadValuesError,
            f"item {item.id} has a text, and items_may_be_stored is false. Take the text out and keep its id and "
            "reversed, or set items_may_be_stored = true if the licence allows it",
        )
    if not item.text and may_be_stored:
        yield (
            BadValuesError,
            f"item {item.id} has no text. Add it as it is asked, or set items_may_be_stored = false to keep "
            "scoring alone",
        )


def _item_scale(scale: _Scale, lowest: int, highest: int) -> ItemScale:
    """Return the scale; a score needs three quarters of its items, as in the packaged instrument, or as stated."""
    needed = scale.items_needed or -(-3 * len(scale.items) // 4)
    stated = {name: getattr(scale, name) for name in _Scale.model_fields if name != "items_needed"}
    return ItemScale(**stated, lowest=lowest, highest=highest, items_needed=needed)
