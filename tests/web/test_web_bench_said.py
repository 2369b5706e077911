"""The bench that kills the server and takes backups finds what is lost, made up, doubled or late."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))
from web_said import Said

A, B = ("P1", "CGP1"), ("P1", "CGP2")


@pytest.fixture
def said() -> Said:
    """Return what one sent: A at 1, kept at 2; A at 3, never kept; A at 5, kept at 6; B at 7, never kept."""
    made = Said()
    for value, at, kept in (("1", 1.0, 2.0), ("2", 3.0, None), ("3", 5.0, 6.0)):
        (sending,) = made.send({A: value}, at)
        if kept is not None:
            sending.kept_at = kept
    made.send({B: "4"}, 7.0)
    return made


@pytest.mark.parametrize(
    ("begun", "answers", "missing"),
    [
        (1.5, {}, 0),
        (2.5, {}, 1),
        (2.5, {A: "1"}, 0),
        (2.5, {A: "2"}, 0),
        (2.5, {A: "5"}, 1),
        (6.5, {A: "1"}, 1),
        (6.5, {A: "2"}, 1),
        (6.5, {A: "3"}, 0),
        (8.0, {A: "3"}, 0),
    ],
)
def test_what_was_acknowledged_before_a_copy_must_be_in_it(
    said: Said, begun: float, answers: dict[tuple[str, str], str], missing: int
) -> None:
    assert said.missing(answers, begun) == missing


@pytest.mark.parametrize(
    ("ended", "answers", "early"),
    [
        (2.0, {A: "1"}, 0),
        (2.0, {A: "3"}, 1),
        (5.5, {A: "3"}, 0),
        (6.9, {A: "3", B: "4"}, 1),
        (9.0, {A: "3", B: "4"}, 0),
        (9.0, {("P2", "CGP1"): "1"}, 1),
    ],
)
def test_what_was_sent_after_a_copy_or_by_nobody_must_not_be_in_it(
    said: Said, ended: float, answers: dict[tuple[str, str], str], early: int
) -> None:
    assert said.early(answers, ended) == early


def test_what_was_acknowledged_is_counted_once_an_item(said: Said) -> None:
    assert said.acknowledged() == 1
