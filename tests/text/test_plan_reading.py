"""Plans are read into passages that keep to paragraphs, lists and pages, and keep their names."""

from __future__ import annotations

import re
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plan_files import locked_pdf, long_pdf, pdf, scanned_pdf, small_word, word
from pypdf import PdfReader, PdfWriter

from leaderful.text.blocks import Block, Line, build_blocks
from leaderful.text.documents import ReadPlan, read_plan
from leaderful.text.passages import LEAST_WORDS, MOST_WORDS, cut
from leaderful.text.sentences import count_words, sentences

LONG = (
    "We will bring clean air to the streets round our schools, because children who breathe dirty air fall ill more "
    "often, miss more lessons and do less well. The council and the trusts will close twelve roads at the start and "
    "end of the day."
)


def read(folder: Path, name: str, content: bytes | str) -> ReadPlan:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_plan(path)


def test_markdown_keeps_headings_lists_and_words(tmp_path: Path) -> None:
    plan = read(
        tmp_path,
        "plan.md",
        f"# Air\n\n![a chart](chart.png)\n\n{LONG}\n\n## Work\n\n"
        "Every **trust** will\\* [pay](https://x.org/a) fairly:\n\n"
        "- a living wage for all who clean, cook and carry in our hospitals\n- no zero-hours contracts by 2028\n\n"
        "| Year | n |\n|---|---|\n| 2025 | 4 |\n",
    )
    first, second = plan.passages
    assert (first.heading, first.text) == ("Air", LONG)
    assert second.heading == "Work"
    assert second.text == (
        "Every trust will* pay fairly:\n• a living wage for all who clean, cook and carry in our hospitals\n"
        "• no zero-hours contracts by 2028"
    )
    assert plan.pages is None
    assert [plan.text[each.start : each.end] for each in plan.passages] == [each.text for each in plan.passages]


def test_pdf_gives_pages_and_loses_heads_and_feet(tmp_path: Path) -> None:
    pages = [
        [
            "Eastshire Plan 2026",
            f"{name} comes first in this part of our plan, as residents asked us to,",
            f"and for {name.casefold()} there will be money from all partners for five years.",
            f"Page {number} of 4",
        ]
        for number, name in enumerate(("Housing", "Work", "Food", "Air"), 1)
    ]
    plan = read(tmp_path, "plan.pdf", pdf(pages))
    assert plan.pages == 4
    assert plan.text.count("money from all partners") == 4
    assert "Eastshire Plan" not in plan.text
    assert "Page 3" not in plan.text
    assert "left out as running heads, feet and page numbers: 8" in plan.notes


def test_a_paragraph_goes_on_over_the_page(tmp_path: Path) -> None:
    pages = [["A list of what we will do, and of those who will do it, comes at the", "end of this collabora-"]]
    pages += [["tion between councils and trusts. It was agreed in May by all of them together."]]
    plan = read(tmp_path, "plan.pdf", pdf(pages))
    (passage,) = plan.passages
    assert "end of this collaboration between councils" in passage.text
    assert passage.page == 1


@pytest.mark.parametrize("algorithm", ["RC4-40", "RC4-128", "AES-128", "AES-256-R5", "AES-256"])
def test_a_pdf_that_anyone_may_open_is_read(tmp_path: Path, algorithm: str) -> None:
    content = locked_pdf(pdf([[LONG[:90], LONG[90:180]]]), user="", algorithm=algorithm)
    assert "clean air" in read(tmp_path, "plan.pdf", content).text


def test_pages_without_text_are_noted(tmp_path: Path) -> None:
    writer = PdfWriter()
    for content in (pdf([[LONG[:90], LONG[90:180]]]), scanned_pdf(2)):
        path = tmp_path / "part.pdf"
        path.write_bytes(content)
        writer.append(PdfReader(path))
    writer.write(tmp_path / "both.pdf")
    plan = read_plan(tmp_path / "both.pdf")
    assert plan.pages == 3
    assert "pages 2, 3 are without text: pictures, or scanned" in plan.notes


def test_word_keeps_headings_lists_and_the_sentences_of_tables(tmp_path: Path) -> None:
    plan = read(tmp_path, "plan.docx", word(small_word()))
    assert (plan.passages[0].heading, plan.passages[0].page) == ("Fair work", None)
    assert plan.passages[0].text.startswith("Across the system we will:\n• pay the real living wage")
    whole = " ".join(each.text for each in plan.passages)
    assert "close the road outside each school" in whole
    assert "Council" not in whole


