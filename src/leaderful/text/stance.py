"""What a passage does with a goal: commits to it, continues it, defers it, drops it, or only mentions it.

The rules read one sentence at a time. They know nothing of the goal; which sentences count is told
by the spans of the evidence. They are our own, made for English plans, and a person confirms or
refuses what they suggest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from leaderful.text import stance_cues as cues
from leaderful.text.sentences import sentences

Kind = Literal["commits", "continues", "defers", "drops", "mentions"]
Span = tuple[int, int]
_WEIGHT: dict[Kind, int] = {"drops": 4, "defers": 3, "commits": 2, "continues": 1, "mentions": 0}
_ENDS_OBJECT = re.compile(
    r"\b(?:of|for|in|by|to|on|with|from|at|and|or|that|which|who|so|while|because|as|is|are|when|below|next|between|among|across|through|via|using|within|including|instead)\b|[,.;:()]",
    re.IGNORECASE,
)
_COUNTING = re.compile(
    r"\b(?:number|numbers|rates?|levels?|use|incidence|impact|effects?|burden|proportion|prevalence|share|length|amount|"
    r"size|rise|risk|time|times|costs?)\s*$",
    re.IGNORECASE,
)
_NEAR = 25
"""How many characters after the thing itself may still say what it is: *spend on agency staff*."""
_GIVING_UP = re.compile(r"(?:ceas|stop|end|clos)", re.IGNORECASE)
_OWNED = re.compile(
    r"\s+(?:our|its|their|the|both|all|two|three|this|these|to (?:be|fund|run|offer)\b|\w+ing\b)", re.IGNORECASE
)
"""How a thing is named that is there and somebody's own, and so a loss when it ends."""
_FRONT = re.compile(
    r"^(?:from|by|over|in|at|given|because of|owing to|after|together with|apart from)\b[^,]*,\s*", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True)
class Stance:
    """The stance of a passage, the sentence that decided it and the words in that sentence."""

    kind: Kind
    sentence: Span
    """Start and end, in the passage, of the sentence that decided; the first one where none did."""
    cues: tuple[Span, ...]
    """Start and end, in the passage, of the words that decided; empty where it only mentions."""


def stance(text: str, *, spans: Iterable[Span] = ()) -> Stance:
    """Return what a passage does with the thing it speaks of.

    *commits*: the speaker takes something on. *continues*: what is done already goes on. *defers*:
    it is put off, or rests on something that is not there yet. *drops*: it is given up or made less.
    *mentions*: none of these, or the deed is another's, past, asked, quoted or only described.

    Making less of a bad thing is a commitment, making less of a good thing drops it: *reduce waiting
    times*, but *reduce funding*. A negation turns that round: *will not reduce funding* continues.
    Where sentences differ, giving up counts before putting off, then committing, then continuing, so
    that no promise hides a withdrawal beside it.

    Parameters
    ----------
    text
        The passage.
    spans
        Where in the passage the evidence for a goal stands. Only sentences that hold some of it are
        read; all are where none is given. A list's items are read with the words that lead up to them.

    Returns
    -------
    Stance
        The kind, and the sentence and words that decided it.

    Examples
    --------
    >>> stance("We will no longer fund the bus pass.").kind
    'drops'
    >>> stance("We will reduce waiting times for children.").kind
    'commits'
    >>> passage = "We will end the walking scheme. We will plant trees."
    >>> stance(passage, spans=[(43, 48)]).kind
    'commits'
    """
    wanted = tuple(spans)
    places = list(_places(text))
    chosen = [place for place in places if _holds(place.span, wanted)] or places
    best = Stance(kind="mentions", sentence=chosen[0].span if chosen else (0, len(text)), cues=())
    for place in chosen:
        found = _judge(place, text)
        if _WEIGHT[found.kind] > _WEIGHT[best.kind]:
            best = found
    return best


@dataclass(frozen=True)
class _Place:
    """A sentence, and whether it is an item of a list that a promise leads up to."""

    span: Span
    promised: bool = False


def _places(text: str) -> Iterator[_Place]:
    promised = False
    for start, end in sentences(text):
        sentence = text[start:end]
        item = sentence.lstrip().startswith("•")
        if not item:
            promised = sentence.rstrip().endswith(":") and cues.PROMISE.search(sentence) is not None
        yield _Place((start, end), promised and item)


def _holds(sentence: Span, spans: tuple[Span, ...]) -> bool:
    return any(start < sentence[1] and end > sentence[0] for start, end in spans)


