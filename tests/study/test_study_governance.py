"""Circles of governance, against every circle found by trying all of them."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from leaderful.study.governance import MOST_CYCLES, Cycle, VerticalTie, find_cycles

ALWAYS = {"start": date.min, "end": date.max}


def tie(line: int, source: str, target: str, **dates: date) -> VerticalTie:
    return VerticalTie(line=line, source=source, target=target, kind="funds", **{**ALWAYS, **dates})


def test_a_hierarchy_has_no_circle() -> None:
    assert find_cycles([tie(1, "a", "b"), tie(2, "a", "c"), tie(3, "b", "d"), tie(4, "c", "d")]) == []


def test_the_shortest_circle_is_named_in_order_and_its_last_tie_goes() -> None:
    ties = [tie(1, "a", "b"), tie(2, "b", "c"), tie(3, "c", "a"), tie(4, "c", "d"), tie(5, "d", "a")]
    cycles = find_cycles(ties)
    assert [[t.line for t in cycle.ties] for cycle in cycles] == [[1, 2, 3], [1, 2, 4, 5]]
    assert [cycle.last.line for cycle in cycles] == [3, 5]


def test_ties_that_never_hold_on_one_day_are_no_circle() -> None:
    forth = tie(1, "a", "b", start=date(2020, 1, 1), end=date(2021, 12, 31))
    assert find_cycles([forth, tie(2, "b", "a", start=date(2022, 1, 1), end=date.max)]) == []
    found = find_cycles([forth, tie(2, "b", "a", start=date(2021, 12, 31), end=date.max)])
    assert found == [Cycle(ties=found[0].ties, day=date(2021, 12, 31))]


def test_a_knot_of_very_many_circles_is_undone_in_one_go() -> None:
    bodies = [f"b{n}" for n in range(25)]
    ties = [tie(n, *pair) for n, pair in enumerate(permutations(bodies, 2))]
    cycles = find_cycles(ties)
    left = [t for t in ties if t not in {cycle.last for cycle in cycles}]
    assert sum(len(cycle.ties) > 1 for cycle in cycles) == MOST_CYCLES
    assert find_cycles(left) == []


ties_of_five = st.lists(
    st.tuples(st.sampled_from("abcde"), st.sampled_from("abcde"), st.integers(0, 6), st.integers(0, 6)).filter(
        lambda t: t[0] != t[1]
    ),
    max_size=12,
)


def circular(ties: list[VerticalTie]) -> bool:
    """Tell, by trying every order of bodies on every day, whether some day has a circle."""
    for day in {t.start for t in ties}:
        pairs = {(t.source, t.target) for t in ties if t.start <= day <= t.end}
        for size in range(2, 6):
            for round_trip in permutations("abcde", size):
                if all(pair in pairs for pair in zip(round_trip, (*round_trip[1:], round_trip[0]), strict=True)):
                    return True
    return False


@settings(deadline=None)
@given(ties_of_five)
def test_circles_are_found_exactly_when_there_are_some_and_leaving_out_ends_them(
    drawn: list[tuple[str, str, int, int]],
) -> None:
    first = date(2026, 1, 1)
    ties = [
        VerticalTie(
            line=n, source=a, target=b, kind="funds",
            start=first + timedelta(days=start), end=first + timedelta(days=start + length),
        )
        for n, (a, b, start, length) in enumerate(drawn)
    ]  # fmt: skip
    cycles = find_cycles(ties)
    assert bool(cycles) == circular(ties)
    for cycle in cycles:
        assert all(a.target == b.source for a, b in zip(cycle.ties, (*cycle.ties[1:], cycle.ties[0]), strict=True))
        assert all(t.start <= cycle.day <= t.end for t in cycle.ties)
    left_out = {cycle.last for cycle in cycles}
    assert not circular([t for t in ties if t not in left_out])
