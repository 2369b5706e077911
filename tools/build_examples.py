"""Write the example studies: one with things planted for the report to find, one with nothing, one simulated.

Everything in them is made up: the system, its bodies, its people and their answers.

Usage: python tools/build_examples.py [FOLDER]
"""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from example_events import FIRST_MONDAY, SHOCK_WEEK, Merged, PlantedEvents, interactions, moments
from example_laboratory import write_synthetic
from example_model import Member, Planted, Round, people, regards, relations, responses, takes_part, views
from example_purposes import PlantedThread, purposes
from leaderful.plans import read_plans
from leaderful.study import TABLES, Study
from leaderful.study.importing.storing import write_tables

EXAMPLES = Path(__file__).parent.parent / "examples"
PLANS = Path(__file__).parent / "example_plans"
DOCUMENTS = (
    ("XWM-plan", "A plan for five years", date(2026, 2, 2)),
    ("XHO-strategy", "Strategy to 2030", date(2026, 1, 12)),
    ("XNC-plan", "A plan for health and wellbeing", date(2026, 2, 16)),
)
DECIDED = {
    ("XWM-plan", "SDG10"): "confirmed",
    ("XWM-plan", "SDG17"): "confirmed",
    ("XHO-strategy", "SDG10"): "confirmed",
    ("XHO-strategy", "SDG9"): "refused",
    ("XNC-plan", "SDG11"): "confirmed",
}
"""What people of the study decided on suggested links, by document and goal; the others wait."""
AS_AT = date(2026, 4, 1)
SYSTEM = "XWM"
MERGED = date(2025, 12, 1)
NOTE = "made up by tools/build_examples.py; no real person or organisation stands behind it"

BODIES = (
    ("XWM", "Westmarch Integrated Care Board", "integrated-care-board", "system", "nhs"),
    ("XIP", "Westmarch Integrated Care Partnership", "integrated-care-partnership", "system", "local-government"),
    ("XHO", "Westmarch Hospitals", "nhs-trust", "organisation", "nhs"),
    ("XMH", "Marchlands Mental Health", "nhs-trust", "organisation", "nhs"),
    ("XVC", "Vale Community Health", "nhs-trust", "organisation", "nhs"),
    ("XUV", "Upper Vale Community Health", "nhs-trust", "organisation", "nhs"),
    ("XLV", "Lower Vale Community Health", "nhs-trust", "organisation", "nhs"),
    ("XAM", "Westmarch Ambulance", "nhs-trust", "organisation", "nhs"),
    ("XPC", "Harbour Primary Care Network", "primary-care-network", "neighbourhood", "nhs"),
    ("XNC", "Northmarch Council", "council", "place", "local-government"),
    ("XSC", "Southmarch Council", "council", "place", "local-government"),
    ("XVA", "Westmarch Voluntary Alliance", "voluntary-organisation", "organisation", "voluntary"),
    ("XFB", "Hillside Food Bank", "voluntary-organisation", "organisation", "voluntary"),
    ("XCA", "Carers of the Vale", "voluntary-organisation", "organisation", "voluntary"),
    ("XBF", "Befriending Marches", "voluntary-organisation", "organisation", "voluntary"),
    ("XPO", "Westmarch Police", "police-force", "organisation", "police"),
    ("XFI", "Westmarch Fire and Rescue", "fire-authority", "organisation", "fire"),
    ("XNP", "Northmarch Place Partnership", "place-partnership", "place", "nhs"),
    ("XNB", "Example National Board", "nhs-england", "national", "nhs"),
    ("XRG", "Example Regulator", "regulator", "national", "regulator"),
    ("XMI", "Example Ministry", "ministry", "national", "national-government"),
    ("XSP", "Southmarch Place Partnership", "place-partnership", "place", "nhs"),
)
MEMBERS = (
    Member(code="XWM", place="XNP"),
    Member(code="XHO", place="XSP"),
    Member(code="XMH", place="XNP", response=0.78),
    Member(code="XUV", place="XNP", size=0.55),
    Member(code="XLV", place="XSP", size=0.55),
    Member(code="XAM", place="XSP", response=0.74),
    Member(code="XPC", place="XNP", size=0.9),
    Member(code="XNC", place="XNP"),
    Member(code="XSC", place="XSP"),
    Member(code="XVA", place="XSP"),
    Member(code="XFB", place="XNP", size=0.35),
    Member(code="XCA", place="XSP", size=0.35),
    Member(code="XBF", place="XSP", size=0.35),
    Member(code="XPO", place="XNP", response=0.74),
    Member(code="XFI", place="XSP"),
)
PLANTED = Planted(
    silo="XFI",
    one_sided=("XSC", "XHO"),
    closed_at_top=("XMH", "XNC"),
    connector="XVA",
    hangers_on=("XFB", "XCA"),
    unreliable="REF",
)
MEETINGS = PlantedEvents(
    boundary=("XHO", "XNC"),
    silo=PLANTED.silo,
    connector=PLANTED.connector,
    hangers_on=PLANTED.hangers_on,
    shock=2.2,
    understanding=0.9,
)
THREAD = PlantedThread(dropped="SDG10", droppers=("XHO", "XMH", "XVC", "XAM"), orphaned=True)
VALE = Merged(bodies=("XUV", "XLV"), into="XVC", since=datetime(MERGED.year, MERGED.month, MERGED.day))
SMALL = Member(code="XBF", place="XSP", size=0.03, response=0.99)
"""Four people at most: too few for anything about them to be shown."""

