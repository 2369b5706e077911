"""Plans become suggested links; what people decided is never lost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from leaderful.errors import BadValuesError, BrokenStructureError, StudyNotFoundError, UnreadableFileError
from leaderful.framework import framework
from leaderful.plans import ReadPlans, read_plans, suggesting
from leaderful.plans.suggesting import quote
from leaderful.study import Study
from leaderful.study.tables import TABLES
from leaderful.text.tagger import Tag, tag_passages

AIR = "We will bring clean air to the streets round our schools, where children breathe the worst of it each day. "
HOMES = "Work on warm homes has been paused, because the grant that paid for it came to its end in the spring. "
FILLER = "The committee met in May and agreed the minutes of its last meeting, and nobody asked for a change to them. "
PLAN = f"# Air\n\n{AIR * 2}{FILLER}\n\n# Homes\n\n{HOMES * 2}{FILLER}\n\n# Rest\n\n{FILLER * 3}\n"
DUTIES = sum(len(purpose.serves) for purpose in framework().macro_purposes)


@pytest.fixture(autouse=True)
def plain_tagger(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tag by one word for each of two goals, so that what is tested here is not the tagger."""

    def tag(texts: Sequence[str]) -> list[tuple[Tag, ...]]:
        return [tuple(_tags(text)) for text in texts]

    monkeypatch.setattr(suggesting, "tag_passages", tag)


def _tags(text: str) -> list[Tag]:
    words = {"clean air": (11, 0.91234), "warm homes": (7, 0.6), "schools": (4, 0.5)}
    return [
        Tag(goal=goal, probability=probability, evidence=((text.index(word), text.index(word) + len(word)),))
        for word, (goal, probability) in words.items()
        if word in text
    ]


def small_study(folder: Path, *, files: Sequence[str] = ("plan.md",)) -> Study:
    bodies = pl.DataFrame(
        {
            "id": ["QXX", "RXX"],
            "name": ["Eastshire", "East Trust"],
            "kind": ["integrated-care-board", "nhs-trust"],
            "scale": ["system", "organisation"],
            "sector": ["nhs", "nhs"],
            "system": ["QXX", "QXX"],
        }
    )
    documents = pl.DataFrame(
        {
            "id": [f"plan{number}" for number in range(len(files))],
            "body": ["RXX"] * len(files),
            "title": ["A plan"] * len(files),
            "file": list(files),
        }
    )
    tables = {"bodies": _whole("bodies", bodies), "documents": _whole("documents", documents)}
    return Study.new(folder, name="Eastshire", system="QXX", as_at=date(2026, 4, 1), tables=tables, synthetic=True)


