"""A plan is read in a process of its own: one that never ends, or wants too much, costs that plan and no more."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from html import unescape
from pathlib import Path
from time import monotonic, sleep

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from web_cast import Cast

from leaderful.web.studies import reading_plans, suggested
from leaderful.web.studies.models import Plan
from leaderful.web.work.models import Job, State
from leaderful.web.work.worker import run_next

pytestmark = pytest.mark.django_db
PLAN = b"We will cut the carbon emissions of our hospitals to net zero and act on climate change with every partner."
LIMITED = """
    import os, sys, time
    from pathlib import Path
    from leaderful.web.studies import reading_apart
    def read(folder, file):
        {what}
    reading_apart._read = read
    folder, file, seconds, most = sys.argv[1:]
    sys.exit(reading_apart.main(Path(folder), file, int(seconds), int(most)))
"""
Replace = Callable[..., None]


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Replace:
    """Return what puts another program in place of the one that reads, and sets the limits."""

    def put(what: str, *, seconds: int = 60, memory: int = reading_plans.MOST_MEMORY) -> None:
        program = textwrap.dedent(LIMITED).format(what=what)
        monkeypatch.setattr(reading_plans, "READER", (sys.executable, "-c", program))
        monkeypatch.setattr(reading_plans, "SECONDS", seconds)
        monkeypatch.setattr(reading_plans, "MOST_MEMORY", memory)

    return put


def send(cast: Cast, content: bytes = PLAN) -> None:
    given = {"title": "Green plan", "body": cast.person.body, "published": "2026-03-01"}
    page = cast.client("steward").post(
        reverse("upload-plan", args=[cast.study.pk]), given | {"plan": SimpleUploadedFile("plan.txt", content)}
    )
    assert page.status_code == 302


def listed(cast: Cast) -> str:
    page = cast.client("steward").get(reverse("upload-plan", args=[cast.study.pk]))
    return " ".join(unescape(page.content.decode()).split())


def test_a_plan_is_read_by_another_process_within_its_limits(cast: Cast) -> None:
    send(cast)
    assert run_next()
    assert Job.objects.get().state == State.DONE
    assert Plan.objects.get().receipt == {"pages": None, "passages": 1, "notes": []}
    found = suggested.links(cast.study).filter(document="plan-1").row(0, named=True)
    assert (found["body"], found["goal"], found["stance"]) == (cast.person.body, "SDG13", "commits")


@pytest.mark.parametrize("what", ["time.sleep(600)", "[1 for each in iter(int, 1)]"], ids=["waits", "works"])
def test_a_reading_that_never_ends_is_stopped_told_and_followed_by_the_next(
    what: str, cast: Cast, reader: Replace
) -> None:
    send(cast)
    reader(what, seconds=2)
    begun = monotonic()
    assert run_next()
    assert monotonic() - begun < 5
    assert Job.objects.get().state == State.DONE
    held = Plan.objects.get()
    assert (bytes(held.content), held.links) == (b"", [])
    assert "It could not be read: reading it took" in listed(cast) or "more memory or time" in listed(cast)
    assert "save it as a new PDF or as text" in listed(cast)
    reader('(folder / "found.json").write_text("{}"); os._exit(9)')
    send(cast, PLAN + b" And more.")
    assert run_next()
    assert Job.objects.order_by("asked_at").last().state == State.FAILED  # type: ignore[union-attr]
    assert "Reading it failed on our side." in listed(cast)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows limits no memory of a process")
@pytest.mark.parametrize("what", ["return bytearray(10**11)", "os.abort()"], ids=["memory", "crash"])
def test_a_reading_that_wants_too_much_or_falls_over_is_told(what: str, cast: Cast, reader: Replace) -> None:
    send(cast)
    reader(what)
    assert run_next()
    assert Job.objects.get().state == State.DONE
    assert "needed more memory or time than one plan may have, and was stopped." in listed(cast)
    assert not Plan.objects.get().links


def test_the_process_that_reads_knows_no_key_and_no_database(
    cast: Cast, reader: Replace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://user:secret@database/leaderful")
    monkeypatch.setenv("LEADERFUL_SECRET_KEY", "x" * 60)
    send(cast)
    reader('return {"receipt": {"notes": sorted(os.environ)}, "links": []}')
    assert run_next()
    names = Plan.objects.get().receipt["notes"]
    assert "PATH" in names
    assert not [name for name in names if "LEADERFUL" in name or "DATABASE" in name]


def test_a_reading_ends_with_the_process_that_waits_for_it(tmp_path: Path) -> None:
    program = textwrap.dedent(LIMITED).format(what="time.sleep(600)")
    gate, out = os.pipe()
    os.set_inheritable(out, True)  # the other end is closed once nobody holds this one: when the reading has ended
    command = [sys.executable, "-c", program, str(tmp_path), "plan.txt", "600", str(reading_plans.MOST_MEMORY)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=(out,)) as running:
        os.close(out)
        sleep(1)
        assert running.poll() is None
        assert running.stdin is not None
        running.stdin.close()
        assert running.wait(10) == 1
    assert os.read(gate, 1) == b""
    os.close(gate)
