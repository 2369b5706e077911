"""How far, how fast and across which boundaries conversations could have travelled."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from leaderful.measures.findings import Finding, frame
from leaderful.measures.ties_frame import declared_pairs
from leaderful.measures.travel_carriers import carriers
from leaderful.measures.travel_chance import SHOWN, against_chance, ratios
from leaderful.measures.travel_crossing import boundaries, crossings
from leaderful.measures.travel_reach import REACH, curve, outside, reaches
from leaderful.measures.travel_record import WAITING, WINDOW, Record, record
from leaderful.measures.travel_rows import Mean, in_tens, not_told, told
from leaderful.measures.travel_spread import follow
from leaderful.study import Study

SEEN = "count-of-the-record"
COUNTED = "a count of the record"
NO_EVENTS = "no interaction in the record has two people of the study"
TOO_SHORT = f"the record is shorter than the {WINDOW} days for which conversations are followed"


def travel(study: Study) -> pl.DataFrame:
    """Return how far and how fast conversations could have travelled, against chance, and where they stop.

    A conversation travels from a person i to j along a time-respecting path: interactions at times that rise
    strictly, each person on the way hearing in one and taking part in a later one within δ = 7 days. i may begin in
    any of their interactions. In an interaction with a sender only what the sender knows passes, to the others;
    in any other all hear all. With R_i(s, d) the people that i reaches within d days of a start s, ::

        reach(d) = mean over starts s and people i of  R_i(s, d) / (N - 1)

    N being all people of the study, those who never appear in the record among them: they reach nobody.

    Parameters
    ----------
    study
        Reads ``interactions``, ``people``, ``bodies``, ``successions`` and declared ``ties``, and its date and seed.

    Returns
    -------
    polars.DataFrame
        Findings with ``wave`` the days that the record covers ("2025-09-01/2026-03-27"), empty without interactions.
        n counts people of the unit, and ``people`` those of them who appear in the record, in tens. Where the record
        is shorter than 28 days, reach, outside and carriers are ``insufficient`` and the others left out.

        ``travel.record`` (system)
            Interactions with two or more people of the study; n those people, in tens. ``left_out`` counts
            interactions that had fewer, or a sender who is not one of them; ``unknown`` participants who are no people
            of the study.
        ``travel.seen`` (system)
            Share of people who appear in the record, ``count`` of n.
        ``travel.reach`` (system, asked ``days`` 7, 14 and 28; body and tier, 28)
            reach(d) as above, as a share; ``reached`` is the mean number, ``people`` those of the unit who appear in
            the record, in tens. ``windows`` of 28 days that do not
            overlap, ``sources`` whose conversations were followed, ``waiting`` days.
        ``travel.curve`` (system, asked ``days``)
            Mean number of people reached by 1, 2, 3, 5, 7, 10, 14, 21 and 28 days, with ``expected``,
            ``null_lower`` and ``null_upper`` when partners are shuffled within bodies.
        ``travel.against_chance`` (system, asked ``part``, ``days``)
            reach(28) over its mean in shuffled records: ``time-shuffle``, ``partner-shuffle`` or
            ``interval-shuffle``. ``lower`` and ``upper`` are the ratios to the 97.5th and the 2.5th percentile of
            shuffled ones; ``p`` two-sided.
        ``travel.outside`` (system, asked ``by`` body, tier or sector)
            Of those reached within 28 days the share outside one's own; ``even`` is what it would be if they were
            anybody of the study.
        ``travel.crossing`` (pair A|B of declared partners, asked ``direction`` both, forth or back)
            Share of ordered pairs of one person in each body between whom a conversation gets within 28 days
            through people of these two bodies alone; ``round`` is that share by any way. For both directions
            ``expected``, ``null_lower``, ``null_upper``, ``ratio`` with its ends and ``p`` (one-sided, too low) are
            against outside contacts dealt out anew whatever the body, and ``p_joint`` is corrected for all
            pairs. ``p_groups`` is that of so few different groups of people meeting across, each counted once however
            often it meets. ``stops`` says whether the ratio is surely below 0.5, both below 0.01, and ten people
            of each body are in the record. ``people`` is the smaller body's number of those, in tens; 0 where a few
            of a body get something across, but fewer than five.
        ``travel.carriers`` (system)
            Share of temporal betweenness that the ``top`` twentieth of people hold; ``insufficient`` where these
            are fewer than ten.
        ``travel.carried`` (tier, body)
            Share of it that people of the unit hold; ``of_people`` their share of all people.

    Notes
    -----
    A path shows that a conversation could have travelled, not that it did: content is never read, and only what was
    recorded counts. The waiting limit, the 28 days and all cut-offs are ours and unvalidated.

    Windows of 28 days are set evenly in the record, up to twelve and as many as do not overlap. Intervals are by t
    over windows, the spread of people added; with one window there is none. In large records the conversations of
    a sample of people are followed, and shuffles are fewer; ``sources`` and ``draws`` say how many.
    p corrected for all pairs is the single-step one of Westfall and Young, from the least pair of each draw.

    References
    ----------
    Holme P, Saramäki J (2012) Physics Reports 519:97-125, doi:10.1016/j.physrep.2012.03.001.
    Gauvin L et al. (2022) SIAM Review 64:763-830, doi:10.1137/19M1242252, for shuffled records.
    Westfall PH, Young SS (1993) Resampling-Based Multiple Testing. Wiley.

    Examples
    --------
    Of three people A speaks with B each Monday, and B with C each Tuesday, for eight weeks. What A says reaches
    both; what C says gets to A through B six days later.

    >>> from datetime import date, datetime, timedelta
    >>> from leaderful.study.tables import TABLES
    >>> def full(name, rows):
    ...     return pl.DataFrame(rows, schema=TABLES[name].schema)
    >>> monday = datetime(2026, 1, 5, 9)
    >>> talks = [{"id": f"{week}{who}", "time": monday + timedelta(weeks=week, days=day), "participants": list(who)}
    ...          for week in range(8) for day, who in enumerate(["AB", "BC"])]
    >>> study = Study(name="Three", system="S", as_at=date(2026, 4, 1), tables={
    ...     "bodies": full("bodies", [{"id": "T", "kind": "nhs-trust", "sector": "nhs", "system": "S"}]),
    ...     "people": full("people", [{"id": who, "body": "T", "tier": "manager"} for who in "ABC"]),
    ...     "interactions": full("interactions", talks)})
    >>> found = travel(study).filter(pl.col("measure") == "travel.reach", pl.col("unit_kind") == "system")
    >>> found["estimate"].round(3).to_list()
    [0.833, 1.0, 1.0]
    """
    if study.table("interactions").is_empty() or study.table("people").is_empty():
        return frame([])
    return frame(_found(study, record(study)))


def _found(study: Study, held: Record) -> Iterator[Finding]:
    if not held.network.events:
        yield not_told(held, "record", "system", held.system, SEEN, 0, NO_EVENTS, _left_out(held))
        return
    yield _record(held)
    yield _seen(held)
    if not len(held.starts()):
        yield from _too_short(held)
        return
    followed = follow(held)
    chance = against_chance(held)
    yield from reaches(held, followed)
    yield from curve(held, followed, chance[SHOWN])
    yield from ratios(held, chance)
    yield from outside(held, followed)
    crossed = boundaries(held, sorted(declared_pairs(study)))
    if crossed is not None:
        yield from crossings(held, crossed, followed)
    yield from carriers(held)


def _record(held: Record) -> Finding:
    count = Mean(estimate=float(held.network.events), lower=np.nan, upper=np.nan)
    more = _left_out(held) | {"no_interval": COUNTED}
    return told(held, "record", "system", held.system, SEEN, count, in_tens(int(held.seen.sum())), more)


def _left_out(held: Record) -> dict[str, int]:
    return {"left_out": held.interactions - held.network.events, "unknown": held.unknown}


def _seen(held: Record) -> Finding:
    """Return which share of people appear in the record at all."""
    count = int(held.seen.sum())
    share = Mean(estimate=count / held.size, lower=np.nan, upper=np.nan)
    return told(held, "seen", "system", held.system, SEEN, share, held.size, {"count": count, "no_interval": COUNTED})


def _too_short(held: Record) -> Iterator[Finding]:
    yield not_told(
        held, "reach", "system", held.system, REACH, held.size, TOO_SHORT, {"days": WINDOW, "waiting": WAITING}
    )
