"""Systems seeded from public studies: who is in them, what ties them, and that nothing else changes them."""

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderful import jobs
from leaderful.errors import BadValuesError
from leaderful.framework import framework
from leaderful.simulation.seeding import describe, from_public, seeded_people, seeded_ties, summary
from leaderful.simulation.seeding.assumptions import assumptions, forums, workforces
from leaderful.simulation.seeding.bodies import valid, without_circles
from leaderful.simulation.seeding.people import _teams, _tier_counts
from leaderful.simulation.seeding.ties import forum_pairs, line_pairs, merged, team_pairs
from leaderful.simulation.seeding_pages import docs_pages
from leaderful.simulation.system import FORUM, INFORMAL, LAYER, LINE, TEAM
from leaderful.study import TABLES, Study

DAY = date(2026, 4, 1)
PART = 0.02


@pytest.fixture(scope="module")
def study():
    return jobs.public_study("QHM", DAY)


@pytest.fixture(scope="module")
def neighbour():
    return jobs.public_study("QE1", DAY)


@pytest.fixture(scope="module")
def system(study):
    return from_public([study], part=PART)


@pytest.fixture(scope="module")
def two(study, neighbour):
    return from_public([neighbour, study], part=PART)


def arrays(system):
    return {name: each for name, each in vars(system).items() if isinstance(each, np.ndarray)}


def people_of(system, body):
    return int((system.body == system.bodies["id"].to_list().index(body)).sum())


def ends(system, layer):
    """Both ends of the ties of a layer."""
    slots = np.flatnonzero((system.partner >= 0) & ((system.mark & LAYER) == layer))
    return system.owners()[slots], system.partner[slots]


@pytest.mark.parametrize(("body", "answered"), [("RTD", 10329), ("QHM", 411), ("RX6", 1517)])
def test_survey_answers_over_the_national_rate_give_the_people_of_a_body(system, body, answered):
    assert people_of(system, body) == round(answered / 0.5 * PART)


def test_every_body_of_a_kind_with_people_has_a_few(system):
    people = np.bincount(system.body, minlength=system.bodies.height)
    kinds = system.bodies["kind"].to_list()
    staffed = np.array([kind in workforces() for kind in kinds]) & (system.system_of >= 0)
    assert people[staffed].min() == 3
    assert not people[~staffed].any()
    assert staffed.sum() > 450


def test_a_whole_system_has_the_people_tiers_and_ties_its_numbers_say(study):
    whole = from_public([study])
    assert 150_000 < whole.size < 210_000
    assert 11 < 2 * whole.ties / whole.size < 12.5
    degree = dict(seeded_ties(whole).select("layer", "degree").iter_rows())
    assert 4.8 < degree["team"] < 6
    assert 1.5 < degree["line"] < 2
    assert 0.7 < degree["forum"] < 1.2
    assert 3 < degree["informal"] < 3.6
    trusts = seeded_people(whole).row(by_predicate=pl.col("kind") == "nhs-trust", named=True)
    assert trusts["board"] / trusts["people"] == pytest.approx(0.0015, abs=0.0003)
    assert trusts["manager"] / trusts["people"] == pytest.approx(0.09, abs=0.002)
    assert whole.capacity.mean() == pytest.approx(10.3, abs=0.2)
    assert 0.1 < float((whole.forum >= 0).mean()) < 0.2


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(study, system):
    again = from_public([study], part=PART)
    other = from_public([study], part=PART, seed=2)
    assert all(np.array_equal(each, getattr(again, name)) for name, each in arrays(system).items())
    assert again.bodies.equals(system.bodies)
    assert not np.array_equal(other.partner, system.partner)


def test_a_system_comes_out_the_same_beside_a_neighbour(system, two):
    code = two.systems.index("QHM")
    bodies = np.flatnonzero(two.system_of == code)
    rows = np.flatnonzero(two.system_of[two.body] == code)
    unparted = two.bodies[bodies].with_columns(pl.col("id", "place").str.strip_suffix("-QHM"))
    alone = system.bodies.filter(pl.col("system") == "QHM").with_columns(pl.col("id").str.strip_suffix("-QHM"))
    assert unparted.equals(alone)
    own = np.flatnonzero(system.system_of == 0)
    for name in ("mechanisms", "licence", "fidelity", "declared"):
        assert np.array_equal(getattr(two, name)[bodies], getattr(system, name)[own])
    for name in ("tier", "purpose", "reflexivity", "capacity", "exposure"):
        assert np.array_equal(getattr(two, name)[rows], getattr(system, name))
    for name in ("body", "team", "place", "forum"):
        ours, alone = getattr(two, name)[rows], getattr(system, name)
        assert len(set((ours - alone)[alone >= 0])) == 1
        assert np.array_equal(ours < 0, alone < 0)
    slots = slice(two.row[rows[0]], two.row[rows[-1] + 1])
    partner = two.partner[slots]
    assert np.array_equal(np.where(partner >= 0, partner - rows[0], -1), system.partner)
    assert np.array_equal(two.content[slots], system.content)
    assert np.array_equal(two.mark[slots][partner >= 0], system.mark[partner >= 0])


