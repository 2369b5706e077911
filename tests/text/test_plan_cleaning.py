"""Traces of conversion go, and words stay as their writers wrote them."""

from __future__ import annotations

from collections import Counter

import pytest

from leaderful.text.blocks import Line, build_blocks
from leaderful.text.cleaning import clean_characters, is_debris, join_lines, restore_letters, tidy_spaces, words_of
from leaderful.text.heads import drop_heads, drop_repeated, drop_title_starts, is_page_number


def test_characters() -> None:
    given = "ﬁnance of\u00adﬁcers\u00a0use the o\u0301ﬃce\x00 \uf0b7 well\u2011being\r\ncollabo\u00ad\nration"
    assert clean_characters(given) == "finance officers use the o\u0301ffice • well-being\ncollabo\u00ad\nration"


@pytest.mark.parametrize(
    ("first", "second", "known", "joined"),
    [
        ("a strong collabora-", "tion of partners", {}, "a strong collaboration of partners"),
        ("people's well-", "being comes first", {}, "people's well-being comes first"),
        ("a cross-", "system plan", {}, "a cross-system plan"),
        ("the inte-", "grated board", {"integrated": 3}, "the integrated board"),
        ("health-care and trauma-", "informed care", {"trauma-informed": 1}, "health-care and trauma-informed care"),
        ("a nurse-", "midwife team", {"nurse": 2, "midwife": 1}, "a nurse-midwife team"),
        ("the 18-", "24 age group", {}, "the 18-24 age group"),
        ("a non-", "NHS body", {}, "a non-NHS body"),
        ("an open end -", "and then more", {}, "an open end - and then more"),
        ("soft\u00ad", "ware", {}, "software"),
        ("https://nhs.uk/long-", "read/plan", {}, "https://nhs.uk/long-read/plan"),
        ("plain", "words", {}, "plain words"),
    ],
)
def test_lines_are_joined(first: str, second: str, known: dict[str, int], joined: str) -> None:
    assert join_lines(first, second, known=Counter(known)) == joined


def test_a_document_tells_how_its_words_are_written() -> None:
    counts = words_of(["The frame-", "work for trauma-informed care", "is a framework"])
    assert counts["framework"] == 1
    assert counts["trauma-informed"] == 1
    assert "frame" not in counts
    assert "work" not in counts


def test_lost_letters_come_back_only_where_the_damage_shows() -> None:
    damaged = (
        "We wil work local y with al partners; col aboration wil fol ow. Il -health and al ied staff, et al. 2020."
    )
    restored = (
        "We will work locally with all partners; collaboration will follow. Ill-health and allied staff, et al. 2020."
    )
    assert restore_letters(damaged) == restored
    sound = "Al Gore and the final year of control y"
    assert restore_letters(sound) == sound


def test_running_heads_go_and_sentences_that_repeat_stay() -> None:
    pages = [
        ["Eastshire Plan", f"Page {n}", "one", "two", f"line {n} of text", "x", "y", "We will act."]
        for n in range(1, 9)
    ]
    pages[3].insert(4, "Eastshire Plan")
    kept, dropped = drop_heads(pages)
    assert all(page[0] != "Eastshire Plan" for page in kept)
    assert "Eastshire Plan" in kept[3]  # in the middle of a page it is text
    assert dropped == sum(len(page) for page in pages) - sum(len(page) for page in kept)


def test_heads_of_text_without_pages() -> None:
    lines = ["Smith et al. 2025, page 3", "We will act.", "", "Actions"] * 6
    kept, dropped = drop_repeated(
        [line.replace("3", str(at)) for at, line in enumerate(lines)] + ["12", "Page 4 of 28"]
    )
    assert kept.count("Actions") == 6
    assert kept.count("We will act.") == 6
    assert dropped == 8
    ran_in = [
        f"the great Eastshire plan {number} promises were made" for number in ("one", "two", "three", "four", "five")
    ]
    kept = drop_title_starts(["The Great Eastshire Plan", "Foreword", *ran_in])
    assert kept[1:3] == ["Foreword", "one promises were made"]
    promises = [f"We will work with {name} to act" for name in ("schools", "trusts", "police", "carers", "farms")]
    assert drop_title_starts(promises) == promises


@pytest.mark.parametrize("line", ["7", "Page 4 of 28", "- 12 -", "xiv", "**9**", "p. 3", "12 | "])
def test_page_numbers(line: str) -> None:
    assert is_page_number(line)


@pytest.mark.parametrize("line", ["2025/26 priorities", "We", "4 in 10", "mild"])
def test_not_page_numbers(line: str) -> None:
    assert not is_page_number(line)


@pytest.mark.parametrize(
    "text", ["12.4 | 13.0 | 9.9%", "y po ent ity", "n (%) 45 (12.3) 67", "…", "ur ied ojec ies reg ation of"]
)
def test_debris(text: str) -> None:
    assert is_debris(text)


@pytest.mark.parametrize("text", ["We act now.", "Go to it as you can.", "A fifth of all people are over 65 in 2026."])
def test_not_debris(text: str) -> None:
    assert not is_debris(text)


def test_spaces_and_links() -> None:
    assert tidy_spaces(" people  care ,  and  act .\nNow ") == "people care, and act. Now"
    (block,), _ = build_blocks([Line(text="See the plan (https://nhs.uk/a-b/c) for more about the matter.")])
    assert block.text == "See the plan for more about the matter."


def test_a_bullet_without_a_full_stop_does_not_swallow_the_next_paragraph() -> None:
    lines = [
        Line(text="• expand mental health support in every school of the county", after_gap=True),
        Line(text="so that no child waits", after_gap=False),
        Line(text="Money for this is set aside. It will last.", after_gap=True),
    ]
    blocks, _ = build_blocks(lines)
    assert [(block.kind, block.text[:20]) for block in blocks] == [
        ("bullet", "expand mental health"),
        ("paragraph", "Money for this is se"),
    ]
