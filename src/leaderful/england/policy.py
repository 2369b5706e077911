"""What national policy texts speak of: their passages, tagged with goals, as tables of a study hold plans."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

import polars as pl

from leaderful.england.packaged import packaged


@dataclass(frozen=True, kw_only=True)
class PolicyText:
    """One national policy text, under the Open Government Licence v3.0."""

    id: str
    title: str
    body: str
    """Who published it, by the code of a packaged body."""
    file: str
    dated: str
    """What it says of its own date, in words; empty where it says nothing."""
    published: date | None = None
    """The day it was published, where the text gives one."""


@cache
def policy_texts() -> dict[str, PolicyText]:
    """Return the national policy texts that were read, by id."""
    text = (resources.files("leaderful.england") / "policy.toml").read_text(encoding="utf-8")
    return {entry["id"]: PolicyText(**entry) for entry in tomllib.loads(text)["text"]}


def policy_documents() -> pl.DataFrame:
    """Return the texts as rows of table documents, in order of their ids."""
    rows = [(each.id, each.body, each.title, each.file, each.published) for each in policy_texts().values()]
    schema = {"id": pl.String, "body": pl.String, "title": pl.String, "file": pl.String, "published": pl.Date}
    return pl.DataFrame(rows, schema=schema, orient="row").sort("id")


def policy_links() -> pl.DataFrame:
    """Return each passage and goal found together as a row of table links that nobody has decided on.

    Where the columns of a document ran together, a link has no stance, and for a quote the words that the tag rests on.
    """
    bodies = {each.id: each.body for each in policy_texts().values()}
    words = pl.lit("Words that point to it: ") + pl.col("words") + "."
    heading = pl.when(pl.col("heading") != "").then(" Heading: " + pl.col("heading") + ".").otherwise(pl.lit(""))
    return (
        packaged("policy")
        .drop_nulls("goal")
        .select(
            id=pl.format("{}-{}-{}", "document", "passage", "goal"),
            body=pl.col("document").replace_strict(bodies),
            document="document",
            page=pl.lit(None, dtype=pl.Int64),
            passage="passage",
            quote=pl.coalesce("quote", "words"),
            goal="goal",
            confidence="confidence",
            stance="stance",
            decision=pl.lit(None, dtype=pl.String),
            reason=words + heading,
        )
    )


def policy_reading() -> pl.DataFrame:
    """Return, for each document, what became of it when it was read.

    Columns are ``document``, ``dated`` (what it says of its date), ``passages``, ``tagged`` (those with a goal),
    ``joined`` (whether its columns ran together) and ``whole`` (ids of the links whose quote is a whole sentence).
    """
    rows = packaged("policy")
    dated = {each.id: each.dated for each in policy_texts().values()}
    link = pl.format("{}-{}-{}", "document", "passage", "goal")
    return (
        rows.group_by("document", dated=pl.col("document").replace_strict(dated))
        .agg(
            passages=pl.col("passage").n_unique(),
            tagged=pl.col("passage").filter(pl.col("goal").is_not_null()).n_unique(),
            joined=pl.col("joined").first(),
            whole=link.filter(pl.col("whole")).sort(),
        )
        .sort("document")
    )
