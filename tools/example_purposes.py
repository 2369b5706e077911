"""Made-up purposes of made-up bodies: a thread from a ministry down to teams, whole or with a break and an orphan."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from leaderful.study import TABLES

ABOVE = {
    "XNB": "XMI",
    "XWM": "XNB",
    **dict.fromkeys(("XHO", "XMH", "XVC", "XAM", "XPC", "XVA"), "XWM"),
    **dict.fromkeys(("XHO-T1", "XHO-T2", "XHO-T3"), "XHO"),
    **dict.fromkeys(("XMH-T1", "XMH-T2"), "XMH"),
    **dict.fromkeys(("XAM-T1", "XAM-T2"), "XAM"),
}
"""For each body with purposes the one whose purposes they serve; the others serve a goal themselves."""

GOALS = {
    "SDG3": {
        "XMI": "People live longer in good health, wherever they live",
        "XRG": "Care that people can rely on to be safe",
        "XNB": "Services that keep people well, and are there when they are not",
        "XWM": "Better health for everybody in Westmarch",
        "XIP": "A longer and healthier life for people of all ages",
        "XNP": "Care close to home in Northmarch",
        "XSP": "Care close to home in Southmarch",
        "XHO": "The right treatment, without harm and without needless waiting",
        "XMH": "Help for people in distress before it becomes a crisis",
        "XVC": "Recover at home, and stay well there",
        "XAM": "The right help on the day it is needed",
        "XPC": "A team near you that knows you",
        "XNC": "Grow up, live and grow old well in Northmarch",
        "XSC": "Grow up, live and grow old well in Southmarch",
        "XVA": "Neighbours who look after each other's health",
        "XHO-T1": "Nobody stays in a bed they no longer need",
        "XHO-T2": "Every patient knows what happens next",
        "XHO-T3": "Pain is asked about, and eased",
        "XMH-T1": "See young people within two weeks",
        "XMH-T2": "Nobody leaves hospital without a plan they wrote with us",
        "XAM-T1": "Treat people where they are whenever that is safe",
        "XAM-T2": "Reach those who have fallen within the hour",
    },
    "SDG10": {
        "XMI": "Narrow the gap in healthy years between rich and poor areas",
        "XRG": "Nobody gets worse care because of who they are",
        "XNB": "Give most where most is needed",
        "XWM": "Close the gap between the Harbour estates and the hill villages",
        "XIP": "Fair chances of good health, whatever street you were born in",
        "XNP": "Reach first those in Northmarch who ask last",
        "XSP": "Reach first those in Southmarch who ask last",
        "XHO": "Waiting lists that are fair to those with least",
        "XMH": "Mental health care as good for those on the margins",
        "XVC": "Go to people who cannot come to us",
        "XAM": "Answer as fast in poor streets as in rich ones",
        "XPC": "Know who is missing from our lists, and find them",
        "XNC": "A council that lifts up its poorest wards",
        "XSC": "No child in Southmarch held back by where they live",
        "XVA": "A voice for those who are seldom heard",
        "XHO-T1": "Interpreters at the bedside, by day and by night",
        "XHO-T2": "Letters that everybody can read",
        "XHO-T3": "Ask about pain in the words people use at home",
        "XMH-T1": "See first the young people whom nobody referred",
        "XMH-T2": "Ward rounds in the language of the patient",
        "XAM-T1": "Know the lanes and caravan sites that maps leave out",
        "XAM-T2": "Ring back those who hang up",
    },
    "SDG17": {
        "XMI": "Government, councils and charities that work as one",
        "XRG": "Judge how partners work together, and not each alone",
        "XNB": "Partnership before instruction",
        "XWM": "Decide together with councils and the voluntary sector",
        "XIP": "One partnership for health and care, with an equal say for all",
        "XNP": "Plan Northmarch's services at one table",
        "XSP": "Plan Southmarch's services at one table",
        "XHO": "A hospital that plans with its partners",
        "XMH": "Share records, rooms and worries with our partners",
        "XVC": "One visit in place of three, by agreement with our partners",
        "XAM": "Agree with partners where else we may take people",
        "XPC": "Practices that work as one with their neighbours",
        "XNC": "Pool budgets where that serves people better",
        "XSC": "Pool budgets where that serves people better, and say so in public",
        "XVA": "Charities that share what they have",
        "XHO-T1": "Plan every discharge with the council and the family",
        "XHO-T2": "One page that the next service can use",
        "XHO-T3": "Learn with the hospice how pain is eased at home",
        "XMH-T1": "Meet schools before we meet their pupils",
        "XMH-T2": "Bring the community team in on the first day",
        "XAM-T1": "Call the district nurse before the hospital",
        "XAM-T2": "Ride with the council's falls team",
    },
    "SDG16": {"XPO": "People are safe at home and on the street, and trust us to be fair"},
    "SDG11": {"XFI": "Homes and streets in which fewer people are hurt by fire"},
    "SDG13": {"XPC": "Inhalers, travel and buildings that do less harm to the climate"},
}
"""What each body says it is for, by the goal it serves."""


@dataclass(frozen=True, kw_only=True)
class PlantedThread:
    """What is planted in the thread; nothing when left as it is."""

    dropped: str = ""
    droppers: tuple[str, ...] = ()
    """The goal that some bodies do not take up with their teams, and those bodies."""
    orphaned: bool = False
    """Whether a body has a purpose that nobody above it shares."""


def purposes(planted: PlantedThread, basis: str) -> pl.DataFrame:
    """Return the purposes of all bodies that say what they are for."""
    schema = TABLES["purposes"].schema
    known = {"basis": basis, "standing": "declared"}
    rows = [
        {"id": _named(body, goal), "body": body, "statement": statement, "serves": [_serves(body, goal)], **known}
        for goal, statements in GOALS.items()
        for body, statement in statements.items()
        if not _left_out(body, goal, planted)
    ]
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema).sort("id")


def _left_out(body: str, goal: str, planted: PlantedThread) -> bool:
    employer = body.split("-")[0]
    return (goal == planted.dropped and employer in planted.droppers) or (goal == "SDG13" and not planted.orphaned)


def _serves(body: str, goal: str) -> str:
    above = ABOVE.get(body)
    return _named(above, goal) if above in GOALS[goal] else goal


def _named(body: str | None, goal: str) -> str:
    return f"{body}-{goal.removeprefix('SDG')}"
