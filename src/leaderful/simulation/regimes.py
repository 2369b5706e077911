"""Which regime a system is in: one steady state, or two and which of them is near."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log
from typing import Final, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leaderful.errors import BadValuesError
from leaderful.simulation.balance import Balance, SteadyState, folds, resting, steady_states
from leaderful.simulation.parameters import Parameters
from leaderful.simulation.system import ACROSS_BODIES, INFORMAL, LAYER, POOLED, System

YEAR: Final = 52
_BLOCK: Final = 200_000
_SIDES: Final = ("within", "across")


@dataclass(frozen=True, kw_only=True)
class Regime:
    """Where one kind of ties stands on the balance of the feedback."""

    name: Literal["one", "upper", "lower"]
    """One steady state; or two, the upper or the lower being near."""
    balance: Balance
    states: tuple[SteadyState, ...]
    folds: tuple[float, float] | None
    """Constants between which there are two stable states, in log odds."""
    distance: float | None
    """Log odds by which the constant would have to move to change the number of states; None where it cannot."""
    trust: float
    """Mean trust now."""
    rest: SteadyState | None
    """Where the mean of all ties comes to rest, part of them beginning anew; None where none do."""
    half_life: float | None
    """Weeks after which half of the ties have begun anew, and with them what a push has left; None if never."""

    def __str__(self) -> str:
        if self.name == "one":
            return "one steady state"
        return f"two steady states: near the {self.name}"


def regime(system: System, parameters: Parameters, series: pl.DataFrame) -> dict[str, Regime]:
    """Return the regime of the ties within bodies and of those across.

    Parameters
    ----------
    system
        The system at the end of a run.
    parameters
        Its rates.
    series
        What the run noted, as `Engine.series` gives it; its last year is read.

    Returns
    -------
    dict of Regime
        By "within" and "across"; a kind of which there are no ties, or on which no moments opened, is left out.

    Raises
    ------
    BadValuesError
        When the series holds no week.

    Notes
    -----
    The constant is the mean over ties of all that adds to the log odds but trust and understanding, without
    urgency and at full capacity; moments a week on each tie are those of the last year. Informal ties end
    unused, and others begin in their place, as often as the mean number of encounters makes likely. The means
    of a kind of ties stand for each of them: where ties differ much, part of them may be beyond a fold and
    part not yet. Two states are told apart by the mean trust of now, against the unstable state between them.
    Two states mean that a tie keeps what a push has left as long as it lasts; ties that begin anew begin at
    the trust of newcomers, so that a system forgets a push in time even then: see `Regime.half_life`.

    Examples
    --------
    >>> from leaderful.simulation.engine import simulate
    >>> from leaderful.simulation.mixed import mixed_system
    >>> from leaderful.simulation.parameters import default_parameters
    >>> rates = default_parameters()
    >>> run = simulate(mixed_system(300, seed=1), rates, weeks=8, seed=1)
    >>> sorted(regime(run.system, rates, run.series))
    ['across', 'within']
    """
    if not series.height:
        raise BadValuesError("The series of the run holds no week; a regime is read from the weeks of a run.")
    found = {}
    for side, facts in zip(_SIDES, _facts(system, parameters), strict=True):
        year = _year(series, side)
        if facts.ties and year["openings"] > 0:
            found[side] = _regime(facts, year, parameters)
    return found


@dataclass
class _Facts:
    """Sums over the ties of one kind."""

    ties: int = 0
    informal: int = 0
    odds: float = 0.0
    trust: float = 0.0


def _facts(system: System, p: Parameters) -> tuple[_Facts, _Facts]:
    """Return the sums over ties within bodies and across, block by block so that all of England fits."""
    pull, half = _people(system, p)
    facts = _Facts(), _Facts()
    for start in range(0, system.size, _BLOCK):
        stop = min(start + _BLOCK, system.size)
        lo, hi = system.row[start], system.row[stop]
        a = np.repeat(np.arange(start, stop), np.diff(system.row[start : stop + 1]))
        b, mark = system.partner[lo:hi], system.mark[lo:hi]
        pooled = np.where(mark & POOLED, p.b_pull * p.pooling / 2, 0.0)
        odds = half[a] + half[b] + pooled * (pull[a] + pull[b])
        for across, side in enumerate(facts):
            mine = (b >= 0) & ((mark & ACROSS_BODIES > 0) == bool(across))
            side.ties += int(mine.sum())
            side.informal += int((mark[mine] & LAYER == INFORMAL).sum())
            side.odds += float(odds[mine].sum())
            side.trust += float(system.content[lo:hi][mine, :2].mean(axis=1, dtype=np.float64).sum())
    return facts


def _people(s: System, p: Parameters) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the pull on everybody, and half of what they add to the log odds."""
    reached = 1 - (1 - p.pull_mechanism) ** s.mechanisms.astype(float)
    pull = s.exposure * (p.pull_base + (1 - p.pull_base) * reached)[s.body]
    half = (p.b_reflexivity * s.reflexivity + p.b_licence * s.licence[s.body, s.tier] - p.b_pull * pull) / 2
    return np.asarray(pull), np.asarray(half)


def _year(series: pl.DataFrame, side: str) -> dict[str, float]:
    """Return openings and encounters a week and tie over the last year of a run, all systems together."""
    last = series.filter(
        pl.col("week") > pl.col("week").max() - YEAR,
        pl.col("part") == side,
        pl.col("measure").is_in(["openings", "encounters", "ties"]),
    )
    sums = dict(last.group_by("measure").agg((pl.col("value") * pl.col("n")).sum()).rows())
    ends = sums.get("ties", 0.0)
    return {name: sums.get(name, 0.0) / ends if ends else 0.0 for name in ("openings", "encounters")}


def _regime(facts: _Facts, year: dict[str, float], p: Parameters) -> Regime:
    ended = p.tie_fade * facts.informal / facts.ties * exp(-year["encounters"])
    left = 2 * p.turnover
    renewal = ended + left
    part = ended / renewal if renewal else 0.0
    balance = Balance(
        constant=p.b0 + facts.odds / facts.ties,
        b_trust=p.b_trust,
        b_roles=p.b_roles,
        gain=p.trust_gain,
        loss=p.trust_loss,
        moments=year["openings"],
        fade=p.trust_fade,
        renewal=renewal,
        new_trust=part * p.new_trust + (1 - part) * p.newcomer_trust,
        new_roles=part * p.new_understanding + (1 - part) * p.newcomer_understanding,
        roles_gain=p.understanding_gain,
        roles_fade=p.understanding_fade,
    )
    states, turns, trust = steady_states(balance), folds(balance), facts.trust / facts.ties
    distance = min(abs(balance.constant - turn) for turn in turns) if turns else None
    return Regime(
        name=_name(states, trust),
        balance=balance,
        states=states,
        folds=turns,
        distance=distance,
        trust=trust,
        rest=resting(balance) if renewal else None,
        half_life=log(2) / renewal if renewal else None,
    )


def _name(states: tuple[SteadyState, ...], trust: float) -> Literal["one", "upper", "lower"]:
    if len(states) < 3:
        return "one"
    return "upper" if trust > states[1].trust else "lower"
