"""Ties between bodies and the zip between partners, of everybody in a simulated system."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from leaderful.measures.findings import Finding
from leaderful.simulation.observing.census import Reals, Spoken, Whole, cared_for, named_systems
from leaderful.simulation.observing.rows import counted
from leaderful.simulation.system import TIERS, Numbers, System

MONTHLY: Final = 2
TRUSTED: Final = 3.0
"""Answers from which contact is monthly and a working tie is one of trust, as in ``ties`` and ``zip``."""
HOLDS_FROM: Final = 0.30
"""A tooth below this share does not hold, as in ``zip.depth``."""
CONSTRUCTS: Final = {
    "trust": ("trust", "micro"),
    "value": ("partner_equality", "meso"),
    "respect": ("respect", "micro"),
    "role": ("role_understanding", "micro"),
}


def relations(system: System, said: Spoken, pairs: Numbers, wave: str) -> Iterator[Finding]:
    """Yield ``ties.outside``, ``ties.trust``, ``ties.value``, ``ties.respect`` and ``ties.role``."""
    yield from _outside(system, said, wave)
    partner = _pair_of(system, said, pairs)
    for indicator, (construct, level) in CONSTRUCTS.items():
        values = said.means(indicator)
        for kind, names, groups in _groups(system, said, pairs, partner):
            for place, total, n in zip(*_sums(groups, values), strict=True):
                name = f"ties.{indicator}"
                yield counted(name, construct, level, (kind, names[place]), wave, total / n, n, {"people": n})


def zips(system: System, said: Spoken, pairs: Numbers, wave: str) -> Iterator[Finding]:
    """Yield ``zip.tooth``, ``zip.closure``, ``zip.depth`` and ``zip.top_heaviness`` of pairs, and of systems."""
    if not len(pairs):
        return
    codes = system.bodies["id"].to_list()
    asked, engaged, tooth = teeth(system, said, pairs)
    for place, (a, b) in enumerate(pairs):
        unit = ("pair", f"{codes[a]}|{codes[b]}")
        for tier in np.flatnonzero(~np.isnan(tooth[place])):
            detail: dict[str, Any] = {"tier": TIERS[tier], "declared": True}
            for end, name in enumerate("ab"):
                n, count = int(asked[place, end, tier]), int(engaged[place, end, tier])
                detail |= {name: count / n, f"{name}_n": n, f"{name}_count": count}
            yield _zip("tooth", unit, wave, tooth[place, tier], int(asked[place, :, tier].sum()), detail)
        yield from _of_zip(unit, wave, tooth[place], int(asked[place].sum()))
        n = int(asked[place].sum())
        if not np.isnan(tooth[place, 0]):
            yield _zip("depth", unit, wave, _depth(tooth[place]), n, {})
    for number, code in enumerate(system.systems):
        own = named_systems(system)[pairs[:, 0]] == number
        if own.any():
            yield from _of_system(code, wave, tooth[own], asked[own])


def teeth(system: System, said: Spoken, pairs: Numbers) -> tuple[Whole, Whole, Reals]:
    """Return who of both ends is asked and engaged, shape (pairs, 2, tiers), and the tooth, (pairs, tiers)."""
    bodies = len(system.held)
    staff = np.bincount(system.body.astype(np.int64) * 4 + system.tier, minlength=bodies * 4).reshape(bodies, 4)
    asked = staff[pairs]
    partner = _pair_of(system, said, pairs)
    held = (said.means("trust") >= TRUSTED) & (partner >= 0)
    cell = partner[held] * 4 + system.tier[said.actor[held]]
    engaged = np.bincount(cell, minlength=len(pairs) * 8).reshape(len(pairs), 2, 4)
    with np.errstate(invalid="ignore"):
        shares = np.where(asked > 0, engaged / asked, np.nan)
    return asked, engaged, np.asarray(shares.min(axis=1))


def _pair_of(system: System, said: Spoken, pairs: Numbers) -> Whole:
    """Return for each row twice the pair of the actor's body and the other, one more from the second end; else -1."""
    bodies = len(system.held)
    wanted = np.concatenate([pairs[:, 0].astype(np.int64) * bodies + pairs[:, 1], pairs[:, 1] * bodies + pairs[:, 0]])
    number = np.concatenate([np.arange(len(pairs)) * 2, np.arange(len(pairs)) * 2 + 1])
    if not len(wanted):
        return np.full(len(said.actor), -1)
    order = np.argsort(wanted)
    key = system.body[said.actor].astype(np.int64) * bodies + said.about
    at = np.minimum(np.searchsorted(wanted[order], key), len(wanted) - 1)
    return np.asarray(np.where(wanted[order][at] == key, number[order][at], -1), dtype=np.int64)


