"""Contents of exports written out by hand, and every export read back as tables and as text."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date

import numpy as np
import polars as pl

from leaderful.exports import FORMATS, Contents, export_files
from leaderful.framework import framework
from leaderful.measures.findings import Finding, frame
from leaderful.study import Study
from leaderful.study.tables import TABLES
from whole_tables import full

DAY = date(2026, 4, 1)
HIDDEN = "hidden so that no small group of people can be made out"
AWKWARD = 'Ann\'s "=Trust" <A & B>\\ \x0b\ufffe café'


def bodies(*codes, names=None, **more):
    rows = [
        {"id": code, "name": (names or {}).get(code, f"Body {code}"), "kind": "nhs-trust", "sector": "nhs", **more}
        for code in codes
    ]
    return pl.DataFrame(rows, schema=TABLES["bodies"].schema).with_columns(
        current=pl.lit(True), scale=pl.lit("organisation")
    )


def found(measure, unit_kind, unit, estimate, *, n=40, wave="w1", method="cluster-mean-of-raters", **detail):
    return Finding(
        measure=measure,
        construct="trust",
        level="micro",
        unit_kind=unit_kind,
        unit=unit,
        wave=wave,
        estimate=estimate,
        lower=None if estimate is None else estimate - 0.125,
        upper=None if estimate is None else estimate + 0.125,
        n=n,
        method=method,
        detail=detail,
    )


def hidden(measure, unit_kind, unit, *, wave="w1", method="cluster-mean-of-raters", **asked):
    return Finding(
        measure=measure,
        construct="trust",
        unit_kind=unit_kind,
        unit=unit,
        wave=wave,
        method=method,
        status="suppressed",
        reason=HIDDEN,
        detail=asked,
    )


def contents(findings, *, codes=("A", "B", "C"), names=None, ties=(), rounds=None, wave="w1", **more):
    """Contents of a study of a few bodies."""
    rows = findings if isinstance(findings, pl.DataFrame) else frame(findings)
    return Contents(
        **{
            "name": "Three bodies",
            "system": "A",
            "as_at": DAY,
            "version": "9.9.9",
            "findings": rows,
            "bodies": bodies(*codes, names=names, system="A"),
            "ties": pl.DataFrame([dict(tie) for tie in ties], schema=TABLES["ties"].schema),
            "rounds": rounds or {"w1": "First round", "w2": "Second round"},
            "wave": wave,
            "item_scales": framework().item_scales,
            **more,
        }
    )


def small(**more):
    """A reports that it works with B, which is confirmed; whether A works with C is hidden; B and C do not."""
    findings = [
        found("scale.score", "system", "A", 3.5, scale="CGP"),
        found("scale.score", "body", "B", 3.25, scale="CGP"),
        hidden("scale.score", "body", "C", scale="CGP"),
        found("scale.score", "body", "B", 2.5, scale="SHP"),
        found("response.rate", "body", "B", 0.75, part="relations", method="count-of-the-invited"),
        found("response.rate", "body", "B", 0.875, part="items", method="count-of-the-invited"),
        found("ties.reach", "pair", "A>B", 0.625, n=41, method="share-with-score-interval"),
        found("ties.reach", "pair", "B>A", 0.5, n=42, method="share-with-score-interval"),
        hidden("ties.reach", "pair", "A>C", method="share-with-score-interval"),
        found("ties.reach", "pair", "B>C", 0.0, n=43, method="share-with-score-interval"),
        found("ties.trust", "pair", "A>B", 3.125, people=41),
        hidden("ties.trust", "pair", "A>C"),
        found("ties.trust", "body", "B", 3.0625, people=41),
        hidden("ties.trust", "body", "C"),
        found("ties.state", "pair", "A|B", 1.0, state="confirmed", reported="", method="tie-said-by-both-ends"),
        hidden("ties.state", "pair", "A|C", method="tie-said-by-both-ends"),
        found("ties.state", "pair", "B|C", 0.0, state="absent", reported="", method="tie-said-by-both-ends"),
        found("zip.closure", "pair", "A|B", 0.4375, method="resampled-respondents"),
        found("ties.trust", "pair", "A>B", 1.9375, wave="w0", people=41),
    ]
    ties = [{"source": "A", "target": "B", "kind": "commissions", "standing": "law", "basis": "an Act"}]
    return contents(findings, ties=ties, codes=("A", "B", "C", "D"), **more)


def csv_of(made, name):
    return pl.read_csv(export_files("csv", made)[f"{name}.csv"], infer_schema_length=None)


PERSON = "ps-7Q9"
QUESTIONS = ("body-contact", "body-reliable", "body-open", "body-same-purpose", "body-respect", "body-role")


def draw_study(folder):
    """A made-up system of four bodies, one of which has only six people; everybody answers everything."""
    rng = np.random.default_rng(7)
    sizes = {"XAA": 32, "XBB": 28, "XCC": 24, "XDD": 6}
    tiers = [tier.id for tier in framework().tiers]
    people = [
        {"id": f"{PERSON}-{body}-{k:02d}", "body": body, "tier": tiers[k % 4]}
        for body, size in sizes.items()
        for k in range(size)
    ]
    items = [item.id for scale in framework().item_scales[:2] for item in scale.items]
    responses = [
        {"person": one["id"], "wave": "w1", "item": item, "answer": int(rng.integers(1, 6))}
        for one in people
        for item in items
    ]
    relations = [
        {"person": one["id"], "wave": "w1", "about_kind": "body", "about": body, "question": question, "answer": answer}
        for one in people
        for body in sizes
        if body != one["body"] and rng.random() < 0.7
        for question in QUESTIONS
        for answer in [int(rng.integers(1, 5))]
    ]
    relations += [
        {"person": one["id"], "wave": "w1", "about_kind": "person", "about": people[k]["id"],
         "question": "person-looks-to", "answer": 1}
        for place, one in enumerate(people)
        for k in [int(rng.integers(0, len(people)))]
        if k != place
    ]  # fmt: skip

    kinds = {"XAA": "integrated-care-board"}
    tables = {
        "bodies": full(
            "bodies",
            [
                {"id": body, "name": f"Body {body}", "kind": kinds.get(body, "nhs-trust"), "sector": "nhs",
                 "scale": "organisation", "system": "XAA", "standing": "declared", "basis": "made up"}
                for body in sizes
            ],
        ),
        "ties": full("ties", [{"source": "XAA", "target": "XBB", "kind": "partners-with"}]),
        "people": full("people", people),
        "waves": full("waves", [{"id": "w1", "name": "First round", "opens": date(2026, 3, 1)}]),
        "responses": full("responses", responses),
        "relations": full("relations", relations),
    }  # fmt: skip
    return Study.new(folder, name="Made up", system="XAA", as_at=DAY, tables=tables, synthetic=True)


def everything(made):
    """Return what every format of an export holds, as text."""
    return {
        format: "\n".join(_text(name, one) for name, one in export_files(format, made).items()) for format in FORMATS
    }


def _text(name, content):
    if name.endswith(".parquet"):
        return pl.read_parquet(io.BytesIO(content)).write_csv()
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return "\n".join(book.read(part).decode() for part in book.namelist())
    text = content.decode()
    return json.dumps(json.loads(text), ensure_ascii=False) if text.startswith("{") else text
