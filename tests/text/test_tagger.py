"""The tagger on sentences of plans: what it says, why it says it, and what it leaves alone."""

from __future__ import annotations

import csv
import math
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderful.errors import LeaderfulError
from leaderful.text import tagger
from leaderful.text.features import FEATURES, Counts, Reading, count, matrix, read, row
from leaderful.text.lexicon import Hit, Lexicon, Term, packaged
from leaderful.text.tagger import Tag, probabilities, tag_passages

SENTENCES = Path(__file__).parent / "data" / "plan_sentences.csv"


def _sentences() -> list[tuple[str, set[int]]]:
    with SENTENCES.open(encoding="utf-8", newline="") as stream:
        return [(entry["text"], {int(goal) for goal in entry["goals"].split()}) for entry in csv.DictReader(stream)]


SPEAKING = [pair for pair in _sentences() if pair[1]]
SILENT = [text for text, goals in _sentences() if not goals]


@pytest.mark.parametrize(("text", "goals"), SPEAKING)
def test_a_sentence_of_a_plan_gets_the_goals_it_speaks_of(text: str, goals: set[int]) -> None:
    assert goals <= {tag.goal for tag in tag_passages([text])[0]}


def test_few_sentences_get_a_goal_too_many() -> None:
    found = tag_passages([text for text, _ in SPEAKING])
    extra = sum(len({tag.goal for tag in tags} - goals) for tags, (_, goals) in zip(found, SPEAKING, strict=True))
    assert len(SPEAKING) >= 40
    assert extra <= 4


@pytest.mark.parametrize("text", SILENT)
def test_plain_management_prose_speaks_of_no_goal(text: str) -> None:
    assert tag_passages([text]) == [()]


def test_there_are_twenty_sentences_that_speak_of_no_goal() -> None:
    assert len(SILENT) >= 20


def test_all_goals_are_among_the_sentences() -> None:
    assert set().union(*(goals for _, goals in SPEAKING)) == set(range(1, 18))


def test_a_health_passage_is_not_dragged_to_other_goals_by_a_word_in_passing() -> None:
    text = (
        "Patients waiting for surgery will be seen in community clinics by nurses and pharmacists, so that hospitals "
        "treat the sickest. Duplication and waste will be cut. Early warning scores will be recorded on every "
        "ward, and energy drinks will no longer be sold in the hospital shop."
    )
    assert [tag.goal for tag in tag_passages([text])[0]] == [3]


@pytest.mark.parametrize("text", [text for text, _ in SPEAKING])
def test_removing_the_evidence_lowers_the_probability(text: str) -> None:
    for tag in tag_passages([text])[0]:
        without = text
        for start, end in sorted(tag.evidence, reverse=True):
            without = without[:start] + without[end:]
        assert tag.evidence
        assert probabilities([without])[0, tag.goal - 1] < tag.probability


@pytest.mark.parametrize("text", [text for text, _ in SPEAKING])
def test_evidence_is_made_of_whole_words_apart_and_at_most_five(text: str) -> None:
    for tag in tag_passages([text])[0]:
        spans = sorted(tag.evidence)
        assert 1 <= len(spans) <= 5
        assert all(end < after for (_, end), (after, _) in pairwise(spans))
        for start, end in spans:
            assert 0 <= start < end <= len(text)
            assert start == 0 or not text[start - 1].isalnum() or not text[start].isalnum()
            assert end == len(text) or not text[end].isalnum()


def test_the_most_telling_phrase_comes_first() -> None:
    text = "Poverty, child poverty and poverty again: many families; one council meeting spoke of homeless people."
    tag = next(tag for tag in tag_passages([text])[0] if tag.goal == 1)
    first, last = (text[start:end] for start, end in (tag.evidence[0], tag.evidence[-1]))
    assert "overty" in first
    assert last == "homeless"


def test_phrases_that_stand_side_by_side_are_one_span() -> None:
    text = "We will reduce hospital waiting lists for mental-health patients."
    (tag,) = tag_passages([text])[0]
    assert {text[start:end] for start, end in tag.evidence} == {"hospital waiting lists", "mental-health patients"}


def test_log_odds_are_the_intercept_plus_weights_times_features_worked_by_hand() -> None:
    lexicon = Lexicon([Term(1, "strong", ("poverty",)), Term(1, "weak", ("poor",)), Term(2, "strong", ("hunger",))])
    reading = read("Poverty and hunger. Poverty is poor.", lexicon)
    points = math.log(2) + math.log(3) + 0.1 * math.log(2)
    other = math.log(2) + math.log(2)
    expected = [math.log(2), math.log(3), 0.0, math.log(2), 0.0, points / (points + other + 2), points * other]
    assert matrix([reading])[0, 0] == pytest.approx(expected)
    assert matrix([reading])[0, 2] == pytest.approx([0.0] * len(FEATURES))


