"""The bodies of a system on a date, those above it, and the ties between them."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl

from leaderful.england.packaged import packaged, standing_on
from leaderful.england.systems import icbs, resolve

BODY_COLUMNS = (
    "id",
    "name",
    "kind",
    "type",
    "scale",
    "sector",
    "system",
    "share",
    "valid_from",
    "valid_to",
    "basis",
    "standing",
)
TIE_COLUMNS = ("source", "target", "kind", "valid_from", "valid_to", "basis", "standing")


def bodies(icb: str, as_at: date) -> pl.DataFrame:
    """Return the bodies of a system on a date, and the bodies above it.

    Parameters
    ----------
    icb
        Code or name of the system's ICB (see `resolve`).
    as_at
        The day; see `icbs` for the range.

    Returns
    -------
    polars.DataFrame
        The columns of a study's ``bodies``: ``id``, ``name``, ``kind``, ``type``, ``scale``,
        ``sector``, ``system`` (null above systems), ``share`` (of a council's people in this system),
        ``valid_from``, ``valid_to``, ``basis``, ``standing``; in order of system and code.

    Raises
    ------
    UnknownNameError
        When there is no such ICB on that day.

    Notes
    -----
    Bodies whose system cannot be known are not listed here but by `undetermined`; the ICB's own row
    says how many may belong to it. A council is listed with at least 5 % of its own people or 1 % of
    the system's; the ICB's row names the others.

    Examples
    --------
    >>> bodies("QHM", date(2026, 4, 1)).filter(pl.col("kind") == "nhs-trust").height
    11
    """
    code = resolve(icb, as_at)
    placed = packaged("placements").filter((pl.col("system") == code) & standing_on(as_at))
    joined = (
        packaged("bodies")
        .filter(standing_on(as_at))
        .join(placed.drop("valid_from", "valid_to"), left_on="id", right_on="body")
    )
    told = pl.when(pl.col("id") == code).then(pl.lit(_caveats(code, as_at))).otherwise(pl.lit(""))
    return (
        joined.with_columns(
            system=pl.when(~pl.col("above")).then(pl.col("system")),
            basis=pl.col("basis") + told,
        )
        .select(BODY_COLUMNS)
        .sort("system", "id", nulls_last=True)
    )


def ties(icb: str, as_at: date) -> pl.DataFrame:
    """Return the ties between the bodies of a system on a date, and from those above it.

    Parameters
    ----------
    icb
        Code or name of the system's ICB (see `resolve`).
    as_at
        The day; see `icbs` for the range.

    Returns
    -------
    polars.DataFrame
        The columns of a study's ``ties``: ``source``, ``target``, ``kind``, ``valid_from``,
        ``valid_to``, ``basis`` (the law, the publication, or why it is assumed) and ``standing``.
        A tie holds while both its ends and the law behind it do. Both ends are in `bodies`.

    Raises
    ------
    UnknownNameError
        When there is no such ICB on that day.

    Examples
    --------
    >>> found = ties("QHM", date(2026, 4, 1))
    >>> found.filter((pl.col("source") == "CQC") & (pl.col("target") == "RTF"))["kind"].to_list()
    ['regulates']
    """
    ends = bodies(icb, as_at).select("id", "kind", "valid_from", "valid_to")
    links = _links(as_at)
    made = [_by_rule(rule, ends, links) for rule in tie_rules()]
    whole = pl.concat(made).filter(standing_on(as_at))
    return whole.select(TIE_COLUMNS).sort("source", "target", "kind", "valid_from")


def undetermined(as_at: date) -> pl.DataFrame:
    """Return the bodies that are known but whose system on a date is not.

    Parameters
    ----------
    as_at
        The day; see `icbs` for the range.

    Returns
    -------
    polars.DataFrame
        ``id``, ``name``, ``kind``, ``candidates`` (the systems it may belong to) and ``basis`` (why it
        is not known), in order of code. No rows before 1 April 2026.

    Raises
    ------
    UnknownNameError
        When the date is outside the range.

    Examples
    --------
    >>> undetermined(date(2026, 3, 31)).height
    0
    """
    icbs(as_at)
    lost = packaged("placements").filter(pl.col("system").is_null() & standing_on(as_at))
    joined = (
        packaged("bodies")
        .filter(standing_on(as_at))
        .join(lost.drop("valid_from", "valid_to"), left_on="id", right_on="body")
    )
    return joined.select("id", "name", "kind", "candidates", "basis").sort("id")


def former_trusts(as_at: date) -> pl.DataFrame:
    """Return the NHS trusts that had ended by a date, each in the system that its area belongs to then.

    They stand in no count of structure. Surveys of earlier years were answered by their staff, so a
    series of years needs them.

    Parameters
    ----------
    as_at
        The day; see `icbs` for the range.

    Returns
    -------
    polars.DataFrame
        The columns of `bodies`, with ``valid_to`` before the day, in order of code. Trusts that
        ended before there were ICBs are not known here.

    Raises
    ------
    UnknownNameError
        When the date is outside the range.

    Examples
    --------
    >>> former_trusts(date(2026, 4, 1)).filter(pl.col("system") == "Z9B2Z")["id"].to_list()
    ['RAP', 'RRP', 'TAF']
    """
    icbs(as_at)
    ended = packaged("bodies").filter((pl.col("kind") == "nhs-trust") & (pl.col("valid_to") < as_at))
    placed = packaged("placements").filter(standing_on(as_at)).drop("valid_from", "valid_to")
    return ended.join(placed, left_on="id", right_on="body").select(BODY_COLUMNS).sort("id")


def all_bodies(as_at: date) -> pl.DataFrame:
    """Return every body of England on a date once, for a study of England as a whole.

    Parameters
    ----------
    as_at
        The day; see `icbs` for the range.

    Returns
    -------
    polars.DataFrame
        The columns of `bodies`. ``system`` is null for bodies above systems, for those whose system
        cannot be known (``standing`` undetermined) and for those divided between systems, whose
        ``basis`` then names the systems.

    Raises
    ------
    UnknownNameError
        When the date is outside the range.

    Examples
    --------
    >>> all_bodies(date(2026, 4, 1)).filter(pl.col("kind") == "integrated-care-board").height
    36
    """
    icbs(as_at)
    placed = packaged("placements").filter(standing_on(as_at)).sort("body", "system")
    shared = pl.len() > 1
    divided = pl.lit("divided between ") + pl.col("system").str.join(", ")
    once = placed.group_by("body", maintain_order=True).agg(
        system=pl.when(shared | pl.col("above").first()).then(None).otherwise(pl.col("system").first()),
        share=pl.when(shared).then(None).otherwise(pl.col("share").first()),
        basis=pl.when(shared & ~pl.col("above").first()).then(divided).otherwise(pl.col("basis").first()),
        standing=pl.col("standing").first(),
    )
    joined = packaged("bodies").filter(standing_on(as_at)).join(once, left_on="id", right_on="body")
    return joined.select(BODY_COLUMNS).sort("id")


@cache
def tie_rules() -> list[dict[str, Any]]:
    """Return the rules by which ties are made, as written in ties.toml."""
    text = files("leaderful.england").joinpath("ties.toml").read_text(encoding="utf-8")
    return list(tomllib.loads(text)["rule"])


def _caveats(code: str, as_at: date) -> str:
    """What the list of a system leaves out, as text to add to its ICB's basis."""
    maybe = undetermined(as_at).filter(pl.col("candidates").list.contains(code)).height
    small = icbs(as_at).filter(pl.col("code") == code)["small_parts"].item()
    text = f"; {maybe} bodies of a divided predecessor may belong here and are not listed" if maybe else ""
    return text + (f"; not listed because the part here is small: {small}" if small else "")


@cache
def _links(as_at: date) -> pl.DataFrame:
    """Published pairs on a date, readable from either end."""
    pairs = packaged("links").filter(standing_on(as_at))
    turned = pairs.select("valid_from", "valid_to", source="target", target="source")
    return pl.concat([pairs, turned.select(pairs.columns)]).rename({"valid_from": "link_from", "valid_to": "link_to"})


def _by_rule(rule: dict[str, Any], ends: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """The ties that one rule makes between these bodies."""
    sources = _named(ends, rule["source"]).rename({"id": "source", "valid_from": "a", "valid_to": "b"})
    targets = _named(ends, rule["target"]).rename({"id": "target", "valid_from": "c", "valid_to": "d"})
    pairs = sources.join(targets, how="cross") if rule.get("pairs") != "linked" else _linked(sources, targets, links)
    if rule.get("pairs") == "own":
        pairs = pairs.filter(pl.col("target").str.starts_with(pl.col("source") + "-"))
    for end, date_ in (("link_from", "valid_from"), ("link_to", "valid_to")):
        if end not in pairs.columns:
            pairs = pairs.with_columns(pl.lit(None, dtype=pl.Date).alias(end))
        pairs = pairs.with_columns(pl.lit(rule.get(date_), dtype=pl.Date).alias(f"rule_{date_}"))
    return pairs.select(
        "source",
        "target",
        kind=pl.lit(rule["kind"]),
        valid_from=pl.max_horizontal("a", "c", "link_from", "rule_valid_from"),
        valid_to=pl.min_horizontal("b", "d", "link_to", "rule_valid_to"),
        basis=pl.lit(rule["basis"]),
        standing=pl.lit(rule["standing"]),
    )


def _named(ends: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    chosen = ends.filter(pl.col("kind").is_in(names) | pl.col("id").is_in(names))
    return chosen.select("id", "valid_from", "valid_to")


def _linked(sources: pl.DataFrame, targets: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    return sources.join(links, on="source").join(targets, on="target")
