"""The same small survey as several products export it, and the study it belongs to."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from leaderful.framework import framework
from leaderful.study import TABLES, Study

F = framework()
ITEMS = {item.id: item.text for scale in F.item_scales for item in scale.items}
LABELS = {answer.value: answer.label for answer in F.instrument.answers}
BODIES = [
    ("QHM", "NHS North Shire Integrated Care Board", "integrated-care-board", "system", "nhs"),
    ("RTD", "Tyne Hospitals NHS Foundation Trust", "nhs-trust", "organisation", "nhs"),
    ("E06", "Shire County Council", "council", "place", "local-government"),
    ("T01", "Discharge team", "team", "team", "nhs"),
]
MAILS = ["ann.secret@nhs.example", "bob.secret@nhs.example", "cat.secret@council.example"]
WHO = {
    "k1": ("RTD", "T01", "board"),
    "k2": ("RTD", "T01", "practitioner"),
    "k3": ("E06", None, "manager"),
}
ANSWERS: dict[str, dict[str, int | None]] = {
    person: {item: (n * 7 + start) % 5 + 1 for n, item in enumerate(ITEMS)} for start, person in enumerate(WHO)
}
ANSWERS["k2"]["SHP2"] = None  # is not able to say
BLANK = ("k3", "AGE4")
ANSWERS["k3"]["AGE4"] = None
RELATIONS = {
    ("k1", "E06"): {"body-contact": 3, "body-reliable": 4, "body-respect": 2},
    ("k2", "QHM"): {"body-contact": 1, "body-reliable": 1, "body-respect": None},
    ("k3", "RTD"): {"body-contact": 0},
}
WAVES = [("w1", "First", date(2026, 3, 2), None)]


def make_study(folder: Path, **tables: list[tuple[Any, ...]]) -> Study:
    """Write a study of four bodies and one wave, and open it."""
    bodies = [(*row, "QHM") for row in BODIES]
    names = ["id", "name", "kind", "scale", "sector", "system"]
    frames = {
        "bodies": _frame("bodies", [dict(zip(names, row, strict=True)) for row in bodies]),
        "waves": _frame("waves", [dict(zip(TABLES["waves"].schema, row, strict=True)) for row in WAVES]),
    }
    for name, rows in tables.items():
        frames[name] = _frame(name, [dict(zip(TABLES[name].schema, row, strict=True)) for row in rows])
    Study.new(folder, name="North", system="QHM", as_at=date(2026, 4, 1), tables=frames)
    return Study.open(folder)


def _frame(name: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema_overrides=dict(TABLES[name].schema), schema=TABLES[name].schema)


def csv_file(path: Path, rows: list[list[Any]], **how: Any) -> Path:
    """Write rows as CSV with a byte order mark."""
    text = io.StringIO()
    csv.writer(text, **how).writerows([["" if cell is None else cell for cell in row] for row in rows])
    path.write_text("\ufeff" + text.getvalue(), encoding="utf-8", newline="")
    return path


def xlsx_file(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    """Write sheets of rows as a workbook."""
    book = xlsxwriter.Workbook(str(path))
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for line, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell is not None:
                    sheet.write(line, column, cell)
    book.close()
    return path


def said(person: str, item: str, *, words: bool, unable: str = F.instrument.unable) -> str | int | None:
    """Return an answer as a product writes it."""
    answer = ANSWERS[person][item]
    if (person, item) == BLANK:
        return None
    return unable if answer is None else LABELS[answer] if words else answer


def name_of(body: str | None) -> str:
    return next((row[1] for row in BODIES if row[0] == body), "")


def microsoft_forms(folder: Path) -> Path:
    """ID, times, mail and name; then questions by their text, answers by their words in capitals."""
    head = ["ID", "Start time", "Completion time", "Email", "Name"]
    head += ["Which organisation do you work for?", "Your team", "Seniority", *ITEMS.values()]
    rows = []
    for n, (person, (body, team, tier)) in enumerate(WHO.items()):
        answers = [said(person, item, words=True) for item in ITEMS]
        capital = [text and str(text).capitalize() for text in answers]
        times = ["2026-03-04 09:00:00", "2026-03-04 09:06:00"]
        rows.append([n + 1, *times, MAILS[n], "A Person", name_of(body), name_of(team), tier.title(), *capital])
    return xlsx_file(folder / "Working together(1-3).xlsx", {"Sheet1": [head, *rows]})


def qualtrics(folder: Path, *, words: bool) -> Path:
    """Three header rows; a preview and an unfinished answer among the rows."""
    meta = ["StartDate", "EndDate", "Status", "IPAddress", "Progress", "Duration (in seconds)", "Finished"]
    meta += ["RecordedDate", "ResponseId", "ExternalReference", "DistributionChannel", "UserLanguage"]
    own = ["organisation", "team", "seniority"]
    columns = [f"Q{1 + n // 4}_{1 + n % 4}" for n in range(len(ITEMS))]
    stem = "How far do you agree with each of these statements? - "
    texts = ["Start Date", "End Date", "Response Type", *meta[3:], "Your\norganisation", "Your team", "Seniority"]
    texts += [f"{stem}{text}" for text in ITEMS.values()]
    ids = [json.dumps({"ImportId": f"QID{n}"}, separators=(",", ":")) for n in range(len(texts))]
    rows: list[list[Any]] = [[*meta, *own, *columns], texts, ids]
    status, preview = ("IP Address", "Survey Preview") if words else ("0", "1")

    def row(person: str, kind: str) -> list[Any]:
        body, team, tier = WHO[person]
        day = ["2026-03-04 09:00:00"] * 2
        start = [*day, kind, "10.0.0.1", "100", "300", "True", day[0], f"R_{person}", person, "anonymous", "EN-GB"]
        unable = F.instrument.unable if words else "unable"
        return [*start, body, team, tier, *(said(person, item, words=words, unable=unable) for item in ITEMS)]

    rows += [row("k1", preview), *(row(person, status) for person in WHO)]
    return csv_file(folder / "North_March 9, 2026_10.15.csv", rows)


def limesurvey(folder: Path, *, coded: bool) -> Path:
    """Array questions with subquestions in brackets; codes A1 to A5, or full texts; semicolons between cells."""
    head = ["id", "submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp", "token"]
    head += ["org", "team", "tier"]
    head += [f"G{n // 4 + 1}Q1[{item}]" for n, item in enumerate(ITEMS)]
    rows = []
    for n, (person, (body, team, tier)) in enumerate(WHO.items()):
        answers = [said(person, item, words=not coded, unable="A9" if coded else F.instrument.unable) for item in ITEMS]
        answers = [f"A{cell}" if coded and isinstance(cell, int) else cell for cell in answers]
        day = "2026-03-04 09:00:00"
        rows.append([n + 1, day, 3, "en", 123456, day, day, person, body, team, tier, *answers])
    return csv_file(folder / "results-survey123456.csv", [head, *rows], delimiter=";")


def redcap(folder: Path, *, raw: bool) -> Path:
    """Fields in small letters, an event as wave, a form status, a checkbox, and repeated rows of relations."""
    head = ["record_id", "redcap_event_name", "redcap_repeat_instrument", "redcap_repeat_instance"]
    head += ["organisation", "team", "tier", *(item.lower() for item in ITEMS), "instrument_complete", "partners___e06"]
    head += ["about_body", "body_contact", "body_reliable", "body_respect"]
    rows: list[list[Any]] = []
    for person, (body, team, tier) in WHO.items():
        answers = [said(person, item, words=not raw, unable="unable") for item in ITEMS]
        rows.append([person, "w1", "", "", body, team, tier, *answers, 2, 1, "", "", "", ""])
        for n, ((who, about), given) in enumerate(RELATIONS.items()):
            if who == person:
                cells = [_relation(given, question) for question in ("body-contact", "body-reliable", "body-respect")]
                empty = [""] * (3 + len(ITEMS) + 2)
                rows.append([person, "w1", "relations", n + 1, *empty, about, *cells])
    return csv_file(folder / "North_DATA_2026-03-09.csv", [head, *rows])


def kobo(folder: Path) -> Path:
    """Groups as paths, select values as codes, and relations as a repeat on a sheet of their own."""
    head = ["start", "end", "details/person", "details/wave", "details/body", "details/team", "details/tier"]
    head += [f"statements-{item[:3]}/{item}" for item in ITEMS] + ["_id", "_uuid", "_submission_time", "_index"]
    main, repeat = [head], [["about-name", "relations/about-body", *_QUESTIONS, "_index", "_parent_index"]]
    repeat[0] += ["_submission__id", "_submission__uuid"]
    for n, (person, (body, team, tier)) in enumerate(WHO.items(), 1):
        answers = [said(person, item, words=False, unable="unable") for item in ITEMS]
        day = "2026-03-04T09:00:00.000+00:00"
        main.append([day, day, person, "w1", body, team, tier, *answers, 100 + n, f"u-{n}", day, n])
        for (who, about), given in RELATIONS.items():
            if who == person:
                cells = [_relation(given, question.split("/")[-1]) for question in _QUESTIONS]
                repeat.append([name_of(about), about, *cells, len(repeat), n, 100 + n, f"u-{n}"])
    return xlsx_file(folder / "kobo.xlsx", {"North survey": main, "relations": repeat})


_QUESTIONS = ["relations/relation/body-contact", "relations/relation/body-reliable", "relations/relation/body-respect"]


def _relation(given: dict[str, int | None], question: str) -> int | str | None:
    answer = given.get(question, "")
    return "unable" if answer is None else answer


def fhir(folder: Path) -> Path:
    """A bundle of responses with coded answers, and a patient that is none."""
    entries: list[dict[str, Any]] = [{"resource": {"resourceType": "Patient", "id": "p"}}]
    for person, (body, team, tier) in WHO.items():
        details = {"person": person, "wave": "w1", "body": body, "team": team, "tier": tier}
        items: list[dict[str, Any]] = [{"linkId": "consent", "answer": [{"valueBoolean": True}]}]
        items.append({"linkId": "details", "item": [_item(link, code) for link, code in details.items() if code]})
        for scale in F.item_scales:
            below = [_item(item.id, said(person, item.id, words=False, unable="unable")) for item in scale.items]
            items.append({"linkId": f"statements-{scale.id}", "item": below})
        for (who, about), given in RELATIONS.items():
            if who == person:
                below = [
                    _item("about-body", about),
                    *(_item(q, "unable" if a is None else a) for q, a in given.items()),
                ]
                items.append({"linkId": "relations", "item": below})
        response = {
            "resourceType": "QuestionnaireResponse",
            "id": f"r-{person}",
            "status": "completed",
            "authored": "2026-03-04T09:00:00Z",
            "subject": {"reference": f"Practitioner/{person}"},
            "item": items,
        }
        entries.append({"resource": response})
    wrong = {"resourceType": "QuestionnaireResponse", "status": "entered-in-error", "item": []}
    entries.append({"resource": wrong})
    path = folder / "bundle.json"
    path.write_text(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}), encoding="utf-8")
    return path


def _item(link: str, value: Any) -> dict[str, Any]:
    if value is None:
        return {"linkId": link}
    kind = {"valueInteger": value} if isinstance(value, int) else {"valueCoding": {"system": "urn:x", "code": value}}
    return {"linkId": link, "answer": [kind]}


def own_template(folder: Path) -> Path:
    """The product's own workbook: wide answers, relations, and lists that are no answers."""
    answers = [["person", "wave", "body", "team", "tier", *ITEMS]]
    for person, who in WHO.items():
        answers.append([person, "w1", *who, *(said(person, item, words=False, unable=None) for item in ITEMS)])
    relations = [["person", "wave", "about-body", "body-contact", "body-reliable", "body-respect"]]
    for (person, about), given in RELATIONS.items():
        relations.append([person, "w1", about, *(_relation(given, question) for question in relations[0][3:])])
    lists = [["bodies", "name"], ["RTD", "Tyne"]]
    return xlsx_file(folder / "template.xlsx", {"answers": answers, "relations": relations, "lists": lists})


def own_long(folder: Path) -> Path:
    """One row for each answer, as the table of answers of a study is."""
    rows: list[list[Any]] = [["person", "wave", "body", "team", "tier", "item", "answer"]]
    for person, who in WHO.items():
        rows += [[person, "w1", *who, item, said(person, item, words=False, unable=None)] for item in ITEMS]
    return csv_file(folder / "long.csv", rows)
