"""Cog-jam: what the removal of one body takes away from all the others."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from leaderful.measures.body_network import BodyNetwork, body_network
from leaderful.measures.findings import Finding, frame
from leaderful.measures.waves import waves
from leaderful.networks.adjacency import Floats
from leaderful.networks.connectors import SoleConnectors, sole_connectors
from leaderful.networks.removal import AgainstRandom, Chance, removal_against_random
from leaderful.study import Study

LEAST_RISE = 0.02
"""A removal that takes away less is not called beyond chance, however sure. Ours."""

BEYOND = 0.05
"""Largest corrected p at which a removal is called beyond chance."""

MOST_DRAWS, LEAST_DRAWS = 999, 19
"""Random networks: many where bodies are few, and never too few to reach `BEYOND`."""

_EFFORT = 3_000_000


def cog_jam(study: Study) -> pl.DataFrame:
    """Return what each body's removal takes away from all the others, for each wave.

    Parameters
    ----------
    study
        Reads ``relations`` about bodies, ``people``, ``bodies`` and ``waves``. Ties and bodies are those of
        `network`.

    Returns
    -------
    polars.DataFrame
        Findings for each body in each wave with answers about bodies. n, and ``people``, count the people
        whose answers make its ties: its own relation respondents, and people elsewhere who work with it.

        ``cog_jam.fragmentation``
            Share of pairs of other bodies that reach each other through ties and without this body would
            not. ``random_mean``, ``random_lower`` and ``random_upper`` are what the removal of a body with as
            many ties takes away when ties fall at random; ``p`` is corrected for all bodies, and
            ``beyond_chance`` holds where p is 0.05 or less and the estimate 0.02 or more.
        ``cog_jam.distance``
            The same for the mean of 1 / distance between two others, so that a longer way round counts as
            well as no way.
        ``cog_jam.sole_connector``
            Number of bodies that reach most of the others through this one alone: ``bodies`` has their
            codes, ``silent`` those among them of which nobody answered, ``sectors`` the sectors that are
            reached through it alone, ``bridges`` the bodies at the other end of a tie that alone connects.

        All have ``provisional``: fewer than 80 % of the people asked answered. Where fewer than 65 % of the
        bodies asked answered they are ``insufficient``, as they are for a body that nobody speaks for or
        of; with fewer than three bodies the first two are ``undefined``.

    Notes
    -----
    There is no interval: these are counts of reported ties. A body with many ties takes much away whoever
    it is; `beyond_chance` asks for more than its number of ties explains, `sole_connector` does not. A
    body that is cut off may have ties that nobody was there to report. Bodies, not people, are what may be
    missing from this network: one with some of its people heard has reported its ties. Formulas and
    sources are those of `removal_against_random` and `sole_connectors`; the least rise and the limits of
    response are rules of this project, and unvalidated.

    Examples
    --------
    Two people of each of three trusts: those of A name B, those of B A and C, those of C B.

    >>> from datetime import date
    >>> from leaderful.study.tables import TABLES
    >>> def full(name, rows):
    ...     return pl.DataFrame(rows, schema=TABLES[name].schema)
    >>> people = [{"id": f"{body}{k}", "body": body, "tier": "manager"} for body in "ABC" for k in range(2)]
    >>> named = {"A": "B", "B": "AC", "C": "B"}
    >>> study = Study(name="Three", system="A", as_at=date(2026, 4, 1), tables={
    ...     "bodies": full("bodies", [
    ...         {"id": body, "kind": "nhs-trust", "sector": "nhs", "system": "A"} for body in "ABC"]),
    ...     "people": full("people", people),
    ...     "waves": full("waves", [{"id": "w1", "opens": date(2026, 4, 1)}]),
    ...     "relations": full("relations", [
    ...         {"person": one["id"], "wave": "w1", "about_kind": "body", "question": "body-contact",
    ...          "about": about, "answer": 3} for one in people for about in named[one["body"]]])})
    >>> found = cog_jam(study).filter(pl.col("measure") == "cog_jam.sole_connector")
    >>> found.select("unit", "estimate", "n").rows()
    [('A', 0.0, 4), ('B', 1.0, 6), ('C', 0.0, 4)]
    """
    found: list[Finding] = []
    for wave in waves(study):
        bodies = body_network(study, wave.id)
        if bodies.answered.any():
            found += _removals(bodies, study.seed)
            found += _connectors(bodies, sole_connectors(bodies.ties))
    return frame(found)


def draws_for(bodies: int) -> int:
    """Return how many random networks are drawn for so many bodies."""
    return int(np.clip(_EFFORT // max(bodies, 1) ** 2, LEAST_DRAWS, MOST_DRAWS))


def _removals(bodies: BodyNetwork, seed: int) -> Iterator[Finding]:
    found: AgainstRandom = removal_against_random(bodies.ties, draws=draws_for(len(bodies.codes)), seed=seed)
    yield from _rises(bodies, "cog_jam.fragmentation", found.observed.fragmentation, found.fragmentation)
    yield from _rises(bodies, "cog_jam.distance", found.observed.distance, found.distance)


def _rises(bodies: BodyNetwork, measure: str, rises: Floats, chance: Chance) -> Iterator[Finding]:
    method = "removal-against-random"
    for node, rise in enumerate(rises.tolist()):
        if np.isnan(rise):
            why = "there are fewer than three bodies"
            yield bodies.of_body(node, measure, method, None, {}, few=bodies.few_bodies, undefined=why)
            continue
        p = float(chance.p[node])
        detail = {
            "random_mean": float(chance.mean[node]),
            "random_lower": float(chance.lower[node]),
            "random_upper": float(chance.upper[node]),
            "p": p,
            "beyond_chance": p <= BEYOND and rise >= LEAST_RISE,
        }
        yield bodies.of_body(node, measure, method, rise, detail, few=bodies.few_bodies)


def _connectors(bodies: BodyNetwork, found: SoleConnectors) -> Iterator[Finding]:
    for node, cut in enumerate(found.cut_off):
        across = [pair[1 - pair.index(node)] for pair in found.bridges if node in pair]
        yield bodies.of_body(
            node,
            "cog_jam.sole_connector",
            "articulation-points",
            float(len(cut)),
            {
                "bodies": [bodies.codes[other] for other in cut],
                "silent": [bodies.codes[other] for other in cut if not bodies.answered[other]],
                "sectors": _sectors_reached_alone(bodies, node, cut),
                "bridges": [bodies.codes[other] for other in sorted(across)],
            },
            few=bodies.few_bodies,
        )


def _sectors_reached_alone(bodies: BodyNetwork, node: int, cut: tuple[int, ...]) -> list[str]:
    """Return the sectors of which every other body is among those cut off."""
    others = np.ones(len(bodies.codes), dtype=np.bool_)
    others[[node, *cut]] = False
    return sorted(set(bodies.sectors[list(cut)].tolist()) - set(bodies.sectors[others].tolist()))
