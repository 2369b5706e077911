"""A headless Chromium for all tests that need one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

playwright = pytest.importorskip("playwright.sync_api")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:  # noqa: ARG001
    """Let the log of the tests' database be emptied, as it is after each test."""
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        for name in ("0003_is_never_emptied", "0002_grows_only"):
            import_module(f"leaderful.web.audit.migrations.{name}").allow(apps, editor)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "yes"  # tests use the database in the thread of Playwright's loop
    with playwright.sync_playwright() as started:
        chromium = shutil.which("chromium")
        assert chromium, "install Chromium; on Debian: apt-get install chromium"
        opened = started.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield opened
        opened.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def allow() -> set[int]:
    """The answers of the server that a test means to get, though they tell of something wrong."""
    return set()


@pytest.fixture
def visit(browser: Any, live_server: Any, allow: set[int]) -> Iterator[Callable[..., Any]]:
    """Return a function that opens a browser of somebody's own, on their device."""
    opened: list[Any] = []
    complaints: list[str] = []

    def complain(answer: Any) -> None:
        if answer.status > 399 and answer.status not in allow:
            complaints.append(f"{answer.status} {answer.url}")

    def open_one(size: dict[str, int], *, script: bool = True) -> Any:
        context = browser.new_context(viewport=size, base_url=live_server.url, java_script_enabled=script)
        opened.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("response", complain)
        return page

    yield open_one
    for context in opened:
        context.close()
    assert not complaints
