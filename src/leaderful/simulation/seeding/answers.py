"""What a study's own answers say of its people and of the bodies they know, as numbers from 0 to 1."""

from __future__ import annotations

import polars as pl

from leaderful.framework import framework
from leaderful.study import Study

TRUST = ("body-reliable", "body-open", "body-same-purpose")
UNDERSTANDING = ("body-role",)


def latest(rows: pl.DataFrame, study: Study, *key: str) -> pl.DataFrame:
    """Return the answered rows of the last wave in which each person answered, person and `key` together."""
    waves = study.table("waves").sort("opens", "id")["id"].to_list()
    order = pl.col("wave").replace_strict(waves, list(range(len(waves))), default=-1, return_dtype=pl.Int64)
    answered = rows.filter(pl.col("answer").is_not_null()).with_columns(order.alias("_wave"))
    return answered.filter(pl.col("_wave") == pl.col("_wave").max().over("person", *key)).drop("_wave")


def scores(study: Study, *scales: str) -> pl.DataFrame:
    """Return person and score: the mean of a person's scores on these scales, each with enough items answered."""
    found = []
    responses = study.table("responses")
    for scale in framework().item_scales:
        if scale.id not in scales:
            continue
        items = [item.id for item in scale.items]
        turned = [item.id for item in scale.items if item.reversed]
        width = scale.highest - scale.lowest
        given = latest(responses.filter(pl.col("item").is_in(items)), study)
        raised = (pl.col("answer") - scale.lowest) / width
        value = pl.when(pl.col("item").is_in(turned)).then(1 - raised).otherwise(raised)
        each = given.sort("person", "item").group_by("person").agg(value.mean().alias("score"), pl.len().alias("items"))
        found.append(each.filter(pl.col("items") >= scale.items_needed).select("person", "score"))
    if not found:
        return pl.DataFrame(schema={"person": pl.String, "score": pl.Float64})
    return pl.concat(found).sort("person", "score").group_by("person").agg(pl.col("score").mean()).sort("person")


def regard(study: Study, *questions: str) -> pl.DataFrame:
    """Return person, about and value: the mean of a person's answers on a body, from 1-4 to 0-1."""
    rows = study.table("relations").filter((pl.col("about_kind") == "body") & pl.col("question").is_in(questions))
    return _valued(latest(rows, study, "about"))


def personal_trust(study: Study) -> pl.DataFrame:
    """Return person, about and value: how far a person trusts another by name, from 1-4 to 0-1."""
    return _valued(latest(_about_people(study).filter(pl.col("question") == "person-trust"), study, "about"))


def named(study: Study) -> pl.DataFrame:
    """Return pairs low and high of people one of whom named the other in a relation, each once."""
    rows = _about_people(study).filter(pl.col("answer").is_null() | (pl.col("answer") > 0))
    return _pairs(rows.rename({"person": "one", "about": "two"})).unique().sort("low", "high")


def met(study: Study, *, fewest: int, largest: int) -> pl.DataFrame:
    """Return pairs low and high of people who often took part together, in interactions that are not too large."""
    meetings = study.table("interactions").filter(pl.col("participants").list.len() <= largest)
    people = meetings.select("id", "participants").explode("participants").unique()
    pairs = people.join(people, on="id").select(
        pl.col("participants").alias("one"), pl.col("participants_right").alias("two")
    )
    # Every pair of an interaction is there in both orders.
    times = _pairs(pairs.filter(pl.col("one") < pl.col("two"))).group_by("low", "high").len()
    return times.filter(pl.col("len") >= fewest).select("low", "high").sort("low", "high")


def _about_people(study: Study) -> pl.DataFrame:
    return study.table("relations").filter(pl.col("about_kind") == "person")


def _pairs(rows: pl.DataFrame) -> pl.DataFrame:
    ends = rows.filter(pl.col("one") != pl.col("two"))
    return ends.select(pl.min_horizontal("one", "two").alias("low"), pl.max_horizontal("one", "two").alias("high"))


def _valued(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the mean answer of each person about each other, from 1-4 to 0-1, whatever the order of rows."""
    value = ((pl.col("answer").cast(pl.Float64) - 1) / 3).clip(0, 1)
    ordered = rows.sort("person", "about", "question")
    return ordered.group_by("person", "about").agg(value.mean().alias("value")).sort("person", "about")
