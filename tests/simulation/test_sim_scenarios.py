"""Scenarios act on a system: each kind changes what it says and nothing else, and what ends is as it was before."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderful.errors import BadValuesError, BrokenStructureError, LeaderfulError, UnknownNameError
from leaderful.simulation.building import build
from leaderful.simulation.checkpoints import resume, save
from leaderful.simulation.engine import Engine
from leaderful.simulation.parameters import default_parameters
from leaderful.simulation.scenarios import Scenario, packaged, read_scenario, schedule
from leaderful.simulation.scenarios.slots import add_ties, drop_ties, slots_of
from leaderful.simulation.system import FORUM, INFORMAL, ONE_SITE, POOLED, TEAM, Actors, Bodies, System, Ties

# id, kind, sector, scale, system, place, people
BODIES = (
    ("NHSE", "nhs-england", "nhs", "national", "", "", 0),
    ("QMJ", "integrated-care-board", "nhs", "system", "QMJ", "", 8),
    ("QMJ-ICP", "integrated-care-partnership", "nhs", "system", "QMJ", "", 0),
    ("TA", "nhs-trust", "nhs", "organisation", "QMJ", "", 24),
    ("TB", "nhs-trust", "nhs", "organisation", "QMJ", "", 12),
    ("CA", "council", "local-government", "place", "QMJ", "CA", 10),
    ("QRV", "integrated-care-board", "nhs", "system", "QRV", "", 4),
    ("QRV-ICP", "integrated-care-partnership", "nhs", "system", "QRV", "", 0),
    ("TC", "nhs-trust", "nhs", "organisation", "QRV", "", 16),
    ("CB", "council", "local-government", "place", "QRV", "CB", 6),
)
ROW = {each[0]: row for row, each in enumerate(BODIES)}
ANSWERS = (("QMJ", "NHSE"), ("QRV", "NHSE"), ("TA", "QMJ"), ("TB", "QMJ"), ("TC", "QRV"), ("CA", "QMJ"), ("TC", "QMJ"))
STATES = ("purpose", "reflexivity", "capacity", "exposure", "held", "declared", "licence", "fidelity", "content")


def small(purposes: tuple[str, ...] = ("common-good", "green")) -> System:
    """Return two systems of 80 people in all, everybody tied to some of their own body and of others."""
    rng = np.random.default_rng(7)
    ids, kinds, sectors, scales, systems, places, people = zip(*BODIES, strict=True)
    body = np.repeat(np.arange(len(BODIES)), people).astype(np.int32)
    n, p = len(body), len(purposes)
    rank = np.concatenate([np.arange(count) for count in people])
    tier = np.minimum(rank, 3).astype(np.uint8)
    pairs = np.unique(np.sort(rng.integers(n, size=(5 * n, 2)), axis=1), axis=0)
    pairs = pairs[pairs[:, 0] != pairs[:, 1]].astype(np.int32)
    one = body[pairs[:, 0]] == body[pairs[:, 1]]
    leaders = (tier[pairs] <= 1).all(axis=1) & ~one
    return build(
        Bodies(
            frame=pl.DataFrame(
                {"id": ids, "name": ids, "kind": kinds, "sector": sectors, "scale": scales, "system": systems}
            ).with_columns(place=pl.Series(places)),
            declared=rng.uniform(0.2, 0.8, (len(ids), p)).astype(np.float32),
            fidelity=rng.uniform(0.3, 0.9, len(ids)).astype(np.float32),
            mechanisms=np.array([0, 2, 1, 3, 2, 1, 2, 1, 3, 1], dtype=np.int32),
            licence=rng.uniform(0.2, 0.8, (len(ids), 4)).astype(np.float32),
            answers_to=np.array([[ROW[a], ROW[b]] for a, b in ANSWERS], dtype=np.int32),
        ),
        Actors(
            body=body,
            team=(np.arange(n) // 6).astype(np.int32),
            tier=tier,
            place=np.where(body == ROW["CA"], 0, np.where(body == ROW["CB"], 1, -1)).astype(np.int32),
            forum=np.where(tier <= 1, (body >= ROW["QRV"]).astype(np.int32), -1).astype(np.int32),
            purpose=rng.uniform(size=(n, p)).astype(np.float32),
            reflexivity=rng.uniform(size=n).astype(np.float32),
            capacity=rng.uniform(4, 12, n).astype(np.float32),
            exposure=rng.uniform(size=n).astype(np.float32),
        ),
        Ties(
            a=pairs[:, 0],
            b=pairs[:, 1],
            layer=np.where(one, TEAM, np.where(leaders, FORUM, INFORMAL)).astype(np.uint8),
            trust=rng.uniform(size=(len(pairs), 2)).astype(np.float32),
            understanding=rng.uniform(size=(len(pairs), 2)).astype(np.float32),
        ),
        purposes=purposes,
    )


def scenario(events: str, head: str = "") -> Scenario:
    """Return a scenario of events, each written after a kind, as in: jam week = 0."""
    text = 'name = "one"\ntitle = "One"\ndescription = "Made up."\n' + head
    for each in events.strip().split("\n\n"):
        kind, _, rest = each.strip().partition("\n")
        text += f'\n[[events]]\nkind = "{kind.strip()}"\n{rest}\n'
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "one.toml"
        path.write_text(text, encoding="utf-8")
        return read_scenario(path)


def after(events: str, week: int = 0, *, seed: int = 3) -> System:
    """Return the small system after a scenario has acted on it in every week up to one."""
    system = small()
    plan = schedule(scenario(events), system)
    for each in range(week + 1):
        plan.act(each, system, seed)
    return system


def arrays(system: System) -> dict[str, np.ndarray]:
    return {name: value for name, value in vars(system).items() if isinstance(value, np.ndarray)}


def changed(one: System, two: System) -> set[str]:
    """Return the names of all that differs between two systems, but for what scenarios remember."""
    held = arrays(two)
    names = {name for name, value in arrays(one).items() if not np.array_equal(value, held[name])}
    return names | ({"bodies"} if not one.bodies.equals(two.bodies) else set())


def pairs(system: System, layer: int | None = None) -> set[tuple[int, int]]:
    ties = system.tie_list()
    kept = ties.layer == layer if layer is not None else np.ones(len(ties.a), dtype=bool)
    return set(zip(ties.a[kept].tolist(), ties.b[kept].tolist(), strict=True))


def of(system: System, *ids: str) -> np.ndarray:
    return np.flatnonzero(np.isin(system.body, [ROW[each] for each in ids]))


def check_rows(system: System) -> None:
    """Hold every tie's slot and note against each other."""
    owners = system.owners()
    slots = np.flatnonzero(system.partner >= 0)
    noted = np.flatnonzero(system.note_slot >= 0)
    assert sorted(system.note_slot[noted]) == slots.tolist()
    holders = np.repeat(np.arange(system.size), np.diff(system.note_row))
    assert np.array_equal(system.partner[system.note_slot[noted]], holders[noted])
    assert np.array_equal(owners[system.note_slot[noted]], system.note_owner[noted])
    assert system.row[-1] == len(system.partner) == len(system.content) == len(system.mark)
    assert system.note_row[-1] == len(system.note_slot) == len(system.note_owner)
    assert len(pairs(system)) == system.ties


