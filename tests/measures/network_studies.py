"""Studies in which whole bodies name one another, made in memory for the tests of network measures."""

from datetime import date

import polars as pl

from leaderful.measures.findings import unframe
from leaderful.study import TABLES, Study

SYSTEM = "QTT"


def relation(person, about, *, question="body-contact", answer=3, wave="w1", kind="body"):
    return {
        "person": person,
        "wave": wave,
        "about_kind": kind,
        "about": about,
        "question": question,
        "answer": answer,
    }


def looks_to(person, about, *, answer=1, wave="w1"):
    return relation(person, about, question="person-looks-to", answer=answer, wave=wave, kind="person")


def made(bodies, people, relations, *, waves=("w1",)):
    """Bodies are code to sector, or to sector and kind; people are code to body, or to body and tier."""
    rows = {
        "bodies": [
            {"id": code, "name": code, "scale": "organisation", "system": SYSTEM, "sector": sector, "kind": kind}
            for code, about in bodies.items()
            for sector, kind in [(about, "nhs-trust") if isinstance(about, str) else about]
        ],
        "people": [
            {"id": code, "body": body, "tier": tier}
            for code, about in people.items()
            for body, tier in [(about, "manager") if isinstance(about, str) else about]
        ],
        "waves": [{"id": wave, "opens": date(2025 + k, 3, 1)} for k, wave in enumerate(waves)],
        "relations": relations,
    }
    tables = {name: pl.DataFrame(of, schema=TABLES[name].schema) for name, of in rows.items()}
    return Study(name="Made up", system=SYSTEM, as_at=date(2026, 3, 31), tables=tables, seed=3)


def staff(code, size):
    return [f"{code}-{k}" for k in range(size)]


def of_ties(sectors, ties, *, size=6, silent=()):
    """A study in which `size` people of each body name all it is tied to; silent bodies are asked and say nothing."""
    people = {who: code for code in sectors for who in staff(code, size)}
    near = {code: [*(b for a, b in ties if a == code), *(a for a, b in ties if b == code)] for code in sectors}
    relations = [
        relation(who, other, answer=3)
        for code in sectors
        if code not in silent
        for who in staff(code, size)
        for other in near[code]
    ]
    # Who is tied to nobody says so of one other body, to be heard at all.
    relations += [
        relation(who, next(other for other in sectors if other != code), answer=0)
        for code in sectors
        if code not in silent and not near[code]
        for who in staff(code, size)
    ]
    return made(sectors, people, relations)


def pick(findings, measure, unit, **where):
    """Return the one finding of a measure on a unit; `where` names columns or keys of detail."""
    held = [
        one
        for one in unframe(findings.filter(pl.col("measure") == measure, pl.col("unit") == unit))
        if all(getattr(one, key, one.detail.get(key)) == value for key, value in where.items())
    ]
    assert len(held) == 1, held
    return held[0]
