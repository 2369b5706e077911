"""What a study saw in each of its waves, in the terms of the laboratory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import polars as pl

from leaderful.errors import BadValuesError
from leaderful.framework import ItemScale
from leaderful.simulation.calibration.from_runs import WINDOW
from leaderful.simulation.calibration.inference import Observed
from leaderful.study import Study

_TRUST = ("body-reliable", "body-open", "body-same-purpose")
_ROLE = ("body-role",)
_RELATION_SPAN, _SCALE_SPAN = (1.0, 4.0), (1.0, 5.0)
"""People below whom a summary is not given: the rule of disclosure, and too few for a standard error."""


def study_summaries(study: Study) -> list[dict[str, Observed]]:
    """Return what each wave of a study says of the states that the laboratory follows.

    Parameters
    ----------
    study
        Its tables ``waves``, ``people``, ``moments``, ``relations`` and ``responses`` are read.

    Returns
    -------
    list of dict
        One for each wave, in order of opening, by name of measure and part. Means over people or answers, with
        a standard error that takes the answers of one person together, and the number of people:

        - share_taken.within, share_taken.across: share taken of the moments in diaries, in the 13 weeks up to
          the wave's last day and after the wave before, by whether another body was there;
        - trust.across, understanding.across: the three answers on trust, and that on roles, of other bodies,
          1-4 laid onto 0-1;
        - reflexivity.all, purpose.all: item scales REF and CGP, 1-5 laid onto 0-1.

        A summary that fewer people speak of than the study's smallest group is left out.

    Raises
    ------
    BadValuesError
        When the study has no waves.

    Notes
    -----
    That the answers of an instrument lie on the model's states as a straight line is assumed, and nothing in
    a study can test it. Moments that people note are not all moments. Changes between waves rest on less. Ties
    are not compared: whom people turned to in a month is not all to whom they are tied.
    """
    waves = study.table("waves").sort("opens", "id")
    if waves.is_empty():
        raise BadValuesError(f"{study.name} has no waves, and calibration needs one. Add the table waves.")
    closed = date.min
    found = []
    for wave in waves.iter_rows(named=True):
        last = wave["closes"] or wave["opens"]
        first = max(closed, last - timedelta(weeks=WINDOW)) + timedelta(days=1)
        pieces = (_moments(study, first, last), _relations(study, wave["id"]), _scales(study, wave["id"]))
        found.append({name: each for piece in pieces for name, each in piece if each.n >= study.minimum_people})
        closed = last
    return found


def observed_waves(study: Study) -> tuple[dict[str, Observed], tuple[int, ...]]:
    """Return a study's summaries named as `EngineRun` names them, and the week of each wave.

    The first wave is at week 13, so that a quarter lies before it; the others follow by their opening days.
    """
    summaries = study_summaries(study)
    opens = study.table("waves").sort("opens", "id")["opens"].to_list()
    weeks = tuple(WINDOW + round((day - opens[0]).days / 7) for day in opens)
    if len(set(weeks)) < len(weeks):
        raise BadValuesError(
            "Two waves of the study open within half a week of each other; calibration needs them apart."
        )
    named = {f"{name}@{number}": each for number, wave in enumerate(summaries, start=1) for name, each in wave.items()}
    return named, weeks


def _moments(study: Study, first: date, last: date) -> Iterator[tuple[str, Observed]]:
    people = study.table("people").select("body", "team", person="id")
    rows = (
        study.table("moments")
        .filter(pl.col("time").dt.date().is_between(first, last), pl.col("taken").is_not_null())
        .join(people, on="person")
        .with_columns(others=pl.col("with_bodies").fill_null([]))
    )
    own = pl.concat_list(pl.col("body"), pl.col("team").fill_null(pl.col("body")))
    across = rows["others"].list.len() > 0
    if rows.height:
        across = rows.select(pl.col("others").list.set_difference(own).list.len() > 0).to_series()
    for part, there in (("within", ~across), ("across", across)):
        kept = rows.filter(there)
        yield f"share_taken.{part}", _mean(kept["taken"].cast(pl.Float64), kept["person"])


def _relations(study: Study, wave: str) -> Iterator[tuple[str, Observed]]:
    bodies = study.table("people").select("body", person="id")
    rows = study.table("relations").filter(pl.col("wave") == wave).join(bodies, on="person")
    other = rows.filter(
        pl.col("about_kind") == "body", pl.col("about") != pl.col("body"), pl.col("answer").is_not_null()
    )
    low, high = _RELATION_SPAN
    for name, questions in (("trust.across", _TRUST), ("understanding.across", _ROLE)):
        kept = other.filter(pl.col("question").is_in(questions))
        yield name, _mean((kept["answer"] - low) / (high - low), kept["person"])


def _scales(study: Study, wave: str) -> Iterator[tuple[str, Observed]]:
    asked = {scale.id: scale for scale in study.item_scales}
    answers = study.table("responses").filter(pl.col("wave") == wave, pl.col("answer").is_not_null())
    low, high = _SCALE_SPAN
    for name, id in (("reflexivity.all", "REF"), ("purpose.all", "CGP")):
        scores = _scores(answers, asked[id])
        yield name, _mean((scores["score"] - low) / (high - low), scores["person"])


def _scores(answers: pl.DataFrame, scale: ItemScale) -> pl.DataFrame:
    """Return the score of everybody who answered enough items of a scale."""
    turned = [item.id for item in scale.items if item.reversed]
    low, high = _SCALE_SPAN
    answer = pl.col("answer").cast(pl.Float64)
    return (
        answers.filter(pl.col("item").is_in([item.id for item in scale.items]))
        .with_columns(given=pl.when(pl.col("item").is_in(turned)).then(low + high - answer).otherwise(answer))
        .group_by("person")
        .agg(score=pl.col("given").mean(), items=pl.len())
        .filter(pl.col("items") >= scale.items_needed)
        .sort("person")
    )


def _mean(values: pl.Series, persons: pl.Series) -> Observed:
    """Return the mean of answers, with a standard error that takes those of one person together."""
    if values.is_empty():
        return Observed(float("nan"), float("nan"), 0)
    mean = float(values.to_numpy().mean())
    of = persons.cast(pl.String).rank("dense").to_numpy() - 1
    sums = np.bincount(of, values.to_numpy() - mean)
    people = len(sums)
    if people < 2:
        return Observed(mean, float("nan"), people)
    error = float(np.sqrt((sums**2).sum() * people / (people - 1)) / len(values))
    return Observed(mean, error, people)
