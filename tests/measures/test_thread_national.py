"""What national texts speak of, on a few links that can be counted by eye."""

from __future__ import annotations

import polars as pl
import pytest

from leaderful import england
from leaderful.england.spread import SPREAD_DAYS
from leaderful.measures.findings import unframe
from leaderful.measures.thread_national import SHOWN, national
from leaderful.plans import judged
from thread_studies import link, study

DOCUMENTS = [{"id": id, "body": "N1", "title": f"Text {id}", "file": f"{id}.md"} for id in ("a", "b")]
LINKS = [
    *(
        link(f"a-{n}", "N1", "SDG3", document="a", quote=f"Sentence {n}.", confidence=0.9 - n / 100, decision=None)
        for n in range(4)
    ),
    link("a-9", "N1", "SDG3", document="a", quote="Sentence 0.", confidence=0.95, decision=None, stance="mentions"),
    link("b-1", "N1", "SDG3", document="b", quote="health; care", confidence=0.99, decision=None, stance=None),
    link("a-8", "N1", "SDG8", document="a", quote="Cut …", confidence=0.99, decision=None),
]
READING = pl.DataFrame(
    [
        {
            "document": "a", "passages": 10, "tagged": 5, "joined": False, "dated": "May 2025",
            "whole": ["a-0", "a-1", "a-2", "a-3", "a-9"],
        },
        {"document": "b", "passages": 4, "tagged": 1, "joined": True, "dated": "", "whole": []},
    ]
)  # fmt: skip


@pytest.fixture(scope="module")
def found():
    whole = study(["N1"], links=LINKS, documents=DOCUMENTS)
    made = unframe(national(whole, reading=READING, judged={"": (36, 60), "SDG3": (8, 9)}))
    return {measure: [f for f in made if f.measure == measure] for measure in dict.fromkeys(f.measure for f in made)}


def test_what_was_read_is_summed_by_body(found):
    (read,) = found["thread.read"]
    assert (read.unit, read.estimate, read.n) == ("N1", 6.0, 14)
    assert [text["joined"] for text in read.detail["documents"]] == [False, True]


def test_links_are_counted_by_goal_and_stance_and_those_without_a_stance_are_left_over(found):
    counts = {f.detail["goal"]: (f.n, f.detail["stances"]["open"]) for f in found["thread.suggested"]}
    assert counts == {"SDG3": (6, {"commits": 4, "mentions": 1}), "SDG8": (1, {"commits": 1})}


def test_the_surest_whole_sentences_are_shown_and_none_twice(found):
    assert [(f.detail["part"], f.estimate) for f in found["thread.passage"]] == [
        ("a-1", 0.89),
        ("a-2", 0.88),
        ("a-9", 0.95),
    ]
    assert len(found["thread.passage"]) == SHOWN


def test_precision_has_wilsons_interval(found):
    over_all, three = found["thread.precision"]
    assert (over_all.unit_kind, over_all.estimate, over_all.n, over_all.detail) == ("england", 0.6, 60, {"count": 36})
    assert (over_all.lower, over_all.upper) == pytest.approx((0.4737, 0.7143), abs=1e-4)
    assert (three.unit_kind, three.unit, three.estimate) == ("goal", "SDG3", pytest.approx(8 / 9))
    assert (three.lower, three.upper) == pytest.approx((0.5650, 0.9801), abs=1e-4)


def test_every_goal_that_is_tagged_was_judged_and_the_goals_add_up():
    share = judged()
    over_all = share.pop("")
    assert tuple(map(sum, zip(*share.values(), strict=True))) == over_all
    assert set(england.policy_links()["goal"]) == set(share)


@pytest.mark.parametrize("day", SPREAD_DAYS.values())
def test_england_holds_every_packaged_link_on_both_maps(day):
    rows = england.spread(day)
    assert rows.filter(measure="thread.suggested")["n"].sum() == england.policy_links().height
    passages = rows.filter(measure="thread.passage")
    goals = passages["detail"].str.json_path_match("$.goal").value_counts()
    assert goals["count"].max() == SHOWN