def test_names_of_passages_outlast_changes_elsewhere(tmp_path: Path) -> None:
    other = LONG.replace("schools", "clinics").replace("children", "patients")
    before = read(tmp_path, "a.md", f"# One\n\n{LONG}\n\n# Two\n\n{other}\n")
    after = read(
        tmp_path,
        "b.md",
        "# Zero\n\nA new chapter opens the plan and says much about money.\n\n"
        f"# 1 One\n\n{LONG.upper()}\n\n{other}\n\n{LONG}",
    )
    old = [passage.id for passage in before.passages]
    new = [passage.id for passage in after.passages]
    assert old[0] in new  # case does not count
    assert old[1] in new
    assert f"{old[0]}-2" in new  # the same words a second time
    assert len(set(new)) == len(new)


def test_long_paragraphs_are_cut_between_sentences() -> None:
    text = " ".join([LONG] * 12)
    whole, passages, _ = cut([Block(kind="paragraph", text=text, page=3)])
    assert whole == text
    assert all(40 <= count_words(each.text) <= MOST_WORDS for each in passages)
    assert all(each.text.endswith(".") for each in passages)
    assert " ".join(each.text for each in passages) == text


def test_a_short_paragraph_waits_for_company_and_a_long_one_does_not() -> None:
    short = "Partners agreed on this in the spring of last year."
    blocks = [Block(kind="paragraph", text=text) for text in (short, short, LONG * 2, LONG * 2)]
    _, passages, _ = cut(blocks)
    assert [count_words(each.text) for each in passages] == [20, 89, 89]


def test_labels_are_counted_not_hidden(tmp_path: Path) -> None:
    plan = read(tmp_path, "plan.md", f"# A\n\nFigure 3.\n\n# B\n\n{LONG}\n")
    assert len(plan.passages) == 1
    assert "left out as labels of fewer than 5 words: 1" in plan.notes


@given(st.lists(st.tuples(st.sampled_from(["paragraph", "bullet", "heading"]), st.integers(1, 260)), max_size=25))
def test_every_word_stands_in_one_passage_or_is_counted_out(shapes: list[tuple[str, int]]) -> None:
    words = [f"word{number}" for number in range(260)]
    blocks = []
    for kind, length in shapes:
        said = [word + "." if number % 17 == 16 else word for number, word in enumerate(words[:length])]
        said = [each.capitalize() if number % 17 == 0 else each for number, each in enumerate(said)]
        blocks.append(Block(kind=kind, text=" ".join(said)))  # type: ignore[arg-type]
    whole, passages, labels = cut(blocks)
    held = sum(count_words(each.text) for each in passages)
    body = sum(length for kind, length in shapes if kind != "heading")
    assert body - labels * (LEAST_WORDS - 1) <= held <= body
    assert all(first.end <= second.start for first, second in pairwise(passages))
    assert all(whole[each.start : each.end] == each.text for each in passages)
    assert all(count_words(each.text) <= MOST_WORDS for each in passages)
    assert len({each.id for each in passages}) == len(passages)


@given(st.text(max_size=300))
def test_sentences_part_a_text_without_overlap(text: str) -> None:
    parts = list(sentences(text))
    assert all(start <= end <= len(text) for start, end in parts)
    assert all(first[1] <= second[0] for first, second in pairwise(parts))


@given(st.lists(st.text(max_size=60), max_size=30))
def test_any_lines_make_blocks(lines: list[str]) -> None:
    blocks, dropped = build_blocks([Line(text=text, page=1, after_gap=False) for text in lines if text.strip()])
    assert all(block.text.strip() for block in blocks)
    assert dropped >= 0


def test_five_hundred_pages_are_read_in_reasonable_time(tmp_path: Path) -> None:
    path = tmp_path / "long.pdf"
    path.write_bytes(long_pdf(500))
    began = time.perf_counter()
    plan = read_plan(path)
    assert time.perf_counter() - began < 60
    assert plan.pages == 500
    for passage in plan.passages[::50]:
        number = int(re.findall(r"in area (\d+)", passage.text)[0])
        assert passage.page is not None
        assert abs(passage.page * 40 - number + 20) <= 60
    assert "A Plan for Eastshire" not in plan.text
