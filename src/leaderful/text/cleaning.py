"""Traces that conversion leaves in text: ligatures, hidden characters, lost letters and broken words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_BULLET = "\N{BULLET}"
_BULLETS = dict.fromkeys("‣▪●◦·■□○✓✔➢➤❖⁃\uf0b7\uf0a7\uf0a8\uf0d8\uf0fc\uf02d", _BULLET)
_SPACES = dict.fromkeys("\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000\t", " ")
_HYPHENS = dict.fromkeys("\u2010\u2011", "-")
_NOTHING = dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u200e\u200f", "")
_TABLE = str.maketrans({**_LIGATURES, **_BULLETS, **_SPACES, **_HYPHENS, **_NOTHING})
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ue000-\uf8ff\ufffd]")
_BREAKS = re.compile(r"\r\n|[\r\x0c\x85\u2028\u2029]")

_DAMAGED = re.compile(r"\b(?:wil|al|ful|stil|il) (?=[a-z])")
_WHOLE = {"wil": "will", "al": "all", "ful": "full", "stil": "still", "il": "ill", "cal": "call", "wel": "well"}
_WHOLE |= {
    "smal": "small",
    "skil": "skill",
    "skils": "skills",
    "overal": "overall",
    "fil": "fill",
    "fal": "fall",
    "tel": "tell",
}
_WHOLE_WORD = re.compile(rf"\b(?:{'|'.join(_WHOLE)})\b(?! et\b)(?!\.)|\bil (?=-)", re.IGNORECASE)
_TORN = re.compile(
    r"\b([A-Za-z]*l) (y\b|-|aborat\w*|eague\w*|eagues|ect\w*|ocat\w*|ow(?:s|ed|ing|-up)?\b|enge\w*|igen\w*|enc\w*|ent\b"
    r"|ustrat\w*|ness\w*|ion\b|ions\b|ing\b|ings\b|ed\b|er\b|ers\b|est\b|ege\w*|ey\b|ars?\b|el\b|ite\w*|iance\w*|oqu\w*"
    r"|apse\w*|s\b|ular\b|ied\b|ies\b|eviat\w*|ia(?:m|n)\w*|ment\b)"
)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_SHORT = """
a act add age ago aid aim air all also am an and any app are arm as ask at bad bed big bin both bus but buy by
can car cut cup day did do due e ear eat ed eg end etc eye far few fit fix for fund g gap gas get go got gp
had has he her him his hit hot how i ie if ii iii in is it its job joy key kit law lay led let lie lot low m
man map may me men met mix my net new no non nor not now of off oil old on one or our out own p pay per pre
put raw re red rid row run s sat saw say sea see set sex she shy sit six so son spa t tax tea ten the tie to
too top toy try tv two uk up us use v via vs war was way we web wet who why win won yes yet you
"""
_SHORT_WORDS = frozenset(_SHORT.split())
_FIRST_HALVES = """
all anti co cross day early end evidence ex face far first full half hard health high home hospital ill in
inter joined left life local long low lower mid multi non north on one out over own part place population post
pre pro quarter re real right risk second self semi short single south step sub system third three two under
up upper value well whole world year
"""
_FIRST_PARTS = frozenset(_FIRST_HALVES.split())


def clean_characters(text: str) -> str:
    """Return text with plain line breaks, spaces, hyphens and letters, and without characters that say nothing.

    Soft hyphens stay where they end a line, as the sign that a word goes on; elsewhere they go.
    """
    text = _BREAKS.sub("\n", text).translate(_TABLE)
    text = re.sub("\u00ad+(?! *\n| *$)", "", text)
    return _CONTROL.sub("", text)


def restore_letters(text: str) -> str:
    """Give back the second l of words that lost it with a ligature: *wil be*, *col aboration*, *local y*.

    Nothing is touched unless the text shows the damage at least three times.
    """
    if len(_DAMAGED.findall(text)) < 3:
        return text
    text = _TORN.sub(r"\1l\2", text)
    return _WHOLE_WORD.sub(lambda found: _like(found[0], _WHOLE[found[0].strip().lower()]), text)


def _like(given: str, word: str) -> str:
    return word.capitalize() if given[0].isupper() else word


def words_of(lines: Iterable[str]) -> Counter[str]:
    """Count the words that stand whole within lines, as evidence on how a broken word is written.

    The last word of a line that ends in a hyphen is left out, and so is the first of the next.
    """
    counts: Counter[str] = Counter()
    broken = False
    for line in lines:
        found = _WORD.findall(line.casefold())
        ends_broken = line.rstrip().endswith(("-", "\u00ad"))
        counts.update(found[int(broken) : len(found) - int(ends_broken)])
        broken = ends_broken
    return counts


def join_lines(first: str, second: str, *, known: Counter[str]) -> str:
    """Join two lines of one paragraph, mending a word that a hyphen at the end of the line broke.

    The document itself decides: a word it writes whole is made whole, one it writes with a hyphen
    keeps it. Otherwise the hyphen stays after the usual first halves of compounds, and between two
    words that the document uses on their own; in all other cases it was put there by the printer.
    """
    first, second = first.rstrip(), second.lstrip()
    if first.endswith("\u00ad"):
        return first.rstrip("\u00ad") + second
    if not first.endswith("-") or not second[:1].isalnum() or not first[-2:-1].isalnum():
        return f"{first} {second}".strip()
    if second[:1].isupper() or second[:1].isdigit() or "://" in first.rsplit(" ", 1)[-1]:
        return first + second
    before, after = re.findall(r"[\w-]+$", first[:-1])[-1].casefold(), re.findall(r"^\w+", second)[0].casefold()
    return first + second if _keeps_hyphen(before, after, known) else first[:-1] + second


def _keeps_hyphen(before: str, after: str, known: Counter[str]) -> bool:
    whole, parted = known[before + after], known[f"{before}-{after}"]
    if whole or parted:
        return parted > whole
    last = before.rsplit("-", 1)[-1]
    if last in _FIRST_PARTS:
        return True
    return min(len(last), len(after)) > 3 and known[last] > 0 and known[after] > 0


def tidy_spaces(text: str) -> str:
    """Return text with single spaces, none before a mark that closes, and none at either end."""
    text = re.sub(r"[ \n]+", " ", text).strip()
    return re.sub(r" +(?=[,.;:!?)\]](?:\s|$))", "", text)


def is_debris(text: str) -> bool:
    """Tell whether a line or paragraph is what a table, a chart or a sideways page leaves behind."""
    words: list[str] = _WORD.findall(text)
    if not words:
        return True
    letters = sum(map(len, words))
    if letters * 2 < len(text.replace(" ", "")):
        return True
    if len(words) < 4:
        return False
    stumps = sum(len(word) <= 3 and word.islower() and word not in _SHORT_WORDS for word in words)
    return stumps * 4 > len(words)
