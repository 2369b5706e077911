"""What a study's waves say in the terms of the laboratory, by hand."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pytest

from leaderful.errors import BadValuesError
from leaderful.simulation.calibration import CHOSEN, observed_waves, study_summaries
from leaderful.study import Study
from whole_tables import full

PEOPLE = 12
FIRST = date(2026, 1, 5)


def made(**tables):
    people = [{"id": f"p{k:02d}", "body": "A" if k % 2 else "B", "tier": "manager"} for k in range(PEOPLE)]
    waves = [
        {"id": "w1", "opens": FIRST, "closes": date(2026, 1, 30)},
        {"id": "w2", "opens": date(2026, 7, 6), "closes": None},
    ]
    bodies = [{"id": code, "kind": "nhs-trust", "sector": "nhs", "system": "S"} for code in ("A", "B", "C")]
    held = {"bodies": bodies, "people": people, "waves": waves} | tables
    return Study(
        name="Waves",
        system="S",
        as_at=FIRST,
        tables={name: full(name, rows) for name, rows in held.items()},
    )


def said(answers, question="body-open", about="C", wave="w1"):
    return [
        {
            "person": f"p{k:02d}",
            "wave": wave,
            "about_kind": "body",
            "about": about,
            "question": question,
            "answer": answer,
        }
        for k, answer in enumerate(answers)
    ]


def noted(k, day, *, taken, others):
    return {
        "id": f"m{k:03d}",
        "person": f"p{k % PEOPLE:02d}",
        "time": datetime(day.year, day.month, day.day, 9),
        "with_bodies": others,
        "opener": "crisis",
        "taken": taken,
    }


def test_trust_is_laid_onto_0_to_1_with_its_standard_error():
    answers = [1, 4] * 6
    found = study_summaries(made(relations=said(answers)))[0]["trust.across"]
    assert found.value == pytest.approx(0.5)
    assert found.error == pytest.approx(np.std([0.0, 1.0] * 6, ddof=1) / np.sqrt(12))
    assert found.n == 12


def test_answers_of_one_person_are_taken_together():
    both = said([1, 4] * 6) + said([1, 4] * 6, question="body-reliable")
    once = study_summaries(made(relations=said([1, 4] * 6)))[0]["trust.across"]
    twice = study_summaries(made(relations=both))[0]["trust.across"]
    assert twice == pytest.approx(once)


def test_what_people_say_of_their_own_body_and_in_other_waves_does_not_count():
    own = [each | {"about": "A"} for each in said([4] * 12, question="body-role")]
    later = said([4] * 12, question="body-role", wave="w2")
    first, second = study_summaries(made(relations=[*own, *later]))
    assert "understanding.across" not in first  # only the six of B said it of another body
    assert second["understanding.across"].value == 1.0


def test_scales_turn_reversed_items_round_and_need_three_answers():
    rows = [
        {"person": f"p{k:02d}", "wave": "w1", "item": item, "answer": answer}
        for k in range(PEOPLE)
        for item, answer in (("CGP1", 5), ("CGP2", 5), ("CGP4", 1))
    ]
    found = study_summaries(made(responses=rows))[0]
    assert found["purpose.all"].value == 1.0
    assert found["purpose.all"].error == 0.0
    assert "purpose.all" not in study_summaries(made(responses=rows[::2]))[0]


def test_moments_count_in_the_quarter_before_a_wave_ends_by_boundary():
    inside, before, later = date(2026, 1, 30), date(2025, 10, 31), date(2026, 7, 6)
    rows = [noted(k, inside, taken=k % 3 == 0, others=["C"]) for k in range(12)]
    rows += [noted(20 + k, before, taken=True, others=["C"]) for k in range(12)]
    rows += [noted(40 + k, later, taken=True, others=[]) for k in range(12)]
    first, second = study_summaries(made(moments=rows))
    assert first["share_taken.across"].value == pytest.approx(1 / 3)
    assert first["share_taken.across"].n == 12
    assert "share_taken.within" not in first
    assert second["share_taken.within"].value == 1.0


def test_somebody_of_the_own_body_is_no_boundary():
    rows = [noted(k, FIRST, taken=True, others=["A" if k % 2 else "B"]) for k in range(12)]
    assert set(study_summaries(made(moments=rows))[0]) == {"share_taken.within"}


def test_few_people_say_nothing():
    assert study_summaries(made(relations=said([4] * 9)))[0] == {}
    assert "trust.across" in study_summaries(made(relations=said([4] * 10)))[0]


def test_waves_are_numbered_and_dated_from_a_quarter_on():
    seen, weeks = observed_waves(made(relations=said([4] * 12, wave="w2")))
    assert weeks == (13, 39)
    assert list(seen) == ["trust.across@2"]
    assert {name.partition("@")[0] for name in seen} <= set(CHOSEN)


def test_a_study_without_waves_is_refused():
    with pytest.raises(BadValuesError, match="has no waves"):
        study_summaries(made(waves=[]))


def test_the_order_of_rows_does_not_matter():
    rows = said([1, 2, 3, 4] * 3) + said([4, 2, 2, 4] * 3, question="body-reliable")
    assert study_summaries(made(relations=rows)) == study_summaries(made(relations=rows[::-1]))