WAVES = (
    Round(id="autumn-2025", part=0.6),
    Round(id="spring-2026", part=1.0, bodies={"XUV": "XVC", "XLV": "XVC"}),
)


@dataclass(frozen=True, kw_only=True)
class Example:
    """One example study: its folder and name, and what is planted in it."""

    folder: str
    name: str
    seed: int
    planted: Planted = field(default_factory=Planted)
    meetings: PlantedEvents = field(default_factory=PlantedEvents)
    thread: PlantedThread = field(default_factory=PlantedThread)
    plans: bool = False
    """Whether three bodies have plans to be read."""
    small: bool = False
    """Whether one body is too small for anything about it to be shown."""


PLANTED_EXAMPLE = Example(
    folder="planted",
    name="Westmarch, an example with things to find",
    seed=20260401,
    planted=PLANTED,
    meetings=MEETINGS,
    thread=THREAD,
    plans=True,
    small=True,
)
PLAIN_EXAMPLE = Example(folder="plain", name="Westmarch, an example with nothing to find", seed=20260402)


def main(folder: Path) -> None:
    """Write all studies anew."""
    for example in (PLANTED_EXAMPLE, PLAIN_EXAMPLE):
        write(folder / example.folder, example)
    shutil.rmtree(folder / "synthetic", ignore_errors=True)
    write_synthetic(folder / "synthetic")


def write(folder: Path, example: Example) -> None:
    """Write one study in place of what was there."""
    seed, planted = example.seed, example.planted
    rng = np.random.default_rng(seed)
    members = [SMALL if example.small and member.code == SMALL.code else member for member in MEMBERS]
    asked = people(members, rng)
    codes = [member.code for member in members]
    held, regard = views(asked, planted, rng), regards(len(codes), rng)
    answers, ties = [], []
    for wave in WAVES:
        answering = takes_part(asked, members, wave, rng)
        answers.append(responses(answering, asked, held, wave, rng))
        who = asked.filter(pl.Series(answering))
        ties.append(relations(who, asked, regard, codes, wave, planted, rng))
    drawn = np.random.default_rng([seed, 1])  # apart from the answers, which stay as they are
    shutil.rmtree(folder, ignore_errors=True)
    Study.new(
        folder,
        name=example.name,
        system=SYSTEM,
        as_at=AS_AT,
        seed=seed,
        created_from=NOTE,
        synthetic=True,
        formats=dict.fromkeys(("responses", "relations", "interactions", "moments"), "parquet"),
        tables={
            "bodies": _bodies(asked),
            "successions": _successions(),
            "ties": _ties(planted),
            "people": asked,
            "waves": _waves(),
            "responses": pl.concat(answers).sort(TABLES["responses"].key),
            "relations": pl.concat(ties).sort(TABLES["relations"].key),
            "interactions": interactions(asked, example.meetings, drawn),
            "moments": moments(asked, held["ROL"], example.meetings, VALE, drawn),
            "purposes": purposes(example.thread, NOTE),
            "documents": _documents() if example.plans else TABLES["documents"].empty(),
            "shocks": _shocks(),
        },
    )
    if example.plans:
        _read(folder)


