"""Scenarios are read from their files, described in sentences, and refused in plain words."""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path

import pytest

from leaderful.england.systems import icbs, successors
from leaderful.errors import BadValuesError, LeaderfulError, UnknownNameError, UnreadableFileError
from leaderful.framework import framework
from leaderful.simulation.scenarios import describe, packaged, read_scenario, scenario_named
from leaderful.simulation.scenarios.pages import docs_pages
from leaderful.simulation.scenarios.scenario import KINDS

HEAD = 'name = "one"\ntitle = "One"\ndescription = "Made up."\n'
CRISIS = '[[events]]\nkind = "crisis"\nweek = 0\nheight = 1\n'
JAM = '[[events]]\nkind = "jam"\nweek = 0\n'
PACKAGED = {
    "austerity-then-recovery",
    "co-location",
    "conflicting-accountability",
    "crisis",
    "crisis-with-maintenance",
    "distributed-licence",
    "jammed-cog",
    "merger-of-two-icbs",
    "pooled-budgets",
    "purposes-dropped-at-system",
    "reflective-practice",
    "senior-only",
    "unequal-partners",
}


def _written(folder: Path, text: str) -> Path:
    path = folder / "one.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_packaged_scenario_is_read_and_named_as_its_file() -> None:
    assert set(packaged()) == PACKAGED
    folder = resources.files("leaderful.simulation.scenarios") / "data"
    for name, scenario in packaged().items():
        held = tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))
        assert scenario.name == held["name"] == name
        assert [event.kind for event in scenario.events] == [event["kind"] for event in held["events"]]
        assert scenario.propositions
        assert "assumed" in scenario.description
        assert len(describe(scenario)) == len(scenario.events)


def test_packaged_scenarios_without_a_setting_name_no_body() -> None:
    for scenario in packaged().values():
        if scenario.setting is None:
            assert all(event.who.bodies is None for event in scenario.events)


def test_the_packaged_merger_is_one_that_took_place() -> None:
    setting = packaged()["merger-of-two-icbs"].setting
    assert setting is not None
    assert set(setting.icbs) <= set(icbs(setting.as_at)["code"])
    after = [successors(code) for code in setting.icbs]
    assert [each["successor"].to_list() for each in after] == [["Z9B2Z"], ["Z9B2Z"]]
    assert all((each["effective"] - setting.as_at).dt.total_days().to_list() == [1] for each in after)


def test_what_a_file_holds_is_what_is_read(tmp_path: Path) -> None:
    text = (
        HEAD
        + JAM
        + 'until = 9\nwho = { kinds = ["council"], share = 0.5 }\n[setting]\nicbs = ["QMJ"]\nas_at = 2026-03-31\n'
    )
    scenario = read_scenario(_written(tmp_path, text))
    (event,) = scenario.events
    assert (event.week, event.until, event.who.kinds, event.who.share) == (0, 9, ("council",), 0.5)
    assert str(scenario.setting.as_at) == "2026-03-31"  # type: ignore[union-attr]
    assert describe(scenario) == [
        "Weeks 0 to 8: 50% of the councils (chosen by lot) are jammed: their people interact with nobody."
    ]


def test_events_are_told_in_order_of_time(tmp_path: Path) -> None:
    text = HEAD + JAM.replace("week = 0", "week = 9") + JAM + 'who = { kinds = ["council"] }\n'
    told = describe(read_scenario(_written(tmp_path, text)))
    assert [line.split(":")[0] for line in told] == ["Week 0 on", "Week 9 on"]


