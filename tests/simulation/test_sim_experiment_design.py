"""The design of an experiment: its file, its points and its units of work."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderful.errors import BadValuesError, UnknownNameError, UnreadableFileError
from leaderful.simulation.experiments.design import BASELINE, make_design, read_design
from leaderful.simulation.experiments.points import points, units
from leaderful.simulation.parameters import Parameters, default_parameters, parameter_table

FILE = """
name = "A crisis in a small system"
scenarios = ["crisis"]
weeks = 52
burn_in = 104
seeds = 3
outcomes = ["share_taken.across", "trust"]

[seeding]
small = 300

[parameters]
closure = 0.08

[draws]
method = "latin-hypercube"
n = 20
parameters = ["trust_gain", "b_trust"]

[draws.ranges]
trust_gain = [0.05, 0.15]
"""


def base(**changes):
    return {"name": "An experiment", "seeding": {"small": 300}, "seeds": 2, **changes}


def made(**changes):
    return make_design(base(**changes), source="design.toml")


def test_a_file_is_read(tmp_path):
    path = tmp_path / "design.toml"
    path.write_text(FILE, encoding="utf-8")
    design = read_design(path)
    assert design.seeds == (1, 2, 3)
    assert design.seeding.small == 300
    table = parameter_table()["b_trust"]
    assert design.drawn == {"b_trust": (table.low, table.high), "trust_gain": (0.05, 0.15)}


def test_a_file_that_is_not_there_says_so(tmp_path):
    with pytest.raises(UnreadableFileError, match="cannot be read"):
        read_design(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("values", "kind", "words"),
    [
        (base(seed=2), UnknownNameError, "seed is not a key of an experiment. Did you mean seeds"),
        (base(seeding={"ics": "QHM"}), UnknownNameError, "seeding.ics is not a key of an experiment. Did you mean icb"),
        (base(seeding={}), BadValuesError, "one of icb, england, study and small"),
        (base(seeding={"icb": "QHM", "small": 300}), BadValuesError, "one of icb, england, study and small"),
        (base(seeding={"small": 300, "part": 0.5}), BadValuesError, "as_at and part go with icb or england"),
        (base(seeding={"small": 10}), BadValuesError, "seeding.small"),
        (base(seeds=0), BadValuesError, "seeds: must be a number of seeds from 1 to 100,000, or a list"),
        (base(parameters={"b0": float("nan")}), BadValuesError, "design.toml: Parameter b0 is nan"),
        (base(seeds=[]), BadValuesError, "list of one or more"),
        (base(seeds=[1, 1]), BadValuesError, "same one twice"),
        (base(weeks="many"), BadValuesError, "design.toml: weeks"),
        (base(scenarios=[BASELINE]), BadValuesError, "always run"),
        (base(outcomes=["trsut.across"]), UnknownNameError, "Did you mean trust"),
        (base(outcomes=["trust.sideways"]), UnknownNameError, "parts all, within"),
        (base(parameters={"trust_gian": 0.1}), UnknownNameError, "Did you mean trust_gain"),
        (base(parameters={"trust_gain": 7.0}), BadValuesError, "0 to 1"),
        (base(draws={"method": "saltelli", "n": 6}), BadValuesError, "power of two"),
        (base(draws={"method": "none", "n": 6}), BadValuesError, "latin-hypercube and saltelli only"),
        (base(draws={"method": "latin-hypercube", "n": 6, "parameters": ["closur"]}), UnknownNameError, "closure"),
        (
            base(draws={"method": "latin-hypercube", "n": 6, "ranges": {"closure": [0.2, 0.1]}}),
            BadValuesError,
            "below the second",
        ),
        (
            base(
                draws={
                    "method": "latin-hypercube",
                    "n": 6,
                    "parameters": ["closure"],
                    "ranges": {"drift": [0.0, 0.1]},
                }
            ),
            BadValuesError,
            "not drawn",
        ),
        (
            base(parameters={"closure": 0.1}, draws={"method": "latin-hypercube", "n": 6}),
            BadValuesError,
            "held at a value and drawn",
        ),
    ],
)
def test_faults_are_named(values, kind, words):
    with pytest.raises(kind) as raised:
        make_design(values, source="design.toml")
    assert words in str(raised.value)
    assert str(raised.value).startswith("design.toml: ") or "Parameter" in str(raised.value)


def test_without_draws_the_defaults_are_run():
    design = made(parameters={"closure": 0.1}, seeds=[4, 9])
    assert [(unit.draw, unit.seed) for unit in units(design)] == [(0, 4), (0, 9)]
    assert {unit.parameters for unit in units(design)} == {default_parameters(closure=0.1)}


def test_a_hypercube_takes_one_point_from_each_part_of_every_range():
    design = made(draws={"method": "latin-hypercube", "n": 40})
    low, high = np.array(list(design.drawn.values())).T
    parts = np.floor((points(design) - low) / (high - low) * 40)
    assert parts.shape == (40, len(Parameters._fields))
    assert (np.sort(parts, axis=0) == np.arange(40)[:, None]).all()


def test_saltelli_s_design_moves_one_parameter_at_a_time():
    design = made(draws={"method": "saltelli", "n": 8, "parameters": ["closure", "drift", "b0"]})
    blocks = points(design).reshape(8, 5, 3)
    moved = (blocks[:, 1:4] != blocks[:, :1]).sum(axis=2)
    assert (moved == 1).all()
    assert (blocks[:, 4] != blocks[:, 0]).all()


@given(seed=st.integers(1, 1000), n=st.integers(2, 12))
def test_points_depend_on_the_seed_alone_and_stay_in_range(seed, n):
    design = made(draws={"method": "latin-hypercube", "n": n, "parameters": ["closure", "b0"], "seed": seed})
    drawn = points(design)
    assert (drawn == points(design)).all()
    low, high = np.array(list(design.drawn.values())).T
    assert ((drawn >= low) & (drawn <= high)).all()
    assert len({(unit.draw, unit.seed) for unit in units(design)}) == 2 * n