def test_the_order_of_studies_and_rows_does_not_matter(study, neighbour, two):
    def shuffled(each):
        tables = {name: rows.sample(fraction=1, shuffle=True, seed=4) for name, rows in each.tables.items()}
        return Study(name=each.name, system=each.system, as_at=each.as_at, tables=tables)

    again = from_public([shuffled(study), shuffled(neighbour)], part=PART)
    assert all(np.array_equal(each, getattr(again, name)) for name, each in arrays(two).items())


def test_bodies_above_systems_are_there_once_and_empty(two):
    national = two.bodies.filter(pl.col("system") == "")
    assert national["id"].is_unique().all()
    assert {"UN", "DHSC", "CQC", "X24"} <= set(national["id"])
    assert not (two.system_of[two.body] < 0).any()


def test_a_body_that_divides_its_area_stands_in_both_systems_with_its_part(two):
    assert two.bodies["id"].is_unique().all()
    rows = two.bodies.with_row_index().filter(pl.col("id").is_in(["E06000064-QE1", "E06000064-QHM"]))
    assert sorted(rows["system"]) == ["QE1", "QHM"]
    people = {system: int((two.body == row).sum()) for row, system in rows.select("index", "system").iter_rows()}
    assert people["QE1"] > people["QHM"] >= 3


def test_no_tie_leaves_its_system_and_structure_stays_where_it_belongs(two):
    system_of = two.system_of[two.body]
    for layer in (TEAM, LINE, FORUM, INFORMAL):
        a, b = ends(two, layer)
        assert len(a) > 100
        assert np.array_equal(system_of[a], system_of[b])
        if layer == TEAM:
            assert np.array_equal(two.team[a], two.team[b])
        if layer in (TEAM, LINE):
            assert np.array_equal(two.body[a], two.body[b])
        if layer == FORUM:
            assert np.array_equal(two.forum[a], two.forum[b])
            assert two.forum[a].min() >= 0


def test_teams_are_of_one_body_and_place(two):
    rows = pl.DataFrame({"team": two.team, "body": two.body, "place": two.place})
    assert rows.unique().height == rows["team"].n_unique()
    fixed = two.bodies["kind"].is_in(["gp-practice", "primary-care-network", "council", "care-provider"]).to_numpy()
    by_body = rows.filter(pl.Series(fixed[two.body])).group_by("body").agg(pl.col("place").n_unique())
    assert by_body["place"].max() == 1
    assert rows["place"].min() >= 0


def test_forums_mix_bodies(system):
    seated = pl.DataFrame({"forum": system.forum, "body": system.body}).filter(pl.col("forum") >= 0)
    bodies = seated.group_by("forum").agg(pl.len(), pl.col("body").n_unique())
    assert bodies["len"].min() >= 2
    assert (bodies["body"] > 1).mean() > 0.95
    board = system.bodies["id"].to_list().index("QHM")
    top = system.forum[(system.body == board) & (system.tier == 0)]
    assert len(top)
    assert (top >= 0).all()


def test_ties_across_bodies_lean_to_the_place_and_the_tier(two):
    a, b = ends(two, INFORMAL)
    across = two.body[a] != two.body[b]
    near = (two.place[a] == two.place[b])[across].mean()
    alike = (two.tier[a] == two.tier[b])[across].mean()
    chance = np.random.default_rng(1).permutation(len(b))
    assert near > (two.place[a] == two.place[b[chance]]).mean() + 0.4
    assert alike > (two.tier[a] == two.tier[b[chance]]).mean() + 0.05


def test_mechanisms_are_the_distinct_vertical_ties_that_reach_a_body(study, system):
    vertical = {kind.id for kind in framework().tie_kinds if kind.direction == "vertical"}
    rows = valid(study.table("ties"), DAY).rows(named=True)
    ids = system.bodies["id"].to_list()
    for body in ("RTD", "QHM", "A81001", "E06000001", "Y63"):
        named = {(row["source"], row["kind"]) for row in rows if row["target"] == body and row["kind"] in vertical}
        at = ids.index(body)
        assert system.mechanisms[at] == len(named) > 0
        above = {ids[each] for each in system.above[system.above_row[at] : system.above_row[at + 1]]}
        assert above == {source for source, _ in named}