def _read(folder: Path) -> None:
    """Lay the plans in the study, read them as anybody would, and decide on some of what is suggested."""
    shutil.copytree(PLANS, folder / "plans")
    read_plans(Study.open(folder), again=False)
    study = Study.open(folder)
    links = study.table("links")
    decided = [DECIDED.get(about) for about in links.select("document", "goal").iter_rows()]
    write_tables(study, {"links": links.with_columns(decision=pl.Series(decided, dtype=pl.String))})


def _documents() -> pl.DataFrame:
    rows = [
        {"id": id, "body": id.split("-")[0], "title": title, "file": f"plans/{id}.md", "published": published}
        for id, title, published in DOCUMENTS
    ]
    return _full("documents", rows)


def _bodies(asked: pl.DataFrame) -> pl.DataFrame:
    rows: list[dict[str, object]] = []
    for code, name, kind, scale, sector in BODIES:
        rows.append({"id": code, "name": name, "kind": kind, "scale": scale, "sector": sector, **_valid(code)})
    for team, body in asked.select("team", "body").drop_nulls().unique().sort("team").iter_rows():
        of = next(row for row in BODIES if row[0] == body)
        number = team.rsplit("T", 1)[1]
        rows.append({"id": team, "name": f"{of[1]}, team {number}", "kind": "team", "scale": "team", "sector": of[4]})
    known = {"basis": NOTE, "standing": "assumed"}
    return _full("bodies", [{**row, "system": None if row["scale"] == "national" else SYSTEM, **known} for row in rows])


def _valid(code: str) -> dict[str, object]:
    if code in ("XUV", "XLV"):
        return {"valid_to": date(2025, 11, 30)}
    return {"valid_from": MERGED} if code == "XVC" else {}


def _successions() -> pl.DataFrame:
    merged = {"successor": "XVC", "kind": "merger", "effective": MERGED, "share": 1.0}
    return _full("successions", [{"predecessor": code, **merged, "basis": NOTE} for code in ("XUV", "XLV")])


def _ties(planted: Planted) -> pl.DataFrame:
    employers = ["XHO", "XMH", "XVC", "XAM", "XPC", "XNC", "XSC", "XVA", "XPO", "XFI"]
    rows = [("XMI", "XNB", "oversees"), ("XNB", "XWM", "oversees")]
    rows += [("XRG", code, "regulates") for code in ("XHO", "XMH", "XVC", "XAM", "XNC", "XSC")]
    rows += [("XWM", code, "commissions") for code in ("XHO", "XMH", "XVC", "XAM", "XPC", "XVA")]
    rows += [(code, "XIP", "member-of") for code in ("XWM", "XNC", "XSC", "XVA", "XPO")]
    rows += [("XNP", code, "partners-with") for code in ("XNC", "XMH", "XPC")]
    rows += [("XSP", code, "partners-with") for code in ("XSC", "XHO", "XVC")]
    core = [code for code in employers if code != planted.silo]
    rows += [(one, other, "partners-with") for place, one in enumerate(core) for other in core[place + 1 :]]
    ties = [{"source": one, "target": other, "kind": kind} for one, other, kind in rows]
    return _full("ties", [{**tie, "basis": NOTE, "standing": "declared"} for tie in ties])


def _waves() -> pl.DataFrame:
    return _full(
        "waves",
        [
            {"id": "autumn-2025", "name": "Autumn 2025", "opens": date(2025, 10, 6), "closes": date(2025, 10, 31)},
            {"id": "spring-2026", "name": "Spring 2026", "opens": date(2026, 3, 2), "closes": date(2026, 3, 27)},
        ],
    )


def _shocks() -> pl.DataFrame:
    begun = (FIRST_MONDAY + timedelta(weeks=SHOCK_WEEK)).date()
    return _full("shocks", [{"id": "winter", "name": "Winter critical incident", "kind": "crisis", "starts": begun}])


def _full(table: str, rows: list[dict[str, object]]) -> pl.DataFrame:
    schema = TABLES[table].schema
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else EXAMPLES)