# What each kind changes


KINDS: dict[str, tuple[str, set[str]]] = {
    "licence": ('week = 0\nto = 0.9\nwho = { kinds = ["council"], tiers = ["manager"] }', {"licence"}),
    "development": (
        'week = 0\nreflexivity = 0.2\ncapacity = 1.5\npractice = 2\nwho = { tiers = ["manager"], share = 0.5 }',
        {"reflexivity", "capacity", "practice"},
    ),
    "reflective-practice": ("week = 0\npractice = 3\nwho = { share = 0.25 }", {"practice"}),
    "pooled-budget": ('week = 0\nwho = { kinds = ["nhs-trust", "council"] }', {"pool", "mark"}),
    "co-location": ('week = 0\nwho = { kinds = ["nhs-trust", "council"] }', {"site", "mark"}),
    "jam": ('week = 0\nwho = { kinds = ["nhs-trust"], largest = 1 }', {"jammed"}),
    "purpose-declared": ('week = 0\npurpose = "green"\nvalue = 0.95\nwho = { scales = ["system"] }', {"declared"}),
    "purpose-dropped": ('week = 0\nwho = { bodies = ["QMJ"] }', {"declared"}),
    "mechanisms": ('week = 0\nby = 2\nwho = { sectors = ["nhs"], share = 0.5 }', {"mechanisms"}),
    "austerity": (
        'week = 0\nuntil = 3\ncapacity = 0.5\nwho = { kinds = ["council"] }',
        {"capacity", "practice"},
    ),
    "turnover": ('week = 0\nleaving = 0.5\nweeks = 3\nwho = { kinds = ["council"] }', {"leaving"}),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_changes_what_it_says_and_its_end_restores_it(kind: str) -> None:
    text, names = KINDS[kind]
    until = "" if kind in ("austerity", "turnover") else "until = 3\n"
    before = small()
    assert changed(before, after(f"{kind}\n{until}{text}", 2)) == names
    assert changed(before, after(f"{kind}\n{until}{text}", 3)) == names & {"reflexivity"}


def test_licence_is_set_where_it_says() -> None:
    system, before = after("licence\n" + KINDS["licence"][0]), small()
    rows = [ROW["CA"], ROW["CB"]]
    assert (system.licence[rows, 2] == np.float32(0.9)).all()
    system.licence[rows, 2] = before.licence[rows, 2]
    assert np.array_equal(system.licence, before.licence)


def test_development_reaches_half_of_the_managers_and_they_alone() -> None:
    system, before = after("development\n" + KINDS["development"][0]), small()
    gained = np.flatnonzero(system.practice != 1)
    managers = np.flatnonzero(before.tier == 2)
    assert set(gained) < set(managers)
    assert len(gained) == round(0.5 * len(managers))
    assert np.allclose(system.capacity[gained], 1.5 * before.capacity[gained])
    assert np.allclose(system.reflexivity[gained], np.minimum(before.reflexivity[gained] + 0.2, 1))
    assert np.array_equal(np.flatnonzero(system.capacity != before.capacity), gained)


def test_lots_depend_on_the_seed_and_a_smaller_share_is_part_of_a_larger() -> None:
    def drawn(share: float, seed: int) -> set[int]:
        text = f"reflective-practice\nweek = 0\npractice = 3\nwho = {{ share = {share} }}"
        return set(np.flatnonzero(after(text, seed=seed).practice == 3).tolist())

    assert drawn(0.25, 3) == drawn(0.25, 3) < drawn(0.5, 3)
    assert len(drawn(0.25, 3)) == 20
    assert drawn(0.25, 3) != drawn(0.25, 4)


def test_pools_and_sites_are_shared_within_a_system_or_place() -> None:
    system = after("pooled-budget\n" + KINDS["pooled-budget"][0])
    assert len({int(system.pool[ROW[each]]) for each in ("TA", "TB", "CA")}) == 1
    assert system.pool[ROW["TA"]] != system.pool[ROW["TC"]] == system.pool[ROW["CB"]] >= 0
    assert (system.pool[[ROW["QMJ"], ROW["NHSE"]]] == -1).all()
    ties = system.tie_list()
    marks = system.mark[slots_of(system, ties.a, ties.b)]
    pool = system.pool[system.body]
    apart = system.body[ties.a] != system.body[ties.b]
    assert np.array_equal(marks & POOLED > 0, apart & (pool[ties.a] >= 0) & (pool[ties.a] == pool[ties.b]))
    assert not (marks & ONE_SITE).any()
    system = after("co-location\n" + KINDS["co-location"][0] + '\nby = "place"')
    assert system.site[ROW["TA"]] == system.site[ROW["TB"]] != system.site[ROW["CA"]]


def test_the_largest_is_found_in_each_system() -> None:
    assert np.flatnonzero(after("jam\n" + KINDS["jam"][0]).jammed).tolist() == [ROW["TA"], ROW["TC"]]


def test_leaving_adds_up_to_the_share_stated() -> None:
    system = after("turnover\n" + KINDS["turnover"][0])
    council = of(system, "CA", "CB")
    assert np.allclose((1 - system.leaving[council].astype(np.float64)) ** 3, 0.5)
    assert not np.delete(system.leaving, council).any()


def test_mechanisms_do_not_fall_below_none() -> None:
    assert after("mechanisms\nweek = 0\nby = -2").mechanisms.tolist() == [0, 0, 0, 1, 0, 0, 0, 0, 1, 0]


def test_austerity_for_some_recovers_week_by_week() -> None:
    text = 'austerity\nweek = 0\nuntil = 2\nrecovery = 3\ncapacity = 0.6\nwho = { kinds = ["council"] }'
    before = small()
    some = of(before, "CA", "CB")
    factors = [(after(text, week).capacity / before.capacity)[some].mean() for week in range(6)]
    assert factors == pytest.approx([0.6, 0.6, 0.7, 0.8, 0.9, 1.0])
    assert np.array_equal(after(text, 5).capacity, before.capacity)


def test_later_events_lie_over_earlier_ones_and_stay_when_those_end() -> None:
    text = "licence\nweek = 0\nuntil = 4\nto = 0.1\n\nlicence\nweek = 2\nto = 0.9\nwho = { kinds = ['council'] }"
    before, rows = small(), [ROW["CA"], ROW["CB"]]
    assert (after(text, 1).licence == np.float32(0.1)).all()
    assert (after(text, 3).licence[rows] == np.float32(0.9)).all()
    at_end = after(text, 4).licence
    assert (at_end[rows] == np.float32(0.9)).all()
    assert np.array_equal(np.delete(at_end, rows, axis=0), np.delete(before.licence, rows, axis=0))


# Forums


FORUM_ADDED = (
    'forum-added\nweek = 0\nname = "F"\nseats = 2\nwho = { kinds = ["nhs-trust", "council"], tiers = ["practitioner"] }'
)


def test_a_forum_ties_those_who_sit_in_it_and_goes_without_a_trace() -> None:
    before, system = small(), after(FORUM_ADDED)
    new = pairs(system) - pairs(before)
    assert pairs(before) < pairs(system)
    assert new == pairs(system, FORUM) - pairs(before, FORUM)
    for number, ids in ((2, ("TA", "TB", "CA")), (3, ("TC", "CB"))):
        members = system.members[system.members_row[number] : system.members_row[number + 1]]
        assert sorted(system.body[members].tolist()) == sorted(2 * [ROW[each] for each in ids])
        assert (system.tier[members] == 3).all()
        assert (system.forum[members] == number).all()
        every = {(int(a), int(b)) for a in members for b in members if a < b}
        assert every <= pairs(system)
    assert len(new) <= 6 * 5 // 2 + 4 * 3 // 2
    check_rows(system)
    slots = slots_of(system, *np.array(sorted(new), dtype=np.int32).T)
    rates = default_parameters()
    assert np.allclose(system.content[slots], [[rates.new_trust] * 2 + [rates.new_understanding] * 2])
    free = [np.bincount(each.owners()[each.partner < 0], minlength=each.size) for each in (before, system)]
    assert np.array_equal(*free)
    assert not changed(before, after(FORUM_ADDED.replace("week = 0", "week = 0\nuntil = 5"), 5))


def test_a_forum_that_ends_takes_its_ties_and_comes_back_with_them() -> None:
    text = 'forum-removed\nweek = 0\nuntil = 2\nwho = { tiers = ["board"] }'
    before, during, later = small(), after(text, 1), after(text, 2)
    board = set(np.flatnonzero(before.tier == 0).tolist())
    gone = pairs(before) - pairs(during)
    assert gone == {pair for pair in pairs(before, FORUM) if set(pair) <= board}
    assert gone
    assert (during.forum[sorted(board)] == -1).all()
    assert not set(during.members.tolist()) & board
    check_rows(during)
    assert pairs(later) == pairs(before)
    assert np.array_equal(later.forum, before.forum)
    assert np.array_equal(later.members, before.members)
    where = [slots_of(each, *np.array(sorted(gone), dtype=np.int32).T) for each in (before, later)]
    assert np.array_equal(before.content[where[0]], later.content[where[1]])
    assert np.array_equal(before.mark[where[0]], later.mark[where[1]])
    check_rows(later)


def test_ties_added_and_dropped_leave_all_others_where_they_were() -> None:
    before, system = small(), small()
    tied = pairs(before)
    free = [(a, b) for a in range(0, 80, 7) for b in range(a + 1, 80, 11) if (a, b) not in tied]
    a, b = np.array(free, dtype=np.int32).T
    content = np.arange(4 * len(a), dtype=np.float32).reshape(-1, 4) / (4 * len(a))
    add_ties(system, b, a, content=content, layer=np.full(len(a), INFORMAL, dtype=np.uint8))
    check_rows(system)
    slots = slots_of(system, a, b)
    assert np.array_equal(system.content[slots], content[:, [1, 0, 3, 2]])
    drop_ties(system, slots)
    assert not changed(before, system)


# Mergers


def test_a_merger_makes_one_of_two() -> None:
    before, system = small(), after('merge\nweek = 0\nname = "T"\nwho = { bodies = ["TA", "TB"] }')
    one, other = ROW["TA"], ROW["TB"]
    assert changed(before, system) == {
        "bodies", "body", "declared", "held", "fidelity", "licence", "mechanisms", "mark", "above", "above_row"
    }  # fmt: skip
    for name in ("declared", "held", "fidelity", "licence"):
        was, now = getattr(before, name), getattr(system, name)
        assert np.allclose(now[one], (24 * was[one] + 12 * was[other]) / 36)
        assert np.array_equal(np.delete(now, one, axis=0), np.delete(was, one, axis=0))
    assert system.mechanisms[one] == 3 + 2 - 1  # both answered to the board
    assert (system.body[of(before, "TA", "TB")] == one).all()
    assert system.bodies["name"][one] == "T"
    assert system.above[system.above_row[one] : system.above_row[one + 1]].tolist() == [ROW["QMJ"]]
    ties = system.tie_list()
    marks = system.mark[slots_of(system, ties.a, ties.b)]
    assert np.array_equal(marks & 4 > 0, system.body[ties.a] != system.body[ties.b])


def test_merged_boards_join_their_systems_and_a_trust_of_both_answers_to_one_less() -> None:
    before, system = small(), small()
    plan = schedule(packaged()["merger-of-two-icbs"], system)
    assert plan.act(0, system, 1)
    assert system.system_of.tolist() == [-1, *[0] * 9]
    assert system.bodies["system"].to_list() == ["", *["QMJ"] * 9]
    assert system.mechanisms[ROW["TC"]] == before.mechanisms[ROW["TC"]] - 1
    assert (np.diff(system.system_of[system.body]) >= 0).all()
    assert np.array_equal(np.flatnonzero(system.leaving), of(before, "QMJ", "QRV"))
    ties = system.tie_list()
    assert (system.mark[slots_of(system, ties.a, ties.b)] & 128 > 0).all()


# Forcing


def test_a_crisis_rises_to_its_height_and_halves_in_its_half_life() -> None:
    plan = schedule(scenario("crisis\nweek = 4\nheight = 0.8\nrise = 2\nhalf_life = 10\npurpose = 0.4"), small())
    urgency = [plan.forcing(week).urgency for week in (3, 4, 5, 6, 16, 26)]
    assert urgency == pytest.approx([0, 0, 0.4, 0.8, 0.4, 0.2])
    assert [plan.forcing(week).purpose for week in (3, 6, 16)] == pytest.approx([0, 0.4, 0.2])
    assert {plan.forcing(week).capacity for week in range(30)} == {1.0}
    assert not plan.act(4, small(), 1)


def test_austerity_for_all_presses_on_all_and_recovers() -> None:
    plan = schedule(scenario("austerity\nweek = 1\nuntil = 3\ncapacity = 0.6\nrecovery = 3"), small())
    assert [plan.forcing(week).capacity for week in range(8)] == pytest.approx([1, 0.6, 0.6, 0.7, 0.8, 0.9, 1, 1])
    assert not any(plan.act(week, small(), 1) for week in range(8))


def test_crises_together_never_pass_one() -> None:
    two = "crisis\nweek = 0\nheight = 0.8\nhalf_life = 5\n\ncrisis\nweek = 1\nheight = 1\nhalf_life = 5"
    plan = schedule(scenario(two), small())
    assert plan.forcing(0).urgency == pytest.approx(0.8)
    assert plan.forcing(1).urgency == pytest.approx(1)
    assert 0.5 < plan.forcing(6).urgency < 1


# What is refused


@pytest.mark.parametrize(
    ("events", "kind", "words"),
    [
        ('jam\nweek = 0\nwho = { bodies = ["TAA"] }', UnknownNameError, "event 1 (jam), who, bodies: the system has"),
        ('jam\nweek = 0\nwho = { bodies = ["QMJICP"] }', UnknownNameError, "Did you mean QMJ-ICP"),
        ('jam\nweek = 0\nwho = { kinds = ["ministry"] }', BadValuesError, "event 1 (jam), who chooses no bodies"),
        ('turnover\nweek = 0\nleaving = 0.1\nweeks = 2\nwho = { bodies = ["NHSE"] }', BadValuesError, "no people"),
        ('purpose-dropped\nweek = 0\npurpose = "gren"', UnknownNameError, "no purpose 'gren'. Did you mean green"),
        ('merge\nweek = 0\nwho = { bodies = ["TA"] }', BadValuesError, "a merger needs two or more"),
        ('merge\nweek = 0\nwho = { bodies = ["TA", "QMJ"] }', BadValuesError, "TA answers to another"),
        ("jam\nweek = 1\n\njam\nweek = 1\nwho = { kinds = ['council'] }", BrokenStructureError, "events 1 (jam) and 2"),
        (
            "licence\nweek = 0\nto = 1\n\njam\nweek = 0\n\nlicence\nweek = 0\nto = 0\nwho = { tiers = ['board'] }",
            BrokenStructureError,
            "events 1 (licence) and 3 (licence) both set the licence",
        ),
        (
            "crisis\nweek = 0\nheight = 1\nhalf_life = 1\n\ncrisis\nweek = 0\nheight = 1\nhalf_life = 2",
            BrokenStructureError,
            "both set the urgency",
        ),
        (FORUM_ADDED.replace('["nhs-trust", "council"]', '["integrated-care-board"]').replace("2", "1", 1),
         BadValuesError, "no forum would have two members"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said_before_the_run(events: str, kind: type[LeaderfulError], words: str) -> None:
    with pytest.raises(kind) as caught:
        schedule(scenario(events), small())
    assert words in str(caught.value)
    assert "one.toml" in str(caught.value)


def test_events_of_one_week_may_set_different_levers_tiers_and_purposes() -> None:
    schedule(packaged()["senior-only"], small())
    two = (
        "purpose-declared\nweek = 0\npurpose = 'green'\nvalue = 1\n\npurpose-dropped\nweek = 0\npurpose = 'common-good'"
    )
    schedule(scenario(two), small())


def test_a_scenario_about_other_systems_is_refused() -> None:
    about = scenario("jam\nweek = 0", head='[setting]\nicbs = ["QH8"]\nas_at = 2026-03-31\n')
    with pytest.raises(
        BrokenStructureError, match="is about QH8 as at 2026-03-31; the system simulated holds QMJ, QRV"
    ):
        schedule(about, small())


def test_a_system_that_has_been_further_is_refused() -> None:
    system = small()
    plan = schedule(scenario("jam\nweek = 0"), system)
    plan.act(5, system, 1)
    with pytest.raises(BrokenStructureError, match="to week 5, and week 0"):
        plan.act(0, system, 1)


# At work in a run


@pytest.mark.parametrize("name", list(packaged()))
def test_every_packaged_scenario_runs_and_goes_on_from_a_checkpoint(name: str, tmp_path: Path) -> None:
    plan = packaged()[name]
    whole = Engine(small(), seed=5, schedule=schedule(plan, small()), threads=1)
    whole.advance(30)
    first = Engine(small(), seed=5, schedule=schedule(plan, small()), threads=1)
    first.advance(17)
    save(first, tmp_path / "kept.npz")
    later = resume(tmp_path / "kept.npz", schedule=schedule(plan, small()), threads=1)
    later.advance(13)
    assert not changed(whole.system, later.system)
    in_range(whole.system)


def test_acting_twice_in_a_week_changes_nothing_more() -> None:
    system = small()
    plan = schedule(packaged()["crisis-with-maintenance"], system)
    acted = [week for week in range(20) if plan.act(week, system, 1)]
    assert acted == [8, 12, 16]
    before = system.copy()
    assert not plan.act(19, system, 1)
    assert not schedule(packaged()["crisis-with-maintenance"], small()).act(19, system, 1)
    assert not changed(before, system)


def in_range(system: System) -> None:
    for name in STATES:
        values = getattr(system, name)
        assert np.isfinite(values).all(), name
        assert (values >= 0).all(), name
        assert name == "capacity" or (values <= 1).all(), name
    assert (system.mechanisms >= 0).all()
    assert ((system.leaving >= 0) & (system.leaving <= 1)).all()
    sizes = np.diff(system.members_row)
    assert (system.forum < len(sizes)).all()
    assert (sizes[system.forum[system.forum >= 0]] > 0).all()
    check_rows(system)


WHO = st.sampled_from(
    [
        "who = {}",
        'who = { kinds = ["council"] }',
        'who = { sectors = ["nhs"], share = 0.5 }',
        "who = { largest = 1 }",
    ]
)
SHARE = st.floats(0, 1).map(lambda value: f"{value:.3f}")
FACTOR = st.floats(0, 10).map(lambda value: f"{value:.3f}")
FIELDS: dict[str, list[tuple[str, Any]]] = {
    "licence": [("to", SHARE)],
    "development": [("reflexivity", SHARE), ("capacity", FACTOR), ("practice", FACTOR)],
    "reflective-practice": [("practice", FACTOR)],
    "forum-removed": [],
    "pooled-budget": [],
    "co-location": [],
    "jam": [],
    "purpose-declared": [("value", SHARE)],
    "mechanisms": [("by", st.integers(-5, 5).map(str))],
}


@st.composite
def event(draw: st.DrawFn) -> str:
    """Draw one valid event of any kind that may be given anybody."""
    week = draw(st.integers(0, 6))
    until = f"until = {week + draw(st.integers(1, 6))}"
    kind = draw(st.sampled_from([*FIELDS, "forum-added", "austerity", "turnover", "crisis"]))
    lines = [kind, f"week = {week}"]
    if kind == "crisis":
        return "\n".join([*lines, "height = 0.9", f"half_life = {draw(st.integers(1, 9))}", f"purpose = {draw(SHARE)}"])
    lines += [draw(WHO) if kind != "forum-added" else 'who = { kinds = ["nhs-trust", "council"] }']
    if kind == "austerity":
        return "\n".join([*lines, until, f"capacity = {draw(SHARE)}", f"recovery = {draw(st.integers(0, 4))}"])
    if kind == "turnover":
        return "\n".join([*lines, "leaving = 0.9", f"weeks = {draw(st.integers(1, 5))}"])
    if kind == "forum-added":
        lines += ['name = "F"', f"seats = {draw(st.integers(1, 4))}"]
    lines += [f"{name} = {draw(values)}" for name, values in FIELDS.get(kind, [])]
    return "\n".join(line for line in ([*lines, until] if draw(st.booleans()) else lines))


@settings(max_examples=40, deadline=None)
@given(events=st.lists(event(), min_size=1, max_size=6), seed=st.integers(0, 9))
def test_no_scenario_leaves_a_state_out_of_range(events: list[str], seed: int) -> None:
    made = scenario("\n\n".join(events))
    try:
        plan = schedule(made, small())
    except BrokenStructureError:  # two of them set one lever in one week
        return
    engine = Engine(small(), seed=seed, schedule=plan, threads=1)
    engine.advance(14)
    in_range(engine.system)