def test_care_providers_made_up_say_so_and_answer_to_the_council_of_their_place(system):
    made_up = system.bodies.with_row_index().filter(pl.col("kind") == "care-provider")
    assert made_up["name"].str.contains("made up").all()
    ids = system.bodies["id"].to_list()
    for at, place in made_up.select("index", "place").head(5).iter_rows():
        above = system.above[system.above_row[at] : system.above_row[at + 1]]
        assert [ids[each] for each in above] == [place]
        assert system.mechanisms[at] == 2


def test_several_purposes_are_held_apart(study):
    several = from_public([study], part=0.005, purposes=("health", "fairness"))
    assert several.purpose.shape == (several.size, 2)
    assert not np.array_equal(several.purpose[:, 0], several.purpose[:, 1])


@pytest.mark.parametrize(
    ("given_", "part", "said"),
    [([], 1.0, "No study"), (["QHM", "QHM"], 0.02, "given twice"), (["QHM"], 0.0, "0.0001 to 1"), (["QHM"], 2, "Part")],
)
def test_what_cannot_be_seeded_is_refused_in_words(study, given_, part, said):
    with pytest.raises(BadValuesError, match=said):
        from_public([study for _ in given_], part=part)


def test_a_study_without_a_system_is_refused(study):
    lost = Study(name="Nowhere", system=None, as_at=DAY, tables=study.tables)
    with pytest.raises(BadValuesError, match="Nowhere has no bodies"):
        from_public([lost])


def test_the_description_counts_and_owns_up(system):
    told = describe(system)
    assert f"{system.size:,} people" in told
    assert "made up: no packaged table names them" in told
    assert "not below 3" in told
    short = summary(system)
    assert f"{system.size:,} people in {np.unique(system.body).size:,} bodies" in short and "\n" not in short
    assert f"{2 * system.ties / system.size:.1f} ties each" in short
    assert seeded_people(system)["people"].sum() == system.size
    assert seeded_ties(system)["ties"].sum() == system.ties


def test_every_number_has_a_source_and_stands_on_the_page():
    page = docs_pages()["reference/simulation-seeding.md"]
    for each in (*assumptions().values(), *workforces().values(), *forums()):
        assert each.source
        assert each.source in page
    for each in workforces().values():
        assert sum(each.tiers) == pytest.approx(1)


def test_a_circle_is_cut_where_the_upper_body_reaches_least_far():
    # 0 answers to 1, 1 to 2, 2 to 0: body 2 is national, so that it should answer to 0 is the odd one.
    kept, dropped = without_circles([(0, 1), (1, 2), (2, 0), (3, 0)], [0, 3, 5, 0])
    assert dropped == [(2, 0)]
    assert kept == [(0, 1), (1, 2), (3, 0)]
    assert without_circles([(1, 1)], [0, 0]) == ([], [(1, 1)])


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), unique=True), st.lists(st.integers(0, 8), min_size=7))
@settings(max_examples=80, deadline=None)
def test_what_is_kept_has_no_circle_and_a_tree_loses_nothing(pairs, ranks):
    kept, dropped = without_circles(pairs, ranks)
    assert sorted(kept + dropped) == sorted(pairs)
    reach = np.zeros((7, 7), dtype=int)
    for body, above in kept:
        reach[body, above] = 1
    assert not np.linalg.matrix_power(reach, 7).any()
    if all(body < above for body, above in pairs):
        assert not dropped


@given(st.lists(st.integers(0, 300), min_size=1, max_size=6), st.integers(0, 1000))
@settings(max_examples=60, deadline=None)
def test_tiers_and_teams_of_any_bodies_add_up(people, seed):
    rng = np.random.default_rng(seed)
    people = np.array(people)
    tiers = np.tile([0.1, 0.05, 0.1, 0.75], (len(people), 1))
    counts = _tier_counts(rng, people, tiers)
    assert (counts >= 0).all()
    assert (counts.sum(axis=1) <= people).all()
    assert (counts[people >= 24] >= 2).all()
    first = np.concatenate([[0], np.cumsum(people)])
    teams = _teams(first, people, counts[:, :2].sum(axis=1), counts[:, 0], np.full(len(people), 8.0))
    assert len(teams.section) == people.sum()
    if not people.sum():
        return
    lead = teams.start[teams.section] + teams.team
    assert (teams.rank[lead] == 0).all()
    own, _ = line_pairs(teams)
    # Everyone but the head of each body reports to exactly one other.
    assert len(own) == people.sum() - (people > 0).sum()
    assert len(set(own)) == len(own)
    a, b = team_pairs(teams)
    number = teams.first_team[teams.section] + teams.team
    assert np.array_equal(number[a], number[b])
    size = np.bincount(number)
    degree = np.bincount(np.concatenate([a, b]), minlength=len(number))
    followers = teams.rank > 0
    assert np.array_equal(degree[followers], np.minimum(6, size[number] - 2)[followers])
    assert not degree[~followers].any()
    assert len({*map(tuple, np.sort(np.stack([a, b], axis=1)))}) == len(a)


