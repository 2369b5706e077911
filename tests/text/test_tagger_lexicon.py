"""The lexicon: what a phrase matches, what takes it back, and that the packaged one is in order."""

from __future__ import annotations

import tomllib
from collections import Counter

import pytest

from leaderful.text.lexicon import LEXICON, Lexicon, Term, packaged

WORDS = Lexicon(
    [
        Term(6, "strong", ("water",)),
        Term(6, "strong", ("water", "suppl*")),
        Term(14, "strong", ("vessel*",)),
        Term(14, "against", ("blood", "vessel*")),
        Term(0, "strong", ("working", "paper")),
    ]
)


def _found(text: str, lexicon: Lexicon = WORDS) -> list[tuple[int, str, str]]:
    return [(hit.goal, hit.strength, text[hit.start : hit.end]) for hit in lexicon.hits(text)]


def test_phrases_are_found_word_by_word_with_their_place() -> None:
    assert _found("Clean water-supplies, and Water.") == [
        (6, "strong", "water"),
        (6, "strong", "water-supplies"),
        (6, "strong", "Water"),
    ]


def test_part_of_a_word_is_not_the_word() -> None:
    assert _found("Waterfalls and underwater") == []


def test_another_sense_takes_back_the_word_it_covers_and_is_told() -> None:
    assert _found("a vessel and a blood vessel") == [(14, "strong", "vessel"), (14, "against", "blood vessel")]


def test_a_phrase_does_not_reach_across_sentences() -> None:
    assert _found("They had blood. Vessels sailed.") == [(14, "strong", "Vessels")]


def test_a_sentence_of_front_matter_says_nothing_and_the_next_one_does() -> None:
    assert _found("Working Paper on water. Water runs short.") == [(6, "strong", "Water")]


def test_a_new_line_ends_a_sentence() -> None:
    assert _found("Working paper\nwater") == [(6, "strong", "water")]


@pytest.mark.parametrize("goal", range(1, 18))
def test_every_goal_has_phrases_of_every_strength(goal: int) -> None:
    found = Counter(term.strength for term in packaged().terms if term.goal == goal)
    assert set(found) == {"strong", "fair", "weak", "against"}
    assert found["strong"] >= 30


def test_every_phrase_of_the_packaged_lexicon_is_found_in_itself() -> None:
    lost = []
    for term in packaged().terms:
        text = " ".join(word.rstrip("*") for word in term.words)
        alone = Lexicon([term])
        if not any(hit.goal == term.goal for hit in alone.hits(text)) and term.goal != 0:
            lost.append(term)
    assert lost == []


def test_no_phrase_stands_twice_for_a_goal_or_holds_no_word() -> None:
    values = tomllib.loads(LEXICON.read_text(encoding="utf-8"))
    for name, strengths in values.items():
        counts = Counter(phrase for phrases in strengths.values() for phrase in phrases)
        assert [phrase for phrase, times in counts.items() if times > 1] == [], name
        assert all(phrase == phrase.strip().lower() for phrase in counts), name
    assert all(term.words for term in packaged().terms)


def test_front_matter_takes_no_whole_word_of_plain_prose() -> None:
    """A sentence that mentions it is ignored, so a common word there would hide what plans say."""
    words = {" ".join(term.words) for term in packaged().terms if term.goal == 0}
    assert not words & {"section", "table", "report", "chapter", "survey", "accessed", "thank*", "acknowledge*"}
