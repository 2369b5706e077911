"""The packaged reading of national policy texts, and its build from a small folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import polars as pl
import pytest

from leaderful import england
from leaderful.england.packaged import packaged
from leaderful.england.pages import england_data
from leaderful.england.policy import PolicyText, policy_texts
from leaderful.england.spread import SPREAD_DAYS
from leaderful.framework import framework
from leaderful.study import TABLES

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

import build_policy

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("LEADERFUL_DATA", ROOT.parent / "shared" / "data"))

PLAIN = [
    "We will bring clean water to every village by the spring of next year.",
    "Hospitals will treat more patients with cancer, and waiting lists for surgery will be shorter by summer.",
    "The committee met on a Monday and agreed the notes of its last meeting without changing any of them.",
]
TORN = [
    "Hospitals will treat more patients with The committee met on a Monday and agreed cancer, and waiting lists.",
    "Nurses visit people at home We have heard from thousands of staff about and vaccinations reach every child.",
]


def _document(folder: Path, name: str, paragraphs: list[str]) -> None:
    (folder / "policy").mkdir(exist_ok=True)
    text = "\n\n".join(f"# Part {number}\n\n{paragraph}" for number, paragraph in enumerate(paragraphs, 1))
    (folder / "policy" / name).write_text(text + "\n", encoding="utf-8")


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pl.DataFrame:
    """The table made of one text that reads as printed and one whose columns ran together."""
    texts = {id: PolicyText(id=id, title=id.title(), body="X24", file=f"{id}.md", dated="") for id in ("plain", "torn")}
    monkeypatch.setattr(build_policy, "policy_texts", lambda: texts)
    _document(tmp_path, "plain.md", PLAIN)
    _document(tmp_path, "torn.md", TORN)
    told = build_policy.build(tmp_path, tmp_path / "tables")
    assert told[0] == "Plain: 3 passages, 2 of them with a goal"
    assert told[1].endswith("columns ran together: goals kept, stance and quotes left out")
    return pl.read_parquet(tmp_path / "tables" / "policy.parquet")


def test_a_text_that_reads_as_printed_keeps_stance_quote_and_heading(built: pl.DataFrame) -> None:
    rows = built.filter(pl.col("document") == "plain")
    assert rows.select("heading", "goal", "stance", "quote", "whole").rows() == [
        ("Part 1", "SDG6", "commits", PLAIN[0], True),
        ("Part 2", "SDG3", "commits", PLAIN[1], True),
        ("Part 3", None, None, None, False),
    ]


def test_a_text_whose_columns_ran_together_keeps_goals_alone(built: pl.DataFrame) -> None:
    rows = built.filter(pl.col("document") == "torn")
    assert set(rows["goal"].drop_nulls()) == {"SDG3"}
    assert rows.select("stance", "quote").null_count().row(0) == (rows.height, rows.height)
    assert rows["joined"].all() and not rows["whole"].any()


@pytest.mark.parametrize(
    ("texts", "torn"),
    [
        (PLAIN, False),
        (TORN, True),
        ([*PLAIN, PLAIN[0], TORN[0]], False),  # one in five is not more than one in five
        ([*PLAIN, TORN[0]], True),
        (["Teams work Getting It Right First Time, and the NHS App is used."], False),
    ],
)
def test_columns_are_taken_to_have_run_together_by_the_stated_rule(texts: list[str], torn: bool) -> None:
    assert build_policy.runs_together(texts) is torn


def test_a_long_sentence_is_cut_and_is_no_whole_one() -> None:
    said = build_policy.stance(f"We will {'really ' * 60}help.")
    quote, whole = build_policy._quote(f"We will {'really ' * 60}help.", said)
    assert (len(quote.split()), quote[-1], whole) == (41, "…", False)


def test_the_packaged_tables_are_rows_of_a_study() -> None:
    assert england.policy_documents().schema == TABLES["documents"].schema
    assert england.policy_links().schema == TABLES["links"].schema
    links = england.policy_links()
    assert links["id"].is_unique().all() and links["quote"].null_count() == 0
    assert set(links["goal"]) <= {goal.id for goal in framework().goals}
    assert links["confidence"].is_between(0.5, 1.0).all()
    for day in SPREAD_DAYS.values():
        assert set(links["body"]) <= set(england.all_bodies(day)["id"])


def test_quotes_are_short_and_where_columns_ran_together_there_are_none() -> None:
    rows = packaged("policy")
    joined = rows.filter("joined")
    assert joined["quote"].null_count() == joined["stance"].null_count() == joined.height
    quotes = rows["quote"].drop_nulls()
    assert quotes.str.split(" ").list.len().max() <= build_policy.LONGEST_QUOTE + 1
    assert rows.filter("whole")["quote"].str.contains(r"^\p{Lu}.*[.!?]$").all()


def test_every_text_was_read_and_stands_on_the_page_with_its_licence() -> None:
    read = england.policy_reading()
    assert read["document"].to_list() == sorted(policy_texts())
    assert (read["tagged"] <= read["passages"]).all()
    page = england_data()
    assert "Department of Health and Social Care" in page
    for text in policy_texts().values():
        assert f"| {text.title} | {text.body} | {text.dated or 'gives no date'} |" in page


@pytest.mark.skipif(not (DATA / "policy").exists(), reason="the raw data is not beside the repository")
def test_the_packaged_table_comes_from_the_texts_byte_for_byte(tmp_path: Path) -> None:
    build_policy.build(DATA, tmp_path)
    kept = ROOT / "src" / "leaderful" / "england" / "tables" / "policy.parquet"
    assert (tmp_path / "policy.parquet").read_bytes() == kept.read_bytes()
