"""Elements: whatever the text, it stays text."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markupsafe import Markup

from leaderful.report.markup import hidden, join, number, tag
from page_reader import read

HOSTILE = (
    "<script>alert(1)</script>",
    "</p></div></svg></style><h1>mine</h1>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "&lt;b&gt; &amp; &#60;i&#62; &copy",
    "<!-- no end",
    "]]><![CDATA[<b>",
    "{{ page }} {% raw %}",
    "\u202etsurT lanoitadnuoF\u202c \u05d0\u05de\u05d5\u05df \u0627\u0644\u062b\u0642\u0629",
    "x" * 6000,
    "",
)
texts = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))


@given(texts)
@example(HOSTILE[0])
@example(HOSTILE[2])
@example(HOSTILE[4])
def test_text_and_attributes_come_back_as_they_were(text):
    root = read(tag("p", text, tag("b", text), title=text, aria_label=text))
    (p,) = root.children
    assert (p.tag, p.text) == ("p", text + text)
    assert p.attrs == {"title": text, "aria-label": text}
    assert [child.tag for child in p.children] == ["b"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_opens_no_element(text):
    root = read(join([tag("div", text, class_=text), tag("i", tag("title", text), d=text)]))
    assert [e.tag for e in root.everything()] == ["div", "i", "title"]


def test_attributes():
    assert tag("a", href="#x", class_="box", data_group="A B") == '<a href="#x" class="box" data-group="A B"></a>'
    assert tag("p", hidden=True, title=False) == "<p hidden></p>"
    assert tag("rect", x=2.50, y=-0.001, width=10) == '<rect x="2.5" y="0" width="10"></rect>'


def test_join_escapes_nothing_twice():
    assert join([tag("b", "&"), Markup("<i></i>")]) == "<b>&amp;</b>\n<i></i>"


def test_hidden_is_a_word_on_a_hatched_ground():
    assert hidden() == '<span class="hidden-value">hidden</span>'


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [(2.5, 2, "2.5"), (2.0, 2, "2"), (-0.0, 2, "0"), (-0.004, 2, "0"), (1e-9, 2, "0"), (1200.0, 0, "1200"),
     (1e15, 2, "1000000000000000"), (0.005, 2, "0.01"), (-1.239, 2, "-1.24"), (100.0, 1, "100")],
)  # fmt: skip
def test_numbers_without_needless_digits(value, places, text):
    assert number(value, places) == text


@given(st.floats(-1e9, 1e9), st.integers(0, 4))
def test_a_number_is_near_and_plain(value, places):
    text = number(value, places)
    assert abs(float(text) - value) <= 0.5 * 10**-places + 1e-6
    assert not text.startswith("-0") or text[2] == "."
    assert "e" not in text and text != "-0"
    assert "." not in text or text[-1] not in "0."
