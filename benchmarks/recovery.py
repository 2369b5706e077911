"""Whether measures find what is planted in synthetic studies, and how often they raise an alarm over nothing.

Usage: python benchmarks/recovery.py [STUDIES]

For each planted effect, and for none, so many studies (100 when not said) are drawn at three response rates, all of
one replicate from one base system. Writes the tables into docs/explanation/recovery.md. Takes some 30 minutes.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from leaderful.measures.cog_jam import cog_jam
from leaderful.measures.moments import moments
from leaderful.measures.momentum import momentum
from leaderful.measures.scales import scales
from leaderful.measures.thread import thread
from leaderful.measures.ties import ties
from leaderful.measures.travel import travel
from leaderful.measures.zips import zips
from leaderful.simulation.synthesis import Shock, Synthetic, draw, follow
from leaderful.simulation.synthesis.following import Followed
from leaderful.statistics.two_samples import score_interval
from leaderful.study import Study
from recovery_model import CONNECTOR, EFFECTS, SHOCK, SILO, TOP, Effect, Winter, base, parameters, plan

RATES = (0.35, 0.60, 0.85)
PAGE = Path(__file__).parent.parent / "docs" / "explanation" / "recovery.md"
BEGIN, END = "<!-- recovery: begin -->", "<!-- recovery: end -->"
DECLARED = (Shock(id="winter", name="Winter", kind="crisis", week=SHOCK),)


class Look(NamedTuple):
    """One way in which a measure speaks, the effect that it should find, and the units that it is true of."""

    name: str
    measure: Callable[[Study], pl.DataFrame]
    effect: str
    alarms: Callable[[list[dict[str, Any]]], set[str]]
    truth: frozenset[str]
    """Units of which it is true: one of them is to be found, and alarms about others are not counted as found."""


def _flagged(
    measure: str, *, flag: str = "", kind: str = "", **detail: Any
) -> Callable[[list[dict[str, Any]]], set[str]]:
    """Return what gives the units of a measure that carry a flag, or are above nought without one."""

    def units(rows: list[dict[str, Any]]) -> set[str]:
        return {
            row["unit"]
            for row in rows
            if row["measure"] == measure
            and kind in ("", row["unit_kind"])
            and all(row["detail"].get(key) == value for key, value in detail.items())
            and (row["detail"].get(flag) if flag else (row["estimate"] or 0) > 0)
        }

    return units


def _fewer_across(rows: list[dict[str, Any]]) -> set[str]:
    """Return the system where moments across bodies stand out as taken less often."""
    own = [row for row in rows if row["measure"] == "moments.model" and row["detail"].get("term") == "across"]
    return {row["unit"] for row in own if row["detail"].get("stands_out") and row["detail"]["points"] < 0}


def _apart_in_shares(rows: list[dict[str, Any]]) -> set[str]:
    """Return the system where the interval of moments across sectors lies below that of moments within a body."""
    ends = {row["unit"]: row for row in rows if row["measure"] == "moments.taken" and row["unit_kind"] == "boundary"}
    if not {"within-body", "across-sectors"} <= set(ends):
        return set()
    return {"SYS"} if ends["across-sectors"]["upper"] < ends["within-body"]["lower"] else set()


_CUT = frozenset({"B1|B3", "B2|B3", "B3|B5", "B5|B6", "B5|B7"})
"""Pairs that have lost all their ties; to be found is one of those that are declared partners."""
_SHOCK = {"flag": "stands_out", "part": "between-bodies"}
LOOKS = (
    Look("ties.outside, a body apart", ties, "silo", _flagged("ties.outside", flag="apart"), frozenset({SILO})),
    Look(
        "cog_jam.sole_connector", cog_jam, "cog-jam", _flagged("cog_jam.sole_connector"), frozenset({CONNECTOR})
    ),
    Look(
        "cog_jam.fragmentation, beyond chance",
        cog_jam,
        "cog-jam",
        _flagged("cog_jam.fragmentation", flag="beyond_chance"),
        frozenset({CONNECTOR}),
    ),
    Look("travel.crossing, conversations stop", travel, "cog-jam", _flagged("travel.crossing", flag="stops"), _CUT),
    Look(
        "thread.continuity, a break", thread, "thread-break", _flagged("thread.continuity", flag="stands_out"),
        frozenset({"SDG3"}),
    ),
    Look("moments.model, across bodies", moments, "lost-moments", _fewer_across, frozenset({"SYS"})),
    Look("moments.taken, intervals apart", moments, "lost-moments", _apart_in_shares, frozenset({"SYS"})),
    Look(
        "zip.top_heaviness, closed at the top only",
        zips,
        "closed-at-top",
        _flagged("zip.top_heaviness", flag="closed_only_at_top", kind="pair"),
        frozenset({"|".join(TOP)}),
    ),
    Look(
        "momentum.change_at_shock, stands out", momentum, "fading-shock",
        _flagged("momentum.change_at_shock", **_SHOCK), frozenset({"winter"}),
    ),
    Look(
        "momentum.change_at_shock, fading", momentum, "fading-shock",
        _flagged("momentum.change_at_shock", verdict="fading", **_SHOCK), frozenset({"winter"}),
    ),
)  # fmt: skip
HELD = ("scale.score", "ties.trust", "ties.outside", "zip.tooth", "zip.closure", "moments.taken")
"""Measures whose intervals are held against the truth where nothing is planted."""


class Found(NamedTuple):
    """What one look made of one study."""

    look: str
    effect: str
    rate: float
    found: bool
    alarm: bool


class Covered(NamedTuple):
    """How many intervals of one measure in one study hold the truth."""

    measure: str
    rate: float
    held: int
    of: int


def replicate(seed: int) -> tuple[list[Found], list[Covered]]:
    """Return what all looks make of the studies of one base system."""
    start = base(seed)
    found: list[Found] = []
    covered: list[Covered] = []
    for effect in EFFECTS:
        schedule = Winter() if effect.shock else None
        run = follow(start, parameters(effect), plan(effect.planted), seed=seed, schedule=schedule, threads=1)
        for rate in RATES:
            drawn = draw(replace(run, plan=_at(run, rate)), seed=seed, shocks=DECLARED)
            found += _looked(drawn.study(), effect, rate)
            covered += _covered(drawn, rate) if effect.name == "none" else []
    return found, covered


def _at(run: Followed, rate: float) -> Any:
    """Return the plan with everything that is heard of at one rate: answers, purposes, half as many meetings."""
    kept = run.plan
    response = kept.response.model_copy(update={"rate": rate, "bodies": rate})
    record = kept.record.model_copy(update={"meetings": rate / 2, "diarists": rate / 2})
    return kept.model_copy(update={"response": response, "record": record})


def _looked(study: Study, effect: Effect, rate: float) -> Iterator[Found]:
    wanted = [look for look in LOOKS if effect.name in ("none", look.effect)]
    rows = {look.measure: _rows(look.measure(study)) for look in wanted}
    for look in wanted:
        alarms = look.alarms(rows[look.measure])
        yield Found(look.name, effect.name, rate, bool(look.truth & alarms), bool(alarms))


def _rows(findings: pl.DataFrame) -> list[dict[str, Any]]:
    return [row | {"detail": json.loads(row["detail"])} for row in findings.iter_rows(named=True)]


def _covered(drawn: Synthetic, rate: float) -> Iterator[Covered]:
    """Yield how often intervals hold what is true of everybody."""
    study = drawn.study()
    keys = ["measure", "unit_kind", "unit", "scale", "tier"]
    parts = [pl.col("detail").str.json_path_match(f"$.{key}").fill_null("").alias(key) for key in ("scale", "tier")]
    truth = drawn.truth.filter(pl.col("status") == "ok").with_columns(parts)
    # moments of all weeks on record, not those of the quarter before the wave
    own = (pl.col("measure") == "moments.taken") == pl.col("wave").str.contains("/")
    truth = truth.filter(own).select(*keys, true="estimate")
    for measure in (scales, ties, zips, moments):
        rows = measure(study).filter(pl.col("status") == "ok").drop_nulls(["lower", "upper"]).with_columns(parts)
        both = rows.filter(pl.col("measure").is_in(HELD)).join(truth, on=keys)
        holds = both.with_columns(holds=pl.col("true").is_between(pl.col("lower") - 1e-9, pl.col("upper") + 1e-9))
        for (name,), group in holds.group_by("measure", maintain_order=True):
            yield Covered(str(name), rate, int(group["holds"].sum()), group.height)


def main(studies: int) -> None:
    """Run all replicates, print the tables and write them into the docs."""
    began, found, covered = time.perf_counter(), [], []
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        for done, (looks, intervals) in enumerate(pool.map(replicate, range(studies)), start=1):
            found += looks
            covered += intervals
            spent = time.perf_counter() - began
            print(f"{done} of {studies}, {spent:.0f} s, {spent / done * (studies - done):.0f} s to go", file=sys.stderr)
    tables = f"{_power(found, studies)}\n\n{_coverage(covered)}"
    print(tables)
    page = PAGE.read_text(encoding="utf-8")
    head, tail = page.split(BEGIN)[0], page.split(END)[1]
    PAGE.write_text(f"{head}{BEGIN}\n\n{tables}\n\n{END}{tail}", encoding="utf-8")


def _power(found: list[Found], studies: int) -> str:
    """Return power and false alarms of each look, with 95 % intervals."""
    heads = [f"{what} at {rate:.0%}" for what in ("found", "alarms over nothing") for rate in RATES]
    lines = [
        f"{studies} studies for each planted effect and for none, at each response rate.",
        "",
        f"| measure | planted | {' | '.join(heads)} |",
        f"|---|---|{'---:|' * len(heads)}",
    ]
    for look in LOOKS:
        own = [one for one in found if one.look == look.name]
        cells = [_share([one.found for one in own if (one.effect, one.rate) == (look.effect, rate)]) for rate in RATES]
        cells += [_share([one.alarm for one in own if (one.effect, one.rate) == ("none", rate)]) for rate in RATES]
        lines.append(f"| {look.name} | {look.effect} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _coverage(covered: list[Covered]) -> str:
    """Return how often intervals hold the truth where nothing is planted."""
    held: defaultdict[tuple[str, float], list[int]] = defaultdict(lambda: [0, 0])
    for one in covered:
        held[one.measure, one.rate][0] += one.held
        held[one.measure, one.rate][1] += one.of
    lines = [
        f"| measure | {' | '.join(f'hold the truth at {rate:.0%}' for rate in RATES)} | intervals |",
        f"|---|{'---:|' * (len(RATES) + 1)}",
    ]
    for measure in HELD:
        there = [held[measure, rate] for rate in RATES]
        cells = [f"{count / of:.2f}" if of else "none" for count, of in there]
        lines.append(f"| {measure} | {' | '.join(cells)} | {sum(of for _, of in there):,} |")
    return "\n".join(lines)


def _share(values: list[bool]) -> str:
    count, n = float(sum(values)), float(len(values))
    low, high = (float(end[0]) for end in score_interval(np.array([count]), np.array([n])))
    return f"{count / n:.2f} ({low:.2f}–{high:.2f})"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
