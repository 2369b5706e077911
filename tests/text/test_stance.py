"""Stance: rules on sentences, and how often they are right on passages they were and were not written with."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from leaderful.text.stance import stance

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "stance.md"
FILE = Path(__file__).parent / "data" / "stance.csv"
KINDS = ("commits", "continues", "defers", "drops", "mentions")


def labelled(part: str) -> Iterator[tuple[str, str]]:
    with FILE.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["part"] == part:
                yield row["text"], row["stance"]


def test_the_labelled_set_is_large_varied_and_of_five_kinds() -> None:
    parts = {part: list(labelled(part)) for part in ("written-with", "held-out", "last")}
    texts = [text for rows in parts.values() for text, _ in rows]
    assert len(texts) == len(set(texts)) == 402
    assert all(set(Counter(kind for _, kind in rows)) == set(KINDS) for rows in parts.values())


@pytest.mark.parametrize(("text", "kind"), list(labelled("written-with")))
def test_sentences_that_the_rules_were_written_with(text: str, kind: str) -> None:
    assert stance(text).kind == kind


def test_the_reference_page_states_these_figures() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for line in figures():
        assert line in page


def test_most_sentences_that_the_rules_never_saw_are_judged_rightly() -> None:
    rows = list(labelled("last"))
    assert sum(stance(text).kind == kind for text, kind in rows) / len(rows) > 0.7


def figures() -> Iterator[str]:
    """Yield the lines of the tables on the reference page."""
    for part in ("held-out", "last"):
        rows = [(kind, stance(text).kind) for text, kind in labelled(part)]
        yield f"| {part} | {_share(sum(kind == found for kind, found in rows), len(rows))} |"
    rows = [(kind, stance(text).kind) for text, kind in labelled("last")]
    for each in KINDS:
        hits = sum(kind == found == each for kind, found in rows)
        said = sum(found == each for _, found in rows)
        yield f"| {each} | {_share(hits, said)} | {_share(hits, sum(kind == each for kind, _ in rows))} |"


def _share(hits: int, n: int) -> str:
    low, high = proportion_confint(hits, n, method="wilson")
    return f"{hits} of {n} ({low:.0%} to {high:.0%})"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("We will no longer fund the scheme.", "drops"),
        ("We will reduce our commitment to net zero.", "drops"),
        ("We will end the programme.", "drops"),
        ("We will not reduce inequalities funding.", "continues"),
        ("We will reduce inequalities funding.", "drops"),
        ("We will reduce inequalities.", "commits"),
        ("We will reduce waiting times.", "commits"),
        ("We will reduce the number of people who wait.", "commits"),
        ("We will reduce the number of clinics.", "drops"),
        ("We are not going to stop.", "continues"),
        ("We will do this subject to funding.", "defers"),
        ("From 2028 we intend to do this.", "defers"),
        ("By 2028 we will do this.", "commits"),
        ("The work has been paused.", "defers"),
        ("The programme has been stood down.", "drops"),
        ("We remain committed to this.", "continues"),
        ("The government will do this.", "mentions"),
        ("Will we do this?", "mentions"),
        ("A patient said: “We will end poverty.”", "mentions"),
        ("Stop smoking clinics will open in the evening.", "commits"),
        ("We will reduce stop smoking services.", "drops"),
        ("We will stop funding clinics.", "drops"),
        ("", "mentions"),
        ("   \n \n", "mentions"),
    ],
)
def test_the_usual_traps(text: str, kind: str) -> None:
    assert stance(text).kind == kind


def test_only_sentences_that_hold_evidence_are_read() -> None:
    text = "We will end the walking scheme. We will plant trees. Housing matters to health."
    assert stance(text).kind == "drops"
    assert stance(text, spans=[(text.index("trees"), text.index("trees") + 5)]).kind == "commits"
    assert stance(text, spans=[(text.index("Housing"), text.index("Housing") + 7)]).kind == "mentions"


def test_the_deciding_words_are_told() -> None:
    text = "Housing matters. Work on the hub has been paused."
    found = stance(text)
    assert text[slice(*found.sentence)] == "Work on the hub has been paused."
    assert [text[start:end] for start, end in found.cues] == ["paused"]


def test_items_of_a_list_take_the_promise_that_leads_up_to_them() -> None:
    text = "Over five years we will:\n• warm homes for people with asthma\n• safe streets round schools"
    at = text.index("safe")
    assert stance(text, spans=[(at, at + 4)]).kind == "commits"
    facts = text.replace("Over five years we will:", "Our survey of residents found:")
    at = facts.index("safe")
    assert stance(facts, spans=[(at, at + 4)]).kind == "mentions"


@given(st.text(max_size=400), st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), max_size=3))
def test_any_text_has_a_stance_and_its_places_lie_within(text: str, spans: list[tuple[int, int]]) -> None:
    found = stance(text, spans=spans)
    assert found.kind in KINDS
    start, end = found.sentence
    assert 0 <= start <= end <= len(text)
    assert all(start <= a <= b <= end for a, b in found.cues)
    assert bool(found.cues) or found.kind in ("mentions", "commits")


def test_a_long_passage_is_judged_quickly() -> None:
    assert stance("and so it is with the plan, " * 4_000).kind == "mentions"
