"""The bodies of one system with people in them: how many, where, and those that public data does not name."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leaderful.simulation.seeding.assumptions import Workforce, number, response_rates, workforces
from leaderful.simulation.seeding.bodies import COLUMNS, valid
from leaderful.simulation.seeding.people import drawn_places
from leaderful.simulation.system import Numbers, Offsets
from leaderful.study import Study

_MADE_UP = {
    "care-provider": ("CARE", "Care provider", "private-care"),
    "voluntary-organisation": ("VOL", "Voluntary organisation", "voluntary"),
}


class Ground(NamedTuple):
    """The bodies of one system, in order, and their people; b bodies, p places."""

    frame: pl.DataFrame
    people: Offsets
    """Shape (b,)."""
    kinds: list[Workforce | None]
    places: Numbers
    """Shape (b,): number of the place of each body, -1 for those that work in several or have none."""
    networks: Numbers
    """Shape (b,): row of the primary care network a practice belongs to, -1 without."""
    weights: NDArray[np.float64]
    """Shape (p,): size of each place beside the others."""
    made_up: int
    """How many of the bodies, the last ones, public data does not name."""
    surveyed: int
    """How many bodies have their people from the Staff Survey."""


def ground(rng: np.random.Generator, study: Study, code: str, part: float) -> Ground:
    """Return the bodies of a system that stand on its study's day, with their people."""
    own = valid(study.table("bodies"), study.as_at).filter(pl.col("system") == code).sort("id")
    councils = own.filter(pl.col("kind") == "council").select("id", "name", pl.col("share").fill_null(1.0))
    weights = councils["share"].to_numpy().astype(np.float64)
    places, networks = _located(rng, own, study, councils["id"].to_list(), weights)
    people, surveyed = _people(rng, own, study, part)
    practices = int((own["kind"] == "gp-practice").sum())
    frame = _framed(own, places, councils["id"].to_list())
    for kind in _MADE_UP:
        added, where, count = _made_up(rng, kind, code, councils, practices * part, weights)
        frame = pl.concat([frame, added])
        places, people = np.concatenate([places, where]), np.concatenate([people, count])
    networks = np.concatenate([networks, np.full(frame.height - own.height, -1, dtype=np.int32)])
    kinds = [workforces().get(kind) for kind in frame["kind"]]
    return Ground(frame, people, kinds, places, networks, weights, frame.height - own.height, surveyed)


def _framed(own: pl.DataFrame, places: Numbers, codes: list[str]) -> pl.DataFrame:
    where = pl.Series("place", [codes[place] if place >= 0 else "" for place in places], dtype=pl.String)
    return own.with_columns(where).select(COLUMNS)


def _located(
    rng: np.random.Generator, own: pl.DataFrame, study: Study, councils: list[str], weights: NDArray[np.float64]
) -> tuple[Numbers, Numbers]:
    """Return the place of each body and the row of each practice's network.

    A council is its own place, and boards and partnerships that it alone is a member of stand there. Networks are
    dealt to places by lot, because no packaged table says where they lie; practices follow their network.
    """
    rows = {body: row for row, body in enumerate(own["id"])}
    number_of = {body: place for place, body in enumerate(councils)}
    places = np.full(own.height, -1, dtype=np.int32)
    networks = np.full(own.height, -1, dtype=np.int32)
    kinds = own["kind"].to_list()
    for kind in ("primary-care-network", "gp-practice"):
        fit = own["kind"].to_numpy() == kind
        if len(weights):
            places[fit] = drawn_places(rng, int(fit.sum()), weights)
    members = valid(study.table("ties"), study.as_at).filter(pl.col("kind") == "member-of").sort("source", "target")
    for source, target in members.select("source", "target").iter_rows():
        if source not in rows or target not in rows:
            continue
        if kinds[rows[source]] == "gp-practice" and kinds[rows[target]] == "primary-care-network":
            networks[rows[source]] = rows[target]
            places[rows[source]] = places[rows[target]]
        elif source in number_of and own["scale"][rows[target]] == "place":
            places[rows[target]] = number_of[source]
    for body, place in number_of.items():
        places[rows[body]] = place
    return places, networks


def _people(rng: np.random.Generator, own: pl.DataFrame, study: Study, part: float) -> tuple[Offsets, int]:
    """Return how many people each body has, and for how many bodies the Staff Survey says so."""
    surveyed = _surveyed(study)
    drawn = rng.standard_normal(own.height)
    people = np.zeros(own.height, dtype=np.int64)
    found = 0
    rows = own.select("id", "kind", pl.col("share").fill_null(1.0)).iter_rows()
    for row, (body, kind, share) in enumerate(rows):
        known = workforces().get(kind)
        if known is None:
            continue
        found += body in surveyed
        assumed = known.people * share * np.exp(known.spread * drawn[row] - known.spread**2 / 2)
        people[row] = max(round(surveyed.get(body, assumed) * part), number("fewest"))
    return people, found


def _surveyed(study: Study) -> dict[str, float]:
    """Return the people of each body with a Staff Survey figure: who answered last, over the rate of that year."""
    rates = response_rates()
    survey = study.table("published").filter(pl.col("source") == "nhs-staff-survey")
    answered = survey.group_by("body", "year").agg(pl.col("base").max()).sort("body", "year")
    return {
        body: base / rates[min(rates, key=lambda each: abs(each - year))].rate
        for body, year, base in answered.iter_rows()
    }


def _made_up(
    rng: np.random.Generator,
    kind: str,
    code: str,
    councils: pl.DataFrame,
    practices: float,
    weights: NDArray[np.float64],
) -> tuple[pl.DataFrame, Numbers, Offsets]:
    """Return bodies of a kind that public data does not name: their rows, places and people.

    A part of a system has fewer of them, not smaller ones; each place has at least one of either kind.
    """
    known, (short, word, sector) = workforces()[kind], _MADE_UP[kind]
    count = max(round(known.per_practice * practices / known.people), max(councils.height, 1) if practices else 0)
    places = np.arange(count) % max(councils.height, 1)
    if councils.height:
        places[councils.height :] = drawn_places(rng, max(count - councils.height, 0), weights)
    else:
        places[:] = -1
    places = np.sort(places)
    sizes = np.exp(known.spread * rng.standard_normal(count) - known.spread**2 / 2)
    scale = known.per_practice * practices / max(sizes.sum(), 1e-9)
    names, ids = councils["name"].to_list(), councils["id"].to_list()
    frame = pl.DataFrame(
        {
            "id": [f"{code}-{short}-{each + 1:05d}" for each in range(count)],
            "name": [
                f"{word} {each + 1}{f' in the area of {names[place]}' if place >= 0 else ''} (made up)"
                for each, place in enumerate(places)
            ],
            "kind": [kind] * count,
            "sector": [sector] * count,
            "scale": ["organisation"] * count,
            "system": [code] * count,
            "place": [ids[place] if place >= 0 else "" for place in places],
        },
        schema=dict.fromkeys(COLUMNS, pl.String),
    )
    people = np.maximum(np.rint(sizes * scale), number("fewest"))
    return frame, places.astype(np.int32), people.astype(np.int64)
