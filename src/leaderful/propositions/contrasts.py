"""The contrast of each proposition in the laboratory: one draw of the parameters, run with something and without."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple, TypeAlias

import numpy as np

from leaderful.propositions import changes
from leaderful.propositions.registry import registry
from leaderful.propositions.seen import (
    agreement,
    below_executive,
    closure,
    crossing,
    in_common,
    over_weeks,
    reach,
    reach_among,
    tied,
)
from leaderful.simulation.engine import Engine, Run, simulate
from leaderful.simulation.parameters import Parameters
from leaderful.simulation.schedules import Forcing
from leaderful.simulation.system import ACROSS_SECTORS, System

Change: TypeAlias = Callable[[System], None]
TIMES: Final = 3
"""Times 8 weeks over which reach is taken."""
UPKEEP, GAINED = 26, 26
HALF_LIFE, CUT, CUT_FOR = 13, 0.3, 104


class Part(NamedTuple):
    """One thing that a claim says, as it came out in a draw."""

    says: str
    effect: float
    margin: float
    """By how much it goes the claimed way beyond the smallest effect; above 0 it holds."""


@dataclass(frozen=True, eq=False)
class Forced:
    """What presses on a system from outside, and a change that comes in one week."""

    press: Callable[[int], Forcing]
    change: Change | None = None
    week: int = 0

    def act(self, week: int, system: System, seed: int) -> bool:  # noqa: ARG002 (the protocol has a seed)
        """Make the change in its week."""
        if self.change is None or week != self.week:
            return False
        self.change(system)
        return True

    def forcing(self, week: int) -> Forcing:
        """Return what presses in a week."""
        return self.press(week)


@dataclass(frozen=True, eq=False)
class Draw:
    """A system at its steady state under one draw of the parameters, with a seed."""

    system: System
    parameters: Parameters
    seed: int

    def run(self, weeks: int, change: Change | None = None, *, forced: Forced | None = None) -> Run:
        """Run it from week 0 on, with a change made before."""
        return simulate(self._changed(change), self.parameters, weeks=weeks, seed=self.seed, schedule=forced, threads=1)

    def engine(self, change: Change | None = None) -> Engine:
        """Return an engine at week 0, with a change made before."""
        return Engine(self._changed(change), self.parameters, seed=self.seed, threads=1)

    @cached_property
    def two_years(self) -> Run:
        """Two years without any change."""
        return self.run(104)

    @cached_property
    def three_years(self) -> Run:
        """Three years without any change."""
        return self.run(156)

    def _changed(self, change: Change | None) -> System:
        system = self.system.copy()
        if change is not None:
            change(system)
        return system


def parts(proposition: str, draw: Draw) -> tuple[Part, ...]:
    """Return what came of everything that a proposition says, in one draw; it holds where every part does."""
    return _CONTRASTS[proposition](draw)


def _by(proposition: str, says: str, effect: float) -> Part:
    """Return a part that holds where the effect goes the registered way by the smallest effect."""
    test = registry().test(proposition).laboratory
    return Part(says, effect, test.direction * effect - test.smallest)


def _thread(draw: Draw) -> tuple[Part, ...]:
    def common(run: Run) -> float:
        return in_common(run.system, below_executive(run.system, crossing(run.system)))

    effect = common(draw.two_years) - common(draw.run(104, changes.cut_thread))
    return (_by("P1", "purpose in common is stronger where the thread is carried", effect),)


def _distributed(draw: Draw) -> tuple[Part, ...]:
    def shares(tiers: tuple[float, ...]) -> float:
        system = draw.run(104, lambda system: changes.licence(system, tiers)).system
        return float(tied(system)[system.tier >= 2].mean())

    effect = shares((0.7, 0.7, 0.7, 0.7)) - shares((0.9, 0.9, 0.1, 0.1))
    return (_by("P2", "more managers and practitioners are tied to other bodies", effect),)


def _zip(draw: Draw) -> tuple[Part, ...]:
    def closed(tiers: list[float]) -> float:
        return closure(draw.run(104, lambda system: changes.licence(system, tiers)).system)

    whole = closed([1.0] * 4)
    lost = [whole - closed([float(tier != off) for tier in range(4)]) for off in range(4)]
    return (_by("P3", "no tier can be kept from leading without the zip opening", min(lost)),)


def _response(draw: Draw) -> tuple[Part, ...]:
    trusting = draw.run(52, lambda system: changes.raise_trust(system, 0.2))
    effect = _taken(trusting, 40, 52) - _taken(draw.two_years, 40, 52)
    return (_by("P4", "trust given once still raises the share taken after nine months", effect),)


def _reflexivity(draw: Draw) -> tuple[Part, ...]:
    def stop(system: System) -> None:
        system.practice[:] = 0.0

    effect = _taken(draw.three_years, 130, 156, part="all") - _taken(draw.run(156, stop), 130, 156, part="all")
    return (_by("P5", "more moments are taken where people reflect", effect),)


def _catalyst(draw: Draw) -> tuple[Part, ...]:
    def crisis(week: int) -> Forcing:
        height = 0.5 ** (week / HALF_LIFE)
        return Forcing(urgency=height, purpose=0.5 * height)

    struck = draw.run(156, forced=Forced(crisis))
    upheld = draw.run(156, forced=Forced(crisis, changes.uphold, UPKEEP))
    gain = _trust(struck, GAINED) - _trust(draw.three_years, GAINED)
    left = _trust(struck, 156) - _trust(draw.three_years, 156)
    kept = _trust(upheld, 156) - _trust(draw.three_years, 156)
    return (
        _by("P6", "the crisis leaves more trust across bodies after half a year", gain),
        Part("less than half of the gain is left at week 156 without upkeep", left, gain / 2 - left),
        Part("half of the gain or more is left at week 156 with upkeep", kept, kept - gain / 2),
    )


def _cog(draw: Draw) -> tuple[Part, ...]:
    jammed = changes.cog(draw.system)
    others = draw.system.body != jammed

    def lost(thinned: bool) -> float:
        def prepared(system: System, jam: bool) -> None:
            if thinned:
                changes.thin_out(system, seed=draw.seed)
            system.jammed[jammed] = jam

        whole = reach_among(draw.engine(lambda system: prepared(system, False)), others, TIMES)
        broken = reach_among(draw.engine(lambda system: prepared(system, True)), others, TIMES)
        return 1.0 - broken / whole if whole > 0 else 0.0

    with_spare, without = lost(False), lost(True)
    return (
        _by("P7", "the others lose more reach than the jammed body's part of the people", with_spare - _part(~others)),
        Part("they lose more where half of the spare ties are cut", without - with_spare, without - with_spare),
    )


def _accountability(draw: Draw) -> tuple[Part, ...]:
    def more(system: System) -> None:
        system.mechanisms += 3

    burdened = draw.run(104, more)
    effect = over_weeks(burdened.series, "trust", "across", 78, 104) - over_weeks(
        draw.two_years.series, "trust", "across", 78, 104
    )
    return (_by("P8", "less trust across bodies", effect),)


def _austerity(draw: Draw) -> tuple[Part, ...]:
    struck = draw.run(156, forced=Forced(lambda week: Forcing(capacity=1.0 - CUT if week < CUT_FOR else 1.0)))
    later = _taken(struck, CUT_FOR, 156) - _taken(draw.three_years, CUT_FOR, 156)
    last = (CUT_FOR - 1, CUT_FOR)
    developed = over_weeks(struck.series, "reflexivity", "all", *last) - over_weeks(
        draw.three_years.series, "reflexivity", "all", *last
    )
    return (
        _by("P9", "fewer moments across bodies are taken in the year after the cut", later),
        _by("P9", "less reflexivity at the end of the cut", developed),
    )


def _conflict(draw: Draw) -> tuple[Part, ...]:
    calm = Draw(draw.system, draw.parameters._replace(opening_difference=0.0), draw.seed).run(104).system
    open_ = draw.two_years.system
    effect = agreement(open_, crossing(open_)) - agreement(calm, crossing(calm))
    return (_by("P10", "purposes agree more where differences are opened", effect),)


def _roles(draw: Draw) -> tuple[Part, ...]:
    known = draw.engine(lambda system: changes.raise_understanding(system, 0.8))
    effect = _gained(reach(known, "outside", TIMES), reach(draw.engine(), "outside", TIMES))
    return (_by("P11", "conversations get further into other bodies", effect),)


def _fragmentation(draw: Draw) -> tuple[Part, ...]:
    effect = _gained(reach(draw.engine(changes.divide_bodies), "all", TIMES), reach(draw.engine(), "all", TIMES))
    return (_by("P12", "a joint decision gets to fewer people in the divided system", effect),)


def _equality(draw: Draw) -> tuple[Part, ...]:
    equal = draw.run(104, changes.same_licence).system
    unequal = draw.run(104, changes.unequal_licence).system
    shut = closure(unequal, ACROSS_SECTORS) - closure(equal, ACROSS_SECTORS)
    common = [in_common(each, crossing(each, ACROSS_SECTORS)) for each in (unequal, equal)]
    return (
        _by("P13", "the zip between sectors is less closed", shut),
        _by("P13", "less purpose in common across sectors", common[0] - common[1]),
    )


def _taken(run: Run, first: int, stop: int, *, part: str = "across") -> float:
    return over_weeks(run.series, "share_taken", part, first, stop)


def _trust(run: Run, weeks: int) -> float:
    """Return trust across bodies after so many weeks."""
    return over_weeks(run.series, "trust", "across", weeks - 1, weeks)


def _gained(with_it: float, without: float) -> float:
    """Return the change as a part of what there is without it; none where there is nothing."""
    return with_it / without - 1.0 if without > 0 else 0.0


def _part(chosen: np.ndarray) -> float:
    return float(chosen.mean())


_CONTRASTS: Mapping[str, Callable[[Draw], tuple[Part, ...]]] = {
    "P1": _thread,
    "P2": _distributed,
    "P3": _zip,
    "P4": _response,
    "P5": _reflexivity,
    "P6": _catalyst,
    "P7": _cog,
    "P8": _accountability,
    "P9": _austerity,
    "P10": _conflict,
    "P11": _roles,
    "P12": _fragmentation,
    "P13": _equality,
}
