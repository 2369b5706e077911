"""What people say of other bodies, as frames that every measure of ties reads."""

from __future__ import annotations

import polars as pl

from leaderful.framework import framework
from leaderful.measures.structure import standing
from leaderful.measures.units import memberships
from leaderful.study import Study

LEAST_SHARE = 0.10
"""A body reports a tie when at least this share of its relation respondents works with the other. Ours."""

LEAST_PEOPLE = 2
"""A body reports a tie when at least this many of its people work with the other: one click is no tie. Ours."""

TRUSTED = 3.0
"""A person's working tie is one of trust from this mean of the trust answers on: "mostly". Ours."""

MONTHLY = 2
"""Answer to "how often" from which people meet at least monthly."""

DECLARING = ("partners-with", "works-with")
"""Kinds of tie that declare two employers to be partners."""

QUESTIONS = {
    "contact": "body-contact",
    "closeness": "body-closeness",
    "reliable": "body-reliable",
    "open": "body-open",
    "same_purpose": "body-same-purpose",
    "respect": "body-respect",
    "role": "body-role",
    "influence": "body-influence",
    "involvement": "body-involvement",
    "resources": "body-resources",
}
"""Relation questions about a body by the name of their column."""

INDICATORS = {
    "trust": ("reliable", "open", "same_purpose"),
    "value": ("influence", "involvement", "resources"),
    "respect": ("respect",),
    "role": ("role",),
}
"""Answers that each indicator is the mean of."""


def respondents(study: Study, wave: str) -> pl.DataFrame:
    """Return the relation respondents of a wave: person, body, tier and sector, one row each, by code.

    A relation respondent is a person with at least one row about a body in the wave, whether the
    row holds an answer or "I am not able to say". Who was asked and named no partner leaves no row,
    and cannot be told from who did not answer. Bodies are those of `memberships`; a person whom it
    places in no body is left out.
    """
    rows = study.table("relations").filter(pl.col("wave") == wave, pl.col("about_kind") == "body")
    return (
        memberships(study, wave)
        .filter(pl.col("body").is_not_null())
        .join(rows.select("person").unique(), on="person", how="semi")
        .select("person", "body", "tier", "sector")
        .sort("person")
    )


def rater_rows(study: Study, wave: str) -> pl.DataFrame:
    """Return what each person says of each other body in a wave.

    One row for each person and body with at least one answer; answers about one's own body are left
    out. Columns: person, body, tier, sector (of the person's body), about, the answers by the names
    in `QUESTIONS`, the means in `INDICATORS` over those of their answers that are there, and
    `works`: contact is 1 or more, or is not answered while something else is.
    """
    rows = study.table("relations").filter(
        pl.col("wave") == wave, pl.col("about_kind") == "body", pl.col("answer").is_not_null()
    )
    answers = [
        pl.col("answer").filter(pl.col("question") == question).first().alias(name)
        for name, question in QUESTIONS.items()
    ]
    means = [pl.mean_horizontal(parts).alias(name) for name, parts in INDICATORS.items() if parts != (name,)]
    singles = [pl.col(name).cast(pl.Float64) for name, parts in INDICATORS.items() if parts == (name,)]
    return (
        rows.group_by("person", "about")
        .agg(answers)
        .join(respondents(study, wave), on="person")
        .filter(pl.col("about") != pl.col("body"))
        .with_columns(*means, *singles, works=pl.col("contact").fill_null(1) >= 1)
        .select("person", "body", "tier", "sector", "about", *QUESTIONS, "trust", "value", "works")
        .sort("person", "about")
    )


def body_ties(study: Study, wave: str) -> pl.DataFrame:
    """Return what each body's people say of each other body, one row for each ordered pair with an answer.

    Columns: source, target, asked (relation respondents of the source), raters (of those, people with
    an answer about the target), working (who work with it), monthly (at least monthly), and the means
    of trust, value, respect and role over the people who gave them, null where nobody did.
    """
    asked = (
        respondents(study, wave).group_by(pl.col("body").alias("source")).agg(pl.len().cast(pl.Int64).alias("asked"))
    )
    return (
        rater_rows(study, wave)
        .group_by(pl.col("body").alias("source"), pl.col("about").alias("target"))
        .agg(
            pl.len().cast(pl.Int64).alias("raters"),
            pl.col("works").sum().cast(pl.Int64).alias("working"),
            (pl.col("contact") >= MONTHLY).sum().cast(pl.Int64).alias("monthly"),
            *(_mean(name) for name in INDICATORS),
        )
        .join(asked, on="source")
        .select("source", "target", "asked", "working", "monthly", "raters", *INDICATORS)
        .sort("source", "target")
    )


def declared_pairs(study: Study) -> set[tuple[str, str]]:
    """Return the pairs (a, b), a before b, of bodies with people that are declared partners on the study's date.

    Declared are ties of the kinds in `DECLARING`, either way round. A body has people when it employs its own staff or
    the study lists people of it, as it may of a primary care network. Other boards and partnerships have nobody of
    their own to answer, so that a tie to one of them declares no pair.
    """
    employing = [kind.id for kind in framework().body_kinds if kind.employer]
    staffed = pl.col("kind").is_in(employing) | pl.col("id").is_in(study.table("people")["body"].unique().implode())
    bodies = standing(study.table("bodies"), study.as_at).filter(staffed)["id"].implode()
    ties = standing(study.table("ties"), study.as_at).filter(
        pl.col("kind").is_in(DECLARING), pl.col("source").is_in(bodies), pl.col("target").is_in(bodies)
    )
    return {(min(pair), max(pair)) for pair in ties.select("source", "target").iter_rows()}


def reports_tie() -> pl.Expr:
    """Whether a row of `body_ties` is a tie that its source reports; see `LEAST_SHARE` and `LEAST_PEOPLE`."""
    return (pl.col("working") >= LEAST_PEOPLE) & (pl.col("working") / pl.col("asked") >= LEAST_SHARE)


def _mean(name: str) -> pl.Expr:
    """The mean of an indicator, added up in whole sixths so that no order of rows changes a byte of it."""
    sixths = (pl.col(name) * 6).round().cast(pl.Int64).sum()
    return (sixths / (6 * pl.when(pl.col(name).count() > 0).then(pl.col(name).count()))).alias(name)
