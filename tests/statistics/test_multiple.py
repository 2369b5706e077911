import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import false_discovery_control

from leaderful.statistics.multiple import benjamini_hochberg


@given(arrays(float, st.integers(1, 30), elements=st.floats(0, 1)))
def test_equals_an_independent_one(p):
    np.testing.assert_allclose(benjamini_hochberg(p), false_discovery_control(p), atol=1e-12)


def test_nothing_in_nothing_out():
    assert benjamini_hochberg(np.array([])).size == 0


def test_impossible_p_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        benjamini_hochberg(np.array([0.5, 1.2]))
