"""Item scales of a whole country beside the same work in Polars, NumPy and statsmodels.

Usage: python benchmarks/scales.py; benchmarks/run.py runs it too.

700,000 people in 60,000 teams answer 13 scales of four items. Scores, alpha, omega, r_wg(j), AD_M
and ICCs of every scale are timed, each side in a process of its own, which also tells how much memory
it took at most. The peer gives no intervals; ours are within the time.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

PEOPLE, TEAMS, SCALES, ITEMS = 700_000, 60_000, 13, 4
SECONDS, GIGABYTES = 6.0, 3.0
TURNED = np.array([False, False, False, True])
NULL_VARIANCE = 2.0


def compare() -> list[str]:
    """Print both sides and their ratio, and return what was past its limit."""
    ours, peer = _process("ours"), _process("peer")
    apart = max(float(np.max(np.abs(np.array(ours[name]) - np.array(peer[name])))) for name in _NAMES)
    print(
        f"scales of {PEOPLE:,} people, {TEAMS:,} teams  {ours['seconds']:5.2f} s   {ours['gigabytes']:.2f} GB at most"
    )
    print(f"the same by Polars and statsmodels  {peer['seconds']:8.2f} s   {peer['gigabytes']:.2f} GB at most")
    print(f"                                    {peer['seconds'] / ours['seconds']:8.1f} times that")
    print(f"largest difference of a figure      {apart:8.1e}")
    print(f"limits: the scales under {SECONDS:g} s and {GIGABYTES:g} GB")
    within = {"seconds": ours["seconds"] < SECONDS, "memory": ours["gigabytes"] < GIGABYTES}
    return [f"scales: {name}" for name, held in within.items() if not held]


_NAMES = ("score", "alpha", "omega", "rwg_j", "ad_m", "icc1", "icc2")


def _process(side: str) -> dict[str, Any]:
    done = subprocess.run([sys.executable, __file__, side], check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout))


def _answers() -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return answers from 1 to 5, one in thirty missing, with what people and teams have in common."""
    generator = np.random.default_rng(2026)
    teams = np.concatenate([np.arange(TEAMS), generator.integers(0, TEAMS, PEOPLE - TEAMS)])
    generator.shuffle(teams)
    answers = np.empty((PEOPLE, SCALES * ITEMS), np.float32)
    for scale in range(SCALES):
        shared = generator.normal(3.3, 0.35, TEAMS)[teams] + generator.normal(0, 0.7, PEOPLE)
        block = np.clip(np.rint(shared[:, None] + generator.normal(0, 0.8, (PEOPLE, ITEMS))), 1, 5)
        block[:, TURNED] = 6 - block[:, TURNED]
        block[generator.random(block.shape) < 1 / 30] = np.nan
        answers[:, scale * ITEMS : (scale + 1) * ITEMS] = block
    return answers, teams


def _ours(answers: NDArray[np.float32], teams: NDArray[np.int64]) -> dict[str, list[float]]:
    from leaderful.statistics.agreement import agreement_by_group
    from leaderful.statistics.answers import reverse, score
    from leaderful.statistics.icc import icc
    from leaderful.statistics.omega import omega
    from leaderful.statistics.reliability import alpha

    found: dict[str, list[float]] = {name: [] for name in _NAMES}
    for scale in range(SCALES):
        block = answers[:, scale * ITEMS : (scale + 1) * ITEMS]
        scores = score(block, reversed=TURNED, lowest=1, highest=5, needed=3)
        turned = reverse(block, reversed=TURNED, lowest=1, highest=5)
        agreement = agreement_by_group(turned, teams, options=5)
        between = icc(scores, teams)
        figures: tuple[float | np.floating[Any], ...] = (
            np.nanmean(scores),
            alpha(turned).estimate,
            omega(turned).estimate,
            np.nanmedian(agreement.rwg_j),
            np.nanmedian(agreement.ad_m),
            between.icc1,
            between.icc2,
        )
        for name, figure in zip(_NAMES, figures, strict=True):
            found[name].append(float(figure))
    return found


