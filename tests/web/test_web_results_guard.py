"""Beside earlier results, new ones tell nobody what a few people said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from web_cast import Cast

from leaderful.study import TABLES
from leaderful.study import Study as StudyTables
from leaderful.web.results import counting
from leaderful.web.results.counting import DIARY, Counted, count, held, kept
from leaderful.web.results.guard import RoundOpenError, TooAlikeError, leave_out, refuse_unready
from leaderful.web.studies.models import Wave

BODIES = ("A", "B", "C")


CGP, REF = "responses/CGP", "responses/REF"
ALL, OF_A = "responses/all", "responses/body:A"


def said(mark: object, *parts: str) -> dict[str, str]:
    return dict.fromkeys(parts or (CGP,), str(mark))


def counted(people: int, *, wave: str = "w1", mark: Callable[[int], str] = str, group: str = ALL) -> list[Counted]:
    return [Counted(wave, f"{who}", said(mark(who)), (group,)) for who in range(people)]


def table(name: str, rows: list[dict[str, object]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=TABLES[name].schema)


def study(people: int, answer: int = 3) -> StudyTables:
    ids = [f"P{number:03}" for number in range(people)]
    roster = [{"id": who, "body": BODIES[place % 3], "tier": "board"} for place, who in enumerate(ids)]
    said = [{"person": who, "wave": "w1", "item": "CGP1", "answer": answer} for who in ids]
    about = [
        {"person": who, "wave": "w1", "about_kind": "body", "about": "A", "question": "frequency", "answer": 2}
        for who in ids
    ]
    bodies = [{"id": body, "name": body, "kind": "nhs-trust", "sector": "nhs"} for body in BODIES]
    tables = {
        "people": table("people", roster),
        "responses": table("responses", said),
        "relations": table("relations", about),
        "bodies": table("bodies", bodies),
    }
    return StudyTables(name="S", system="S", as_at=date(2026, 4, 1), tables=tables)


def test_the_same_once_more_tells_nothing() -> None:
    assert leave_out([counted(30)], counted(30), 10) == set()
    assert leave_out([], counted(30), 10) == set()


@pytest.mark.parametrize("fewer", [1, 9])
def test_one_person_less_and_nothing_else_new_is_refused(fewer: int) -> None:
    with pytest.raises(TooAlikeError):
        leave_out([counted(30)], counted(30 - fewer), 10)


def test_ten_people_less_may_be_shown() -> None:
    assert leave_out([counted(30)], counted(20), 10) == set()


def test_one_who_left_and_one_who_came_are_two_who_differ() -> None:
    other = [*counted(29), Counted("w1", "newcomer", said("x"), (ALL,))]
    with pytest.raises(TooAlikeError):
        leave_out([counted(30)], other, 10)


def test_an_answer_that_was_changed_counts_as_a_difference() -> None:
    with pytest.raises(TooAlikeError):
        leave_out([counted(30)], counted(30, mark=lambda who: "other" if who == 7 else str(who)), 10)


def test_what_changed_little_stays_as_it_was_and_the_new_wave_is_shown() -> None:
    new = counted(30, wave="w2")
    assert leave_out([counted(30)], [*counted(29), *new], 10) == {"w1"}
    diary = counted(12, wave=DIARY)
    assert leave_out([[*counted(30), *diary[:11]]], [*counted(30), *diary], 10) == {DIARY}


def test_a_diary_that_was_seen_tells_not_even_whether_anybody_wrote_in_it() -> None:
    def diary(people: int, wrote: int = 0) -> list[Counted]:
        return counted(people, wave=DIARY, mark=lambda who: "more" if who < wrote else str(who), group="moments/all")

    round_one = counted(30)
    assert leave_out([round_one], [*round_one, *diary(12)], 10) == set(), "it was not seen before"
    for now in (diary(12), diary(12, wrote=1), diary(12, wrote=9), diary(11), diary(21), diary(3)):
        assert leave_out([[*round_one, *diary(12)]], [*round_one, *now], 10) == {DIARY}
    assert leave_out([[*round_one, *diary(12)]], [*round_one, *diary(12, wrote=10)], 10) == set()
    assert leave_out([[*round_one, *diary(12)]], [*round_one, *diary(22)], 10) == set()
    for now in (diary(12), diary(12, wrote=1)):
        with pytest.raises(TooAlikeError):
            leave_out([diary(12)], now, 10)


def test_of_a_diary_that_was_seen_more_than_once_all_are_looked_at() -> None:
    def diary(wrote: int) -> list[Counted]:
        return [*counted(30), *counted(12, wave=DIARY, mark=lambda who: f"{wrote}" if who < wrote else str(who))]

    assert leave_out([diary(0), diary(12)], diary(0), 10) == {DIARY}
    assert leave_out([diary(0), counted(30)], diary(12), 10) == set()


def test_earlier_results_that_are_not_the_last_are_looked_at_too() -> None:
    first, second = counted(30), counted(45)
    now = counted(31)
    assert leave_out([second], now, 10) == set()
    with pytest.raises(TooAlikeError):
        leave_out([first, second], now, 10)


def test_a_group_of_enough_that_changed_little_is_found_inside_a_larger_change() -> None:
    def grouped(people: int, of_a: int) -> list[Counted]:
        return [Counted("w1", f"{n}", said(n), (ALL, OF_A) if n % 100 < of_a else (ALL,)) for n in range(people)]

    before = grouped(60, 20)
    now = [each for each in before if each.who not in {"0", "1", *(f"{n}" for n in range(30, 45))}]
    with pytest.raises(TooAlikeError):
        leave_out([before], now, 10)


def test_differences_that_add_up_to_a_few_people_are_found() -> None:
    def entry(who: int, groups: tuple[str, ...]) -> Counted:
        return Counted("w1", f"{who}", said(who), groups)

    stays = [entry(1000 + n, (ALL, OF_A, f"{OF_A}/1")) for n in range(20)]
    leaves_tier = [entry(n, (ALL, OF_A, f"{OF_A}/1")) for n in range(11)]
    leaves_rest = [entry(100, (ALL, OF_A))]
    with pytest.raises(TooAlikeError):
        leave_out([[*stays, *leaves_tier, *leaves_rest]], stays, 10)
    assert leave_out([[*stays, *leaves_tier]], stays, 10) == set()


@given(st.sets(st.integers(0, 39)), st.sets(st.integers(0, 39)))
@settings(max_examples=60, deadline=None)
def test_what_passes_differs_by_nobody_or_by_enough_in_every_group(before: set[int], now: set[int]) -> None:
    def of(people: set[int]) -> list[Counted]:
        return [Counted("w1", f"{n}", said(n), (ALL, f"responses/body:{n % 3}")) for n in sorted(people)]

    try:
        out = leave_out([of(before)], of(now), 10)
    except TooAlikeError:
        return
    for rests in ((0, 1, 2), (0,), (1,), (2,)) if not out else ():
        old, new = ({n for n in people if n % 3 in rests} for people in (before, now))
        assert not old or not new or not 0 < len(old ^ new) < 10


def test_everybody_is_counted_in_their_groups_of_enough_people() -> None:
    entries = count(study(36), 10)
    assert len(entries) == 36
    groups = set(entries[0].groups)
    assert {"responses/system:S", "responses/body:A", "responses/tier:board", "responses/sector:nhs"} <= groups
    assert {"relations/about:A", "relations/pair:A>A", "relations/body-tier:A/board"} <= groups


def test_nothing_is_kept_of_a_small_group() -> None:
    kept_groups = {group for entry in count(study(20), 10) for group in entry.groups}
    assert not any("body:" in group or "pair" in group for group in kept_groups)
    assert "responses/system:S" in kept_groups


def test_marks_name_nobody_and_tell_no_answer() -> None:
    three, four = count(study(36), 10), count(study(36, answer=4), 10)
    assert [entry.who for entry in three] == [entry.who for entry in four]
    marks_three, marks_four = ({mark for entry in each for mark in entry.said.values()} for each in (three, four))
    assert len(marks_three & marks_four) == 36, "what they said of bodies is the same, what they answered is not"
    assert "P001" not in str(kept(three))
    assert held(kept(three)) == three


def test_a_diary_is_counted_under_no_wave() -> None:
    moment = {"id": "M1", "person": "P001", "time": None, "opener": "surprise", "taken": True}
    tables = study(36)
    with_diary = StudyTables(
        name="S", system="S", as_at=tables.as_at, tables={**tables.tables, "moments": table("moments", [moment])}
    )
    assert {entry.wave for entry in count(with_diary, 10)} == {"w1", counting.DIARY}


def test_results_wait_until_no_round_is_open(cast: Cast) -> None:
    with pytest.raises(RoundOpenError):
        refuse_unready(cast.study)
    Wave.objects.update(closed_on=date(2026, 6, 1))
    refuse_unready(cast.study)


def test_what_others_changed_elsewhere_hides_nobody() -> None:
    def entry(who: int, cgp: object, ref: object) -> Counted:
        return Counted("w1", f"{who}", {CGP: str(cgp), REF: str(ref)}, (ALL,))

    before = [entry(who, who, who) for who in range(40)]
    one_and_twelve = [entry(who, "x" if who == 0 else who, "x" if 0 < who < 13 else who) for who in range(40)]
    with pytest.raises(TooAlikeError):
        leave_out([before], one_and_twelve, 10)
    all_thirteen = [entry(who, "x" if who < 13 else who, who) for who in range(40)]
    assert leave_out([before], all_thirteen, 10) == set()


def test_one_who_withdraws_is_not_hidden_by_those_who_had_named_them() -> None:
    def named(who: int, mark: object) -> Counted:
        return Counted("w1", f"{who}", said(mark, counting.NAMING), ("relations/all",))

    before = [named(who, who) for who in range(40)]
    after = [named(who, "less" if who < 13 else who) for who in range(1, 40)]
    with pytest.raises(TooAlikeError):
        leave_out([before], after, 10)
    assert leave_out([before], [named(who, "less" if who < 13 else who) for who in range(40)], 10) == set()


def test_one_who_never_answered_withdraws_as_visibly_as_one_who_did() -> None:
    def asked(people: int) -> list[Counted]:
        return [Counted("w1", f"{who}", {counting.ASKED: ""}, ("asked/all",)) for who in range(people)]

    with pytest.raises(TooAlikeError):
        leave_out([asked(30)], asked(29), 10)
    assert leave_out([asked(30)], asked(31), 10) == set()
    assert leave_out([asked(30)], asked(20), 10) == set()


@pytest.mark.parametrize("fewest", [10, 20])
def test_how_many_must_differ_is_what_the_study_says(fewest: int) -> None:
    with pytest.raises(TooAlikeError):
        leave_out([counted(60)], counted(61 - fewest), fewest)
    assert leave_out([counted(60)], counted(60 - fewest), fewest) == set()


def test_who_was_invited_is_counted_though_silent() -> None:
    tables = study(36)
    waves = pl.concat([table("waves", []), pl.DataFrame({"id": ["w1"]})], how="diagonal")
    silent = {"responses": table("responses", []), "relations": table("relations", []), "waves": waves}
    held_in = StudyTables(name="S", system="S", as_at=tables.as_at, tables={**tables.tables, **silent})
    entries = count(held_in, 10, invited=["P001", "P002", "nobody"])
    assert [set(entry.said) for entry in entries] == [{counting.ASKED}] * 2
    assert not any(entry.groups for entry in entries), "groups of two are not kept"


def test_a_part_belongs_to_the_groups_it_is_told_of() -> None:
    trust_of_a = "relations/trust/A"
    assert all(counting.within(trust_of_a, f"relations/{unit}") for unit in ("body:B", "about:A", "pair:B>A"))
    assert not any(counting.within(trust_of_a, f"relations/{unit}") for unit in ("about:B", "pair:A>B"))
    assert not counting.within(trust_of_a, "responses/body:A")
    assert counting.within("moments", "moments/body:A")
    assert not counting.within(counting.NAMING, "relations/about:A")
