"""Nothing of what people say stands in a log, a shared cache or a page about an error."""

from __future__ import annotations

import io
import logging

import pytest
from django.test import Client, override_settings
from django.urls import path
from web_cast import Cast

from leaderful.web import urls
from leaderful.web.privacy import QuietFormatter

SECRET = "I do not trust the council at all"


def failing(request: object) -> None:  # noqa: ARG001
    raise ValueError(SECRET)


urlpatterns = [path("failing", failing), *urls.urlpatterns]
handler500 = "leaderful.web.faults.server_error"


def test_the_words_of_an_error_are_not_logged() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(QuietFormatter())
    log = logging.getLogger("leaderful.test")
    log.addHandler(handler)
    try:
        failing(None)
    except ValueError:
        log.exception("saving %s", SECRET)
    log.removeHandler(handler)
    said = stream.getvalue()
    assert SECRET not in said
    assert "ValueError at " in said
    assert "test_web_privacy.py" in said


@override_settings(ROOT_URLCONF="test_web_privacy")
def test_a_page_that_fails_says_nothing_of_why(capsys: pytest.CaptureFixture[str]) -> None:
    browser = Client(raise_request_exception=False)
    page = browser.get("/failing")
    assert page.status_code == 500
    assert SECRET not in page.content.decode()
    assert SECRET not in "".join(capsys.readouterr())


@pytest.mark.parametrize("address", ["/sign-in", "/code", "/nowhere"])
@pytest.mark.django_db
def test_pages_are_kept_by_nobody_and_run_no_foreign_script(address: str) -> None:
    page = Client().get(address)
    assert page["Cache-Control"] == "no-store, private"
    policy = page["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert page["X-Frame-Options"] == "DENY"
    body = page.content.decode()
    assert " style=" not in body
    assert "<script>" not in body


def test_there_is_no_administration_to_look_through(cast: Cast) -> None:
    for name in ("owner", "steward"):
        assert cast.client(name).get("/admin/").status_code == 404


@pytest.mark.django_db
def test_who_fails_to_sign_in_stands_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(12):
        page = Client().post("/sign-in", {"email": "ada@example.org", "password": "not hers at all"})
    assert page.status_code == 429
    assert "ada@example.org" not in caplog.text
    assert "127.0.0.1" not in caplog.text
