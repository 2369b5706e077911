"""The reference page on England's data, written from the packaged tables and rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.resources import files

import polars as pl

from leaderful.england import evidence_pages
from leaderful.england.days import BEGAN, LAST_KNOWN, LAST_OF_42, REDRAWN
from leaderful.england.packaged import packaged
from leaderful.england.policy import policy_reading, policy_texts
from leaderful.england.structure import tie_rules, undetermined
from leaderful.england.systems import icbs, successors
from leaderful.framework import framework


def docs_pages() -> dict[str, str]:
    """Return the generated pages about England, by path under docs/."""
    return {"reference/england-data.md": england_data(), **evidence_pages.docs_pages()}


def england_data() -> str:
    """Return the reference page on England's structure as Markdown."""
    fire = _fire_councils()
    page = files("leaderful.england").joinpath("england-data.md").read_text(encoding="utf-8")
    return page.format(
        first=BEGAN,
        last=LAST_KNOWN,
        eve=LAST_OF_42,
        redrawn=REDRAWN,
        before=icbs(LAST_OF_42).height,
        since=icbs(REDRAWN).height,
        successions=_successions(),
        small=_small(),
        lost=_lost(),
        fire=len(fire),
        fire_councils=", ".join(fire),
        ties=_ties(),
        policy=_policy(),
        policy_texts=_policy_texts(),
    )


def _successions() -> str:
    old = sorted(set(icbs(LAST_OF_42)["code"]) & set(packaged("successions")["predecessor"]))
    rows = [
        (row["predecessor"], row["successor"], row["kind"], _percent(row["share"]))
        for code in old
        for row in successors(code).iter_rows(named=True)
    ]
    return _table(("before", "since", "what happened", "share"), rows)


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}"


def _small() -> str:
    kept = packaged("systems").filter(pl.col("small_parts").is_not_null())
    rows = [(row["code"], str(row["valid_from"]), row["small_parts"]) for row in kept.iter_rows(named=True)]
    return _table(("system", "from", "councils not listed"), rows)


def _lost() -> str:
    counts = dict(undetermined(REDRAWN)["kind"].value_counts().iter_rows())
    kinds = [kind for kind in framework().body_kinds if kind.id in counts]
    return _table(("kind", "bodies"), [(kind.plural, str(counts[kind.id])) for kind in kinds])


def _fire_councils() -> list[str]:
    """Names of the councils that are the fire authority of their area, in order."""
    inspected = packaged("links").filter(pl.col("source") == "HMICFRS")["target"].to_list()
    return packaged("bodies").filter(pl.col("id").is_in(inspected))["name"].sort().to_list()


def _ties() -> str:
    rows = [
        (", ".join(rule["source"]), rule["kind"], ", ".join(rule["target"]), rule["basis"], rule["standing"])
        for rule in tie_rules()
    ]
    return _table(("from", "tie", "to", "basis", "standing"), rows)


def _policy() -> str:
    read = policy_reading()
    return f"{read['tagged'].sum():,} of {read['passages'].sum():,} passages have a goal."


def _policy_texts() -> str:
    read = {row["document"]: row for row in policy_reading().iter_rows(named=True)}
    rows = [
        (
            text.title,
            text.body,
            text.dated or "gives no date",
            str(read[text.id]["passages"]),
            str(read[text.id]["tagged"]),
            "ran together" if read[text.id]["joined"] else "whole",
        )
        for text in policy_texts().values()
    ]
    return _table(("text", "body", "date it gives", "passages", "with a goal", "its columns"), rows)


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
