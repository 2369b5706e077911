"""Keep a run under way in a file, and go on from it to the same bits."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leaderful.errors import UnreadableFileError
from leaderful.simulation.engine import Engine
from leaderful.simulation.parameters import Parameters
from leaderful.simulation.schedules import Schedule
from leaderful.simulation.system import System
from leaderful.writing import write_over

FORMAT = 1
_ARRAY = "array in this file"
_DIGEST = hashlib.sha256().digest_size
"""Bytes at the end of a file that are the hash of those before: the engine's loops trust the arrays they are given."""


def save(engine: Engine, path: Path) -> None:
    """Write a run under way to a file, with what it has noted so far."""
    words = _words_of(engine.system) | {
        "run": {"seed": engine.seed, "week": engine.week, "parameters": dict(engine.parameters._asdict())}
    }
    _write(path, _arrays_of(engine.system) | engine.kept(), words)


def resume(path: Path, *, schedule: Schedule | None = None, threads: int | None = None) -> Engine:
    """Return the run that a file keeps, to go on as if it had never stopped.

    Parameters
    ----------
    path
        File written by `save`.
    schedule
        The schedule of the scenario it ran under, made anew.
    threads
        Threads that compute; the result does not depend on it.

    Raises
    ------
    UnreadableFileError
        When the file is no checkpoint of a run, or is damaged.
    """
    arrays, words = _read(path)
    run = words["run"]
    engine = Engine(
        _system(arrays, words),
        Parameters(**run["parameters"]),
        seed=run["seed"],
        schedule=schedule,
        week=run["week"],
        threads=threads,
    )
    engine.take_up(arrays)
    return engine


def _arrays_of(system: System) -> dict[str, NDArray[Any]]:
    own = {each.name: getattr(system, each.name) for each in fields(System)}
    arrays = {f"system/{name}": value for name, value in own.items() if isinstance(value, np.ndarray)}
    _split(system.levers, "levers", arrays)
    return arrays


def _words_of(system: System) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "purposes": list(system.purposes),
        "systems": list(system.systems),
        "bodies": system.bodies.to_dict(as_series=False),
        "levers": _split(system.levers, "levers", {}),
    }


def _split(value: Any, name: str, arrays: dict[str, NDArray[Any]]) -> Any:
    """Return a value as JSON holds it, its arrays put aside under their place."""
    if isinstance(value, np.ndarray):
        arrays[name] = value
        return {_ARRAY: name}
    if isinstance(value, dict):
        return {key: _split(each, f"{name}/{key}", arrays) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_split(each, f"{name}/{place}", arrays) for place, each in enumerate(value)]
    return value.item() if isinstance(value, np.generic) else value


def _joined(value: Any, arrays: dict[str, NDArray[Any]]) -> Any:
    if isinstance(value, dict):
        if set(value) == {_ARRAY}:
            return arrays[value[_ARRAY]]
        return {key: _joined(each, arrays) for key, each in value.items()}
    return [_joined(each, arrays) for each in value] if isinstance(value, list) else value


def _system(arrays: dict[str, NDArray[Any]], words: dict[str, Any]) -> System:
    own = {name.removeprefix("system/"): value for name, value in arrays.items() if name.startswith("system/")}
    text = {column: pl.String() for column in words["bodies"]}
    return System(
        purposes=tuple(words["purposes"]),
        systems=tuple(words["systems"]),
        bodies=pl.DataFrame(words["bodies"], schema=text),
        levers=_joined(words["levers"], arrays),
        **own,
    )


def _write(path: Path, arrays: dict[str, NDArray[Any]], words: dict[str, Any]) -> None:
    stream = io.BytesIO()
    np.savez(stream, allow_pickle=False, words=np.array(json.dumps(words)), **arrays)
    held = stream.getvalue()
    write_over({path: held + hashlib.sha256(held).digest()})


def _read(path: Path) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    try:
        held = path.read_bytes()
    except OSError as error:
        raise UnreadableFileError(f"{path} cannot be read: {error.strerror}. Name a checkpoint.") from None
    if hashlib.sha256(held[:-_DIGEST]).digest() != held[-_DIGEST:]:
        raise UnreadableFileError(
            f"{path} is no checkpoint of the laboratory, or is damaged. Name another, or run it from the start."
        )
    with np.load(io.BytesIO(held[:-_DIGEST]), allow_pickle=False) as kept:
        arrays = {name: kept[name] for name in kept.files}
    words = json.loads(str(arrays.pop("words")))
    if words["format"] != FORMAT:
        raise UnreadableFileError(f"{path} was written by another version of leaderful. Run it from the start.")
    return arrays, words
