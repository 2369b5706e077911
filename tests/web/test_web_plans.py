"""Plans that are added: taken by what is in them, read in the queue, and taken out."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from reportlab.pdfgen.canvas import Canvas
from web_cast import NAMES, Cast

from leaderful.web.audit.models import Entry
from leaderful.web.collect.tables import whole
from leaderful.web.studies import plans, reading_apart, reading_plans, suggested
from leaderful.web.studies.models import Decision, Plan
from leaderful.web.work.models import Job, State
from leaderful.web.work.queue import ask
from leaderful.web.work.worker import run_next

pytestmark = pytest.mark.django_db
AIR = (
    "We will bring clean air to the streets round our schools, where children breathe the worst of it each day.",
    "We will cut the carbon emissions of our hospitals to net zero and act on climate change with every partner,",
    "so that the places where people live are safe and greenhouse gas emissions fall every year.",
)
PLAN = "# Green plan\n\n" + " ".join(AIR) + "\n"


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read plans in the process of the test; a process of its own has tests of its own."""

    class Reader:
        def __init__(self, command: list[str], **_: object) -> None:
            self._folder, self._file = Path(command[-4]), command[-3]

        def __enter__(self) -> Reader:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def wait(self, seconds: float) -> int:
            assert seconds == reading_plans.SECONDS
            return reading_apart.keep_found(self._folder, self._file)

        def kill(self) -> None:
            pass

    monkeypatch.setattr(reading_plans, "Popen", Reader)


def pdf(*pages: tuple[str, ...]) -> bytes:
    stream = io.BytesIO()
    canvas = Canvas(stream, invariant=True)
    for lines in pages:
        for place, line in enumerate(lines):
            canvas.drawString(40, 780 - 14 * place, line)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def word() -> bytes:
    document, stream = docx.Document(), io.BytesIO()
    document.add_heading("Green plan")
    document.add_paragraph(" ".join(AIR))
    document.save(stream)
    return stream.getvalue()


def at(cast: Cast, *plan: str) -> str:
    return reverse("drop-plan" if plan else "upload-plan", args=[cast.study.pk, *plan])


def send(
    cast: Cast, content: str | bytes = PLAN, name: str = "plan.md", by: str = "steward", **more: str
) -> HttpResponse:
    data = content.encode() if isinstance(content, str) else content
    given = {"title": "Green plan", "body": cast.person.body, "published": "2026-03-01"} | more
    return cast.client(by).post(at(cast), given | {"plan": SimpleUploadedFile(name, data)})  # type: ignore[return-value]


def read(page: HttpResponse) -> str:
    return " ".join(unescape(page.content.decode()).split())


def listed(cast: Cast) -> str:
    return read(cast.client("steward").get(at(cast)))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", NAMES)
def test_only_stewards_add_and_take_out_plans(name: str, cast: Cast) -> None:
    browser = cast.client(name)
    asked = [browser.get(at(cast)), send(cast, by=name), browser.post(at(cast, "plan-1"))]
    expected = {"steward": [200, 302, 302], "stranger": [404] * 3, "owner": [404] * 3, "anonymous": [302] * 3}
    assert [page.status_code for page in asked] == expected.get(name, [403] * 3)
    assert Job.objects.exists() == (name == "steward")


def test_other_methods_and_missing_plans_are_refused(cast: Cast) -> None:
    steward = cast.client("steward")
    assert steward.put(at(cast)).status_code == 405
    assert steward.get(at(cast, "plan-1")).status_code == 405
    assert steward.post(at(cast, "plan-1")).status_code == 404
    Plan.objects.create(study=cast.other, code="plan-1", body="QHM", title="x", published=date(2026, 1, 1), digest="x")
    assert steward.post(at(cast, "plan-1")).status_code == 404
    assert Plan.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "name", "page"),
    [(PLAN.encode(), "plan.md", None), (word(), "plan.pdf", None), (pdf(("The plan",), AIR), "plan.txt", 2)],
    ids=["markdown", "word", "pdf"],
)
def test_a_plan_is_read_in_the_queue_by_what_is_in_it(content: bytes, name: str, page: int | None, cast: Cast) -> None:
    assert send(cast, content, name)["Location"] == at(cast)
    assert "A plan is being read" in listed(cast)
    before = suggested.links(cast.study)
    assert before["document"].drop_nulls().is_empty()
    assert run_next()
    assert Job.objects.get().state == State.DONE
    found = suggested.links(cast.study).filter(document="plan-1").row(0, named=True)
    assert (found["body"], found["goal"], found["stance"]) == (cast.person.body, "SDG13", "commits")
    assert found["page"] == page
    assert "carbon emissions" in found["quote"]
    assert found["decision"] is None
    held = Plan.objects.get()
    assert bytes(held.content) == b""
    assert "1 suggested link" in listed(cast)
    document = whole(cast.study).table("documents").row(0, named=True)
    assert (document["id"], document["title"], document["published"]) == ("plan-1", "Green plan", date(2026, 3, 1))
    assert Entry.objects.get(did="added a plan").about == cast.person.body


def test_the_plan_of_a_board_brings_no_duties_twice(cast: Cast) -> None:
    send(cast, body="QHM")
    run_next()
    held = suggested.links(cast.study)
    assert held["id"].n_unique() == held.height
    assert set(held.filter(document="plan-1")["body"]) == {"QHM"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7 and then nothing", "damaged"),
        (pdf(("",)), "holds no text"),
        (b"<html><p>A page</p></html>", "web page"),
        (b"One.", "no sentence"),
    ],
)
def test_a_plan_that_cannot_be_read_says_why(content: bytes, words: str, cast: Cast) -> None:
    send(cast, content)
    run_next()
    assert Job.objects.get().state == State.DONE
    said = listed(cast)
    assert "It could not be read:" in said
    assert words in said
    assert suggested.links(cast.study)["document"].drop_nulls().is_empty()
    assert bytes(Plan.objects.get().content) == b""