NHS = HEAD + JAM + 'who = { kinds = ["nhs-trusts"] }'
TIERS = HEAD + JAM + 'who = { tiers = ["board"] }'
DATE = HEAD + JAM + '[setting]\nicbs = ["QMJ"]\nas_at = "soon"'


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        (HEAD, BadValuesError, "events must be one table"),
        (HEAD + "events = []", BadValuesError, "events must be one table"),
        (HEAD.replace("name", "nome") + JAM, UnknownNameError, "nome is not a key here. Did you mean name"),
        (HEAD + "event = 1\n" + JAM, UnknownNameError, "event is not a key here. Did you mean events"),
        (HEAD.replace('"one"', '"One!"') + JAM, BadValuesError, "name must be small letters"),
        (HEAD + 'propositions = ["P14"]\n' + JAM, UnknownNameError, "there is no 'P14'"),
        (HEAD + "[[events]]\nweek = 0\n", BadValuesError, "event 1, kind must be text"),
        (HEAD + JAM.replace("jam", "jamm"), UnknownNameError, "'jamm' is no kind of event. Did you mean jam"),
        (HEAD + JAM.replace("week = 0", ""), BadValuesError, "event 1 (jam), week is missing; it must be a whole"),
        (HEAD + JAM.replace("week = 0", "week = -1"), BadValuesError, "event 1 (jam), week must be a whole number"),
        (HEAD + JAM.replace("week = 0", "week = 1.5"), BadValuesError, "week must be a whole number"),
        (HEAD + JAM + "until = 0\n", BadValuesError, "until must be a whole number after week"),
        (HEAD + JAM.replace("week = 0", "week = 3") + "until = 3\n", BadValuesError, "until must be later"),
        (HEAD + JAM + "height = 1\n", UnknownNameError, "event 1 (jam), height is not a key here"),
        (HEAD + JAM + JAM + "who = { kind = [] }", UnknownNameError, "event 2 (jam), who, kind is not a key"),
        (HEAD + JAM + "who = { kinds = [] }\n", BadValuesError, "who, kinds must be a list of names"),
        (NHS, UnknownNameError, "there is no 'nhs-trusts'. Did you mean nhs"),
        (HEAD + JAM + 'who = { sectors = ["nsh"] }', UnknownNameError, "there is no 'nsh'. Did you mean nhs"),
        (TIERS, BadValuesError, "who, tiers may not be given"),
        (HEAD + JAM + "who = { share = 0 }\n", BadValuesError, "who, share must be a number above 0"),
        (HEAD + CRISIS + "half_life = 0", BadValuesError, "half_life must be a number above 0"),
        (HEAD + CRISIS + "half_life = 1\nwho = { share = 0.1 }", BadValuesError, "who may not be given"),
        (HEAD + '[[events]]\nkind = "licence"\nweek = 0\nto = 1.2\n', BadValuesError, "to must be a number from 0"),
        (HEAD + '[[events]]\nkind = "austerity"\nweek = 0\ncapacity = 0.5\n', BadValuesError, "until is missing"),
        (DATE, BadValuesError, "setting, as_at must be a date"),
        ("name = ", UnreadableFileError, "is not in order"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_plain_words(
    tmp_path: Path, text: str, kind: type[LeaderfulError], words: str
) -> None:
    path = _written(tmp_path, text)
    with pytest.raises(kind) as caught:
        read_scenario(path)
    assert words in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="cannot be read"):
        read_scenario(tmp_path / "none.toml")


def test_a_scenario_is_found_by_name_or_beside_what_names_it(tmp_path: Path) -> None:
    assert scenario_named("crisis") == packaged()["crisis"]
    _written(tmp_path, NHS.replace("nhs-trusts", "council"))
    assert scenario_named("one.toml", beside=tmp_path).name == "one"
    with pytest.raises(UnknownNameError, match="Did you mean crisis"):
        scenario_named("crysis", beside=tmp_path)


def test_the_reference_names_every_kind_key_and_packaged_scenario() -> None:
    page = docs_pages()["reference/scenarios.md"]
    for name, model in KINDS.items():
        assert f"\n### {name}\n" in page
        assert all(f"`{key}`" in page for key in model.model_fields if key not in ("kind", "week", "who"))
        assert all(field.description for key, field in model.model_fields.items() if key != "kind"), name
    assert all(f"\n### {name}\n" in page and scenario.title in page for name, scenario in packaged().items())
    assert "None" not in page


def test_the_guide_shows_a_scenario_that_reads(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "how-to" / "write-a-scenario.md").read_text(encoding="utf-8")
    shown = guide.split("```toml\n")[1].split("```")[0]
    assert len(read_scenario(_written(tmp_path, shown)).events) == 3
    assert all(f"`{name}`" in guide for name in KINDS)
    assert {each.id for each in framework().propositions} >= {"P9"}
