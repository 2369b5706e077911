"""Which item, question, body or role a column is probably about: by its id, by an id within it, or by its words."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

How = Literal["id", "id within", "text", "similar text"]

SIMILAR = 0.85
"""Least likeness of two texts, as difflib measures it, that is offered for checking; ours."""
_MARGIN = 0.03  # how much likelier than the next text it must be
_TAG = re.compile(r"<[^>]{1,200}>")


@dataclass(frozen=True, kw_only=True)
class Match:
    """What a column was found to be about, and how sure that is."""

    id: str
    how: How
    likeness: float = 1.0

    @property
    def note(self) -> str:
        """What to check; nothing where the id itself was found."""
        if self.how == "similar text":
            return f"by similar text ({self.likeness:.2f}); check"
        return "" if self.how in ("id", "id within") else "by its text"


def bare(text: str) -> str:
    """Return a text's letters and figures alone, in small letters."""
    return "".join(character for character in text.casefold() if character.isalnum())


def words(text: str) -> str:
    """Return a text as words between single spaces, without tags, marks and a leading number."""
    plain = re.sub(r"[^\w\s]|_", " ", _TAG.sub(" ", text).casefold().replace("'", "").replace("’", ""))
    return re.sub(r"^\d+\s+", "", " ".join(plain.split()))


def match_texts(column: Sequence[str], ids: Iterable[str], texts: Mapping[str, str]) -> Match | None:
    """Return which id a column is about; `column` holds its name and, where there is one, its question text.

    An id that is the whole name comes before one within it, as in ``CGP/CGP1`` or ``G1Q1[CGP1]``,
    then the text of an item alone or at the end of a longer one, then a similar text.
    """
    known = {bare(each): each for each in ids}
    for name in column:
        if bare(name) in known:
            return Match(id=known[bare(name)], how="id")
    for name in column:
        parts = {bare(part) for part in re.split(r"[^A-Za-z0-9-]+|(?<=\w)_", name)}
        inside = {known[part] for part in parts if part in known}
        if len(inside) == 1:
            return Match(id=inside.pop(), how="id within")
    return _by_text([words(name) for name in column], {each: words(text) for each, text in texts.items() if text})


def _by_text(names: Sequence[str], texts: Mapping[str, str]) -> Match | None:
    ending = {each for name in names for each, text in texts.items() if name == text or f" {name}".endswith(f" {text}")}
    if ending:
        longest = max(ending, key=lambda each: len(texts[each]))
        return Match(id=longest, how="text")
    best, second, found = 0.0, 0.0, ""
    for each, text in texts.items():
        likeness = max((_likeness(name, text) for name in names if len(name) > 10), default=0.0)
        if likeness > best:
            best, second, found = likeness, best, each
        elif likeness > second:
            second = likeness
    return Match(id=found, how="similar text", likeness=best) if best >= SIMILAR and best - second >= _MARGIN else None


def _likeness(one: str, other: str) -> float:
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    if matcher.real_quick_ratio() < SIMILAR or matcher.quick_ratio() < SIMILAR:
        return 0.0
    return matcher.ratio()


def nearest_code(said: str, named: Mapping[str, str]) -> tuple[str, float]:
    """Return the code whose name is most like what was said, and how like; no code below the threshold."""
    wanted = words(said)
    likeness, code = max(((_likeness(wanted, words(name)), code) for name, code in named.items()), default=(0.0, ""))
    return (code, likeness) if likeness >= SIMILAR else ("", likeness)


ROLES: dict[str, tuple[str, ...]] = {
    "person": (
        "person",
        "pseudonym",
        "participant",
        "participantid",
        "personid",
        "studyid",
        "subject",
        "externalreference",
        "externaldatareference",
        "token",
        "email",
        "emailaddress",
        "recipientemail",
        "youremail",
        "youremailaddress",
        "recordid",
        "respondent",
        "respondentid",
        "from",
        "source",
        "name",
        "responseid",
        "author",
        "response",
        "uuid",
        "entry",
        "id",
    ),
    "wave": ("wave", "round", "redcapeventname"),
    "taking_part": ("consent", "doyouagreetotakepart", "iagreetotakepart"),
    "body": ("body", "organisation", "organization", "employer", "yourorganisation", "whichorganisationdoyouworkfor"),
    "team": ("team", "yourteam", "teamname", "department"),
    "tier": ("tier", "seniority", "yourseniority", "levelofseniority", "yourtier"),
    "place": ("place", "locality", "yourplace"),
    "consent": ("consentnetwork",),
    "item": ("item", "itemid", "questioncode", "questionid"),
    "answer": ("answer", "value", "score", "weight"),
    "question": ("question", "relation", "tietype"),
    "about": (
        "about",
        "aboutbody",
        "aboutperson",
        "partner",
        "partnerbody",
        "partnerorganisation",
        "to",
        "target",
        "alter",
    ),
}
"""Names that columns have for each role, as letters and figures alone, the surest first."""


def match_role(role: str, names: Sequence[str]) -> str | None:
    """Return the column that has a role by its name, or by the last part of its path."""
    plain = {name: (bare(name), bare(re.split(r"[/.:]", name)[-1])) for name in names}
    for wanted in ROLES[role]:
        for name in names:
            if wanted in plain[name]:
                return name
    return None