def _judge(place: _Place, text: str) -> Stance:
    start, end = place.span
    sentence = _without_quotes(text[start:end]).replace("’", "'")
    kind, found = _kind(sentence, promised=place.promised)
    return Stance(kind=kind, sentence=place.span, cues=tuple((start + a, start + b) for a, b in found))


def _without_quotes(sentence: str) -> str:
    """Blank out what others are quoted as saying, so that it decides nothing; lengths stay."""
    if not cues.SAID.search(cues.QUOTED.sub("", sentence)):
        return sentence
    return cues.QUOTED.sub(lambda quoted: " " * len(quoted[0]), sentence)


def _kind(sentence: str, *, promised: bool) -> tuple[Kind, list[Span]]:
    """Return the stance of one sentence and the places of its cues; the first rule that holds decides."""
    said = sentence.strip(" •\t")
    if said.endswith("?") or cues.OTHERS.match(_FRONT.sub("", said)) or cues.OTHERS.match(said):
        return "mentions", []
    if cues.SOURCE.search(sentence) or cues.IMPERSONAL.search(sentence):
        return "mentions", []
    if kept := cues.NOT_STOPPING.search(sentence):
        return "continues", [kept.span()]
    given_up = list(_given_up(sentence))
    if given_up:
        return "drops", given_up
    for pattern in (cues.LATER, cues.UNSURE, cues.FROM_YEAR, cues.WISH):
        if (later := pattern.search(sentence)) and not _is_thing(sentence, later):
            return "defers", [later.span()]
    worsens = cues.WORSENS.search(sentence)
    if (goes_on := cues.CONTINUED.search(sentence)) and not worsens:
        return "continues", [goes_on.span()]
    if promise := cues.PROMISE.search(cues.FORECAST.sub(lambda said: " " * len(said[0]), sentence)):
        return "commits", [promise.span()]
    if (task := cues.IMPERATIVE.match(said)) and not worsens:
        at = sentence.index(said)
        return "commits", [(at + task.start(), at + task.end())]
    if promised:
        return "commits", []
    if doing := cues.DOING.search(said):
        at = sentence.index(said)
        return "continues", [(at + doing.start(), at + doing.end())]
    return "mentions", []


def _given_up(sentence: str) -> Iterator[Span]:
    """Yield the places where a good thing is given up or made less."""
    for found in cues.DROPPED.finditer(sentence):
        if not _is_condition(sentence, found):
            yield found.span()
    for found in cues.LESS.finditer(sentence):
        if _takes_good(sentence, found) and not cues.PAST.search(sentence):
            yield found.span("plain") if found["plain"] else found.span("bent")


def _takes_good(sentence: str, found: re.Match[str]) -> bool:
    """Tell whether what is made less is a good thing: a service, its money, a promise.

    The last word of the thing named decides, so that *inequalities funding* is funding; where it
    only counts (*the number of*), the words after it do.
    """
    verb, rest = (found["plain"] or found["bent"]).casefold(), sentence[found.end() :]
    thing = _thing(rest)
    if not thing.strip():
        if _GIVING_UP.match(verb) and _OWNED.match(rest):
            return True
        return _is_good(sentence[: found.start()])
    if cues.WASTEFUL.search(rest[: len(thing) + _NEAR]):
        return False
    good, bad = _last(cues.GOOD, thing), _last(cues.BAD, thing)
    if good < 0 and bad < 0:
        return _GIVING_UP.match(verb) is not None and _OWNED.match(rest) is not None
    return good > bad


def _thing(rest: str) -> str:
    """Return the words that name the thing; past a counting word, those of the next one."""
    ends = _ENDS_OBJECT.search(rest)
    first = rest[: ends.start()] if ends else rest
    if ends and _COUNTING.search(first) and not cues.BAD.search(first):
        return first + " " + _thing(rest[ends.end() :])
    return first


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((found.end() for found in pattern.finditer(text)), default=-1)


def _is_good(subject: str) -> bool:
    """Tell whether what ends of itself, or is ended, is a good thing, by its first words or its last."""
    head = _thing(_FRONT.sub("", subject))
    return _last(cues.GOOD, head) > _last(cues.BAD, head) or _last(cues.GOOD, subject) > _last(cues.BAD, subject)


def _is_condition(sentence: str, found: re.Match[str]) -> bool:
    return re.search(r"\b(?:if|unless|would)\b[^,]*$", sentence[: found.start()], re.IGNORECASE) is not None


def _is_thing(sentence: str, later: re.Match[str]) -> bool:
    """Tell whether putting off is itself what is fought: *reduce delayed discharges*."""
    return any(
        sentence[found.end() : later.start()].count(" ") <= 3
        for found in cues.LESS.finditer(sentence, 0, later.start())
    )
