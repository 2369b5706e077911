"""A headless Chromium for all tests that need one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
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
        import_module("leaderful.web.audit.migrations.0002_grows_only").allow(apps, editor)


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
