"""What a sheet probably is: which line names its columns, and what each column is probably about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import polars as pl

from leaderful.framework import framework
from leaderful.study.importing.answers import Key
from leaderful.study.importing.event_profiles import EventColumns, find_events
from leaderful.study.importing.grids import column_names
from leaderful.study.importing.mapping import Kind, Pair, Pseudonym
from leaderful.study.importing.matching import Match, bare, match_role, match_texts, words
from leaderful.study.importing.people import by_code_and_name
from leaderful.study.importing.sheets import Sheet
from leaderful.study.store import Study

_IMPORT_ID = '{"ImportId"'
_MOST_VALUES = 300  # a column with more different words is no list of bodies or of seniority
_SOURCES: tuple[tuple[str, str], ...] = (
    ("_submission__uuid", "_uuid"),
    ("_parent_index", "_index"),
    ("PARENT_KEY", "KEY"),
    ("entry", "entry"),
)
"""Columns by which rows of one sheet say to which row of another they belong: Kobo, ODK, FHIR."""
_SORTS_OF_ROW = ("redcaprepeatinstrument", "repeatinstrument")
"""Columns that say which of several forms a row is of."""
_RESPONSES = ("responseid", "response", "uuid", "entry", "id")
"""Columns that number the answers and not the people."""
NAMES = ("email", "emailaddress", "mail", "name", "subject", "author")
"""Endings of columns that hold names, mail addresses, or references to records of people."""
_BEST = {"id": 0, "id within": 1, "text": 2, "similar text": 3}


@dataclass(kw_only=True)
class Profile:
    """One sheet, and what its columns were found to be."""

    sheet: Sheet
    header: int
    first: int
    names: tuple[str, ...]
    texts: tuple[str, ...]
    frame: pl.DataFrame
    """The rows of data, under the names of the columns."""
    kind: Kind | None = None
    roles: dict[str, str] = field(default_factory=dict)
    items: dict[str, tuple[str, Match]] = field(default_factory=dict)
    questions: dict[str, tuple[str, Match]] = field(default_factory=dict)
    pairs: list[Pair] = field(default_factory=list)
    parent: tuple[str, str] | None = None
    only: tuple[str, str] | None = None
    """Column and value of the rows that are meant, where a sheet holds rows of several sorts."""
    qualtrics: bool = False
    events: EventColumns | None = None
    """Its columns, where a sheet says who met or wrote to whom, or is a diary."""

    @property
    def free(self) -> list[str]:
        """Columns that have no part yet."""
        taken = {*self.roles.values(), *(c for c, _ in self.items.values()), *(c for c, _ in self.questions.values())}
        return [name for name in self.names if name not in taken]

    @property
    def unassigned(self) -> list[str]:
        """Columns with something in them that have no part yet."""
        return [name for name in self.free if self.frame[name].null_count() < self.frame.height]

    def values(self, name: str) -> list[str]:
        """Return the different cells of a column in order, each as it is first written."""
        distinct = {" ".join(cell.split()).lower(): cell for cell in reversed(self.frame[name].drop_nulls().to_list())}
        return sorted(distinct.values())

    @property
    def pseudonym(self) -> Pseudonym:
        """How the codes of people are probably to be made."""
        name = self.roles["person"]
        cells = self.frame[name].drop_nulls()
        if bare(name).endswith(NAMES) or cells.str.contains(r"@|\s|^\d{5,}$").any():
            return "hash"
        return "each-wave" if bare(name) in _RESPONSES else "as-is"


def profiles_of(sheet: Sheet, study: Study) -> list[Profile]:
    """Say what a sheet probably is, once for each sort of row it holds; the kind is None when nothing tells."""
    laid_out = _lay_out(sheet)
    sorts = next((name for name in laid_out.names if bare(name) in _SORTS_OF_ROW), None)
    if sorts is None or laid_out.frame[sorts].null_count() == laid_out.frame.height:
        return [_profile(laid_out, study)]
    cells = laid_out.frame[sorts].fill_null("")
    sorted_out = [
        replace(
            laid_out, frame=laid_out.frame.filter(cells == sort), only=(sorts, sort), roles={}, items={}, questions={}
        )
        for sort in cells.unique().sort()
    ]
    return [_profile(each, study) for each in sorted_out]


def _profile(found: Profile, study: Study) -> Profile:
    found.events = find_events(found.names, found.frame)
    if found.events is not None:
        found.kind, found.roles = found.events.kind, dict(found.events.roles)
        return found
    for role in ("person", "wave", "body", "team", "tier", "place", "consent", "taking_part"):
        if name := match_role(role, _candidates(found, role)):
            found.roles[role] = name
    _match_items(found, study)
    _match_links(found)
    _match_facts(found, study)
    found.kind = _kind(found)
    return found


def _lay_out(sheet: Sheet) -> Profile:
    """Find the line with the names of columns: Qualtrics has three, other products one, below any title."""
    rows = list(sheet.cells.head(20).iter_rows())
    filled = [n for n, row in enumerate(rows) if sum(cell is not None for cell in row[2:]) > 1] or [0]
    qualtrics = len(rows) > 2 and any((cell or "").startswith(_IMPORT_ID) for cell in rows[2][2:])
    at = 0 if qualtrics or sheet.cells["line"][0] == 0 else filled[0]
    below = rows[at + 1 + 2 * qualtrics] if len(rows) > at + 1 + 2 * qualtrics else (int(rows[at][0]) + 1,)
    cells = tuple(cell or "" for cell in rows[at][2:])
    width = max((n for n, cell in enumerate(cells, 1) if cell), default=0)
    texts = tuple(" ".join((cell or "").split()) for cell in rows[1][2:]) if qualtrics else ("",) * len(cells)
    names = column_names(cells[:width])
    data = sheet.cells.filter(pl.col("line") >= int(below[0]))
    return Profile(
        sheet=sheet,
        header=int(rows[at][0]),
        first=int(below[0]),
        names=names,
        texts=texts[:width],
        frame=data.select(pl.col(str(n)).alias(name) for n, name in enumerate(names)),
        qualtrics=qualtrics,
    )


def _candidates(found: Profile, role: str) -> list[str]:
    """Return the columns that may have a role: those not taken, with something in them, and names that differ."""
    free = found.unassigned
    if role != "person":
        return free
    return [name for name in free if [value.lower() for value in found.values(name)] != ["anonymous"]]


def _match_items(found: Profile, study: Study) -> None:
    """Give each item the column that fits it best, of equals the first; then the questions, then the pairs."""
    ids = {item.id: item.text for scale in study.item_scales for item in scale.items}
    questions = {each.id: each.definition for each in framework().relation_questions}
    texts = dict(zip(found.names, found.texts, strict=True))
    free = found.unassigned if found.only else found.free  # an item that nobody answered is one all the same
    for known, held in ((ids, found.items), (questions, found.questions)):
        matches = [(name, match) for name in free if (match := match_texts((name, texts[name]), known, known))]
        for name, match in sorted(matches, key=lambda pair: _BEST[pair[1].how]):
            if match.id not in held:
                held[match.id] = (name, match)
        free = [name for name in free if name not in {name for name, _ in held.values()}]
    found.pairs = _pairs({name: f"{name} {texts[name]}" for name in found.unassigned}, study)
    if found.pairs:  # then a column that was taken for a question about every body is one about one body too
        found.questions = {}
        found.pairs = _pairs({name: f"{name} {texts[name]}" for name in found.unassigned}, study)


def _pairs(columns: Mapping[str, str], study: Study) -> list[Pair]:
    """Return the columns that hold one question about one body, told by the ids or the words of both."""
    bodies = study.table("bodies").select("id", "name")
    codes = {bare(code): code for code in bodies["id"]}
    named = {words(name): code for code, name in bodies.iter_rows() if len(name) > 5}
    questions = [each for each in framework().relation_questions if each.about == "body"]
    found = []
    for column, text in columns.items():
        parts = {bare(part) for part in re.split(r"[^A-Za-z0-9]+", text)}
        about = {codes[part] for part in parts if part in codes}
        about = about or {code for name, code in named.items() if f" {name} " in f" {words(text)} "}
        asked = {each.id for each in questions if bare(each.id) in bare(text) or words(each.definition) in words(text)}
        if len(about) == 1 and len(asked) == 1:
            found.append(Pair(column=column, about=about.pop(), question=asked.pop()))
    return found


def _match_facts(found: Profile, study: Study) -> None:
    """Find bodies and seniority by what stands in a column, where no name tells."""
    tiers = by_code_and_name((each.id, each.name) for each in framework().tiers)
    bodies = by_code_and_name(study.table("bodies").select("id", "name").iter_rows())
    for role, known in (("tier", tiers), ("body", bodies)):
        if role in found.roles or "about" in found.roles:
            continue
        shares = {name: _share(found, name, known) for name in found.unassigned}
        best = max(shares, key=lambda name: shares[name], default="")
        if best and shares[best] >= 0.5:
            found.roles[role] = best


def _share(found: Profile, name: str, known: Mapping[str, str]) -> float:
    values = found.values(name)
    if not values or len(values) > _MOST_VALUES:
        return 0.0
    return sum(" ".join(value.split()).lower() in known for value in values) / len(values)


def _match_links(found: Profile) -> None:
    """Find the columns of lists: what an answer is about, and which answer it is."""
    for role in ("about", "item", "question", "answer"):
        if name := match_role(role, found.unassigned):
            found.roles[role] = name
    for column, key in _SOURCES:
        if column in found.names:
            found.parent = (column, key)
            break


def _kind(found: Profile) -> Kind | None:
    if _is_matrix(found):
        return "matrix"
    if found.items or found.pairs:
        return "answers"
    if {"item", "answer"} <= set(found.roles):
        return "answers-long"
    if "about" in found.roles and (found.questions or "person" in found.roles or found.parent):
        return "relations"
    return "roster" if {"person", "body", "tier"} <= set(found.roles) and _says_who(found) else None


def _says_who(found: Profile) -> bool:
    """Tell whether most rows say both body and seniority, as those of a list of people do."""
    both = found.frame[found.roles["body"]].is_not_null() & found.frame[found.roles["tier"]].is_not_null()
    return int(both.sum()) * 2 >= max(found.frame.height, 1)


def _is_matrix(found: Profile) -> bool:
    """Tell whether the labels of rows are also the labels of columns."""
    if len(found.names) < 3 or found.frame.is_empty():
        return False
    rows = {bare(label) for label in found.frame[found.names[0]].drop_nulls()}
    columns = {bare(name) for name in found.names[1:]}
    return len(rows & columns) >= max(2, 0.6 * min(len(rows), len(columns)))


def unread_answers(found: Profile, keys: Mapping[str, Key]) -> dict[str, int]:
    """Return the cells of item columns that are no answer as they stand, each with how often it is there."""
    counts: dict[str, int] = {}
    for item, (column, _) in found.items.items():
        for cell, count in found.frame[column].drop_nulls().value_counts().iter_rows():
            if not keys[item].read(cell)[1]:
                word = " ".join(cell.split())
                counts[word] = counts.get(word, 0) + count
    return counts
