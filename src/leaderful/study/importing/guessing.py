"""The first draft of a mapping, written as TOML with remarks on what to check."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from leaderful.framework import framework
from leaderful.study.decoding import Limits
from leaderful.study.importing.answers import item_keys
from leaderful.study.importing.drafts import quoted, shown
from leaderful.study.importing.event_guesses import calendar_lines, event_found, event_lines, minutes_lines
from leaderful.study.importing.mapping import SUFFIXES, VERSION, Source
from leaderful.study.importing.matching import bare, nearest_code
from leaderful.study.importing.people import by_code_and_name
from leaderful.study.importing.profiles import NAMES, Profile, profiles_of, unread_answers
from leaderful.study.importing.relations import question_kinds
from leaderful.study.importing.sheets import LIMITS, Sheet, read_sheets, refuse_name
from leaderful.study.importing.staff_survey import is_survey
from leaderful.study.store import Study

_SHOWN_FROM = 10
"""A word that no answer is known by is shown in the mapping when it stands in as many cells as this."""
_NEUTRAL = {"neutral": 3, "neither": 3, "neither agree or disagree": 3, "undecided": 3}
_CODED = re.compile(r"[A-Za-z]{1,4}[-_]?0*(\d{1,2})")
_DAY = r"(\d{4}-\d{2}-\d{2})"
_WHEN = ("starttime", "startdate", "datestamp", "submitdate", "submissiontime", "completiontime", "authored", "start")
_PREVIEWS = ("Survey Preview", "Survey Test", "Spam", "1", "2", "8")
_HEAD = """\
# What the columns of the files mean, as leaderful guesses it. Check every line, correct what is wrong, and then
#   leaderful import STUDY FILE --mapping THIS-FILE --dry-run
# Lines that begin with # are remarks. Answers are kept as they were given: reversed items are turned when scored.
"""


@dataclass(frozen=True, kw_only=True)
class Guess:
    """A draft of a mapping, and what was found, a line for each sheet."""

    text: str
    found: tuple[str, ...]


def guess(study: Study, files: Sequence[Path], *, limits: Limits = LIMITS) -> Guess:
    """Return a draft of the mapping for files, by the names of columns, texts of items and words in the cells."""
    parts: list[str] = []
    found: list[str] = []
    profiles: list[Profile] = []
    for file in files:
        if plain := _plain(file, study, limits):
            parts.append("\n".join(plain[0]))
            found.append(f"{file.name}: {plain[1]}")
            continue
        sheets = read_sheets(file, limits=limits)
        if is_survey(sheets):
            parts.append("\n".join(_survey_lines(sheets)))
            found.append(f"{file.name}: workbook of the NHS Staff Survey")
            continue
        profiles += [each for sheet in sheets for each in profiles_of(sheet, study)]
    profiles.sort(key=lambda each: each.kind == "relations")
    sheets_of = {(each.sheet.file, each.sheet.name) for each in profiles}
    several = {file for file, _ in sheets_of if sum(file == other for other, _ in sheets_of) > 1}
    for each in profiles:
        found.append(f"{each.sheet.label}: {_found(each, study)}")
        parts.append("\n".join(_lines(each, profiles, study, name_sheet=each.sheet.file in several)))
    answered = [each for each in profiles if each.kind not in (None, "roster") and each.events is None]
    waves = "\n".join(_wave_lines(answered, study))
    text = "\n\n".join([_HEAD + f"mapping_version = {VERSION}", *([waves] if waves else []), *parts]) + "\n"
    return Guess(text=text, found=tuple(found))


def _plain(file: Path, study: Study, limits: Limits) -> tuple[list[str], str] | None:
    """Return the lines for a calendar or for minutes, and what was found; None for files with rows and columns."""
    refuse_name(file)
    if file.suffix.lower() in SUFFIXES["calendar"]:
        return list(calendar_lines(file, study.as_at, limits)), "a calendar"
    if file.suffix.lower() in SUFFIXES["minutes"] and (lines := list(minutes_lines(file))):
        return lines, "minutes of meetings"
    return None


def _found(found: Profile, study: Study) -> str:
    if found.kind is None:
        return "not recognised; the mapping leaves it out"
    if found.events is not None:
        return event_found(found.events)
    items = sum(len(scale.items) for scale in study.item_scales)
    what = {
        "answers": f"answers, a column for each item; {len(found.items)} of {items} items found",
        "answers-long": "answers, a row for each",
        "relations": f"answers about bodies or people; {len(found.questions)} questions found",
        "matrix": "a matrix of ties; say in the mapping which question it answers",
        "roster": "a list of people",
    }[found.kind]
    pairs = f"; {len(found.pairs)} columns about one body each" if found.pairs else ""
    return f"{what}{pairs}"


def _survey_lines(sheets: Sequence[Sheet]) -> Iterator[str]:
    titles = " ".join(cell for sheet in sheets for row in sheet.cells.head(4).rows() for cell in row[2:] if cell)
    years = re.findall(r"\b(20[0-4]\d)\b", f"{sheets[0].file.replace('_', ' ')} {titles}")
    yield "[[sources]]"
    yield f"file = {quoted(sheets[0].file)}"
    yield 'kind = "staff-survey"'
    yield f"year = {years[0] if years else 0}  # year of the fieldwork; check"


def _wave_lines(profiles: Sequence[Profile], study: Study) -> Iterator[str]:
    """Yield the waves that the files need and the study does not hold."""
    held = set(study.table("waves")["id"])
    named = {value for each in profiles if "wave" in each.roles for value in each.values(each.roles["wave"])}
    new = sorted(named - held) if named else [] if held else ["w1"]
    days = [day for each in profiles for day in _days(each)]
    for wave in new[:20] if profiles else []:
        yield "[[waves]]"
        yield f"id = {quoted(wave)}"
        yield f"opens = {min(days) if days else study.as_at.isoformat()}  # first day of answering; check"


def _days(found: Profile) -> list[str]:
    columns = [name for name in found.names if bare(name) in _WHEN]
    cells = [found.frame[name].str.extract(_DAY).drop_nulls() for name in columns[:1]]
    return [day for held in cells for day in held if _is_day(day)]


def _is_day(text: str) -> bool:
    try:
        return 1990 <= date.fromisoformat(text).year <= 2100
    except ValueError:
        return False


def _lines(found: Profile, profiles: Sequence[Profile], study: Study, *, name_sheet: bool) -> Iterator[str]:
    """Yield the lines of one source, those of its tables last, as TOML wants them."""
    if found.kind is None:
        yield f"# {shown(found.sheet.label)}: not recognised, and not read"
        return
    yield "[[sources]]"
    yield f"file = {quoted(found.sheet.file)}"
    if name_sheet:
        yield f"sheet = {quoted(found.sheet.name)}"
    yield f'kind = "{found.kind}"'
    yield f"header = {found.header}  # line with the names of columns"
    yield f"first = {found.first}  # first line of data"
    if found.events is not None:
        yield from event_lines(found.events, found)
        return
    yield from _who_lines(found, profiles, study)
    if found.kind == "roster" and (others := [name for name in found.unassigned if bare(name).endswith(NAMES)]):
        yield f"aliases = [{', '.join(map(quoted, others))}]  # other names and addresses of the same people; check"
    yield from _left_out_lines(found)
    yield from _list_lines(found)
    for role, known in _codes(study).items():
        if role in found.roles and (found.kind != "matrix"):
            yield from _value_lines(found, role, known, study)
    yield from _answer_lines(found, study)
    if found.kind == "answers":
        yield from _item_lines(found, study)
    if found.kind == "relations" and found.questions:
        yield "\n[sources.questions]"
        yield from (f"{quoted(each)} = {quoted(name)}{_note(m.note)}" for each, (name, m) in found.questions.items())


def _note(text: str) -> str:
    return f"  # {text}" if text else ""


def _who_lines(found: Profile, profiles: Sequence[Profile], study: Study) -> Iterator[str]:
    if found.kind == "matrix":
        yield from _matrix_lines(found, study)
    elif parent := _parent(found, profiles):
        column, key = found.parent or ("", "")
        other = "" if parent.sheet.file == found.sheet.file else f"file = {quoted(parent.sheet.file)}, "
        sheet = f"sheet = {quoted(parent.sheet.name)}, " if parent.sheet.name else ""
        yield f"parent = {{ {other}{sheet}column = {quoted(column)}, key = {quoted(key)} }}"
    elif "person" in found.roles:
        notes = {
            "hash": "names and mail addresses are never kept; needs --key or --new-key",
            "as-is": "codes that say nothing about people; if they do, write hash",
            "each-wave": "this column numbers answers, not people, so waves cannot be linked",
        }
        made = found.pseudonym
        yield f'person = {{ column = {quoted(found.roles["person"])}, pseudonym = "{made}" }}  # {notes[made]}'
    else:
        yield 'person = { column = "", pseudonym = "hash" }  # write the column that says who answered'
    if found.kind != "roster" and "wave" not in found.roles and not found.parent:
        waves = study.table("waves").sort("opens", "id")["id"]
        yield f"wave = {{ constant = {quoted(waves[-1] if waves.len() else 'w1')} }}  # check"


def _parent(found: Profile, profiles: Sequence[Profile]) -> Profile | None:
    """Return the sheet whose rows say who answered, where this one only refers to them."""
    if found.parent is None or found.kind != "relations" or ("person" in found.roles and _own(found)):
        return None
    with_key = [each for each in profiles if each is not found and found.parent[1] in each.names]
    return next((each for each in with_key if each.kind == "answers"), None)


def _own(found: Profile) -> bool:
    """Tell whether a sheet that refers to another names its people itself, and not only its answers."""
    return bare(found.roles["person"]) not in ("subject", "author", "response", "uuid", "entry", "id")


def _matrix_lines(found: Profile, study: Study) -> Iterator[str]:
    bodies = by_code_and_name(study.table("bodies").select("id", "name").iter_rows())
    labels = found.frame[found.names[0]].drop_nulls().to_list()
    known = sum(" ".join(label.split()).lower() in bodies for label in labels)
    column = quoted(found.names[0])
    yield f'question = ""  # which question the numbers answer: {", ".join(question_kinds())}'
    if known * 2 >= len(labels):
        yield f'person = {{ column = {column}, pseudonym = "as-is" }}'
        yield 'respondents_tier = "executive"  # seniority of the respondent made up for each body; check'
    else:
        yield f'person = {{ column = {column}, pseudonym = "hash" }}  # labels of rows and columns are people'


def _left_out_lines(found: Profile) -> Iterator[str]:
    if found.only:
        column, value = found.only
        yield f'only = {{ column = {quoted(column)}, values = [{quoted(value)}], reason = "rows of another form" }}'
    rules: list[tuple[str, tuple[str, ...], str]] = []
    for name in found.names:
        if found.qualtrics and bare(name) == "status":
            rules.append((name, _PREVIEWS, "previews, tests and spam"))
        if found.qualtrics and bare(name) == "distributionchannel":
            rules.append((name, ("preview",), "previews"))
        if found.header == 0 and name == "status":
            rules.append((name, ("entered-in-error",), "entered in error"))
    if "taking_part" in found.roles:
        rules.append((found.roles["taking_part"], ("no", "false", "0"), "did not agree to take part"))
    if rules:
        yield "leave_out = ["
        for name, values, reason in rules:
            listed = ", ".join(map(quoted, values))
            yield f"  {{ column = {quoted(name)}, values = [{listed}], reason = {quoted(reason)} }},"
        yield "]"


def _list_lines(found: Profile) -> Iterator[str]:
    if found.kind == "answers-long":
        yield f"item = {quoted(found.roles['item'])}"
        yield f"answer = {quoted(found.roles['answer'])}"
    if found.kind == "relations" and not found.questions:
        yield f"question = {quoted(found.roles.get('question', ''))}  # a column, or the id of one question"
        if "answer" in found.roles:
            yield f"answer = {quoted(found.roles['answer'])}"
    if "consent" in found.roles and found.kind != "matrix":
        yield f"consent = {{ column = {quoted(found.roles['consent'])} }}  # may be named in network results"


def _codes(study: Study) -> dict[str, Mapping[str, str]]:
    """Return what the words of each role may stand for."""
    bodies = by_code_and_name(study.table("bodies").select("id", "name").iter_rows())
    tiers = by_code_and_name((each.id, each.name) for each in framework().tiers)
    return {"wave": {}, "body": bodies, "team": bodies, "tier": tiers, "place": bodies, "about": bodies}


def _value_lines(found: Profile, role: str, known: Mapping[str, str], study: Study) -> Iterator[str]:
    """Yield the column of a role, and the words in it that no code or name tells."""
    yield f"\n[sources.{role}]"
    yield f"column = {quoted(found.roles[role])}"
    about_people = role == "about" and any(question_kinds()[each] == "person" for each in found.questions)
    unknown = [value for value in found.values(found.roles[role]) if " ".join(value.split()).lower() not in known]
    if role == "wave" or about_people or not unknown:
        return
    yield f"[sources.{role}.values]"
    bodies = study.table("bodies").select("name", "id").iter_rows()
    named = {each.name: each.id for each in framework().tiers} if role == "tier" else dict(bodies)
    for value in unknown[:500]:
        code, likeness = nearest_code(value, named)
        without = f", or leave it empty to keep no {role}" if role in ("team", "place") else ""
        nothing = f"no {role} is called so; write its code{without}"
        what = f"by similar name ({likeness:.2f}); check" if code else nothing
        yield f"{quoted(' '.join(value.split()))} = {quoted(code)}  # {what}"


def _answer_lines(found: Profile, study: Study) -> Iterator[str]:
    """Yield the words in columns of items that are no answers as they stand, with their probable number."""
    keys = item_keys(study, Source(file=found.sheet.file, kind="answers"))
    labels = {answer.label: str(answer.value) for answer in framework().instrument.answers}
    told: list[str] = []
    hidden = 0
    for word, count in unread_answers(found, keys).items():
        coded = _CODED.fullmatch(word)
        allowed = set.intersection(*(set(keys[item].allowed) for item in found.items))
        number, likeness = nearest_code(word, labels)
        if coded and int(coded[1]) in allowed:
            told.append(f"{quoted(word)} = {int(coded[1])}")
        elif word.lower() in _NEUTRAL:
            told.append(f"{quoted(word)} = {_NEUTRAL[word.lower()]}  # check")
        elif number and len(word) > 6:
            told.append(f"{quoted(word)} = {number}  # by similar words ({likeness:.2f}); check")
        elif coded or (count >= _SHOWN_FROM and len(word) <= 60):
            told.append(f"# {quoted(word)} =   # write its number, or put it into unable = [...] above")
        else:
            hidden += 1
    if told or hidden:
        yield "\n[sources.answers]"
        yield from sorted(told)
    if hidden:
        yield f"# {hidden} more different words in these columns are no answers, each in fewer than {_SHOWN_FROM} cells"


def _item_lines(found: Profile, study: Study) -> Iterator[str]:
    yield "\n[sources.items]"
    missing = []
    for item in (item for scale in study.item_scales for item in scale.items):
        if item.id in found.items:
            name, match = found.items[item.id]
            yield f"{item.id} = {quoted(name)}{_note(match.note)}"
        else:
            missing.append(item.id)
    if missing:
        yield f"# no column was found for {', '.join(missing)}"
    for pair in found.pairs:
        yield "\n[[sources.pairs]]"
        yield f"column = {quoted(pair.column)}"
        yield f"about = {quoted(pair.about)}"
        yield f"question = {quoted(pair.question)}"
    if others := [name for name in found.unassigned if name not in {pair.column for pair in found.pairs}]:
        listed = "; ".join(shown(name[:40]) for name in others[:20])
        yield f"# columns that are not read: {listed}{' and more' if len(others) > 20 else ''}"
