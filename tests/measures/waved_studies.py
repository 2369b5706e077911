"""Studies of ties that were asked about twice, with bodies redrawn in between."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
from tie_studies import draw

from leaderful.study import Study
from whole_tables import full

WAVES = {"w1": date(2025, 3, 1), "w2": date(2026, 3, 1)}
MERGED = date(2025, 9, 1)
LAST = date(2025, 8, 31)


def waved(bodies, people, said, *, successions=(), declared=(), waves=WAVES, seed=1):
    """Make a study. people: code to (body, tier); said: wave to (person, about, question, answer).

    bodies: code to the columns that differ; successions: (predecessor, successor).
    """
    relations = [
        {"person": who, "wave": wave, "about_kind": "body", "about": about, "question": question, "answer": answer}
        for wave, rows in said.items()
        for who, about, question, answer in rows
    ]
    ties = [{"source": a, "target": b, "kind": "partners-with"} for a, b in declared]
    taken = [{"predecessor": old, "successor": new, "kind": "merger", "effective": MERGED} for old, new in successions]
    staff = [{"id": id, "body": body, "tier": tier} for id, (body, tier) in people.items()]
    standing = [{"id": id, "kind": "nhs-trust", "sector": "nhs", "system": "S"} | rest for id, rest in bodies.items()]
    return Study(
        name="Waved",
        system="S",
        as_at=date(2026, 4, 1),
        seed=seed,
        tables={
            "bodies": full("bodies", standing),
            "people": full("people", staff),
            "successions": full("successions", taken),
            "ties": full("ties", ties),
            "waves": full("waves", [{"id": id, "opens": opens} for id, opens in waves.items()]),
            "relations": full("relations", relations),
        },
    )


def merging():
    """The bodies of `waved` when A and B become C between the waves."""
    old, new = {"valid_to": LAST}, {"valid_from": MERGED}
    return {"A": old, "B": old, "C": new, "D": {}, "E": {}}


def drawn_twice(seed, *, bodies=8, per_tier=5, **rest):
    """Draw a study for each wave; the last two bodies become M in between, and are asked about as M."""
    first, second = (draw(seed + k, bodies=bodies, per_tier=per_tier, **rest) for k in (0, 1000))
    old = [f"B{bodies - k:02d}" for k in (2, 1)]
    later = second.table("relations").with_columns(pl.col("about").replace(dict.fromkeys(old, "M")), wave=pl.lit("w2"))
    later = later.unique(["person", "about", "question"], keep="first", maintain_order=True)
    own = first.table("people").filter(pl.col("body").is_in(old))["id"].implode()
    later = later.filter(~((pl.col("about") == "M") & pl.col("person").is_in(own)))
    standing = first.table("bodies").with_columns(
        valid_to=pl.when(pl.col("id").is_in(old)).then(pl.lit(LAST)).otherwise(pl.col("valid_to"))
    )
    heir = full("bodies", [{"id": "M", "kind": "nhs-trust", "sector": "nhs", "system": "S", "valid_from": MERGED}])
    renamed = first.table("ties").with_columns(pl.col("source", "target").replace(dict.fromkeys(old, "M")))
    made = waved({}, {}, {}, successions=[(body, "M") for body in old], seed=seed)
    tables = {
        "bodies": pl.concat([standing, heir]),
        "people": first.table("people"),
        "ties": renamed.filter(pl.col("source") != pl.col("target")).unique(maintain_order=True),
        "relations": pl.concat([first.table("relations"), later]),
    }
    return replace(made, tables={**made.tables, **tables})


def relabelled(study, bodies, people):
    """The study with other codes for its bodies and people, and its rows in another order."""
    names = {
        "bodies": ["id"],
        "people": ["body"],
        "ties": ["source", "target"],
        "successions": ["predecessor", "successor"],
        "relations": ["about"],
    }
    tables = dict(study.tables)
    for name, columns in names.items():
        tables[name] = tables[name].with_columns(pl.col(columns).replace(bodies))
    tables["people"] = tables["people"].with_columns(pl.col("id").replace(people))
    tables["relations"] = tables["relations"].with_columns(pl.col("person").replace(people))
    return replace(study, tables={name: table.reverse() for name, table in tables.items()})
