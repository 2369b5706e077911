"""Where sources disagree: what one piece of evidence says and another does not bear out, to be talked about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np
import polars as pl

from leaderful.framework import framework
from leaderful.measures.disagreement_scales import board_and_practice, survey_and_public
from leaderful.measures.findings import Finding, frame, unframe
from leaderful.measures.tie_states import ABSENT, CONFIRMED, ONE_SIDED
from leaderful.measures.ties_frame import declared_pairs
from leaderful.statistics.two_samples import score_interval
from leaderful.study import Study

METHOD = "two-sources-set-against-each-other"
HALF = 0.5
UNUSED_BELOW = 0.15
"""Declared partners are called unused when surely fewer than this share of either end work together. Ours."""
HIGH = {"scale.score": (3.5, 3.0), "ties.trust": (3.0, 2.5)}
"""From which mean on trust is high, and what its lower end must be above: answers of 1 to 5, and of 1 to 4. Ours."""
ANSWERS = (1, 5)
"""The answers that the cut-offs for item scales are made for."""
READ = (
    "scale.score",
    "ties.trust",
    "ties.confirmed",
    "ties.state",
    "ties.reach",
    "ties.asymmetry",
    "published.difference",
)

Found: TypeAlias = dict[tuple[str, str], list[Finding]]
"""Findings of one wave, or those of no wave of the study's own, by measure and kind of unit."""


def disagreements(study: Study, findings: pl.DataFrame) -> pl.DataFrame:
    """Return where the evidence disagrees with itself, each time with what a reader needs to ask why.

    Parameters
    ----------
    study
        Reads declared ``ties`` and ``bodies``; everything else is read from the findings.
    findings
        Findings of this study by `scales`, `ties` and the measures of published figures, before disclosure
        control. What they lack is not looked for.

    Returns
    -------
    polars.DataFrame
        Findings, only where there is a disagreement, and so none in most studies. ``rests_on`` names the findings that
        each was made from, so that hiding one of them hides it.

        ``disagreement.trust_and_ties`` (system, body)
            Trust is high, and of the ties that could be confirmed surely less than half are. The
            estimate is that share. ``trust`` with ``trust_lower``, from item scale MOT (``scale``) or from what is
            said of partners (``indicator``); ``confirmed`` of ``confirmable``.
        ``disagreement.one_sided`` (pair A|B)
            A ``ties.asymmetry`` that is ``one_sided``, with its detail.
        ``disagreement.declared_unused`` (pair A|B)
            Declared partners of which people of both ends answered and neither reports a tie. The estimate
            is the larger of the two shares who work with the other, its upper end below 0.15.
        ``disagreement.board_and_practice`` (system, body; asked ``scale``)
            Boards see a scale at least 0.75 better than practitioners, p_holm below 0.01. The estimate is
            ``board`` less ``practitioner``; on a scale where low is good it is negative, and ``more`` says who
            scores higher.
        ``disagreement.survey_and_public`` (system; asked ``scale`` and ``question``)
            The study's own mean is surely below 3 where a published question on the same construct is above
            England's mean (q below 0.05), or it is 3.5 or more and surely above 3 where the published one is below.
            The estimate is the own mean; ``published`` is the difference in points, with ``q`` and ``year``.

    Notes
    -----
    All cut-offs are ours and unvalidated, and set to speak rarely: silence here is no proof that the
    sources agree. The intervals of shares of ties are score intervals over pairs, as if pairs were
    independent. Board and practitioners are taken as independent and the standard error from
    the intervals of the two means, both of which errs to the side of silence. Item scales of added
    instruments are left out unless their answers go from 1 to 5.

    A mean of 3 and England's mean are different yardsticks: an own mean can be low where England's
    is lower still. That is why this is a question and no verdict.

    Examples
    --------
    >>> from datetime import date
    >>> study = Study(name="Empty", system="QHM", as_at=date(2026, 4, 1))
    >>> disagreements(study, frame([])).height
    0
    """
    known = findings.filter(pl.col("measure").is_in(READ), pl.col("status") == "ok")
    scales = [scale.id for scale in study.item_scales if (scale.lowest, scale.highest) == ANSWERS]
    asked = pl.col("detail").str.json_path_match("$.scale")
    known = known.filter(asked.is_null() | asked.is_in(scales))
    public = _sorted(known.filter(pl.col("measure") == "published.difference"))
    own = known.filter(pl.col("measure") != "published.difference")
    return frame(
        finding
        for wave in own["wave"].unique(maintain_order=True)
        for finding in _of_wave(study, wave, _sorted(own.filter(pl.col("wave") == wave)) | public)
    )


def _of_wave(study: Study, wave: str, found: Found) -> Iterator[Finding]:
    yield from _trust_and_ties(wave, found)
    yield from _one_sided(found)
    yield from _declared_unused(study, wave, found)
    yield from board_and_practice(found)
    yield from survey_and_public(found)


