"""The patterns by which a sentence of a plan is judged; most of their words stand in ``data/stance.toml``."""

from __future__ import annotations

import re
import tomllib
from importlib import resources

_I = re.IGNORECASE
_WORDS = tomllib.loads((resources.files("leaderful.text") / "data" / "stance.toml").read_text(encoding="utf-8"))


def _listed(name: str) -> str:
    return "|".join(_WORDS[name]["phrases"])


def _any_of(name: str, *, before: str = "") -> re.Pattern[str]:
    """Return the pattern of one list of phrases."""
    phrases = [f"(?:{phrase})" if phrase.startswith("^") else rf"\b(?:{phrase})" for phrase in _WORDS[name]["phrases"]]
    ends = r"(?:(?<=\W)|\b)"
    return re.compile(f"{before}(?:{'|'.join(phrases)}){ends}", _I)


SAID = _any_of("said")
SOURCE = _any_of("source")
IMPERSONAL = _any_of("impersonal")
LATER = _any_of("later")
WISH = _any_of("wish")
DROPPED = _any_of("dropped")
GOOD = _any_of("good")
BAD = _any_of("bad")
WASTEFUL = _any_of("wasteful")
NOT_STOPPING = _any_of("not_stopping")
CONTINUED = _any_of("continued", before=r"(?<!\bthat )(?<!\bwho )(?<!\bwhich )")
PROMISE = _any_of("promise")
PAST = _any_of("past")
QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|‘[^’]{15,}’(?!\w)")

OTHERS = re.compile(
    r"^(?:it is (?:up to|for|a matter for)|according to|what (?:the law|ministers|others))\b"
    rf"|^(?:the )?(?:{_listed('others')})\b",
    _I,
)
"""A sentence that begins so speaks of what others do, want or have done."""
UNSURE = re.compile(
    r"\bsubject to (?!(?:scrutiny|regular|annual|inspection|audit|the same|change\b))"
    rf"|\b(?:depends?|dependent|contingent|conditional) (?:up)?on\b[^.;]{{0,50}}\b(?:{_listed('means')})\b"
    rf"|\b(?:if|when|once|should|provided|until|unless)\b[^,.;]{{0,40}}\b(?:{_listed('means')})\b[^,.;]{{0,25}}"
    r"\b(?:allows?|permits?|succeeds?|arrives?|becomes?|is|are|be|can|has|have|follows?|comes?)\b"
    r"|\bas (?:resources?|funding|funds|money|finances?|budgets?|capacity) (?:allows?|permits?|becomes?)\b"
    r"|\b(?:if|when|once) (?:it is |we are )?affordable\b",
    _I,
)
"""What is promised rests on something that is not there yet."""
FROM_YEAR = re.compile(r"\bfrom (?:\w+ )?20\d\d\b[^.]{0,40}\b(?:intend|plan|hope|aim|expect|look)s? to\b", _I)
"""A later beginning that is only intended."""

_BEFORE_VERB = (
    r"(?:^\W*|:\s*|\b(?:to|will|shall|must|would|should|can|not|we|and|or|also|then|is|are|was|were|be|been|being|has|have|"
    r"by|of|propos(?:e|es|ed|ing)|fully|further|finally|now|significantly|permanently)\s+)"
)
_NO_VERB = r"(?<!\bstop(?= smoking (?:clinic|service|support|advi|programme|team|session|group|offer)))"
LESS = re.compile(rf"{_BEFORE_VERB}(?P<plain>{_listed('reduce')})\b{_NO_VERB}|\b(?P<bent>{_listed('less')})\b", _I)
"""Making less of something: good or bad, as the thing is. *Stop smoking clinics* are a name."""
WORSENS = re.compile(
    rf"\b(?:continue[sd]?|continuing|remains?|keeps?|stays?|still) (?:to )?(?:{_listed('troubles')})\b", _I
)
FORECAST = re.compile(
    rf"\b(?<!we )(?<!and )will (?:also |then |therefore |likely |probably )?(?:{_listed('forecast')})\b", _I
)
IMPERATIVE = re.compile(
    r"^(?:(?:action|priority|objective|aim|goal|commitment|step) ?(?:\d+|one|two|three|four|five|six)?[.:–-]? )?"
    r"(?:to \w+[^,]{0,60}, )?"
    rf"(?:{_listed('tasks')})\b(?! (?:of|by|in) \d)",
    _I,
)
DOING = re.compile(
    r"^(?:we|(?:(?:the|our|this|each|every|both|all|two|three|its)\s+)?(?:\w+(?:'s)?\s+){0,2}?"
    rf"(?:{_listed('speakers')})) (?:already |also |now |currently )?"
    r"(?:run|fund|provide|offer|deliver|host|employ|work|support|pay|visit|train)s?\b",
    _I,
)
"""What is being done already, told in the present."""
