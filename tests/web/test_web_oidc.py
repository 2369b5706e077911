"""Single sign-on: off unless the environment has all it needs, and then for people who have an account already."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from leaderful.errors import BadValuesError
from leaderful.web.environment import single_sign_on

ON = {
    "LEADERFUL_OIDC_URL": "https://id.example.org/",
    "LEADERFUL_OIDC_CLIENT": "leaderful-here",
    "LEADERFUL_OIDC_SECRET": "not told",
}


def test_it_is_off_when_nothing_is_said() -> None:
    assert single_sign_on() == {}
    assert not [app for app in settings.INSTALLED_APPS if "allauth" in app]
    for address in ("/single-sign-on", "/single-sign-on/back"):
        assert Client().get(address).status_code == 404
    assert b"single-sign-on" not in Client().get("/sign-in").content


@pytest.mark.parametrize("missing", ON)
def test_a_part_of_what_it_needs_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    for name, value in ON.items():
        monkeypatch.setenv(name, value)
    assert single_sign_on()["CLIENT"] == "leaderful-here"
    monkeypatch.delenv(missing)
    with pytest.raises(BadValuesError, match=missing):
        single_sign_on()


def test_a_provider_without_https_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ON.items():
        monkeypatch.setenv(name, value.replace("https", "http"))
    with pytest.raises(BadValuesError, match="https://"):
        single_sign_on()


def test_with_it_on_only_known_people_are_let_in() -> None:
    pages = Path(__file__).with_name("web_oidc_pages.py")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", str(pages)]
    done = subprocess.run(
        command, cwd=pages.parents[2], env=os.environ | ON, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-4000:]
    assert " passed" in done.stdout