def _groups(system: System, said: Spoken, pairs: Numbers, partner: Whole) -> Iterator[tuple[str, list[str], Whole]]:
    """Yield each kind of unit: its name, the names of its units, and the unit of each row, -1 for none."""
    codes, sectors = system.bodies["id"].to_list(), sorted(set(system.bodies["sector"]))
    directed = [f"{codes[one]}>{codes[two]}" for a, b in pairs for one, two in ((a, b), (b, a))]
    own, about = system.sector_of[system.body[said.actor]], system.sector_of[said.about]
    both = [f"{one}>{two}" for one in sectors for two in sectors]
    yield "pair", directed, partner
    yield "body", codes, said.about
    yield "sector-pair", both, own.astype(np.int64) * len(sectors) + about
    yield "sector", sectors, about.astype(np.int64)
    yield "system", list(system.systems), named_systems(system)[system.body[said.actor]]


def _sums(groups: Whole, values: Reals) -> tuple[list[int], list[float], list[int]]:
    """Return the units that have a row, and the sum and number of their values."""
    there = groups >= 0
    total, count = np.bincount(groups[there], values[there]), np.bincount(groups[there])
    kept = np.flatnonzero(count)
    return kept.tolist(), total[kept].tolist(), count[kept].tolist()


def _outside(system: System, said: Spoken, wave: str) -> Iterator[Finding]:
    """Yield the share of people who work at least monthly with another body."""
    meeting = np.zeros(system.size, dtype=bool)
    meeting[said.actor[said.contact >= MONTHLY]] = True
    units: list[tuple[str, list[str], NDArray[np.int64]]] = [
        ("system", list(system.systems), named_systems(system)[system.body]),
        ("body", system.bodies["id"].to_list(), np.where(cared_for(system), system.body, -1).astype(np.int64)),
    ]
    for kind, names, groups in units:
        for place, count, n in zip(*_sums(groups, meeting.astype(float)), strict=True):
            detail = {"count": round(count), "people": n}
            yield counted("ties.outside", "connectedness", "meso", (kind, names[place]), wave, count / n, n, detail)


def _of_zip(unit: tuple[str, str], wave: str, tooth: Reals, n: int) -> Iterator[Finding]:
    known = tooth[~np.isnan(tooth)]
    if len(known) > 1:
        yield _zip("closure", unit, wave, float(known.mean()), n, {})
    if not np.isnan(tooth[[0, 3]]).any():
        yield _zip("top_heaviness", unit, wave, tooth[0] - tooth[3], n, {})


def _of_system(code: str, wave: str, tooth: Reals, asked: Whole) -> Iterator[Finding]:
    unit, n = ("system", code), int(asked.sum())
    known = ~np.isnan(tooth)
    for tier in np.flatnonzero(known.any(axis=0)):
        detail: dict[str, Any] = {"tier": TIERS[tier], "pairs": int(known[:, tier].sum())}
        yield _zip("tooth", unit, wave, float(np.nanmean(tooth[:, tier])), int(asked[:, :, tier].sum()), detail)
    closes = known.sum(axis=1) > 1
    if closes.any():
        yield _zip("closure", unit, wave, np.nanmean(tooth[closes], axis=1).mean(), n, {"pairs": int(closes.sum())})
    both = known[:, [0, 3]].all(axis=1)
    if both.any():
        heavy = (tooth[both, 0] - tooth[both, 3]).mean()
        yield _zip("top_heaviness", unit, wave, heavy, n, {"pairs": int(both.sum())})


def _depth(tooth: Reals) -> float:
    """Return how many tiers are reached from the board down without a tooth that does not hold."""
    known = tooth[~np.isnan(tooth)]
    return float(np.cumprod(known >= HOLDS_FROM).sum())


def _zip(measure: str, unit: tuple[str, str], wave: str, value: float, n: int, detail: dict[str, Any]) -> Finding:
    return counted(f"zip.{measure}", "zip", "", unit, wave, float(value), n, detail)
