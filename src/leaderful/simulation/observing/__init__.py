"""What a field study would find in a simulated system if it heard everybody and nobody erred."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from leaderful.measures.findings import Finding, frame
from leaderful.simulation.observing.bodies import networks, threads
from leaderful.simulation.observing.census import cared_for, namings, partners_from, spoken_from, views
from leaderful.simulation.observing.ends import ends_across
from leaderful.simulation.observing.flows import flows
from leaderful.simulation.observing.people import plural, scores
from leaderful.simulation.observing.relations import relations, zips
from leaderful.simulation.parameters import Parameters
from leaderful.simulation.system import Numbers, System

__all__ = ["observe"]


def observe(
    system: System,
    series: pl.DataFrame,
    *,
    wave: str,
    parameters: Parameters,
    partners: Numbers | None = None,
) -> pl.DataFrame:
    """Return the findings of a census of a simulated system, by the names that a field study gives them.

    Everybody who works in a body of a system of care answers the questionnaire without error, so that estimate, lower
    and upper are one and n counts actors, bodies or moments. What a state means as an answer is assumed: see
    `leaderful.simulation.observing.answering`.

    Parameters
    ----------
    system
        The state observed.
    series
        Weeks noted by the run, as `Engine.series` returns them; ``moments.taken`` and ``travel.reach`` are made of
        them, of the last 13 weeks. May be empty.
    wave
        Name under which the findings stand.
    parameters
        The rates of the run.
    partners
        Pairs of bodies that count as partners, as `leaderful.simulation.observing.census.partners_from` returns them;
        by that rule from the state itself when None.

    Returns
    -------
    polars.DataFrame
        ``ties.*``, ``zip.*``, ``network.*``, ``cog_jam.*``, ``thread.*``, ``scale.score``, ``plural.*``,
        ``moments.taken`` and ``travel.reach``. Moments have the boundary ``across`` where the field tells
        ``across-bodies`` and ``across-sectors`` apart; travel is followed for 56 days without a waiting limit.

    Notes
    -----
    The work grows with the number of ties, but for ``cog_jam``, which grows with bodies times ties between bodies
    within each system.
    """
    return frame(_found(system, series, wave, parameters, partners))


def _found(
    system: System, series: pl.DataFrame, wave: str, parameters: Parameters, partners: Numbers | None
) -> Iterator[Finding]:
    every = ends_across(system, parameters)
    across = every.where(cared_for(system)[every.actor])
    said = spoken_from(system, across)
    pairs = partners_from(system, across) if partners is None else partners
    yield from scores(system, views(system, parameters, across), wave)
    yield from relations(system, said, pairs, wave)
    yield from zips(system, said, pairs, wave)
    yield from networks(system, said, wave)
    yield from threads(system, wave)
    yield from plural(system, namings(system, parameters), wave)
    yield from flows(series, wave)
