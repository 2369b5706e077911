"""The example studies: what was planted in one is found by the report's own sentences, and nothing in the other."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from polars.testing import assert_frame_equal

from leaderful import jobs
from leaderful.study import TABLES, Study
from page_reader import Element, read_report

ROOT = Path(__file__).parents[2]
SILO = "Mill Lane Primary Care Network stands apart"
EXAMPLES = ("planted", "plain", "synthetic")

PLANTED = {
    "silo": "Westmarch Fire and Rescue stands apart",
    "one-sided trust": "Westmarch Hospitals trusts Southmarch Council more than it is trusted back",
    "zip closed at the top": "Marchlands Mental Health and Northmarch Council are joined at the top only",
    "sole connector": "Westmarch Voluntary Alliance is the only link that people reported between Carers of the Vale "
    "and Hillside Food Bank and the rest",
    "unreliable scale": "The statements on reflexivity do not hang together here",
    "unit too small to show": "Befriending Marches and Carers of the Vale cannot be shown without giving people away",
    "thread break": "SDG 10 (Reduced Inequalities) is dropped by 4 of the 5 bodies that it reaches at organisation "
    "scale",
    "orphaned purpose": "Harbour Primary Care Network holds a purpose for SDG 13 (Climate Action) that nobody above it "
    "carries",
    "boundary": "Conversations stop between Northmarch Council and Westmarch Hospitals",
    "condition": "Moments are taken more often where people understand partners' roles better",
    "fading shock": "After “Winter critical incident” meetings across bodies first rose 2.2-fold, and that is fading",
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Element]:
    """The pages of both examples, as `leaderful run` writes them."""
    out = tmp_path_factory.mktemp("examples")
    written = {name: jobs.run(ROOT / "examples" / name, out=out / name) for name in EXAMPLES}
    return {name: read_report(one.report.read_text(encoding="utf-8")) for name, one in written.items()}


def test_every_planted_truth_is_said_on_the_first_screen_and_nothing_else(pages: dict[str, Element]) -> None:
    (first,) = pages["planted"].having("standing-out")
    for kind, sentence in PLANTED.items():
        assert sentence in first.text, kind
    assert len(first.all("li")) == len(PLANTED)


def test_nothing_is_said_to_stand_out_where_nothing_was_planted(pages: dict[str, Element]) -> None:
    (first,) = pages["plain"].having("standing-out")
    assert "Nothing in this evidence stands out" in first.text
    assert not first.all("li")


def test_the_silo_planted_in_the_laboratory_is_said_on_the_first_screen(pages: dict[str, Element]) -> None:
    (first,) = pages["synthetic"].having("standing-out")
    assert SILO in first.text


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_page_says_first_of_all_that_the_evidence_is_made_up(pages: dict[str, Element], name: str) -> None:
    (banner,) = pages[name].having("banner")
    assert banner.text.startswith("Made-up evidence")


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_read_without_a_problem(name: str) -> None:
    assert [receipt.source for receipt in Study.open(ROOT / "examples" / name).receipts if receipt.problems] == []


def test_the_examples_are_what_their_script_writes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, ROOT / "tools" / "build_examples.py", tmp_path], check=True)
    for name in EXAMPLES:
        kept, made = Study.open(ROOT / "examples" / name), Study.open(tmp_path / name)
        for table in TABLES:
            assert_frame_equal(kept.table(table), made.table(table))
    beside = Path("synthetic") / "truth"
    for file in ("truth.parquet", "planted.json"):
        assert (ROOT / "examples" / beside / file).read_bytes() == (tmp_path / beside / file).read_bytes()


def test_the_tutorial_quotes_what_the_report_says(pages: dict[str, Element]) -> None:
    tutorial = (ROOT / "docs" / "tutorial" / "own-evidence.md").read_text(encoding="utf-8")
    lines = [line.removeprefix(">").strip() for line in tutorial.splitlines() if line.startswith(">")]
    quotes = [" ".join(part.split()) for part in "\n".join(lines).split("\n\n")]
    (first,) = pages["planted"].having("standing-out")
    said = " ".join(first.text.split())
    assert len(quotes) == len(PLANTED)
    assert [quote for quote in quotes if quote not in said] == []
