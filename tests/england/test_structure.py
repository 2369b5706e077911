"""Systems, bodies and ties of England from the packaged tables."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderful import england
from leaderful.england.days import BEGAN, LAST_KNOWN
from leaderful.england.packaged import packaged, standing_on
from leaderful.england.structure import tie_rules
from leaderful.errors import UnknownNameError
from leaderful.framework import framework
from leaderful.study.tables import BODIES, SUCCESSIONS, TIES

EVE, REDRAWN = date(2026, 3, 31), date(2026, 4, 1)
SYSTEMS = [(code, day) for day in (EVE, REDRAWN) for code in england.icbs(day)["code"]]
DAYS = st.dates(min_value=BEGAN, max_value=LAST_KNOWN)
VERTICAL = [kind.id for kind in framework().tie_kinds if kind.direction == "vertical"]


def bodies_of(kind: str, icb: str, day: date) -> list[str]:
    return england.bodies(icb, day).filter(pl.col("kind") == kind)["id"].to_list()


@pytest.mark.parametrize(("day", "count"), [(BEGAN, 42), (EVE, 42), (REDRAWN, 36), (LAST_KNOWN, 36)])
def test_number_of_systems(day: date, count: int) -> None:
    systems = england.icbs(day)
    assert systems.height == systems["code"].n_unique() == systems["ons_code"].n_unique() == count


def test_people_are_neither_lost_nor_made_by_the_mergers() -> None:
    before, since = england.icbs(EVE)["population"].sum(), england.icbs(REDRAWN)["population"].sum()
    assert before == since == 56_550_138


def test_hampshire_keeps_its_ods_code_and_gets_a_new_ons_code() -> None:
    codes = [england.icbs(day).filter(pl.col("code") == "QRL")["ons_code"].item() for day in (EVE, REDRAWN)]
    assert codes == ["E54000042", "E54000067"]


def test_frimley_was_divided_in_three() -> None:
    parts = england.successors("qnq")
    assert parts["successor"].to_list() == ["QRL", "S0E4D", "S9B9J"]
    assert parts["share"].sum() == pytest.approx(1)
    assert set(parts["kind"]) == {"split"} and set(parts["effective"]) == {REDRAWN}


def test_successions_of_icbs() -> None:
    pairs = {
        "S1Y5D": ["QHG", "QM7", "QUE"],
        "D7T5G": ["QH8", "QJG", "QM7"],
        "T6Y0W": ["QJG", "QMM"],
        "S9B9J": ["QNQ", "QNX", "QXU"],
        "S0E4D": ["QNQ", "QU9"],
        "Z9B2Z": ["QMJ", "QRV"],
        "QRL": ["QNQ"],
        "QHM": [],
    }
    for code, before in pairs.items():
        assert england.predecessors(code)["predecessor"].to_list() == before
    assert england.predecessors("G6V2S")["predecessor"].to_list() == ["RRP", "TAF"]
    assert england.successors("QHM").is_empty()


def test_successions_have_the_columns_of_a_study() -> None:
    assert set(england.successors("QNQ").columns) == set(SUCCESSIONS.schema)
    assert all(SUCCESSIONS.schema[name] == kind for name, kind in england.successors("QNQ").schema.items())


@pytest.mark.parametrize(
    ("text", "day", "code"),
    [
        ("QHM", EVE, "QHM"),
        (" qhm ", REDRAWN, "QHM"),
        ("E54000050", REDRAWN, "QHM"),
        ("NHS North East and North Cumbria Integrated Care Board", EVE, "QHM"),
        ("north east and north cumbria", EVE, "QHM"),
        ("North East & North Cumbria ICB", EVE, "QHM"),
        ("leicester leicestershire and rutland", EVE, "QK1"),
        ("NHS Central East ICB", REDRAWN, "S1Y5D"),
        ("s1y5d", REDRAWN, "S1Y5D"),
    ],
)
def test_codes_and_names_resolve(text: str, day: date, code: str) -> None:
    assert england.resolve(text, day) == code


@pytest.mark.parametrize(
    ("text", "day", "said"),
    [
        ("QUE", REDRAWN, "QUE .* ended on 2026-03-31, before 2026-04-01; its area went to S1Y5D .*: ask for that"),
        ("nhs frimley icb", REDRAWN, "its area went to QRL .*, S0E4D .*, S9B9J"),
        ("S1Y5D", EVE, "S1Y5D .* began on 2026-04-01, after 2026-03-31; its area then belonged to QHG .*QM7 .*QUE"),
        ("Frimly", EVE, r"'Frimly' is not .* on 2026-03-31. Did you mean QNQ \(NHS Frimley .*\)\? .* 42 ICBs"),
        ("zzz", REDRAWN, "'zzz' is not .* Allowed are the codes and names of 36 ICBs"),
        ("", REDRAWN, "'' is not"),
        ("QHM", date(2022, 6, 30), "before integrated care boards began on 1 July 2022; ask for .* 2022-07-01"),
        ("QHM", date(2027, 4, 1), "further mergers of ICBs are ordered for 1 April 2027"),
    ],
)
def test_what_is_said_of_unknown_systems(text: str, day: date, said: str) -> None:
    with pytest.raises(UnknownNameError, match=said):
        england.resolve(text, day)


def test_every_function_refuses_dates_without_systems() -> None:
    early = BEGAN - timedelta(days=1)
    for ask in (england.icbs, england.undetermined, england.all_bodies, england.systems_table):
        with pytest.raises(UnknownNameError, match="1 July 2022"):
            ask(early)
    for ask_of in (england.bodies, england.ties, england.describe):
        with pytest.raises(UnknownNameError, match="1 July 2022"):
            ask_of("QHM", early)


def test_successors_of_nobody() -> None:
    with pytest.raises(UnknownNameError, match=r"'QHN' is not the code of a body of England\."):
        england.successors("QHN")


@pytest.mark.parametrize(("icb", "day"), SYSTEMS)
def test_every_system_makes_valid_tables(icb: str, day: date) -> None:
    bodies, ties = england.bodies(icb, day), england.ties(icb, day)
    assert bodies.schema == BODIES.schema
    assert ties.schema == TIES.schema
    assert bodies["id"].is_unique().all()
    assert ties.select(TIES.key).is_unique().all()
    assert ties["source"].is_in(bodies["id"].to_list()).all()
    assert ties["target"].is_in(bodies["id"].to_list()).all()
    for table, described in ((bodies, BODIES), (ties, TIES)):
        for column in described.columns:
            if column.required or column.name in ("basis", "standing"):
                assert table[column.name].null_count() == 0
            if column.allowed:
                assert set(table[column.name].drop_nulls()) <= set(column.allowed)
        assert table.filter(pl.col("valid_from") > pl.col("valid_to")).is_empty()
        assert table.filter(standing_on(day)).height == table.height
    assert set(bodies["system"].drop_nulls()) == {icb}
    shares = bodies["share"].drop_nulls()
    assert shares.is_between(0, 1, closed="right").all()


@pytest.mark.parametrize(("icb", "day"), SYSTEMS)
def test_governance_has_no_circle(icb: str, day: date) -> None:
    left = england.ties(icb, day).filter(pl.col("kind").is_in(VERTICAL)).select("source", "target")
    while left.height:
        without_tops = left.filter(pl.col("source").is_in(left["target"].unique().to_list()))
        assert without_tops.height < left.height
        left = without_tops


@pytest.mark.parametrize(("icb", "day"), SYSTEMS)
def test_every_system_has_what_the_law_says(icb: str, day: date) -> None:
    bodies = england.bodies(icb, day)
    count = dict(bodies["kind"].value_counts().iter_rows())
    assert count["integrated-care-board"] == count["integrated-care-partnership"] == 1
    assert count["council"] == count["health-and-wellbeing-board"] == count["place-partnership"] >= 1
    assert count["nhs-region"] == 1 and count["regulator"] == 2 and count["ministry"] == 3
    for kind in ("police-force", "gp-practice", "primary-care-network"):
        assert count[kind] >= 1
    ties = england.ties(icb, day)
    inspected = ties.filter((pl.col("source") == "HMICFRS") & (pl.col("kind") == "regulates")).height
    assert inspected - count["police-force"] >= max(count.get("fire-authority", 0), 1)
    boards = ties.filter(pl.col("target").str.ends_with("-HWB")).group_by("target").len()
    assert boards.height == count["council"] and set(boards["len"]) == {2}
    above = bodies.filter(pl.col("system").is_null())
    assert above["id"].is_in(["UN", "DHSC", "MHCLG", "HO", "X24", "CQC", "HMICFRS"]).sum() == 7


def test_north_east_and_north_cumbria_by_hand() -> None:
    assert bodies_of("nhs-trust", "QHM", REDRAWN) == (
        ["R0B", "RNN", "RR7", "RTD", "RTF", "RTR", "RVW", "RX3", "RX4", "RX6", "RXP"]
    )
    bodies = england.bodies("QHM", REDRAWN)
    assert bodies.filter(pl.col("id") == "RX6")["type"].item() == "ambulance"
    assert bodies.filter(pl.col("id") == "E06000064")["share"].item() == pytest.approx(53754 / (171631 + 53754))
    assert bodies_of("police-force", "QHM", REDRAWN) == ["E23000002", "E23000007", "E23000008", "E23000013"]
    ties = england.ties("QHM", REDRAWN)
    to_trust = ties.filter(pl.col("target") == "RTF").select("source", "kind").rows()
    assert to_trust == [("CQC", "regulates"), ("QHM", "commissions"), ("X24", "regulates"), ("Y63", "oversees")]
    of_durham = ties.filter((pl.col("source") == "E23000008") & (pl.col("kind") == "partners-with"))["target"]
    assert of_durham.to_list() == ["E06000005", "E06000047", "QHM"]


def test_police_answer_to_a_local_policing_body() -> None:
    ties = england.ties("QHM", REDRAWN)
    to_durham = ties.filter(pl.col("target") == "E23000008").select("source", "kind").rows()
    assert to_durham == [
        ("E23000008-LPB", "funds"),
        ("E23000008-LPB", "oversees"),
        ("HMICFRS", "regulates"),
        ("HO", "oversees"),
    ]
    of_durham = ties.filter(pl.col("target") == "E23000008-LPB").select("source", "kind").rows()
    assert of_durham == [("HO", "funds")]
    whole = england.all_bodies(REDRAWN)
    policing = dict(whole.filter(pl.col("kind") == "local-policing-body").select("id", "name").iter_rows())
    forces = whole.filter(pl.col("kind") == "police-force")["id"]
    assert list(policing) == [f"{force}-LPB" for force in forces] and len(forces) == 39
    own_names = {code: name for code, name in policing.items() if "local policing body" not in name}
    assert own_names == {
        "E23000001-LPB": "Mayor's Office for Policing and Crime",
        "E23000034-LPB": "Court of Common Council",
    }


def test_police_and_their_local_policing_body_are_in_the_same_systems() -> None:
    placed = packaged("placements").select("body", "system", "valid_from", "valid_to")
    forces = placed.filter(pl.col("body").str.contains(r"^E23\d+$"))
    policing = placed.filter(pl.col("body").str.ends_with("-LPB"))
    assert policing.with_columns(pl.col("body").str.strip_suffix("-LPB")).equals(forces)


def test_a_council_that_is_the_fire_authority_is_the_only_employer() -> None:
    whole = england.all_bodies(REDRAWN)
    authorities = whole.filter(pl.col("kind") == "fire-authority")
    assert authorities.height == 44 - 12
    assert "London Fire Commissioner" in authorities.filter(pl.col("id") == "E31000046")["name"].to_list()
    assert "replaced on 1 April 2018" in packaged("placements").filter(body="E31000046")["basis"].first()
    councils = packaged("links").filter(source="HMICFRS")["target"]
    names = whole.filter(pl.col("id").is_in(councils.to_list()))["name"].sort().to_list()
    assert names == [
        "Cornwall Council",
        "Gloucestershire County Council",
        "Hertfordshire County Council",
        "Isles of Scilly Council",
        "Lincolnshire County Council",
        "Norfolk County Council",
        "Northumberland Council",
        "Oxfordshire County Council",
        "Suffolk County Council",
        "Surrey County Council",
        "Warwickshire County Council",
        "West Sussex County Council",
    ]
    assert not set(packaged("links").filter(source="HO")["target"]) ^ set(councils)
    bodies = england.bodies("QHM", REDRAWN)
    assert bodies_of("fire-authority", "QHM", REDRAWN) == ["E31000007", "E31000009", "E31000013", "E31000043"]
    assert "itself the fire and rescue authority" in bodies.filter(id="E06000057")["basis"].item()
    for day, over in ((date(2025, 3, 31), ["HO", "MHCLG"]), (date(2025, 4, 1), ["MHCLG"])):
        ties = england.ties("QHM", day).filter(target="E06000057")
        assert ties.filter(kind="oversees")["source"].to_list() == over
        inspection = ties.filter(source="HMICFRS").select("kind", "standing").rows()
        assert inspection == [("regulates", "assumed")]
    assert england.ties("QHM", REDRAWN).filter(source="HMICFRS", target="E06000047").is_empty()


def test_combined_authorities_of_the_north_east_follow_their_dates() -> None:
    assert "E47000014" not in bodies_of("combined-authority", "QHM", date(2024, 5, 6))
    assert bodies_of("combined-authority", "QHM", date(2024, 5, 6)) == ["E47000006", "E47000010", "E47000011"]
    assert bodies_of("combined-authority", "QHM", date(2024, 5, 7)) == ["E47000006", "E47000014"]


def test_fire_moved_between_ministries() -> None:
    for day, ministry in ((date(2025, 3, 31), "HO"), (date(2025, 4, 1), "MHCLG")):
        ties = england.ties("QHM", day).filter((pl.col("target") == "E31000043") & (pl.col("kind") == "oversees"))
        assert ties["source"].to_list() == [ministry]


def test_trusts_merge_on_the_day() -> None:
    before, since = (set(bodies_of("nhs-trust", "QMJ", date(2024, *day))) for day in ((10, 31), (11, 1)))
    assert before - since == {"TAF", "RRP"}
    assert since - before == {"G6V2S"}


def test_small_parts_of_councils_are_named_and_not_listed() -> None:
    assert "E06000060" not in bodies_of("council", "QHG", EVE)
    basis = england.bodies("QHG", EVE).filter(pl.col("id") == "QHG")["basis"].item()
    assert "Buckinghamshire (1.2% of its people, 0.7% of the system's)" in basis
    assert "E10000015" in bodies_of("council", "QUE", EVE)  # 1.7 % of Hertfordshire, 2.2 % of the system


def test_parts_of_a_council_add_up_after_a_merger() -> None:
    hertfordshire = england.bodies("S1Y5D", REDRAWN).filter(pl.col("id") == "E10000015")
    assert hertfordshire["share"].item() == 1
    essex = england.bodies("D7T5G", REDRAWN).filter(pl.col("id") == "E10000012")
    assert essex.select("share", "standing").row(0) == (1, "assumed")


def test_divided_systems() -> None:
    trusts = {"RQW": "D7T5G", "RWG": "S1Y5D", "RDE": "D7T5G", "RGR": "T6Y0W"}
    for trust, system in trusts.items():
        row = england.bodies(system, REDRAWN).filter(pl.col("id") == trust)
        assert row["standing"].item() == "assumed"
        assert "divided" in row["basis"].item()
    lost = england.undetermined(REDRAWN)
    assert sorted(lost.filter(pl.col("kind") == "nhs-trust")["id"]) == ["RDU", "RWX"]
    assert dict(lost["kind"].value_counts().iter_rows())["gp-practice"] == len(bodies_of("gp-practice", "QNQ", EVE))
    assert all(candidates == ["S0E4D", "S9B9J", "QRL"] for candidates in lost["candidates"].to_list())
    assert england.undetermined(EVE).is_empty()
    for system in ("S0E4D", "S9B9J", "QRL"):
        basis = england.bodies(system, REDRAWN).filter(pl.col("id") == system)["basis"].item()
        assert f"{lost.height} bodies of a divided predecessor may belong here" in basis


@pytest.mark.parametrize("day", [EVE, REDRAWN])
def test_every_trust_and_practice_lands_or_is_named(day: date) -> None:
    trusts = packaged("bodies").filter((pl.col("kind") == "nhs-trust") & standing_on(day))["id"]
    assert len(trusts) == 202 + 3  # the trusts file, and three care trusts that it leaves out
    partners = packaged("links").filter(pl.col("target").str.starts_with("U") & standing_on(day))
    partners = partners.filter(pl.col("source").str.contains(r"^[A-Z][0-9]{5}$"))["source"]
    assert len(partners) == 6224
    placed = [england.bodies(code, day)["id"] for code in england.icbs(day)["code"]]
    named = set(pl.concat(placed)) | set(england.undetermined(day)["id"])
    assert set(trusts) <= named
    assert set(partners) <= named


@pytest.mark.parametrize("day", [EVE, REDRAWN])
def test_england_as_a_whole_has_each_body_once(day: date) -> None:
    whole = england.all_bodies(day)
    assert whole.schema == BODIES.schema
    assert whole["id"].is_unique().all()
    of_systems = pl.concat(england.bodies(code, day) for code in england.icbs(day)["code"])
    assert set(whole["id"]) == set(of_systems["id"]) | set(england.undetermined(day)["id"])
    shared = of_systems.group_by("id").agg(pl.col("system").n_unique(), pl.col("system").first().alias("one"))
    alone = shared.filter(pl.col("system") == 1).join(whole, on="id", suffix="_whole")
    assert alone.filter(pl.col("one").ne_missing(pl.col("system_whole"))).is_empty()
    kinds = ("council", "health-and-wellbeing-board", "place-partnership")
    assert whole.filter(pl.col("kind").is_in(kinds))["kind"].value_counts()["count"].to_list() == [153] * 3


@given(day=DAYS)
@settings(max_examples=40, deadline=None)
def test_nothing_stands_in_two_places_at_once(day: date) -> None:
    placed = packaged("placements").filter(standing_on(day))
    assert placed.select("body", "system").is_unique().all()
    bodies = packaged("bodies").filter(standing_on(day))
    kinds = ("nhs-trust", "gp-practice", "primary-care-network", "sub-icb-location", "social-enterprise")
    single = bodies.filter(pl.col("kind").is_in(kinds)).join(placed, left_on="id", right_on="body")
    assert single["id"].is_unique().all()
    assert single.filter(pl.col("system").is_null()).height == england.undetermined(day).height
    systems = set(england.icbs(day)["code"])
    assert set(placed["system"].drop_nulls()) == systems
    members = packaged("links").filter(standing_on(day) & pl.col("source").str.contains(r"^[A-Z][0-9]{5}$"))
    of_practices = members.filter(pl.col("target").str.starts_with("U"))
    assert of_practices.select("source", "target").is_unique().all()


@given(day=DAYS, place=st.integers(min_value=0))
@settings(max_examples=25, deadline=None)
def test_any_system_on_any_day(day: date, place: int) -> None:
    codes = england.icbs(day)["code"]
    icb = codes[place % len(codes)]
    bodies, ties = england.bodies(icb, day), england.ties(icb, day)
    assert bodies["id"].is_unique().all()
    assert ties.select(TIES.key).is_unique().all()
    assert set(ties["source"]) | set(ties["target"]) <= set(bodies["id"])
    assert bodies.filter(standing_on(day)).height == bodies.height
    assert ties.filter(standing_on(day)).height == ties.height
    assert england.bodies(icb, day).equals(bodies)


def test_every_rule_makes_a_tie_and_speaks_the_words_of_the_framework() -> None:
    kinds = {kind.id for kind in framework().body_kinds}
    days = (date(2023, 1, 1), REDRAWN)
    made = pl.concat(england.ties(code, day) for day in days for code in ("QHM", "QJK", "QOQ"))
    for rule in tie_rules():
        assert set(rule) <= {"source", "target", "kind", "pairs", "basis", "standing", "valid_from", "valid_to"}
        assert rule.get("pairs", "all") in ("all", "own", "linked")
        known = kinds | set(packaged("bodies")["id"])
        assert {*rule["source"], *rule["target"]} <= known
        of_rule = (pl.col("kind") == rule["kind"]) & (pl.col("basis") == rule["basis"])
        assert not made.filter(of_rule).is_empty(), rule


def test_description_counts_what_the_tables_hold() -> None:
    told = england.describe("qhm", REDRAWN)
    bodies = england.bodies("QHM", REDRAWN).filter(pl.col("system") == "QHM")
    assert sum(count for _, count in told.kinds) == sum(count for _, count in told.scales) == bodies.height
    assert dict(told.kinds)["NHS trusts"] == 11
    assert told.assumed[0] == bodies.filter(pl.col("standing") == "assumed").height
    assert told.succession == told.caveats == ()
    assert told.text().startswith("NHS North East and North Cumbria Integrated Care Board (QHM) on 2026-04-01\n")


def test_description_tells_succession_and_what_is_not_placed() -> None:
    told = england.describe("QRL", REDRAWN)
    assert told.succession == ("Took over part of Frimley (QNQ) on 1 April 2026.",)
    assert told.caveats[0].startswith(
        "88 bodies may belong here and are not listed: 2 NHS trusts, 1 Sub-ICB location, "
    )
    assert (
        "Part of it went to Thames Valley (S0E4D) on 1 April 2026, with 59% of its people."
        in england.describe("QNQ", EVE).text()
    )


def test_list_of_systems_is_in_order_of_name() -> None:
    rows = england.systems_table(REDRAWN)
    assert len(rows) == 36
    assert [row.name for row in rows] == sorted(row.name for row in rows)
    assert next(row for row in rows if row.code == "QRL").since == BEGAN