def packed(name: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        file.writestr(name, "x")
    return stream.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"PK\x03\x04 and then nothing", packed("xl/workbook.xml"), b"\xd0\xcf\x11\xe0old\0", b"{\\rtf1 x}", b"\0" * 50],
)
def test_what_is_no_plan_is_refused(content: bytes, cast: Cast) -> None:
    page = send(cast, content, "plan.pdf")
    assert page.status_code == 400
    assert "Save the plan as one of these." in read(page)
    assert not Plan.objects.exists()


def test_a_word_file_that_unpacks_to_too_much_is_not_read(cast: Cast) -> None:
    stream = io.BytesIO(word())
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as file, file.open("word/media/large.bin", "w") as part:
        for _ in range(301):
            part.write(bytes(1_000_000))
    assert len(stream.getvalue()) < 1_000_000
    send(cast, stream.getvalue())
    run_next()
    assert "unpacks to more than" in listed(cast)
    assert not Plan.objects.get().links


def test_a_file_that_is_too_large_is_refused(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans, "LARGEST", len(PLAN) - 1)
    assert "more than 10 megabytes" in read(send(cast))
    assert not Plan.objects.exists()
    monkeypatch.setattr(plans, "LARGEST", len(PLAN))
    assert send(cast).status_code == 302


@pytest.mark.parametrize(
    ("field", "given", "words"),
    [
        ("body", "nobody", "not in the study"),
        ("body", "", "Choose the one whose plan it is."),
        ("title", "", "Give the plan’s title."),
        ("title", "x" * 201, "Shorten it."),
        ("published", "soon", "day/month/year"),
        ("published", "", "The day is missing."),
        ("published", (date.today() + timedelta(days=2)).isoformat(), "still to come"),
    ],
)
def test_each_field_says_what_is_wrong(field: str, given: str, words: str, cast: Cast) -> None:
    page = send(cast, **{field: given})
    assert page.status_code == 400
    assert f'id="id_{field}_error"' in read(page)
    assert words in read(page)
    assert "nobody" not in read(page)
    assert not Plan.objects.exists()


def test_a_form_without_a_file_is_refused(cast: Cast) -> None:
    given = {"title": "Green plan", "body": cast.person.body, "published": "2026-03-01"}
    page = cast.client("steward").post(at(cast), given)
    assert page.status_code == 400
    assert "Choose the plan on your device first." in read(page)  # type: ignore[arg-type]


def test_one_plan_is_read_at_a_time(cast: Cast) -> None:
    send(cast)
    steward = cast.client("steward")
    given = {"title": "More", "body": cast.person.body, "published": "2026-03-01"}
    more = SimpleUploadedFile("plan.md", (PLAN + "And more.").encode())
    page = steward.post(at(cast), given | {"plan": more}, follow=True)
    assert Plan.objects.count() == 1
    assert "Nothing was added: another plan is being read." in read(page)  # type: ignore[arg-type]
    run_next()
    send(cast, PLAN + "And more.")
    assert list(Plan.objects.values_list("code", flat=True)) == ["plan-1", "plan-2"]


def test_the_same_file_is_added_once(cast: Cast) -> None:
    send(cast)
    run_next()
    page = send(cast)
    assert page.status_code == 400
    assert "This file was added before." in read(page)


def test_a_plan_goes_with_its_links_and_what_was_decided_on_them(cast: Cast) -> None:
    send(cast)
    run_next()
    link = Plan.objects.get().links[0]["id"]
    for code in (link, "QHM-ics-outcomes-SDG3"):
        Decision.objects.create(study=cast.study, link=code, confirmed=True)
    page = cast.client("steward").post(at(cast, "plan-1"), follow=True)
    assert "The plan was taken out" in read(page)  # type: ignore[arg-type]
    assert list(Decision.objects.values_list("link", flat=True)) == ["QHM-ics-outcomes-SDG3"]
    assert "plan-1" not in suggested.links(cast.study)["document"].to_list()
    assert Entry.objects.filter(did="took a plan out").count() == 1


def test_a_plan_that_was_taken_out_while_it_waits_is_not_read(cast: Cast) -> None:
    send(cast)
    cast.client("steward").post(at(cast, "plan-1"))
    run_next()
    assert Job.objects.get().state == State.DONE
    assert not Plan.objects.exists()


def test_a_plan_that_was_taken_out_while_it_is_read_leaves_nothing(cast: Cast) -> None:
    send(cast)
    keep = reading_plans.read_plan(Job.objects.get(), lambda _: None)
    Plan.objects.all().delete()
    keep()
    assert not Plan.objects.exists()


def test_a_reading_that_fails_is_told(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    send(cast)

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(reading_apart, "_read", fail)
    run_next()
    assert (Job.objects.get().state, Job.objects.get().fault) == (State.FAILED, "ReadingError")
    assert "Reading it failed on our side." in listed(cast)


def test_a_job_for_a_plan_of_another_study_reads_nothing(cast: Cast) -> None:
    send(cast)
    Job.objects.all().delete()
    ask(reading_plans.KIND, cast.other, {"plan": "plan-1"})
    run_next()
    assert Plan.objects.get().read_at is None


def test_a_day_is_as_it_is_here(cast: Cast) -> None:
    assert send(cast, published=timezone.localdate().isoformat()).status_code == 302
