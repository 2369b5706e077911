"""Parameters: every one described, bounded and refused when impossible."""

from __future__ import annotations

import pytest

from leaderful.errors import BadValuesError, UnknownNameError
from leaderful.simulation.parameters import Parameters, default_parameters, parameter_table


def test_every_parameter_is_described_once_and_plausible_at_its_default() -> None:
    table = parameter_table()
    assert tuple(table) == Parameters._fields
    for each in table.values():
        assert each.low <= each.default <= each.high, each.name
        assert each.low < each.high, each.name
        assert each.source and each.meaning and each.unit


def test_a_change_reaches_its_parameter_and_no_other() -> None:
    one, two = default_parameters(), default_parameters(b_trust=3.5)
    assert two.b_trust == 3.5
    assert two._replace(b_trust=one.b_trust) == one


def test_a_misspelt_parameter_is_answered_with_the_right_one() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean trust_gain"):
        default_parameters(trust_gian=0.1)


@pytest.mark.parametrize(
    ("name", "value"), [("opening", 1.2), ("trust_loss", -0.1), ("b0", float("nan")), ("weight_team", 1000.0)]
)
def test_what_the_model_cannot_compute_with_is_refused(name: str, value: float) -> None:
    with pytest.raises(BadValuesError, match=f"Parameter {name} is"):
        default_parameters(**{name: value})
