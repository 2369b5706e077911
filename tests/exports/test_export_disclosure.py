"""Whatever the evidence, no export holds a figure that disclosure control has hidden, or the code of a person."""

from __future__ import annotations

import io

import polars as pl
import pytest
from export_samples import PERSON, contents, csv_of, draw_study, everything
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderful import disclosure, jobs
from leaderful.exports import FORMATS, export_files
from leaderful.measures.findings import Finding, frame

FIGURES = ("estimate", "lower", "upper", "n")


MANY = 20_000
"""Numbers of answers start here, so that each can be known again in any file."""


def marks(place):
    """Return the estimate, the ends of the interval and a detail by which the finding at a place is known again."""
    return f"1.7{place:04d}7", f"1.6{place:04d}7", f"1.8{place:04d}7", f"mark-{place:04d}-"


class Marked:
    """Findings that can be known again in any file."""

    def __init__(self):
        self.findings = []

    def add(self, measure, unit_kind, unit, *, n, **detail):
        *figures, told = marks(len(self.findings))
        estimate, lower, upper = map(float, figures)
        self.findings.append(
            Finding(
                measure=measure,
                unit_kind=unit_kind,
                unit=unit,
                wave="w1",
                method="cluster-mean-of-raters",
                estimate=estimate,
                lower=lower,
                upper=upper,
                n=n,
                detail={"told": told, **detail},
            )
        )


@st.composite
def evidence(draw):
    """Bodies with few and many people, what each says of others, and scores that add up to the system."""
    codes = [f"B{k}" for k in range(draw(st.integers(2, 4)))]
    people = {code: draw(st.integers(1, 30)) for code in codes}
    marked = Marked()
    for scale in ("CGP", "SHP"):
        for code in codes:
            marked.add("scale.score", "body", code, n=people[code], scale=scale)
        marked.add("scale.score", "system", "S", n=sum(people.values()), scale=scale)
    for a in codes:
        for b in codes:
            if a < b and draw(st.booleans()):
                fewest = min(people[a], people[b])
                state = draw(st.sampled_from(["confirmed", "absent"]))
                both = people[a] + people[b]
                marked.add("ties.state", "pair", f"{a}|{b}", n=both, people=fewest, state=state)
                marked.add("ties.asymmetry", "pair", f"{a}|{b}", n=both, people=fewest)
            if a != b and draw(st.booleans()):
                answers = MANY + len(marked.findings)
                marked.add("ties.reach", "pair", f"{a}>{b}", n=people[a])
                marked.add("ties.trust", "pair", f"{a}>{b}", n=answers, people=people[a])
    return codes, marked


def protect(codes, findings):
    parents = pl.DataFrame({"unit": codes}).with_columns(
        unit_kind=pl.lit("body"), parent_kind=pl.lit("system"), parent=pl.lit("S")
    )
    return disclosure.protect(findings, people=("scale", "ties"), others=(), asked=("scale",), parents=parents)


@given(evidence())
@settings(max_examples=25)
def test_no_export_holds_a_mark_of_a_hidden_finding(given_evidence):
    codes, marked = given_evidence
    findings = frame(marked.findings)
    safe = protect(codes, findings)
    texts = everything(contents(safe, codes=("S", *codes)))
    for place, (row, n) in enumerate(zip(safe.iter_rows(named=True), findings["n"], strict=True)):
        seen = {format for format, text in texts.items() if any(mark in text for mark in marks(place))}
        if row["status"] == "suppressed":
            assert not seen, (row["measure"], row["unit"])
            assert n < MANY or all(str(n) not in text for text in texts.values())
        else:
            assert {"xlsx", "csv", "parquet"} <= seen


@given(evidence())
@settings(max_examples=10)
def test_a_hidden_row_keeps_its_place_and_says_why(given_evidence):
    codes, marked = given_evidence
    safe = protect(codes, frame(marked.findings))
    made = contents(safe, codes=("S", *codes))
    told = csv_of(made, "findings").filter(status="suppressed")
    assert told.height == (safe["status"] == "suppressed").sum()
    assert all(told[figure].is_null().all() for figure in FIGURES)
    assert told["reason"].to_list() == [disclosure.HIDDEN] * told.height
    ties = csv_of(made, "ties")
    if ties.height:
        gone = ties.filter(reach_status="suppressed")
        assert gone.height == safe.filter(measure="ties.reach", status="suppressed").height
        assert gone["reach"].is_null().all()


# A whole study


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return draw_study(tmp_path_factory.mktemp("export") / "study")


@pytest.fixture(scope="module")
def made(study):
    return jobs.contents(study, None)


def test_no_export_of_a_study_holds_the_code_of_a_person(made):
    for format, text in everything(made).items():
        assert PERSON not in text, format


def test_the_few_people_of_a_study_are_hidden_in_every_export(made):
    scores = made.findings.filter(measure="scale.score", unit_kind="body", unit="XDD")
    assert scores.height == 2
    assert set(scores["status"]) == {"suppressed"}
    book = pl.read_excel(io.BytesIO(export_files("xlsx", made)[""]), sheet_name="Scales")
    few = book.filter(unit_kind="body", unit="XDD")
    assert few["CGP_status"].to_list() == ["suppressed"]
    assert few["CGP"].is_null().all()


def test_every_measure_and_method_of_a_study_is_explained(made):
    told = csv_of(made, "dictionary").filter(part="measure")
    assert set(told["entry"]) == set(made.findings["measure"])
    assert told["meaning"].null_count() == 0
    assert csv_of(made, "methods")["meaning"].null_count() == 0


@pytest.mark.parametrize("format", FORMATS)
def test_the_command_writes_the_same_bytes_twice(study, tmp_path, format, made, monkeypatch):
    monkeypatch.setattr(jobs, "contents", lambda *_: made)
    name = jobs.NAMES[format]
    written = []
    for folder in ("one", "two"):
        list(jobs.export(study.folder, format, out=tmp_path / folder / name, wave=None))
        files = sorted(path for path in (tmp_path / folder).rglob("*") if path.is_file())
        written.append([(path.name, path.read_bytes()) for path in files])
    assert written[0] == written[1]
    assert written[0]
