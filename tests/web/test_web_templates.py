"""No word stands in a page that could not be put into another language."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template.base import Lexer, TokenType

import leaderful.web

TEMPLATES = Path(leaderful.web.__file__).parent / "templates"
PAGES = sorted(TEMPLATES.rglob("*.html"))
READ_OUT = ("aria-label", "title", "placeholder", "alt", "content")
FIXED = {"width=device-width, initial-scale=1", "noindex, nofollow"}
"""What stands in attributes and is no word to anybody."""
LETTERS = re.compile(r"[^\W\d_]")
_FALLBACK = re.compile(r"\|(?:default|default_if_none|yesno|pluralize|join|add):\s*[\"'][^\"']*[^\W\d_]")


class Words(HTMLParser):
    """Reads the words of a page that no tag of Django's has put there."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self._take(data.replace("leaderful", ""))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 (as it is called)
        for name, value in attrs:
            if name in READ_OUT and value not in FIXED:
                self._take(value or "")

    def _take(self, text: str) -> None:
        if LETTERS.search(text):
            self.found.append(text.strip())


def fixed_words(source: str) -> list[str]:
    """Return the words of a template that stand outside translation."""
    kept, found, translated = [], [], False
    for token in Lexer(source).tokenize():
        if token.token_type == TokenType.BLOCK:
            name = token.contents.split()[0]
            translated = name in ("blocktranslate", "comment") or (translated and not name.startswith("end"))
        elif token.token_type == TokenType.TEXT and not translated:
            kept.append(token.contents)
        elif token.token_type == TokenType.VAR and _FALLBACK.search(token.contents):
            found.append(token.contents)
    words = Words()
    words.feed("".join(kept))
    return found + words.found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TEMPLATES)))
def test_every_word_of_a_page_can_be_translated(page: Path) -> None:
    assert fixed_words(page.read_text(encoding="utf-8")) == []


def test_words_that_cannot_be_translated_are_found() -> None:
    assert len(PAGES) > 40
    source = """{% load i18n %}<p class="x" aria-label="Back">{% translate "Yes" %} 12, Hello
        {% blocktranslate %}You{% plural %}All{% endblocktranslate %} there {{ name }} {{ x|default:"none" }}</p>
        {% if a %}<b{% if b %} title="{% translate "So" %}"{% endif %}>{{ day|date:"j F" }}</b>{% endif %}"""
    assert fixed_words(source) == ['x|default:"none"', "Back", "12, Hello\n         there"]