def _whole(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    schema = TABLES[name].schema
    missing = [pl.lit(None, dtype=schema[column]).alias(column) for column in schema if column not in frame.columns]
    return frame.with_columns(missing).select(pl.col(column).cast(kind) for column, kind in schema.items())


def run(folder: Path, *, again: bool = False) -> tuple[ReadPlans, pl.DataFrame]:
    done = read_plans(Study.open(folder), again=again)
    return done, Study.open(folder).table("links")


def decide(folder: Path, goal: str, decision: str) -> None:
    path = folder / "links.csv"
    table = pl.read_csv(path, infer_schema=False)
    mine = (pl.col("goal") == goal) & pl.col("document").is_not_null()
    changed = pl.when(mine).then(pl.lit(decision)).otherwise("decision").alias("decision")
    why = pl.when(mine).then(pl.lit("we talked about it")).otherwise("reason").alias("reason")
    table.with_columns(changed, why).write_csv(path)


def test_a_plan_becomes_open_links_with_their_words(tmp_path: Path) -> None:
    small_study(tmp_path / "s")
    (tmp_path / "s" / "plan.md").write_text(PLAN, encoding="utf-8")
    done, links = run(tmp_path / "s")
    of_plan = links.filter(pl.col("document") == "plan0")
    assert of_plan.select("body", "goal", "confidence", "stance", "decision").rows() == [
        ("RXX", "SDG4", 0.5, "commits", None),
        ("RXX", "SDG11", 0.912, "commits", None),
        ("RXX", "SDG7", 0.6, "defers", None),
    ]
    assert of_plan["quote"].to_list()[0] == f"{AIR}{AIR}".strip()
    assert of_plan["reason"].to_list()[1] == "Words that point to it: clean air. Heading: Air."
    assert of_plan["page"].null_count() == 3
    assert all(id == f"plan0-{p}-{g}" for id, p, g in of_plan.select("id", "passage", "goal").iter_rows())
    receipt = done.receipts[1]
    assert receipt.text() == "plan.md: 3 passages, 3 suggested links, 0 decided"
    assert (done.file, done.open, done.worst) == ("links.csv", 3 + DUTIES, None)
    assert not any(receipt.problems for receipt in Study.open(tmp_path / "s").receipts)


def test_a_study_without_plans_is_told_where_to_put_them(tmp_path: Path) -> None:
    small_study(tmp_path, files=[])
    done, _ = run(tmp_path)
    assert "put plans into the folder" in done.receipts[-1].text()
    assert done.worst is None
    small_study(tmp_path / "other")
    (tmp_path / "other" / "plan.md").write_text(PLAN)
    assert not any("put plans" in each.text() for each in run(tmp_path / "other")[0].receipts)


def test_core_purposes_are_suggested_for_the_board_alone(tmp_path: Path) -> None:
    small_study(tmp_path / "s", files=())
    done, links = run(tmp_path / "s")
    assert links.height == DUTIES == done.open
    assert links["body"].unique().to_list() == ["QXX"]
    assert links["decision"].null_count() == links["document"].null_count() == DUTIES
    wanted = [(purpose.id, each.goal) for purpose in framework().macro_purposes for each in purpose.serves]
    assert links.select("passage", "goal").rows() == wanted
    assert "section 14Z35" in links.filter(pl.col("passage") == "ics-inequalities")["reason"][0]


def test_reading_twice_changes_nothing(tmp_path: Path) -> None:
    small_study(tmp_path / "s")
    (tmp_path / "s" / "plan.md").write_text(PLAN, encoding="utf-8")
    run(tmp_path / "s")
    before = (tmp_path / "s" / "links.csv").read_bytes()
    done, _ = run(tmp_path / "s")
    assert done.file == ""
    assert "--again reads it anew" in done.receipts[1].text()
    done, _ = run(tmp_path / "s", again=True)
    assert (tmp_path / "s" / "links.csv").read_bytes() == before


def test_decisions_outlast_a_new_edition_of_the_plan(tmp_path: Path) -> None:
    small_study(tmp_path / "s")
    plan = tmp_path / "s" / "plan.md"
    plan.write_text(PLAN, encoding="utf-8")
    run(tmp_path / "s")
    decide(tmp_path / "s", "SDG11", "confirmed")
    decide(tmp_path / "s", "SDG7", "refused")
    plan.write_text(f"# New\n\n{FILLER * 3}\n\n# Air\n\n{AIR * 2}{FILLER}\n", encoding="utf-8")
    done, links = run(tmp_path / "s", again=True)
    of_plan = links.filter(pl.col("document").is_not_null())
    assert of_plan.select("goal", "decision", "reason").rows() == [
        ("SDG4", None, "Words that point to it: schools. Heading: Air."),
        ("SDG11", "confirmed", "we talked about it"),
        ("SDG7", "refused", "we talked about it"),
    ]
    assert done.receipts[1].notes == ("1 link decided before, whose passage is no longer there; kept as decided",)
    assert done.receipts[1].decided == 2


def test_a_refused_duty_is_not_suggested_again_and_own_links_stay(tmp_path: Path) -> None:
    small_study(tmp_path / "s")
    (tmp_path / "s" / "plan.md").write_text(PLAN, encoding="utf-8")
    run(tmp_path / "s")
    path = tmp_path / "s" / "links.csv"
    table = pl.read_csv(path, infer_schema=False)
    first = table["id"][0]
    changed = pl.when(pl.col("id") == first).then(pl.lit("refused")).otherwise("decision").alias("decision")
    own = table.filter(pl.col("goal") == "SDG7").with_columns(
        id=pl.lit("ours"), goal=pl.lit("SDG13"), confidence=pl.lit(None, dtype=pl.String)
    )
    pl.concat([table.with_columns(changed), own]).write_csv(path)
    _, links = run(tmp_path / "s", again=True)
    assert links.filter(pl.col("id") == first)["decision"].to_list() == ["refused"]
    assert links.filter(pl.col("id") == "ours").height == 1
    assert links.height == DUTIES + 4


def test_a_bad_document_stops_no_other(tmp_path: Path) -> None:
    small_study(tmp_path / "s", files=("gone.pdf", "outside.md", "plan.md", "passwd"))
    table = tmp_path / "s" / "documents.csv"
    named = table.read_text(encoding="utf-8").replace("outside.md", "../outside.md").replace("passwd", "/etc/passwd")
    table.write_text(named, encoding="utf-8")
    (tmp_path / "outside.md").write_text(PLAN, encoding="utf-8")
    (tmp_path / "s" / "plan.md").write_text(PLAN, encoding="utf-8")
    done, links = run(tmp_path / "s")
    problems = [receipt.problem.kind if receipt.problem else None for receipt in done.receipts]
    assert problems == [None, BadValuesError, BadValuesError, UnreadableFileError, None]
    assert "documents.csv, row 3, column file: not read" in done.receipts[1].text()
    assert done.worst is UnreadableFileError
    assert links["document"].drop_nulls().unique().to_list() == ["plan2"]


def test_a_link_that_leads_outside_is_not_followed(tmp_path: Path) -> None:
    small_study(tmp_path / "s")
    (tmp_path / "outside.md").write_text(PLAN, encoding="utf-8")
    (tmp_path / "s" / "plan.md").symlink_to(tmp_path / "outside.md")
    done, _ = run(tmp_path / "s")
    assert done.worst is BadValuesError
    assert "outside the study's folder and was not opened" in done.receipts[1].text()


def test_links_of_a_document_that_fails_later_stay(tmp_path: Path) -> None:
    small_study(tmp_path / "s")
    plan = tmp_path / "s" / "plan.md"
    plan.write_text(PLAN, encoding="utf-8")
    _, before = run(tmp_path / "s")
    plan.unlink()
    done, after = run(tmp_path / "s", again=True)
    assert after.equals(before)
    assert done.worst is UnreadableFileError


def test_rows_that_are_not_in_order_are_not_written_over(tmp_path: Path) -> None:
    small_study(tmp_path / "s")
    (tmp_path / "s" / "plan.md").write_text(PLAN, encoding="utf-8")
    run(tmp_path / "s")
    decide(tmp_path / "s", "SDG11", "perhaps")
    before = (tmp_path / "s" / "links.csv").read_bytes()
    with pytest.raises(BrokenStructureError, match=r"links\.csv"):
        run(tmp_path / "s", again=True)
    assert (tmp_path / "s" / "links.csv").read_bytes() == before


def test_a_study_in_no_folder_is_refused() -> None:
    study = Study(name="x", system="QXX", as_at=date(2026, 4, 1))
    with pytest.raises(StudyNotFoundError, match="in no folder"):
        read_plans(study, again=False)


def test_quotes_are_short_and_start_no_formula() -> None:
    text = "=HYPERLINK(1) is what it says. " + AIR * 3
    assert quote(text, (0, 30)).startswith("HYPERLINK")
    long = " ".join(f"word{number}" for number in range(90))
    assert quote(long, (0, len(long))).split()[-1] == "…"
    assert len(quote(long, (0, len(long))).split()) == 61
    assert len(quote(AIR * 9, (len(AIR) * 4, len(AIR) * 5 - 1)).split()) <= 60


def test_a_text_without_spaces_or_stops_makes_no_cell_too_long_to_keep(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suggesting, "tag_passages", tag_passages)
    study = small_study(tmp_path, files=["plan.txt"])
    (tmp_path / "plan.txt").write_text("health care " * 30_000 + "x" * 150_000 + " maternal health care")
    read_plans(study, again=False)
    (link,) = Study.open(tmp_path).table("links").filter(pl.col("document").is_not_null()).iter_rows(named=True)
    assert link["quote"].endswith("…") and len(link["quote"]) <= 1_010
    assert link["reason"].startswith("Words that point to it: health care health care")
    assert len(link["reason"]) < 700


def test_a_quote_is_cut_where_words_never_end() -> None:
    assert quote("x" * 5_000, (0, 5_000)) == "x" * 1_000 + " …"
