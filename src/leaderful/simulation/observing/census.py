"""What everybody in a simulated system would say if asked: of other bodies, of themselves, and whom they look to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from leaderful.simulation.observing.answering import TRUST_STEPS, contact, rated
from leaderful.simulation.observing.ends import Ends, ends, pulls
from leaderful.simulation.parameters import Parameters
from leaderful.simulation.system import Numbers, System

Reals = NDArray[np.float64]
Whole = NDArray[np.int64]

MOST_NAMED: Final = 3
"""People whom somebody looks to for leadership, at most."""
LOOKED_TO_FROM: Final = 0.5
"""Trust from which somebody is looked to."""
SENIORITY: Final = (0.3, 0.3, 0.15, 0.0)
"""What the tier of a contact adds to trust when people choose whom they look to, the board first. Assumed."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Spoken:
    """What each actor knows of each other body that it works with; k rows, in order of actor and body."""

    actor: Whole
    about: Whole
    """Shape (k,): row of the body."""
    rate: Reals
    """Shape (k,): encounters a week with its people."""
    trust: Reals
    """Shape (k,): in those it meets there, each weighing as often as they meet; 0 to 1, as all that follow."""
    understanding: Reals
    licence: Reals
    """Shape (k,): mean licence of those it meets there."""

    @property
    def contact(self) -> Whole:
        """How often, 1 yearly to 4 daily; who meets less often than that is not in the rows."""
        return contact(self.rate)

    def states(self) -> dict[str, tuple[Reals, ...]]:
        """Return the state behind each answer to a question about a body, by indicator."""
        involved = 1.0 - np.exp(-self.rate)
        return {
            "trust": (self.trust,) * 3,
            "value": (self.licence, involved, (self.licence + involved) / 2),
            "respect": ((self.trust + self.understanding) / 2,),
            "role": (self.understanding,),
            "closeness": (np.sqrt(self.trust * involved),),
        }

    def means(self, indicator: str) -> Reals:
        """Return the mean of the answers that make up an indicator, without error, 1 to 4."""
        states = self.states()[indicator]
        steps = TRUST_STEPS if len(states) == 3 else (0.0,)
        return np.asarray(np.mean([rated(s, step=d) for s, d in zip(states, steps, strict=True)], axis=0))


def spoken_from(system: System, across: Ends) -> Spoken:
    """Return what everybody would say of the bodies they work with, from the ends of ties between bodies."""
    bodies = len(system.held)
    rate = across.rate.astype(float)
    key = across.actor.astype(np.int64) * bodies + system.body[across.other]
    order = np.argsort(key, kind="stable")
    order = order[rate[order] > 0]
    keys, first = np.unique(key[order], return_index=True)
    weight = rate[order]

    def total(values: Reals) -> Reals:
        return np.add.reduceat(values, first) if len(first) else np.zeros(0)

    met = total(weight)
    licence = system.licence[system.body[across.other], system.tier[across.other]].astype(float)
    trust, understanding, lets = (
        total(weight * part[order].astype(float)) / met for part in (across.trust, across.understanding, licence)
    )
    known = contact(met) > 0
    return Spoken(
        actor=(keys // bodies)[known],
        about=(keys % bodies)[known],
        rate=met[known],
        trust=trust[known],
        understanding=understanding[known],
        licence=lets[known],
    )


def views(system: System, parameters: Parameters, across: Ends) -> dict[str, Reals]:
    """Return the state behind each item scale, for each actor; shape (n,) each, 0 to 1.

    Not a number where the scale asks about partners in other bodies and the actor meets none: that person is not
    able to say.
    """
    s, p, n = system, parameters, system.size
    actor, other = across.actor, across.other
    meets = across.rate > 0
    count = np.bincount(actor[meets], minlength=n)

    def mean(values: Reals) -> Reals:
        total = np.bincount(actor[meets], values[meets].astype(float), minlength=n)
        return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan))

    own, pull = s.purpose.mean(axis=1).astype(float), pulls(s, p)
    licence = s.licence[s.body, s.tier].astype(float)
    lower = np.minimum(across.trust, across.returned).astype(float)
    trust, roles = mean(across.trust.astype(float)), mean(across.understanding.astype(float))
    led = mean(licence[other])
    odds = p.b0 + p.b_trust * lower + p.b_roles * across.understanding
    odds = odds + (p.b_reflexivity * (s.reflexivity[actor] + s.reflexivity[other])) / 2
    odds = odds + (p.b_licence * (licence[actor] + licence[other]) - p.b_pull * (pull[actor] + pull[other])) / 2
    return {
        "CGP": own,
        "SHP": mean(np.minimum(own[actor], own[other])),
        "PEN": np.sqrt(trust * roles),
        "MOT": trust,
        "CAP": (led + licence) / 2,
        "ADA": mean(1.0 / (1.0 + np.exp(-odds))),
        "LEA": (led + s.licence.mean(axis=1).astype(float)[s.body]) / 2,
        "EQU": 1.0 - mean(np.abs(across.trust - across.returned).astype(float)),
        "ACC": pull,
        "ROL": roles,
        "REF": s.reflexivity.astype(float),
        "CON": (mean(lower) + s.reflexivity) / 2,
        "AGE": (licence + s.reflexivity) / 2,
    }


