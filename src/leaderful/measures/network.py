"""The network of bodies as a whole: how dense, how centred, and whether ties cross sectors."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leaderful.measures.body_network import BodyNetwork, body_network
from leaderful.measures.findings import Finding, frame
from leaderful.measures.waves import waves
from leaderful.networks.communities import adjusted_rand, communities
from leaderful.networks.cores import core_periphery
from leaderful.networks.mixing import assortativity, ei_index
from leaderful.networks.whole import Direction, centralisation, density, reciprocity
from leaderful.study import Study

DRAWS = 999
"""Permutations of sectors and kinds behind the spread of the E-I index."""

RESTARTS = 20
"""Starts of the searches for communities and, beyond 18 bodies, for a core."""

_DIRECTIONS: tuple[Direction, ...] = ("in", "out", "undirected")


def network(study: Study) -> pl.DataFrame:
    """Return what the network of bodies is like as a whole, for each wave.

    A body reports a tie with another when at least two of its people, and a tenth of its relation
    respondents, work with it (`reports_tie`; ours). Two bodies have a tie when either reports it. A body
    is in the network when its people were asked, or when one that was asked reports a tie with it.

    Parameters
    ----------
    study
        Reads ``relations`` about bodies, ``people``, ``bodies`` and ``waves``.

    Returns
    -------
    polars.DataFrame
        Findings for the system in each wave with answers about bodies. n counts bodies, as does ``bodies``.
        No interval: these describe the ties that were reported, and are as right as the reports are.

        ``network.density``
            Share of pairs of bodies with a tie, of those with an answer from either end
            (``dyads_observed``), with ``dyads_possible`` and ``naive`` over all of those.
        ``network.centralisation`` (``direction`` in, out or undirected)
            Freeman's degree centralisation: 1 when all ties have one end in common, 0 when all bodies have
            as many; of reports received, of reports given, and of ties.
        ``network.reciprocity``
            Share of reports that the other end returns, of those whose other end answered; ``mutual`` and
            ``one_way`` count pairs.
        ``network.ei`` (``by`` sector or kind)
            E-I index: from -1, all ties stay within, to 1, all cross; with ``expected``,
            ``expected_lower``, ``expected_upper`` and ``p`` for sectors or kinds dealt out at random.
        ``network.assortativity`` (``by`` sector or kind)
            Newman's coefficient: how far bodies seek out their own sort, given how many ties they have.
        ``network.core``
            Correlation of ties with the best core and periphery; ``core`` has the codes of its bodies and
            ``exact`` says whether all possible cores were tried. Any network has some such fit.
        ``network.communities``
            Modularity of the best communities found; ``communities`` has their codes and ``agreement`` the
            adjusted Rand index of communities with sectors (null when there is nothing to agree on).

        ``undefined`` where the formula has no value, such as without any tie. The last two have
        ``provisional``, fewer than 80 % of the people asked having answered; where fewer than 65 % of the
        bodies did, they name no body and their lists are empty.

    Notes
    -----
    Two silent bodies may have a tie that nobody can see. Formulas and sources are those of
    ``leaderful.networks``. The cut-offs of a tie are ours and unvalidated.

    Examples
    --------
    Two people of each of three trusts; those of A and B name each other's, those of C nobody.

    >>> from datetime import date
    >>> from leaderful.study.tables import TABLES
    >>> def full(name, rows):
    ...     return pl.DataFrame(rows, schema=TABLES[name].schema)
    >>> people = [{"id": f"{body}{k}", "body": body, "tier": "manager"} for body in "ABC" for k in range(2)]
    >>> named = {"A": ("B", 3), "B": ("A", 3), "C": ("A", 0)}
    >>> study = Study(name="Three", system="A", as_at=date(2026, 4, 1), tables={
    ...     "bodies": full("bodies", [
    ...         {"id": body, "kind": "nhs-trust", "sector": "nhs", "system": "A"} for body in "ABC"]),
    ...     "people": full("people", people),
    ...     "waves": full("waves", [{"id": "w1", "opens": date(2026, 4, 1)}]),
    ...     "relations": full("relations", [
    ...         {"person": one["id"], "wave": "w1", "about_kind": "body", "question": "body-contact",
    ...          "about": named[one["body"]][0], "answer": named[one["body"]][1]} for one in people])})
    >>> found = network(study).filter(pl.col("measure") == "network.density")
    >>> found.select("unit", "estimate", "n").row(0)
    ('A', 0.3333333333333333, 3)
    """
    found: list[Finding] = []
    for wave in waves(study):
        bodies = body_network(study, wave.id)
        if bodies.answered.any():
            found += [
                *_ties(bodies),
                *_sorts(bodies, study.seed),
                _core(bodies, study.seed),
                _communities(bodies, study.seed),
            ]
    return frame(found)


def _ties(bodies: BodyNetwork) -> Iterator[Finding]:
    dense = density(bodies.ties, bodies.asked_about | bodies.asked_about.T, directed=False)
    yield bodies.of_system(
        "network.density",
        "observed-dyads",
        dense.estimate,
        {
            "naive": None if np.isnan(dense.naive) else dense.naive,
            "dyads_observed": dense.observed,
            "dyads_possible": dense.possible,
        },
        undefined="there are no two bodies that a tie could be between",
    )
    for direction in _DIRECTIONS:
        yield bodies.of_system(
            "network.centralisation",
            "freeman-centralisation",
            centralisation(bodies.ties if direction == "undirected" else bodies.reports, direction=direction),
            {"direction": direction},
            undefined="there are too few bodies for ties to be centred on one",
        )
    returned = reciprocity(bodies.reports, bodies.asked_about)
    yield bodies.of_system(
        "network.reciprocity",
        "returned-reports",
        returned.estimate,
        {"mutual": returned.mutual, "one_way": returned.one_way},
        undefined="no tie is reported between two bodies that both answered",
    )


def _sorts(bodies: BodyNetwork, seed: int) -> Iterator[Finding]:
    for by, sorts in (("sector", bodies.sectors), ("kind", bodies.kinds)):
        one = len(np.unique(sorts)) < 2
        why = f"all bodies are of one {by}" if one else "no tie is reported"
        index = ei_index(bodies.ties, sorts, draws=DRAWS, seed=seed)
        known = not one and not np.isnan(index.estimate)
        spread = {
            "expected": index.expected,
            "expected_lower": index.lower,
            "expected_upper": index.upper,
            "p": index.p,
        }
        yield bodies.of_system(
            "network.ei",
            "e-i-index",
            index.estimate if known else np.nan,
            {"by": by} | (spread if known else {}),
            undefined=why,
        )
        yield bodies.of_system(
            "network.assortativity",
            "newman-assortativity",
            assortativity(bodies.ties, sorts),
            {"by": by},
            undefined=f"all ties are between bodies of one {by}" if bodies.ties.any() else why,
        )


def _core(bodies: BodyNetwork, seed: int) -> Finding:
    found = core_periphery(bodies.ties, restarts=RESTARTS, seed=seed)
    return bodies.of_system(
        "network.core",
        "core-periphery",
        found.correlation,
        {"core": _named(bodies, [found.core])[0], "exact": found.exact, "provisional": bodies.provisional},
        undefined="no two bodies have a tie, or all have",
    )


def _communities(bodies: BodyNetwork, seed: int) -> Finding:
    found = communities(bodies.ties, restarts=RESTARTS, seed=seed)
    agreement = adjusted_rand(found.labels, bodies.sectors)
    return bodies.of_system(
        "network.communities",
        "leiden-modularity",
        found.modularity,
        {
            "communities": _named(bodies, [found.labels == label for label in np.unique(found.labels)]),
            "agreement": None if np.isnan(agreement) else agreement,
            "provisional": bodies.provisional,
        },
        undefined="no tie is reported",
    )


def _named(bodies: BodyNetwork, parts: list[NDArray[np.bool_]]) -> list[list[str]]:
    """Return the codes of the bodies in each part; none where too few bodies answered to name any."""
    if bodies.few_bodies:
        return [[] for _ in parts]
    return [[bodies.codes[node] for node in np.flatnonzero(part)] for part in parts]