def test_the_packaged_probability_is_the_formula_on_the_features() -> None:
    text = SPEAKING[0][0]
    model = tagger._model()
    logits = matrix([read(text, packaged())])[0] @ model.weights + model.intercepts
    assert probabilities([text])[0] == pytest.approx(1 / (1 + np.exp(-logits)))


@given(
    st.lists(st.sampled_from(["strong", "fair", "weak"]), max_size=8),
    st.sampled_from(["strong", "fair", "weak"]),
    st.lists(st.floats(0, 8), min_size=16, max_size=16),
)
def test_a_further_sign_of_a_goal_never_makes_it_less_likely(
    strengths: list[str], added: str, others: list[float]
) -> None:
    hits = [Hit(1, strength, at, at, (f"word{at}",)) for at, strength in enumerate(strengths)]
    more = [*hits, Hit(1, added, 99, 99, ("new",))]
    weights = tagger._model().weights
    reading = Reading(((),) * 17, (0.0, *others))
    before, after = (np.array(row(count(found), reading, 1)) @ weights for found in (hits, more))
    assert after > before


def test_a_sign_of_another_sense_makes_a_goal_less_likely() -> None:
    weights = dict(zip(FEATURES, tagger._model().weights, strict=True))
    assert weights["phrases of another sense, different ones"] < 0
    assert all(weight > 0 for name, weight in weights.items() if "another sense" not in name)


def test_points_count_different_strong_phrases_and_their_uses() -> None:
    assert Counts(2, 3, 1, 1, 0).points == pytest.approx(
        math.log(3) + math.log(4) + 0.5 * math.log(2) + 0.1 * math.log(2)
    )


def test_a_lower_threshold_keeps_the_tags_of_a_higher_one() -> None:
    texts = [text for text, _ in _sentences()]
    found = [tag_passages(texts, threshold=threshold) for threshold in (0.9, 0.5, 0.2)]
    for high, middle, low in zip(*found, strict=True):
        assert {tag.goal for tag in high} <= {tag.goal for tag in middle} <= {tag.goal for tag in low}
    assert found[1] == tag_passages(texts)


def test_threshold_nought_tags_every_goal_and_says_nothing_for_those_without_a_word() -> None:
    (tags,) = tag_passages([SILENT[0]], threshold=0.0)
    assert [tag.goal for tag in tags] == list(range(1, 18))
    assert all(tag.evidence == () for tag in tags if tag.probability < 0.01)


@pytest.mark.parametrize("threshold", [-0.1, 1.1, math.nan])
def test_a_threshold_that_is_no_probability_is_refused(threshold: float) -> None:
    with pytest.raises(LeaderfulError, match="from 0 to 1"):
        tag_passages(["text"], threshold=threshold)


def test_no_passages_give_no_tags() -> None:
    assert tag_passages([]) == []
    assert probabilities([]).shape == (0, 17)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n\t ",
        "🙂🙂 🏥",
        "\x00\x07\x1b[31m",
        "!!! ... ???",
        "Der Vorstand traf sich am Dienstag und beschloss den Haushalt.",
        "委员会于五月三日开会",
        "İSTANBUL'da toplantı yapıldı",
    ],
)
def test_what_is_no_english_prose_gets_no_tags(text: str) -> None:
    assert tag_passages([text]) == [()]


def test_spans_hold_where_lower_case_is_longer_than_upper_case() -> None:
    text = "İİİİ hospital patients wait for surgery and 🙂 cancer treatment"
    (tag,) = tag_passages([text])[0]
    assert {text[start:end] for start, end in tag.evidence} == {"hospital patients", "surgery", "cancer treatment"}


def test_a_passage_of_ten_thousand_words_is_read() -> None:
    text = "The hospital will treat patients with cancer. " * 1_450
    (tags,) = tag_passages([text])
    assert [tag.goal for tag in tags] == [3]
    assert tags[0].probability < 1.0


@given(st.text(max_size=400))
def test_any_text_gets_probabilities_and_spans_within_it(text: str) -> None:
    likely = probabilities([text])
    assert likely.shape == (1, 17)
    assert ((likely > 0) & (likely < 1)).all()
    for tag in tag_passages([text], threshold=0.0)[0]:
        assert all(0 <= start < end <= len(text) for start, end in tag.evidence)


def test_passages_are_tagged_one_by_one() -> None:
    texts = [text for text, _ in SPEAKING]
    assert tag_passages(texts) == [tag_passages([text])[0] for text in texts]


def test_case_and_hyphens_do_not_matter() -> None:
    plain = probabilities(["long term health care for older people in poverty"])
    assert probabilities(["LONG-TERM Health-care for older people in poverty"]) == pytest.approx(plain)


def test_a_tag_cannot_be_changed() -> None:
    tag = Tag(goal=3, probability=0.9, evidence=((0, 4),))
    with pytest.raises(AttributeError):
        tag.goal = 4  # type: ignore[misc]


def test_importing_the_package_reads_no_lexicon() -> None:
    code = "import sys, leaderful; sys.exit('leaderful.text.lexicon' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
