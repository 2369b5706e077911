"""Brokerage: which bodies stand between others that do not work together."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from leaderful.measures.body_network import BodyNetwork, body_network
from leaderful.measures.findings import Finding, frame
from leaderful.measures.waves import waves
from leaderful.networks.brokerage import ROLES, brokerage_roles, constraint, effective_size
from leaderful.study import Study

DRAWS = 499
"""Permutations of sectors behind the spread of a role."""

_SIDES = {"coordinator": 2, "itinerant": 2, "gatekeeper": 1, "liaison": 2}
"""Roles between bodies whose ties have no direction, and how often one pair of others is counted."""


def brokerage(study: Study) -> pl.DataFrame:
    """Return how each body stands between others, for each wave.

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

        ``brokerage.role`` (``role``)
            Number of pairs of bodies that have a tie with this one and none with each other, by sector:
            ``coordinator`` all three of one sector, ``itinerant`` the two of one sector and this one of
            another, ``gatekeeper`` this one and one of the two of one sector, ``liaison`` three sectors. With
            ``expected``, ``expected_lower`` and ``expected_upper`` for the sectors of the others dealt out at
            random. Working together has no direction, so the role of representative is that of
            gatekeeper and is not given twice.
        ``brokerage.constraint``
            Burt's constraint: small for a body between many that do not work together.
        ``brokerage.effective_size``
            Burt's effective size: how many of its ties lead where its other ties do not.

        All have ``provisional``: fewer than 80 % of the people asked answered. Below 65 % they are
        ``insufficient``, as they are for a body that nobody speaks for or of. Constraint and
        effective size are ``undefined`` without a tie.

    Notes
    -----
    There is no interval: these are counts of reported ties. The two limits of response are rules of this
    project. Formulas and sources are those of `brokerage_roles`, `constraint` and `effective_size`.

    Examples
    --------
    Two people of each of three bodies: those of A name B, those of B A and C, those of C B.

    >>> from datetime import date
    >>> from leaderful.study.tables import TABLES
    >>> def full(name, rows):
    ...     return pl.DataFrame(rows, schema=TABLES[name].schema)
    >>> people = [{"id": f"{body}{k}", "body": body, "tier": "manager"} for body in "ABC" for k in range(2)]
    >>> named, sector = {"A": "B", "B": "AC", "C": "B"}, {"A": "nhs", "B": "nhs", "C": "police"}
    >>> study = Study(name="Three", system="A", as_at=date(2026, 4, 1), tables={
    ...     "bodies": full("bodies", [
    ...         {"id": body, "kind": "nhs-trust", "sector": sector[body], "system": "A"} for body in "ABC"]),
    ...     "people": full("people", people),
    ...     "waves": full("waves", [{"id": "w1", "opens": date(2026, 4, 1)}]),
    ...     "relations": full("relations", [
    ...         {"person": one["id"], "wave": "w1", "about_kind": "body", "question": "body-contact",
    ...          "about": about, "answer": 3} for one in people for about in named[one["body"]]])})
    >>> found = brokerage(study).filter(pl.col("unit") == "B", pl.col("estimate") == 1)
    >>> found["detail"].str.json_path_match("$.role").to_list()
    ['gatekeeper']
    """
    found: list[Finding] = []
    for wave in waves(study):
        bodies = body_network(study, wave.id)
        if bodies.answered.any():
            found += [*_roles(bodies, study.seed), *_gaps(bodies)]
    return frame(found)


def _roles(bodies: BodyNetwork, seed: int) -> Iterator[Finding]:
    found = brokerage_roles(bodies.ties, bodies.sectors, draws=DRAWS, seed=seed)
    for node in range(len(bodies.codes)):
        for role, times in _SIDES.items():
            column = ROLES.index(role)
            detail = {
                "role": role,
                "expected": float(found.expected[node, column]) / times,
                "expected_lower": float(found.lower[node, column]) / times,
                "expected_upper": float(found.upper[node, column]) / times,
            }
            pairs = int(found.counts[node, column]) / times
            yield bodies.of_body(node, "brokerage.role", "gould-fernandez", pairs, detail, few=bodies.few_people)


def _gaps(bodies: BodyNetwork) -> Iterator[Finding]:
    tied = bodies.ties.sum(axis=1) > 0
    measures = (("brokerage.constraint", constraint), ("brokerage.effective_size", effective_size))
    for measure, formula in measures:
        for node, value in enumerate(formula(bodies.ties).tolist()):
            yield bodies.of_body(
                node,
                measure,
                "burt-structural-holes",
                value if tied[node] else None,
                {},
                few=bodies.few_people,
                undefined="it has no tie",
            )