def _sorted(findings: pl.DataFrame) -> Found:
    grouped: Found = defaultdict(list)
    for finding in unframe(findings):
        grouped[finding.measure, finding.unit_kind].append(finding)
    return dict(grouped)


def _trust_and_ties(wave: str, found: Found) -> Iterator[Finding]:
    for kind, confirmed in (("system", _system_ties(found)), ("body", _body_ties(found))):
        for measure, detail in (("scale.score", {"scale": "MOT"}), ("ties.trust", {"indicator": "trust"})):
            mean, floor = HIGH[measure]
            for one in found.get((measure, kind), []):
                if one.detail.get("scale", "MOT") != "MOT" or one.lower is None or one.unit not in confirmed:
                    continue
                both, either, rests = confirmed[one.unit]
                lower, upper = (float(end[0]) for end in score_interval(np.array([both]), np.array([either])))
                if one.estimate is None or one.estimate < mean or one.lower <= floor or upper >= HALF:
                    continue
                yield _finding(
                    "trust_and_ties",
                    one,
                    estimate=both / either,
                    lower=lower,
                    upper=upper,
                    detail=detail
                    | {
                        "trust": one.estimate,
                        "trust_lower": one.lower,
                        "confirmed": int(both),
                        "confirmable": int(either),
                        "people": one.detail.get("people", one.n),
                        "rests_on": [[measure, kind, one.unit, wave], *rests],
                    },
                )


def _system_ties(found: Found) -> dict[str, tuple[float, float, list[list[str]]]]:
    """Return confirmed and confirmable ties of the system, and the findings they are from."""
    return {
        one.unit: (
            one.detail["confirmed"],
            one.detail["confirmable"],
            [[one.measure, one.unit_kind, one.unit, one.wave]],
        )
        for one in found.get(("ties.confirmed", "system"), [])
    }


def _body_ties(found: Found) -> dict[str, tuple[float, float, list[list[str]]]]:
    """Return confirmed and confirmable ties of each body, and the findings they are from."""
    counts: dict[str, tuple[float, float, list[list[str]]]] = {}
    for one in found.get(("ties.state", "pair"), []):
        if one.detail["state"] in (CONFIRMED, ONE_SIDED):
            for body in (one.detail["a"], one.detail["b"]):
                both, either, rests = counts.get(body, (0.0, 0.0, []))
                named = [one.measure, one.unit_kind, one.unit, one.wave]
                counts[body] = (both + (one.detail["state"] == CONFIRMED), either + 1, [*rests, named])
    return counts


def _one_sided(found: Found) -> Iterator[Finding]:
    for one in found.get(("ties.asymmetry", "pair"), []):
        if one.detail["one_sided"]:
            rests = [[one.measure, one.unit_kind, one.unit, one.wave]]
            yield _finding(
                "one_sided",
                one,
                estimate=one.estimate,
                lower=one.lower,
                upper=one.upper,
                detail=one.detail | {"rests_on": rests},
            )


def _declared_unused(study: Study, wave: str, found: Found) -> Iterator[Finding]:
    reach = {one.unit: one for one in found.get(("ties.reach", "pair"), [])}
    declared = {f"{a}|{b}" for a, b in declared_pairs(study)}
    for one in found.get(("ties.state", "pair"), []):
        if one.unit not in declared or one.detail["state"] != ABSENT:
            continue
        a, b = one.detail["a"], one.detail["b"]
        ends = [reach.get(f"{a}>{b}"), reach.get(f"{b}>{a}")]
        asked = np.array([one.detail["a_n"], one.detail["b_n"]], dtype=float)
        working = np.array([0.0 if end is None else float(end.detail["count"]) for end in ends])
        lower, upper = score_interval(working, asked)
        if upper.max() >= UNUSED_BELOW:
            continue
        higher = int(np.argmax(working / asked))
        yield _finding(
            "declared_unused",
            one,
            estimate=float(working[higher] / asked[higher]),
            lower=float(lower[higher]),
            upper=float(upper[higher]),
            detail={
                "a": a,
                "b": b,
                "a_share": float(working[0] / asked[0]),
                "b_share": float(working[1] / asked[1]),
                "people": one.detail["people"],
                "rests_on": [
                    ["ties.state", "pair", one.unit, wave],
                    *(["ties.reach", "pair", end.unit, wave] for end in ends if end is not None),
                ],
            },
        )


def _finding(measure: str, like: Finding, *, detail: dict[str, Any], **figures: Any) -> Finding:
    """Return a finding on the unit, wave and people of another."""
    level = framework().construct(like.construct).level if like.construct else ""
    return Finding(
        measure=f"disagreement.{measure}",
        construct=like.construct,
        level="" if level == "cross" else level,
        unit_kind=like.unit_kind,
        unit=like.unit,
        wave=like.wave,
        n=like.n,
        method=METHOD,
        detail=detail,
        **figures,
    )
