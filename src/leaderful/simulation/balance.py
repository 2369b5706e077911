"""The balance of the feedback between trust and moments taken: its steady states, and where a second one appears.

Every tie is a feedback of its own: its trust makes its moments likelier to be taken, its taken moments make its
trust. A tie that lasts comes to rest in a steady state; ties that begin anew start it over.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from leaderful.errors import BadValuesError

Values = NDArray[np.float64]
_GRID: Final = 4000
"""Points between which roots are looked for."""
_LAST: Final = 25.0
"""Mean ages after which no more than a part of 1e-10 of the ties is left."""
_END: Final = 18.0
"""Log odds at which the grid ends: shares nearer to 0 and 1 differ from them by less than 2e-8."""


@dataclass(frozen=True, kw_only=True)
class Balance:
    """What holds the trust and the understanding of a kind of ties where they are; rates are a week.

    Parameters
    ----------
    constant
        Log odds that a moment is taken without any trust and understanding.
    b_trust, b_roles
        Log odds that full trust and full understanding of roles add.
    gain, loss
        Part of the way to full trust that a taken moment goes, part of trust that a lost one takes.
    moments
        Moments a week on each tie, taken and lost.
    fade
        Part of trust lost a week.
    renewal
        Part of the ties that begin anew a week: twice the turnover of posts, and ties that end and are replaced.
    new_trust, new_roles
        Trust and understanding on a tie that begins anew.
    roles_gain, roles_fade
        As `gain` and `fade`, of understanding. Where neither moves it, it stays at `new_roles`.

    Raises
    ------
    BadValuesError
        When a rate or share is below 0, or nothing at all moves trust.
    """

    constant: float
    b_trust: float
    gain: float
    loss: float
    b_roles: float = 0.0
    moments: float = 1.0
    fade: float = 0.0
    renewal: float = 0.0
    new_trust: float = 0.0
    new_roles: float = 0.0
    roles_gain: float = 0.0
    roles_fade: float = 0.0

    def __post_init__(self) -> None:
        rates = (self.gain, self.loss, self.moments, self.fade, self.renewal, self.new_trust, self.new_roles)
        if min(*rates, self.roles_gain, self.roles_fade) < 0:
            raise BadValuesError("Rates and shares of a balance are 0 or more.")
        if not self.moments * self.gain * self.loss + self.fade > 0:
            raise BadValuesError("Nothing moves trust: moments with a gain and a loss, or fading, are wanted.")

    def trust(self, taken: Values) -> Values:
        """Return where trust comes to rest when a share `taken` of moments is taken."""
        up = self.moments * self.gain * taken
        return np.asarray(up / (up + self.moments * self.loss * (1 - taken) + self.fade))

    def roles(self, taken: Values) -> Values:
        """Return where understanding comes to rest when a share `taken` of moments is taken."""
        up = self.moments * self.roles_gain * taken
        down = np.asarray(up + self.roles_fade)
        return np.divide(up, down, out=np.full_like(down, self.new_roles), where=down > 0)

    def response(self, trust: float, roles: float) -> float:
        """Return the chance that a moment on a tie of this trust and understanding is taken."""
        return 1 / (1 + exp(-(self.constant + self.b_trust * trust + self.b_roles * roles)))

    def change(self, trust: float, roles: float) -> tuple[float, float]:
        """Return what a week changes in trust and understanding of a tie that lasts."""
        p = self.response(trust, roles)
        by_moments = self.moments * (self.gain * p * (1 - trust) - self.loss * (1 - p) * trust)
        on_roles = self.moments * self.roles_gain * p * (1 - roles) - self.roles_fade * roles
        return by_moments - self.fade * trust, on_roles

    def wanted(self, taken: Values) -> Values:
        """Return the constant at which a share `taken` of moments keeps itself up."""
        odds = np.log(taken) - np.log1p(-taken)
        return np.asarray(odds - self.b_trust * self.trust(taken) - self.b_roles * self.roles(taken))


@dataclass(frozen=True, kw_only=True)
class SteadyState:
    """One state in which the feedback rests."""

    taken: float
    """Share of moments taken."""
    trust: float
    understanding: float
    stable: bool
    """Whether a small push dies away."""


def steady_states(balance: Balance) -> tuple[SteadyState, ...]:
    r"""Return every state in which a tie that lasts comes to rest, the lowest first.

    With m moments a week on a tie, trust t, understanding v and a share p of moments taken::

        dt/dw = m·(a·p·(1 − t) − d·(1 − p)·t) − f·t,   dv/dw = m·g·p·(1 − v) − h·v
        p = logistic(c + b·t + b_r·v)

    a, g the gains and d the loss a moment, f and h the fading. For each p there is one t and one v at rest;
    the steady states are the p at which c = logit p − b·t(p) − b_r·v(p).

    Parameters
    ----------
    balance
        The rates of one kind of ties.

    Returns
    -------
    tuple of SteadyState
        One, three or five. They are stable and unstable in turn, the first and the last stable.

    Notes
    -----
    A state is stable where the right-hand side of the last equation rises with p. That is the condition on
    both eigenvalues of (t, v): the two raise each other only over p, so that no cycles can arise. Moments come
    by chance and gains are not small, so that single ties scatter about a state. Without fading,
    t = a·p / (a·p + d·(1 − p)). What ties that begin anew change is told by `resting`.

    References
    ----------
    Strogatz, S. H. (2018). Nonlinear Dynamics and Chaos, 2nd ed., section 3.6 (imperfect bifurcations).
    doi:10.1201/9780429492563

    Examples
    --------
    >>> weak = steady_states(Balance(constant=-1.0, b_trust=2.0, gain=0.1, loss=0.1))
    >>> [(round(state.trust, 3), state.stable) for state in weak]
    [(0.5, True)]
    >>> strong = steady_states(Balance(constant=-3.0, b_trust=6.0, gain=0.1, loss=0.1))
    >>> [(round(state.trust, 3), state.stable) for state in strong]
    [(0.071, True), (0.5, False), (0.929, True)]
    """
    ends = np.array([_share(-_END), *_turns(balance), _share(_END)])
    above = balance.wanted(ends) - balance.constant
    found = [
        _root(lambda p: float(balance.wanted(np.array(p)) - balance.constant), ends[k], ends[k + 1])
        for k in range(len(ends) - 1)
        if above[k] * above[k + 1] < 0
    ]
    if not found:
        found = [0.0 if above[0] > 0 else 1.0]
    return tuple(_state(balance, p) for p in found)


def folds(balance: Balance) -> tuple[float, float] | None:
    r"""Return the constants between which there can be two stable steady states, or None where there are never two.

    At a fold the balance and its derivative vanish together, so that a stable and an unstable state meet:
    the extremes of c(p) = logit p − b·t(p) − b_r·v(p).

    Parameters
    ----------
    balance
        The rates of one kind of ties; its own constant plays no part.

    Returns
    -------
    tuple of float or None
        In log odds: below the first only the lowest state is left, above the second only the highest one. Trust
        and understanding can fold one after the other: then there are more states, or a gap between two folds.

    Notes
    -----
    Without fading and with understanding at rest the folds lie where t·(1 − t) = 1/b, whatever gain and loss:
    two states need b above 4.

    References
    ----------
    Strogatz, S. H. (2018). Nonlinear Dynamics and Chaos, 2nd ed., section 3.6. doi:10.1201/9780429492563

    Examples
    --------
    >>> low, high = folds(Balance(constant=0.0, b_trust=6.0, gain=0.1, loss=0.1))
    >>> round(low, 4), round(high, 4)
    (-3.4151, -2.5849)
    >>> folds(Balance(constant=0.0, b_trust=4.0, gain=0.1, loss=0.1)) is None
    True
    """
    turns = _turns(balance)
    if len(turns) < 2:
        return None
    constants = balance.wanted(turns)
    return float(constants.min()), float(constants.max())


def resting(balance: Balance) -> SteadyState:
    r"""Return the mean state of ties of which some begin anew every week.

    A tie of age A has come along its path t(A) from where new ones start; ages are exponential with the rate
    ρ of renewal, so that the means are::

        t̄ = ∫ ρ·exp(−ρ·A)·t(A) dA,   and likewise understanding and the share of moments taken

    Parameters
    ----------
    balance
        The rates of one kind of ties, with a renewal above 0.

    Returns
    -------
    SteadyState
        Always stable: however the ties begin, in time all have begun anew, and half of them after
        log 2 / ρ weeks. Two steady states of a tie make such a system slow to forget, and not unable to.

    Raises
    ------
    BadValuesError
        Without renewal: then ties stay in the steady state they are in.

    References
    ----------
    Cox, D. R. (1962). Renewal Theory, chapter 5 (the age of a renewal process). Methuen.

    Examples
    --------
    >>> rates = Balance(constant=-3.0, b_trust=6.0, gain=0.1, loss=0.1, renewal=0.01, new_trust=0.9)
    >>> round(resting(rates).trust, 3)
    0.925
    """
    rho = balance.renewal
    if not rho > 0:
        raise BadValuesError("Ties that never begin anew have no mean state of their own; look at the steady states.")

    def onward(age: float, state: Values) -> tuple[float, ...]:
        trust, roles = float(state[0]), float(state[1])
        weight = rho * exp(-rho * age)
        return *balance.change(trust, roles), *(weight * x for x in (balance.response(trust, roles), trust, roles))

    start = [balance.new_trust, balance.new_roles, 0.0, 0.0, 0.0]
    path = solve_ivp(onward, (0.0, _LAST / rho), start, method="LSODA", rtol=1e-8, atol=1e-10)
    taken, trust, roles = (float(total) for total in path.y[2:, -1])
    return SteadyState(taken=taken, trust=trust, understanding=roles, stable=True)


def _share(odds: float) -> float:
    return 1 / (1 + exp(-odds))


def _turns(balance: Balance) -> Values:
    """Return the shares at which ``balance.wanted`` turns, found on a grid that is even in log odds."""
    taken = 1 / (1 + np.exp(-np.linspace(-_END, _END, _GRID)))
    slope = _slope(balance, taken)
    at = np.flatnonzero(np.sign(slope[:-1]) * np.sign(slope[1:]) < 0)
    return np.array([_root(lambda p: float(_slope(balance, np.array(p))), taken[k], taken[k + 1]) for k in at])


def _root(function: object, low: float, high: float) -> float:
    return float(brentq(function, low, high, xtol=1e-14, rtol=1e-14))


def _slope(b: Balance, p: Values) -> Values:
    """Return the derivative of ``b.wanted`` by the share taken."""
    trust = b.moments * b.gain * p
    all_trust = trust + b.moments * b.loss * (1 - p) + b.fade
    by_trust = b.moments * (b.gain * all_trust - (b.gain - b.loss) * trust) / all_trust**2
    by_roles = np.zeros_like(p)
    if b.roles_gain * b.moments > 0:
        by_roles = b.moments * b.roles_gain * b.roles_fade / (b.moments * b.roles_gain * p + b.roles_fade) ** 2
    return np.asarray(1 / (p * (1 - p)) - b.b_trust * by_trust - b.b_roles * by_roles)


def _state(balance: Balance, taken: float) -> SteadyState:
    p = np.array([taken])
    return SteadyState(
        taken=taken,
        trust=float(balance.trust(p)[0]),
        understanding=float(balance.roles(p)[0]),
        stable=not 0 < taken < 1 or bool(_slope(balance, p)[0] > 0),
    )
