"""The figures of the tagger: that they reach what is asked, that the card prints them, and that training repeats."""

from __future__ import annotations

import csv
import json
import os
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from leaderful.text import card

HERE = Path(__file__)
ROOT = HERE.parents[2]
DATA = Path(os.environ.get("LEADERFUL_DATA", ROOT.parent / "shared" / "data"))
JUDGED = HERE.parent / "data" / "judged_passages.csv"
FIGURES = json.loads((card.DATA / "sdg_evaluation.json").read_text(encoding="utf-8"))
needs_data = pytest.mark.skipif(not (DATA / "sdg").exists(), reason="the raw data is not beside the repository")


def _verdicts() -> list[dict[str, str]]:
    with JUDGED.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_cross_validation_reaches_what_is_asked_of_the_tagger() -> None:
    goals = {int(goal): entry["f1"]["estimate"] for goal, entry in FIGURES["cross_validation"]["goals"].items()}
    assert sorted(goals) == list(range(1, 18))
    assert FIGURES["cross_validation"]["macro_f1"]["estimate"] >= 0.86
    assert min(goals.values()) >= 0.75
    assert min(goals[3], goals[10], goals[17]) >= 0.82


def test_macro_f1_is_the_mean_of_the_goals_and_of_the_repeats() -> None:
    cross = FIGURES["cross_validation"]
    macro = cross["macro_f1"]
    assert macro["estimate"] == pytest.approx(
        sum(entry["f1"]["estimate"] for entry in cross["goals"].values()) / 17, abs=1e-4
    )
    assert macro["estimate"] == pytest.approx(sum(cross["macro_f1_repeats"]) / 5, abs=1e-4)
    assert macro["lower"] < macro["estimate"] < macro["upper"]


def test_calibration_is_the_sum_over_its_bins() -> None:
    found = FIGURES["calibration"]
    rows = sum(entry["rows"] for entry in found["bins"])
    error = sum(entry["rows"] * abs(entry["said"] - entry["true"]) for entry in found["bins"]) / rows
    assert rows == pytest.approx(FIGURES["rows"])
    assert found["ece"] == pytest.approx(error, abs=1e-3)
    assert found["ece"] < 0.05
    assert found["brier"] < found["brier_of_the_base_rate"] / 3


def test_sixty_passages_are_judged_with_short_quotes_and_reasons() -> None:
    verdicts = _verdicts()
    assert len(verdicts) == 60
    assert len({(entry["document"], entry["passage"], entry["goal"]) for entry in verdicts}) == 60
    assert {entry["judgement"] for entry in verdicts} == {"yes", "no"}
    assert all(len(entry["quote"].split()) <= 25 for entry in verdicts)
    assert all(2 <= len(entry["reason"].split()) <= 8 for entry in verdicts)


def test_precision_of_the_judged_passages_is_what_the_card_prints() -> None:
    right = Counter(int(entry["goal"]) for entry in _verdicts() if entry["judgement"] == "yes")
    total = Counter(int(entry["goal"]) for entry in _verdicts())
    judged = FIGURES["judged"]
    assert {int(goal): tuple(pair) for goal, pair in judged["by_goal"].items()} == {
        goal: (right[goal], total[goal]) for goal in total
    }
    assert (judged["right"], judged["passages"]) == (sum(right.values()), sum(total.values()))
    tags = {goal: FIGURES["policy"]["tags"][str(goal)] for goal in total}
    weighted = sum(tags[goal] * right[goal] / total[goal] for goal in total) / sum(tags.values())
    assert judged["weighted"]["estimate"] == pytest.approx(weighted, abs=1e-4)
    share = f"{100 * judged['right'] / judged['passages']:.0f} % (95 % interval"
    assert share in card.docs_pages()[card.PAGE]


def test_the_card_prints_every_goal_with_its_intervals_and_the_published_figures() -> None:
    page = card.docs_pages()[card.PAGE]
    for goal, entry in FIGURES["cross_validation"]["goals"].items():
        f1 = entry["f1"]
        assert f"| {goal} | {entry['rows']} | {entry['positive']} |" in page
        assert f"{f1['estimate']:.2f} ({f1['lower']:.2f} to {f1['upper']:.2f})" in page
    for name in ("AFD SDG Prospector", "text2sdg", "Aurora", "OSDG", "Elsevier", "Auckland", "SIRIS", "SDGO", "SDSN"):
        assert name in page
    assert "None" not in page and "nan" not in page


def test_published_figures_have_fifteen_goals_and_an_address() -> None:
    published = tomllib.loads((card.DATA / "sdg_published.toml").read_text(encoding="utf-8"))
    assert published["source"].startswith("https://")
    assert all(len(tool["f1"]) == 15 for tool in published["tool"])
    assert all(0 < value < 1 for tool in published["tool"] for value in tool["f1"])


def test_the_packaged_model_is_small() -> None:
    assert sum(path.stat().st_size for path in card.DATA.glob("*")) < 200_000


@needs_data
def test_training_again_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import train_sdg_tagger

    train_sdg_tagger.main([str(DATA), "--check"])


@needs_data
def test_quotes_of_judged_passages_stand_in_their_documents() -> None:
    for entry in _verdicts():
        text = (DATA / "policy" / entry["document"]).read_text(encoding="utf-8")
        letters = "".join(character for character in text if character.isalnum())
        pieces = ["".join(filter(str.isalnum, piece)) for piece in entry["quote"].split()]
        runs = ["".join(pieces[at : at + 4]) for at in range(len(pieces) - 3)]
        assert any(run in letters for run in runs), entry["quote"]
