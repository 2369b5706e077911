"""The network of bodies of a wave: who reports a tie with whom, which every network measure reads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leaderful.measures.findings import Finding
from leaderful.measures.ties_frame import body_ties, reports_tie, respondents
from leaderful.measures.units import memberships
from leaderful.networks.adjacency import Adjacency
from leaderful.study import Study

WITHHELD_BELOW = 0.65
"""Response, of people for brokers and of bodies for cogs, below which nothing is said of a body by name."""

PROVISIONAL_BELOW = 0.80
"""Response of people below which what is said of a body by name is provisional."""

_UNHEARD = "nobody of this body answered about other bodies, and nobody reports a tie with it"


@dataclass(frozen=True, eq=False, kw_only=True)
class BodyNetwork:
    """Bodies in the order of their codes, and their ties in one wave.

    A body belongs when its people were asked, or when a body whose people were asked reports a tie
    with it.
    """

    system: str
    wave: str
    codes: list[str]
    sectors: NDArray[Any]
    kinds: NDArray[Any]
    reports: Adjacency
    """Row i, column j: i reports a tie with j (`reports_tie`)."""
    answered: NDArray[np.bool_]
    """Whether anybody of the body answered about bodies."""
    people: list[int]
    """People whose answers make the ties of a body: its respondents, and those elsewhere who work with it."""
    response: float
    """Relation respondents among all who were asked in the study."""
    heard: float
    """Bodies of which anybody answered, among those whose people were asked."""

    @property
    def few_people(self) -> str:
        """Say why no broker is named; empty where enough people answered."""
        return _few("people who were asked", self.response)

    @property
    def few_bodies(self) -> str:
        """Say why no cog is named; empty where enough bodies answered."""
        return _few("bodies that were asked", self.heard)

    @property
    def provisional(self) -> bool:
        """Whether so few answered that what is said of a body by name may change."""
        return self.response < PROVISIONAL_BELOW

    @cached_property
    def ties(self) -> Adjacency:
        """Ties that at least one end reports; they have no direction."""
        return self.reports | self.reports.T

    @cached_property
    def asked_about(self) -> Adjacency:
        """Row i, column j: somebody of i could have reported a tie with j."""
        return self.answered[:, None] & ~np.eye(len(self.codes), dtype=np.bool_)

    def of_body(
        self,
        node: int,
        measure: str,
        method: str,
        value: float | None,
        detail: dict[str, Any],
        *,
        few: str,
        undefined: str = "",
    ) -> Finding:
        """Return what is found of one body, or why nothing is: `few` answers, or `undefined` for no value."""
        unheard = not self.answered[node] and not self.ties[node].any()
        silence = few or (_UNHEARD if unheard else "")
        known = value is not None and not silence
        return Finding(
            measure=measure,
            construct="connectedness",
            level="meso",
            unit_kind="body",
            unit=self.codes[node],
            wave=self.wave,
            method=method,
            estimate=value if known else None,
            n=self.people[node],
            status="ok" if known else "insufficient" if silence else "undefined",
            reason="" if known else silence or undefined,
            detail={key: detail[key] for key in detail if known or key == "role"}
            | {"people": self.people[node], "provisional": self.provisional}
            | ({"rests_on": [["response.rate", "body", self.codes[node], self.wave]]} if known else {}),
        )

    def of_system(
        self,
        measure: str,
        method: str,
        value: float,
        detail: dict[str, Any],
        *,
        undefined: str,
    ) -> Finding:
        """Return what is found of the network as a whole; `undefined` says why a missing value is missing."""
        known = not np.isnan(value)
        return Finding(
            measure=measure,
            construct="connectedness",
            level="meso",
            unit_kind="system",
            unit=self.system,
            wave=self.wave,
            method=method,
            estimate=float(value) if known else None,
            n=len(self.codes),
            status="ok" if known else "undefined",
            reason="" if known else undefined,
            detail=detail | {"bodies": len(self.codes)},
        )


def _few(asked: str, share: float) -> str:
    if share >= WITHHELD_BELOW:
        return ""
    return (
        f"of the {asked} fewer than {100 * WITHHELD_BELOW:.0f} % answered about other bodies: too few to say this "
        "of a body by name"
    )


def body_network(study: Study, wave: str) -> BodyNetwork:
    """Return the network of bodies in a wave."""
    people, ties = memberships(study, wave), body_ties(study, wave)
    reported = ties.filter(reports_tie())
    invited = set(people["body"].drop_nulls())
    codes = sorted({*invited, *reported["source"], *reported["target"]})
    place = {code: node for node, code in enumerate(codes)}
    reports = np.zeros((len(codes), len(codes)), dtype=np.bool_)
    for source, target in reported.select("source", "target").iter_rows():
        reports[place[source], place[target]] = True
    asked = respondents(study, wave)
    own = dict(asked.group_by("body").len().iter_rows())
    working = dict(ties.group_by("target").agg(pl.col("working").sum()).iter_rows())
    named = study.table("bodies").select("id", "sector", "kind")
    sector, kind = (dict(named.select("id", sort).drop_nulls().iter_rows()) for sort in ("sector", "kind"))
    return BodyNetwork(
        system=study.system,
        wave=wave,
        codes=codes,
        sectors=np.array([sector.get(code, "not stated") for code in codes], dtype=np.str_),
        kinds=np.array([kind.get(code, "not stated") for code in codes], dtype=np.str_),
        reports=reports,
        answered=np.array([code in own for code in codes], dtype=np.bool_),
        people=[own.get(code, 0) + working.get(code, 0) for code in codes],
        response=asked.height / people.height if people.height else 0.0,
        heard=sum(code in own for code in invited) / len(invited) if invited else 0.0,
    )