def named_systems(system: System) -> Whole:
    """Return the number of the system of each body, -1 above systems, whether or not people work there."""
    codes = np.array([bool(code) for code in system.systems])
    number = system.system_of.astype(np.int64)
    return np.where((number >= 0) & codes[number], number, -1) if len(codes) else number


def cared_for(system: System) -> NDArray[np.bool_]:
    """Return whether each actor works in a body of a system of care; those above are asked by no study."""
    return np.asarray(named_systems(system)[system.body] >= 0)


def namings(system: System, parameters: Parameters) -> tuple[Whole, Whole]:
    """Return who looks to whom for leadership: the actors that name, and those they name, in order.

    Each names up to three of its contacts, those first whom it trusts most and who are senior.
    """
    found = [_named(system, part) for part in ends(system, parameters)]
    return np.concatenate([one for one, _ in found]), np.concatenate([other for _, other in found])


def _named(system: System, part: Ends) -> tuple[Whole, Whole]:
    open_ = np.flatnonzero((part.trust >= LOOKED_TO_FROM) & (part.rate > 0))
    actor, other = part.actor[open_].astype(np.int64), part.other[open_].astype(np.int64)
    drawn_to = part.trust[open_] + np.array(SENIORITY, dtype=np.float32)[system.tier[other]]
    order = np.lexsort((other, -drawn_to, actor))
    actor, other = actor[order], other[order]
    starts = np.searchsorted(actor, actor)
    kept = np.arange(len(actor)) - starts < MOST_NAMED
    return actor[kept], other[kept]


def partners_from(system: System, across: Ends, *, each: int = 3) -> Numbers:
    """Return the pairs of bodies that count as partners, (m, 2) rows with the first code before the second.

    Each body of a system has as partners the other bodies of it that most of its people's ties reach, three at most.
    """
    bodies = len(system.held)
    one, two = system.body[across.actor].astype(np.int64), system.body[across.other].astype(np.int64)
    home = named_systems(system)
    inside = (home[one] >= 0) & (home[one] == home[two])
    keys, count = np.unique(one[inside] * bodies + two[inside], return_counts=True)
    body, about = keys // bodies, keys % bodies
    order = np.lexsort((about, -count, body))
    rank = np.arange(len(order)) - np.searchsorted(body[order], body[order])
    kept = order[rank < each]
    codes = system.bodies["id"].to_list()
    met = zip(body[kept].tolist(), about[kept].tolist(), strict=True)
    joined = {tuple(sorted(pair, key=codes.__getitem__)) for pair in met}
    ordered = sorted(joined, key=lambda pair: (codes[pair[0]], codes[pair[1]]))
    return np.array(ordered, dtype=np.int32).reshape(-1, 2)
