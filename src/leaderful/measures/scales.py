"""The item scales of the questionnaire: scores, reliability, agreement, and what the silent could change."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from leaderful.measures.answers import answers
from leaderful.measures.findings import Finding, frame
from leaderful.measures.scale_consensus import consensus
from leaderful.measures.scale_quality import agreements, reliabilities
from leaderful.measures.scale_scores import scores
from leaderful.measures.scale_shrunken import shrunken
from leaderful.measures.scale_silence import silence
from leaderful.measures.scale_variance import variance_shares
from leaderful.measures.waves import waves
from leaderful.study import Study


def scales(study: Study) -> pl.DataFrame:
    """Return what the item scales of each wave say of each unit, and how far that can be trusted.

    A person's score is the mean of the items they answered, reversed where they are, when they answered
    as many as the scale needs (three of four). Scores run from the lowest answer to the highest, 1 to
    5 in the packaged questionnaire.

    Parameters
    ----------
    study
        Reads ``people``, ``bodies``, ``successions``, ``waves``, ``responses`` and the item scales.

    Returns
    -------
    polars.DataFrame
        Findings, without rows for a study without answers. All have ``scale`` in ``detail``, and intervals
        are 95 % intervals unless it is said that they are not. n counts people with a score.

        ``scale.score`` of each system, place, body, team, tier, sector and tier of a body
            Mean of person scores with a cluster-robust interval, cut at the ends of the scale. ``sd`` of
            the scores, ``se`` of the mean and its ``df``, ``unable`` (answers that were "I am not able to say"
            or left out), ``clusters`` and what they are (``clustered_by``). ``insufficient`` for a body,
            sector or tier whose people were asked and have no score.
        ``scale.shrunken`` of each body, team and place
            The mean drawn towards that of all units of the kind, by how little it says (``weight``: of
            its own ``raw`` mean). ``justified`` says whether people of such units are alike enough to be
            averaged, by the rule of ``scale.icc``; where they are not, do not rank.
        ``scale.alpha`` and ``scale.omega`` of each system
            Reliability. n and ``complete`` count the people who answered every item.
        ``scale.agreement`` of each system, ``between`` team or body
            Median of r_wg(j) over ``units`` against the uniform null; ``share_070`` of them at 0.70 or
            more; ``skewed_median`` against slight skew; ``ad_m_median``; and how many are out of range
            (``out_of_range``): more spread than no agreement at all, and 0 in the median.
        ``scale.icc`` of each system, ``between`` team or body
            ICC(1), with ``icc2``, ``F``, ``p``, ``df1``, ``df2``, group sizes ``k_mean`` and
            ``k_unbalanced``, ``groups``, and whether averaging is ``justified``, with the ``reasons``
            against it: p below 0.05, median r_wg(j) of 0.70 or more and ICC(2) of 0.60 or more.
        ``scale.variance_share`` of each system, by ``part`` person, team, body or place
            Share of the variance of scores by restricted maximum likelihood, with the ``variance`` and
            number of ``groups``. The part of persons holds the error of measurement. Places are a part
            where each body lies in one.
        ``scale.consensus`` of each system and body
            Share of answers more than one point from the ``median`` of their item; ``split`` when that is
            a third or more. n counts answers, ``count`` those outside and ``people`` who gave them.
        ``scale.poststratified`` of each system and body
            Mean weighted to all who were asked, by tier and body; ``raw``, ``cells_empty`` (tiers of bodies
            from which nobody answered) and the share of people ``covered``.
        ``scale.bounds`` of each system and body
            The raw mean. ``lower`` and ``upper`` are no interval: they are the means if all the ``silent``
            were at the lowest or highest answer; ``likely_lower`` and ``likely_upper`` if they differed by
            one standard deviation.

    Notes
    -----
    Clusters are the bodies of a unit where there are ten or more, else its teams where there are five
    or more, else its bodies where there are five or more, else persons; within a body teams or
    persons; within a team persons. The packaged questionnaire has not been validated. The cut-offs 0.05,
    0.70 and 0.60 are conventions (LeBreton and Senter 2008); that a third of answers makes a split is
    the rule of SCIROCCO's consensus rounds; and the numbers of clusters are ours.

    References
    ----------
    LeBreton JM, Senter JL (2008) Organizational Research Methods 11:815-852,
    doi:10.1177/1094428106296642.
    Bliese PD (2000) in Klein KJ, Kozlowski SWJ (eds) Multilevel Theory, Research, and Methods in
    Organizations, Jossey-Bass, pp. 349-381.

    Examples
    --------
    >>> from datetime import date
    >>> scales(Study(name="Empty", system="QHM", as_at=date(2026, 4, 1))).height
    0
    """
    return frame(_findings(study))


def _findings(study: Study) -> Iterator[Finding]:
    for wave in waves(study):
        asked = answers(study, wave.id)
        yield from scores(asked)
        yield from shrunken(asked)
        yield from reliabilities(asked)
        yield from agreements(asked)
        yield from variance_shares(asked)
        yield from consensus(asked)
        yield from silence(asked)
