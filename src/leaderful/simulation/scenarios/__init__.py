"""Scenarios: dated lists of interventions and shocks, each a small TOML file."""

from leaderful.simulation.scenarios.describing import describe
from leaderful.simulation.scenarios.reading import packaged, read_scenario, refuse_too_late, scenario_named
from leaderful.simulation.scenarios.scenario import Scenario, Setting
from leaderful.simulation.scenarios.scheduling import ScenarioSchedule, schedule

__all__ = [
    "Scenario",
    "ScenarioSchedule",
    "Setting",
    "describe",
    "packaged",
    "read_scenario",
    "refuse_too_late",
    "scenario_named",
    "schedule",
]