def _peer(answers: NDArray[np.float32], teams: NDArray[np.int64]) -> dict[str, list[float]]:
    import polars as pl
    from statsmodels.multivariate.factor import Factor

    scales = [[f"s{scale}i{item}" for item in range(ITEMS)] for scale in range(SCALES)]
    items = [item for scale in scales for item in scale]
    turned = [scale[item] for scale in scales for item in np.flatnonzero(TURNED)]
    frame = (
        pl.DataFrame({name: answers[:, j] for j, name in enumerate(items)})
        .fill_nan(None)
        .cast(pl.Float64)
        .with_columns((6 - pl.col(turned)).name.keep(), team=pl.Series(teams))
    )
    frame = frame.with_columns(
        pl.when(pl.sum_horizontal(pl.col(scale).is_not_null()) >= 3)
        .then(pl.mean_horizontal(pl.col(scale)))
        .alias(f"s{number}")
        for number, scale in enumerate(scales)
    )
    by_team = frame.group_by("team").agg(
        pl.col(items).var().name.suffix("_var"),
        (pl.col(items) - pl.col(items).mean()).abs().mean().name.suffix("_away"),
        pl.col(items).count().name.suffix("_n"),
        pl.col(f"s{number}" for number in range(SCALES)).mean().name.suffix("_mean"),
        pl.col(f"s{number}" for number in range(SCALES)).var().name.suffix("_var"),
        pl.col(f"s{number}" for number in range(SCALES)).count().name.suffix("_n"),
    )
    found: dict[str, list[float]] = {name: [] for name in _NAMES}
    for number, scale in enumerate(scales):
        cases = frame.select(scale).drop_nulls().to_numpy()
        covariance = np.cov(cases.T)
        root = np.sqrt(np.diag(covariance))
        fit = Factor(corr=covariance / np.outer(root, root), n_factor=1, method="ml", nobs=len(cases)).fit()
        common = float(np.sum(fit.loadings[:, 0] * root)) ** 2
        variances = by_team.select(pl.col(f"{item}_var" for item in scale)).to_numpy().astype(np.float64)
        ratio = variances.mean(axis=1) / NULL_VARIANCE
        under = ITEMS * (1 - ratio) + ratio
        under[np.abs(under) < 1e-9] = np.nan
        away = by_team.select(
            pl.when(pl.col(f"{item}_n") > 1).then(pl.col(f"{item}_away")) for item in scale
        ).to_numpy()
        means, inside, sizes = (
            by_team[f"s{number}_{what}"].cast(pl.Float64).fill_null(0.0).to_numpy() for what in ("mean", "var", "n")
        )
        groups, people = np.count_nonzero(sizes), sizes.sum()
        above = float(sizes @ (means - sizes @ means / people) ** 2) / (groups - 1)
        within = float(np.maximum(sizes - 1, 0) @ inside) / (people - groups)
        figures = (
            float(np.mean(frame[f"s{number}"].drop_nulls().to_numpy())),
            ITEMS / (ITEMS - 1) * (1 - float(np.trace(covariance)) / float(covariance.sum())),
            common / (common + float(np.sum(fit.uniqueness * root**2))),
            np.nanmedian(ITEMS * (1 - ratio) / under),
            np.nanmedian(away.astype(np.float64).mean(axis=1)),
            (above - within) / (above + (people / groups - 1) * within),
            (above - within) / above,
        )
        for name, figure in zip(_NAMES, figures, strict=True):
            found[name].append(float(figure))
    return found


def _run(side: str) -> None:
    """Do one side, once on few people to compile and import, and print its figures as JSON."""
    answers, teams = _answers()
    work = _ours if side == "ours" else _peer
    work(answers[:2000], np.arange(2000) // 10)
    start = time.perf_counter()
    found: dict[str, Any] = dict(work(answers, teams))
    found["seconds"] = time.perf_counter() - start
    found["gigabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(json.dumps(found))


if __name__ == "__main__":
    if sys.argv[1:]:
        _run(sys.argv[1])
    elif past := compare():
        raise SystemExit(f"past its limit: {', '.join(past)}")
