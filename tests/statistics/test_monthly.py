"""The noise of monthly series, against a plain likelihood, known cases and simulated truth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from leaderful.statistics.monthly import MonthlyNoise, monthly_noise


def _series(seed: int, months: int, rho: float) -> np.ndarray:
    draws = np.random.default_rng(seed).normal(size=months)
    noise = [draws[0]]
    for draw in draws[1:]:
        noise.append(rho * noise[-1] + np.sqrt(1 - rho**2) * draw)
    return 50 + 3 * np.sin(np.arange(months) * np.pi / 6) + 2 * np.array(noise)


def _error_contrasts_fit(months: np.ndarray, values: np.ndarray, windows: np.ndarray) -> tuple[float, float]:
    """REML by its definition: maximum likelihood of contrasts in which level and season vanish."""
    labels = [windows == w for w in np.unique(windows)] + [months % 12 == m for m in np.unique(months % 12)[1:]]
    design = np.column_stack(labels).astype(float)
    left, sizes, _ = np.linalg.svd(design)
    contrasts = left[:, (sizes > 1e-9).sum() :].T
    seen = contrasts @ values

    def loss(parameters: np.ndarray) -> float:
        rho, log_variance = parameters
        spread = np.exp(log_variance) * rho ** np.abs(months[:, None] - months[None, :])
        return float(-stats.multivariate_normal(cov=contrasts @ spread @ contrasts.T).logpdf(seen))

    fits = [
        optimize.minimize(loss, [start, 0.5], bounds=[(1e-9, 0.95), (-10, 10)], method="L-BFGS-B")
        for start in (0.1, 0.5, 0.9)
    ]
    best = min(fits, key=lambda fit: fit.fun)
    return float(best.x[0]), float(np.exp(best.x[1] / 2))


@pytest.mark.parametrize(("seed", "rho", "gaps"), [(1, 0.5, ()), (2, 0.0, ()), (3, 0.8, (7, 8, 30))])
def test_equals_restricted_likelihood_by_its_definition(seed: int, rho: float, gaps: tuple[int, ...]) -> None:
    months = np.setdiff1d(np.arange(41), gaps)
    values = _series(seed, 41, rho)[months]
    windows = (40 - months) // 12
    noise = monthly_noise(months, values, windows)
    correlation, deviation = _error_contrasts_fit(months, values, windows)
    assert noise.correlation == pytest.approx(correlation, abs=2e-3)
    assert noise.deviation == pytest.approx(deviation, rel=2e-3)
    assert noise.freedom == len(months) - 4 - 11


def test_standard_error_of_a_difference_by_hand() -> None:
    noise = MonthlyNoise(deviation=3.0, correlation=0.5, freedom=20)
    # variance 9 * (1 + 1 - 2 * 0.5**2) for two months that are two apart
    assert noise.error(np.array([0, 2]), np.array([-1.0, 1.0])) == pytest.approx(np.sqrt(9 * 1.5))


def test_correlated_months_have_fewer_degrees_of_freedom() -> None:
    assert MonthlyNoise(deviation=1.0, correlation=0.0, freedom=20).df == 20
    assert MonthlyNoise(deviation=1.0, correlation=0.6, freedom=20).df == pytest.approx(5)


@pytest.mark.parametrize(
    ("correlation", "freedom", "close"),
    [
        (0.5, 9, False),  # 9 * 0.5 / 1.5 = 3
        (0.5, 8, True),
        (0.93, 200, False),  # 200 * 0.07 / 1.93 = 7.3
        (0.94, 200, True),  # 6.2 degrees of freedom, but as near the bound as makes no matter
        (0.0, 6, False),
    ],
)
def test_months_hang_together_too_closely_by_hand(correlation: float, freedom: int, close: bool) -> None:
    assert MonthlyNoise(deviation=1.0, correlation=correlation, freedom=freedom).too_close == close


def test_a_slow_wave_hangs_together_too_closely() -> None:
    months = np.arange(41)
    wave = 50 + 10 * np.sin(2 * np.pi * months / 31)
    assert monthly_noise(months, wave, (40 - months) // 12).too_close


def test_too_few_months_are_refused_with_what_is_wanted() -> None:
    months = np.arange(17)
    with pytest.raises(ValueError, match=r"17 months leave 4 degrees of freedom .* at least 6 are wanted"):
        monthly_noise(months, months.astype(float), (16 - months) // 12)


def test_interval_of_a_change_holds_the_truth_about_as_often_as_it_says() -> None:
    months, held, given = np.arange(41), 0, 0
    windows = (40 - months) // 12
    weights = ((windows == 0).astype(float) - (windows == 1)) / 12
    for seed in range(300):
        values = _series(seed, 41, 0.3)
        noise = monthly_noise(months, values, windows)
        if not noise.too_close:
            given += 1
            held += abs(weights @ values) <= noise.margin(noise.error(months, weights))
    assert given / 300 > 0.95
    assert 0.90 <= held / given <= 0.97


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    shift=st.floats(-1e3, 1e3),
    scale=st.floats(0.01, 100),
    start=st.integers(0, 40),
)
def test_level_unit_and_calendar_start_do_not_matter(seed: int, shift: float, scale: float, start: int) -> None:
    months = np.arange(36)
    values, windows = _series(seed, 36, 0.4), (35 - months) // 12
    plain = monthly_noise(months, values, windows)
    moved = monthly_noise(months + start, shift + scale * values, windows)
    assert moved.deviation == pytest.approx(scale * plain.deviation, rel=1e-3)
    assert moved.correlation == pytest.approx(plain.correlation, abs=2e-3)