@given(st.lists(st.integers(-1, 3), min_size=2, max_size=30), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_members_of_a_forum_are_tied_to_six_others_or_all(forum, seed):
    forum = np.array(forum, dtype=np.int32)
    a, b = forum_pairs(np.random.default_rng(seed), forum)
    assert np.array_equal(forum[a], forum[b])
    degree = np.bincount(np.concatenate([a, b]).astype(int), minlength=len(forum))
    for number in range(4):
        members = forum == number
        assert (degree[members] == min(6, members.sum() - 1)).all()
    assert not degree[forum < 0].any()


def test_a_pair_named_in_two_layers_belongs_to_the_first():
    pair = (np.array([0, 1]), np.array([1, 2]))
    a, b, layer = merged({TEAM: pair, INFORMAL: (np.array([2, 0]), np.array([1, 2]))}, 3)
    assert list(zip(a, b, layer, strict=True)) == [(0, 1, TEAM), (0, 2, INFORMAL), (1, 2, TEAM)]


kinds = st.sampled_from(["nhs-trust", "gp-practice", "primary-care-network", "council", "health-and-wellbeing-board"])


def made_up_study(others, *, answered):
    """A public study of an ICB, a ministry above it, and some bodies; its trusts answered a survey where told."""
    scale = {"council": "place", "health-and-wellbeing-board": "place"}
    rows = [
        {"id": f"B{each:02}", "name": f"B{each:02}", "kind": kind, "scale": scale.get(kind, "organisation")}
        for each, kind in enumerate(others)
    ]
    bodies = [
        {"id": "M", "name": "M", "kind": "ministry", "scale": "national", "sector": "national-government"},
        {
            "id": "QTT",
            "name": "QTT",
            "kind": "integrated-care-board",
            "scale": "system",
            "system": "QTT",
            "sector": "nhs",
        },
        *({**row, "system": "QTT", "sector": "nhs"} for row in rows),
    ]
    ties = [{"source": "M", "target": "QTT", "kind": "funds"}]
    ties += [{"source": "QTT", "target": row["id"], "kind": "commissions"} for row in rows]
    survey = [
        {
            "body": row["id"],
            "source": "nhs-staff-survey",
            "question": question,
            "year": 2023,
            "percent": 50.0,
            "base": base,
        }
        for row in rows
        if answered and row["kind"] == "nhs-trust"
        for question, base in (("Q7a", 90), ("Q7b", 96))
    ]
    tables = {"bodies": bodies, "ties": ties, "published": survey}
    return Study(
        name="Small",
        system="QTT",
        as_at=DAY,
        tables={name: pl.DataFrame(each, schema=TABLES[name].schema) for name, each in tables.items()},
    )


@given(st.lists(kinds, max_size=8), st.booleans(), st.sampled_from([0.01, 0.1]), st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_any_small_public_study_can_be_seeded(others, answered, part, seed):
    small = from_public([made_up_study(others, answered=answered)], part=part, seed=seed)
    people = np.bincount(small.body, minlength=small.bodies.height)
    staffed = np.array([kind in workforces() for kind in small.bodies["kind"]])
    assert (people[staffed] >= 3).all()
    assert not people[~staffed].any()
    councils, practices = others.count("council"), others.count("gp-practice")
    assert (small.place.max() < councils) if councils else (small.place == -1).all()
    assert (small.bodies["kind"] == "care-provider").any() == (practices > 0)
    assert small.mechanisms[small.bodies["id"].to_list().index("QTT")] == 1
    ties = small.tie_list()
    assert (ties.a != ties.b).all()


def test_the_largest_base_of_the_last_year_counts_over_its_rate():
    small = from_public([made_up_study(["nhs-trust"], answered=True)])
    assert people_of(small, "B00") == round(96 / 0.48)
