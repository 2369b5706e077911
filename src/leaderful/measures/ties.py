"""Ties between bodies: who works with whom, how far they trust one another, and whether both ends say so."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from leaderful.measures.findings import Finding, frame
from leaderful.measures.tie_contrasts import asymmetries, outside
from leaderful.measures.tie_means import means, reach
from leaderful.measures.tie_states import confirmed, pair_states, states
from leaderful.measures.ties_frame import body_ties, declared_pairs, rater_rows, respondents
from leaderful.measures.waves import waves
from leaderful.study import Study


def ties(study: Study) -> pl.DataFrame:
    """Return what people say of the bodies they work with.

    A person works with a body when contact is yearly or more, or is not answered while something else
    about that body is. Trust is a person's mean of what they said of reliability, openness and shared
    purpose, 1 to 4; value that of influence, involvement and resources; respect and role are one answer
    each. Answers about one's own body are left out.

    Parameters
    ----------
    study
        Reads ``relations`` about bodies, ``people``, ``bodies``, ``waves`` and declared ``ties``.

    Returns
    -------
    polars.DataFrame
        Findings for each wave; without relations, none. A pair "A>B" is what people of A say of B; a pair
        "A|B" is both. n counts answers and ``people`` the persons behind them, at two ends the smaller.

        ``ties.reach`` (pair A>B)
            Share of A's relation respondents who work with B, of pairs with any answer. ``count``.
        ``ties.outside`` (system, body)
            Share of a body's respondents who work at least monthly with any other body. ``count``; against
            the rest of the system ``others``, ``difference`` with its ends, ``p`` and ``p_holm``, and ``apart``
            where p_holm is below 0.01 and the body at least 0.25 below the rest: it keeps to itself.
        ``ties.trust``, ``ties.value``, ``ties.respect``, ``ties.role`` (pair A>B, body, sector-pair, sector, system)
            Mean answer, 1 to 4; of a body, what it receives from others, and of a sector, what its bodies
            do. ``sd``, ``clusters`` and how raters are ``clustered_by``; ``no_interval`` says why there is
            none. See Notes.
        ``ties.state`` (pair A|B)
            1 where both ends report a tie, else 0. ``state``: confirmed, one-sided (``reported`` says by
            whom of whom), absent, or partner-silent, which is insufficient and not a 0.
        ``ties.confirmed`` (system)
            Share of ties reported by an end, of those with answers at both ends, that both report.
            A count of pairs without interval; n counts bodies with two respondents or more.
            ``confirmable``, ``confirmed``, ``one_sided``, ``partner_silent``, ``union``, ``intersection``.
        ``ties.asymmetry`` (pair A|B)
            Trust of ``a`` in ``b`` less that of b in a, with Welch's interval. ``a_trust``, ``b_trust``, ``p``
            of no difference, ``p_holm``, and ``one_sided`` where p_holm is below 0.01 and the difference 1 or more.

    Notes
    -----
    An end reports a tie when at least two of its people, and a tenth of its respondents, work with the
    other; with fewer than two respondents it cannot, and counts as silent. That rule, and the
    cut-offs of ``apart`` and ``one_sided``, are ours and unvalidated; they are set to speak rarely. Holm's
    correction is over all bodies, and over all pairs, of a wave.

    Bodies differ in how they trust and are trusted, so some asymmetry is everywhere. From ten pairs on,
    p_holm corrects the larger of two p-values: that of no difference, and that of a difference such as
    pairs of this wave have anyhow (about 0, its spread from the median size of differences
    beyond sampling error). A pair is called one-sided only if it stands out from the others.

    Means have a cluster-robust t interval (see `unit_means`), cut to the range of answers. Raters are
    clustered by body from five bodies on; with fewer each person stands alone, and the interval is
    about the people of those bodies only. With fewer than ten raters at an end an asymmetry is insufficient.

    A pair with a silent end whose other end reports nothing has no state, and a pair of which nobody
    spoke has one only if it is declared (see `declared_pairs`).

    References
    ----------
    Newcombe RG (1998) Statistics in Medicine 17:873-890,
    doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I.
    Holm S (1979) Scandinavian Journal of Statistics 6:65-70, https://www.jstor.org/stable/4615733.

    Examples
    --------
    Three people of A work with B weekly; of B's three, one works with A.

    >>> from datetime import date
    >>> from leaderful.study.tables import TABLES
    >>> def full(name, rows):
    ...     return pl.DataFrame(rows, schema=TABLES[name].schema)
    >>> bodies = [{"id": body, "kind": "nhs-trust", "system": "A"} for body in "AB"]
    >>> people = [{"id": f"{body}{k}", "body": body, "tier": "manager"} for body in "AB" for k in range(3)]
    >>> contact = [("A0", "B", 3), ("A1", "B", 3), ("A2", "B", 3), ("B0", "A", 3), ("B1", "A", 0), ("B2", "A", 0)]
    >>> relations = [{"person": who, "wave": "w1", "about_kind": "body", "about": body, "answer": answer,
    ...               "question": "body-contact"} for who, body, answer in contact]
    >>> study = Study(name="Two", system="A", as_at=date(2026, 4, 1), tables={
    ...     "bodies": full("bodies", bodies), "people": full("people", people),
    ...     "waves": full("waves", [{"id": "w1", "opens": date(2026, 4, 1)}]),
    ...     "relations": full("relations", relations)})
    >>> found = ties(study)
    >>> found.filter(pl.col("measure") == "ties.reach").select("unit", "estimate").rows()
    [('A>B', 1.0), ('B>A', 0.3333333333333333)]
    >>> found.filter(pl.col("measure") == "ties.state")["detail"].item()
    '{"a": "A", "a_n": 3, "b": "B", "b_n": 3, "people": 3, "reported": "A>B", "state": "one-sided"}'
    """
    return frame(finding for wave in waves(study) for finding in _of_wave(study, wave.id))


def _of_wave(study: Study, wave: str) -> Iterator[Finding]:
    asked = respondents(study, wave)
    if asked.is_empty():
        return
    rows = rater_rows(study, wave)
    ties = body_ties(study, wave)
    answering = dict(asked.group_by("body").len().iter_rows())
    pairs = pair_states(ties, answering, declared_pairs(study))
    yield from reach(ties, wave)
    yield from outside(study, wave, asked, rows)
    yield from means(study, wave, rows)
    yield from states(pairs, wave)
    yield confirmed(pairs, answering, study.system, wave)
    yield from asymmetries(rows, wave)
