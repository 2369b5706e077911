"""Small studies of bodies that govern one another and say what they are for."""

from __future__ import annotations

from datetime import date

from leaderful.measures.findings import unframe
from leaderful.measures.thread import thread
from leaderful.study import Study
from whole_tables import full

DAY = date(2026, 4, 1)
SYSTEM = "S"
SCALES = {"N": "national", "S": "system", "P": "place", "O": "organisation", "H": "neighbourhood", "T": "team"}
"""The first letter of a body's code says its scale."""


def study(bodies, ties=(), said=(), *, links=(), documents=(), successions=(), people=(), ended=None, as_at=DAY):
    """Make a study.

    bodies: codes; ties: (source, target) or (source, kind, target); said: (purpose, body, serves) or with days;
    links: rows of the table; ended: last day of bodies by code.
    """
    ended = ended or {}
    rows = [
        {
            "id": code,
            "name": f"Body {code}",
            "scale": SCALES[code[0]],
            "sector": "nhs",
            "system": None if code[0] in "NT" else SYSTEM,
            "valid_to": ended.get(code),
        }
        for code in bodies
    ]
    tied = [(one[0], "oversees", one[1]) if len(one) == 2 else one for one in ties]
    return Study(
        name="Threads",
        system=SYSTEM,
        as_at=as_at,
        tables={
            "bodies": full("bodies", rows),
            "ties": full("ties", [{"source": a, "kind": kind, "target": b} for a, kind, b in tied]),
            "purposes": full(
                "purposes",
                [
                    {"id": id, "body": body, "statement": f"what {id} says", "serves": serves.split(), **rest}
                    for id, body, serves, *more in said
                    for rest in [more[0] if more else {}]
                ],
            ),
            "links": full("links", [{"quote": "words", **link} for link in links]),
            "documents": full("documents", list(documents)),
            "successions": full(
                "successions",
                [{"predecessor": a, "successor": b, "kind": "merger", "effective": day} for a, b, day in successions],
            ),
            "people": full("people", [{"id": id, "body": body, "team": team} for id, body, team in people]),
        },
    )


def link(id, body, goal, *, stance="commits", decision="confirmed", **rest):
    return {"id": id, "body": body, "goal": goal, "stance": stance, "decision": decision, **rest}


def states(of, goal="SDG3"):
    """Return the state of a goal at each body, and silent for those that said nothing."""
    found = [one for one in unframe(thread(of)) if one.measure == "thread.state"]
    return {one.unit: one.detail["state"] for one in found if one.detail.get("goal", goal) == goal}


def pick(of, measure, unit, **detail):
    """Return the one finding of a measure on a unit whose detail holds what is given; None means without the key."""
    found = [
        one
        for one in unframe(thread(of))
        if one.measure == f"thread.{measure}"
        and one.unit == unit
        and all(one.detail.get(key) == value for key, value in detail.items())
    ]
    assert len(found) == 1, f"{len(found)} findings {measure} {unit}"
    return found[0]
