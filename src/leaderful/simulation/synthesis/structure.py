"""The bodies of a synthetic study, how they are tied and governed, and what they say they are for."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import numpy as np
import polars as pl

from leaderful.framework import framework
from leaderful.simulation.observing.bodies import HELD_FROM, goals
from leaderful.simulation.observing.census import named_systems
from leaderful.simulation.synthesis.following import Followed
from leaderful.simulation.synthesis.shaping import shaped

NOTE: Final = "drawn from a simulation; no real person or answer stands behind it"
OWN_GOAL: Final = "SDG8"
"""Goal of the purpose that every body states beside the others, so that who drops a thread has spoken."""
_PURPOSES: Final = pl.Schema(
    {"id": pl.String(), "body": pl.String(), "statement": pl.String(), "serves": pl.List(pl.String())}
)
JUDGING: Final = ("regulator",)


def bodies(run: Followed) -> pl.DataFrame:
    """Return the bodies; the code of the system is one of them."""
    frame = run.start.bodies
    code = next(code for code in run.start.systems if code)
    inside = pl.when(pl.col("system") != "").then(pl.col("system"))
    rows = frame.select("id", "name", "kind", "scale", "sector", system=inside, place=pl.col("place"))
    if code not in frame["id"]:
        board = {"id": code, "name": code, "kind": "integrated-care-board", "scale": "system", "sector": "nhs"}
        rows = pl.concat([rows, pl.DataFrame([board | {"system": code, "place": ""}], schema=rows.schema)])
    ended = {row["predecessor"]: row["effective"] - timedelta(days=1) for row in successions(run).iter_rows(named=True)}
    until = pl.Series([ended.get(one) for one in rows["id"]], dtype=pl.Date)
    return shaped("bodies", rows.with_columns(valid_to=until, basis=pl.lit(NOTE), standing=pl.lit("assumed")))


def people(run: Followed, codes: dict[int, str]) -> pl.DataFrame:
    """Return the people asked, each under the code of their post, with the body they work for at the end."""
    system, who = run.end, run.asked
    names = system.bodies["id"]
    places = system.bodies["place"].gather(system.body[who])
    return shaped(
        "people",
        pl.DataFrame(
            {
                "id": [codes[int(one)] for one in who],
                "body": names.gather(system.body[who]),
                "tier": [framework().tiers[tier].id for tier in system.tier[who]],
                "place": [place if place in set(names) else None for place in places],
                "consent_network": [False] * len(who),
            },
            schema_overrides={"place": pl.String},
        ),
    )


def ties(run: Followed) -> pl.DataFrame:
    """Return who governs whom, and which bodies are declared partners."""
    system = run.start
    names, sectors = system.bodies["id"].to_list(), system.bodies["sector"].to_list()
    known = {"basis": NOTE, "standing": "assumed"}
    rows = []
    for body in range(len(names)):
        for higher in system.above[system.above_row[body] : system.above_row[body + 1]]:
            kind = "regulates" if sectors[higher] in JUDGING else "oversees"
            rows.append({"source": names[higher], "target": names[body], "kind": kind, **known})
    rows += [{"source": names[a], "target": names[b], "kind": "partners-with", **known} for a, b in run.partners]
    return shaped("ties", pl.DataFrame(rows, schema=dict.fromkeys(("source", "target", "kind", *known), pl.String)))


def purposes(run: Followed, rng: np.random.Generator) -> pl.DataFrame:
    """Return what bodies say: a statement for every goal that one claims at the end, and one of its own."""
    system = run.end
    called = {goal.id: goal.short for goal in framework().goals}
    said = rng.random(len(system.held)) < run.plan.response.bodies
    rows = []
    for body in np.flatnonzero(said):
        code, name = (system.bodies[column][int(body)] for column in ("id", "name"))
        claimed = [goal for place, goal in enumerate(goals(system)) if system.held[body, place] > HELD_FROM]
        for goal in (*claimed, OWN_GOAL):
            own = goal == OWN_GOAL
            statement = f"{name} is a sound organisation to work for" if own else f"{name} works for {called[goal]}"
            rows.append({"id": f"{code}-{goal}", "body": code, "statement": statement, "serves": [goal]})
    known = {"basis": pl.lit(NOTE), "standing": pl.lit("assumed")}
    return shaped("purposes", pl.DataFrame(rows, schema=_PURPOSES).with_columns(**known))


def successions(run: Followed) -> pl.DataFrame:
    """Return which bodies became part of others while the run was followed."""
    names, before = run.start.bodies["id"].to_list(), run.start.body
    inside = named_systems(run.start)
    rows = []
    for week, after in run.moved:
        emptied = np.setdiff1d(np.unique(before), np.unique(after))
        for body in emptied[inside[emptied] >= 0]:
            heirs, many = np.unique(after[before == body], return_counts=True)
            day = run.plan.day(week)
            rows += [
                {
                    "predecessor": names[body],
                    "successor": names[heir],
                    "kind": "merger" if len(heirs) == 1 else "split",
                    "effective": day,
                    "share": float(count / many.sum()),
                    "basis": NOTE,
                    "standing": "assumed",
                }
                for heir, count in zip(heirs, many, strict=True)
            ]
        before = after
    return (
        shaped("successions", pl.DataFrame(rows)) if rows else shaped("successions", pl.DataFrame({"predecessor": []}))
    )


def waves(run: Followed) -> pl.DataFrame:
    """Return the rounds; answers are those of the Monday on which a round opens."""
    rows = [
        {
            "id": wave.id,
            "name": wave.name or wave.id,
            "opens": run.plan.day(wave.week),
            "closes": run.plan.day(wave.week) + timedelta(days=13),
        }
        for wave in run.plan.waves
    ]
    return shaped("waves", pl.DataFrame(rows))
