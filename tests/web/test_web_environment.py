"""What the environment says is understood, or refused in words; production settings pass Django's own checks."""

from __future__ import annotations

import io
import logging
import os
import re
import secrets
import socket
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.test import Client

from leaderful.errors import BadValuesError, StudyNotFoundError
from leaderful.web import environment, serving, starting
from leaderful.web.accounts.links import make_link
from leaderful.web.accounts.models import Purpose

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "how-to" / "deploy.md"
PRODUCTION = {
    "LEADERFUL_HTTPS": "yes",
    "LEADERFUL_HOSTS": "leadership.example.org",
    "LEADERFUL_SECRET_KEY": secrets.token_urlsafe(64),
}


@pytest.fixture(autouse=True)
def nothing_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("LEADERFUL_") or name == "DATABASE_URL"]:
        monkeypatch.delenv(name)


def inherited() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}


def manage(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-m", "leaderful.web", *words]
    return subprocess.run(command, env=inherited() | more, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "more", [{}, {f"LEADERFUL_OIDC_{name}": f"https://{name}" for name in ("URL", "CLIENT", "SECRET")}]
)
def test_production_settings_pass_djangos_checks_without_a_warning(more: dict[str, str], tmp_path: Path) -> None:
    said = PRODUCTION | more | {"LEADERFUL_FOLDER": str(tmp_path)}
    done = manage("check", "--deploy", "--fail-level", "WARNING", **said)
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize(("said", "meant"), [("yes", True), (" ON ", True), ("1", True), ("no", False), ("", False)])
def test_a_switch_is_on_or_off(monkeypatch: pytest.MonkeyPatch, said: str, meant: bool) -> None:
    monkeypatch.setenv("LEADERFUL_HTTPS", said)
    assert environment.switched("HTTPS") is meant


def test_what_is_no_switch_no_number_and_no_choice_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADERFUL_HTTPS", "perhaps")
    with pytest.raises(BadValuesError, match="LEADERFUL_HTTPS is 'perhaps'; write yes or no"):
        environment.switched("HTTPS")
    monkeypatch.setenv("LEADERFUL_PORT", "eighty")
    with pytest.raises(BadValuesError, match="LEADERFUL_PORT is 'eighty'; write a whole number"):
        environment.number("PORT", 8000)
    monkeypatch.setenv("LEADERFUL_LOG_LEVEL", "loud")
    with pytest.raises(BadValuesError, match="LEADERFUL_LOG_LEVEL is 'LOUD'; write one of A, B"):
        environment.choice("LOG_LEVEL", ("A", "B"))
    monkeypatch.setenv("LEADERFUL_LOG_LEVEL", "b")
    assert environment.choice("LOG_LEVEL", ("A", "B")) == "B"
    monkeypatch.setenv("LEADERFUL_PORT", "81")
    assert environment.number("PORT", 8000) == 81


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("", ["localhost", "127.0.0.1", "[::1]"]),
        ("a.example.org", ["a.example.org"]),
        (" a.example.org , b.example.org,", ["a.example.org", "b.example.org"]),
    ],
)
def test_hosts_are_those_named_or_this_machine(monkeypatch: pytest.MonkeyPatch, said: str, meant: list[str]) -> None:
    monkeypatch.setenv("LEADERFUL_HOSTS", said)
    assert environment.hosts() == meant


def test_the_address_is_the_one_people_know(monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment.address() == "http://localhost:8000"
    monkeypatch.setenv("LEADERFUL_HOSTS", "a.example.org,b.example.org")
    monkeypatch.setenv("LEADERFUL_HTTPS", "yes")
    assert environment.address() == "https://a.example.org"
    monkeypatch.setenv("LEADERFUL_ADDRESS", "https://people.example.org/")
    assert environment.address() == "https://people.example.org"


@pytest.mark.parametrize("reason", ["LEADERFUL_HTTPS", "DATABASE_URL"])
def test_pages_that_others_reach_need_a_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, reason: str) -> None:
    environment.keep_key(tmp_path)
    monkeypatch.setenv(reason, "yes" if reason == "LEADERFUL_HTTPS" else "postgres://somewhere/x")
    with pytest.raises(BadValuesError, match="LEADERFUL_SECRET_KEY is not set"):
        environment.secret_key(tmp_path)
    monkeypatch.setenv("LEADERFUL_SECRET_KEY", "short")
    with pytest.raises(BadValuesError, match="shorter than 50") as caught:
        environment.secret_key(tmp_path)
    assert "'short'" not in str(caught.value)
    monkeypatch.setenv("LEADERFUL_SECRET_KEY", "k" * 50)
    assert environment.secret_key(tmp_path) == "k" * 50


def test_https_without_a_key_does_not_start(tmp_path: Path) -> None:
    said = {name: value for name, value in PRODUCTION.items() if name != "LEADERFUL_SECRET_KEY"}
    done = subprocess.run(
        [sys.executable, "-c", "from leaderful.cli import main; main()", "serve", str(tmp_path / "web")],
        env=inherited() | said,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 7
    assert "LEADERFUL_SECRET_KEY is not set" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_folder_its_key_and_its_database_are_for_their_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "one" / "two"
    starting.make_folder(folder)
    key = (folder / "leaderful-key").read_text()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for file in folder.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(key) >= 50
    assert environment.secret_key(folder) == key
    starting.make_folder(folder)
    assert (folder / "leaderful-key").read_text() == key, "a key is never replaced"


def test_where_the_database_is_elsewhere_nothing_is_kept_in_the_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://somewhere/x")
    starting.make_folder(tmp_path / "web")
    assert not list((tmp_path / "web").iterdir())


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StudyNotFoundError, match="cannot be written"):
        starting.make_folder(tmp_path / "file" / "web")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "leadership.example.org"])
def test_others_are_not_served_before_it_is_said_by_which_names(tmp_path: Path, host: str) -> None:
    with pytest.raises(BadValuesError, match="LEADERFUL_HOSTS does not say"):
        next(serving.prepare(tmp_path / "web", host=host, port=8000))
    assert not list(tmp_path.iterdir()), "nothing is made before it is refused"


def test_that_the_styles_are_missing_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LEADERFUL_PORT", "8000")
    for name in ("make_folder", "point_at", "load", "bring_up_to_date"):
        monkeypatch.setattr(starting, name, lambda *_: None)
    monkeypatch.setattr(serving, "_owner_link", lambda: "")
    monkeypatch.setattr(serving, "STYLES", tmp_path / "leaderful.css")
    bare = list(serving.prepare(tmp_path, host="localhost", port=8000))
    serving.STYLES.touch()
    styled = list(serving.prepare(tmp_path, host="localhost", port=8000))
    assert len(bare) == len(styled) + 1
    assert "make serve makes them" in bare[0]


@contextmanager
def serving_process(folder: Path, **said: str) -> Iterator[str]:
    """Serve pages as people do, and yield their address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-c",
        "from leaderful.cli import main; main()",
        "serve",
        str(folder),
        "--port",
        str(port),
    ]
    with subprocess.Popen(command, env=inherited() | said, stdout=subprocess.PIPE, text=True) as process:
        try:
            until = time.monotonic() + 60
            while time.monotonic() < until and process.poll() is None:
                with socket.socket() as knock:
                    if knock.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.05)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.communicate()


class _Staying(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *given: object) -> None:  # type: ignore[override]  # noqa: ARG002
        return None


def asked(address: str, **headers: str) -> tuple[int, str]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    opener = urllib.request.build_opener(_Staying, urllib.request.ProxyHandler({}))
    try:
        with opener.open(urllib.request.Request(address, headers=named), timeout=20) as page:
            return page.status, page.headers.get("Strict-Transport-Security", "")
    except urllib.error.HTTPError as answer:
        return answer.code, answer.headers.get("Location", "")


def test_behind_a_proxy_that_takes_https_off_pages_are_served_and_others_are_sent_to_it(tmp_path: Path) -> None:
    with serving_process(tmp_path / "web", **PRODUCTION) as address:
        by_proxy = {"Host": "leadership.example.org", "X_Forwarded_Proto": "https", "X_Forwarded_For": "192.0.2.7"}
        status, strict = asked(f"{address}/sign-in", **by_proxy)
        assert status == 200
        assert "max-age=31536000" in strict
        assert asked(f"{address}/alive", **by_proxy)[0] == 200
        plain = asked(f"{address}/sign-in", Host="leadership.example.org")
        assert plain == (301, "https://leadership.example.org/sign-in")
        assert asked(f"{address}/sign-in", **by_proxy | {"Host": "evil.example.org"})[0] == 400
        asking = [sys.executable, str(ROOT / "deploy" / "healthcheck.py")]
        said = inherited() | PRODUCTION | {"LEADERFUL_PORT": address.rpartition(":")[2]}
        assert subprocess.run(asking, env=said, check=False).returncode == 0
        assert subprocess.run(asking, env=said | {"LEADERFUL_HOSTS": "evil.example.org"}, check=False).returncode == 1


@pytest.mark.django_db
def test_a_personal_link_that_still_works_stands_in_no_log() -> None:
    made, stream = make_link(Purpose.OWNER, None), io.StringIO()
    handler = logging.StreamHandler(stream)
    logs = [logging.getLogger(name) for name in ("", "django", "django.request", "django.security.csrf")]
    for log in logs:
        log.addHandler(handler)
    try:
        assert Client().post(made.path, {"password": "weak"}).status_code == 400
        assert Client(enforce_csrf_checks=True).post(made.path).status_code == 403
        assert Client().get(f"{made.path}x").status_code == 410
    finally:
        for log in logs:
            log.removeHandler(handler)
    assert made.token not in stream.getvalue()


def test_the_guide_names_every_variable_and_no_other() -> None:
    used = {"LEADERFUL_OIDC_URL", "LEADERFUL_OIDC_CLIENT", "LEADERFUL_OIDC_SECRET", "DATABASE_URL"}
    for file in (ROOT / "src" / "leaderful" / "web").rglob("*.py"):
        source = file.read_text(encoding="utf-8")
        used |= {
            f"LEADERFUL_{name}" for name in re.findall(r'\b(?:text|switched|number|choice)\(\s*"([A-Z_]+)"', source)
        }
        used |= {f"LEADERFUL_{name}" for name in re.findall(r"\{PREFIX\}([A-Z_]+[A-Z])\b", source)}
        used |= set(re.findall(r"\bLEADERFUL_[A-Z_]+[A-Z]\b", source))
    listed = re.findall(r"^\| `([A-Z_]+)` \|", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(used) > 15
    assert set(listed) == used
    assert len(listed) == len(set(listed))


def test_what_the_deployment_sets_is_known() -> None:
    known = set(re.findall(r"^\| `([A-Z_]+)` \|", GUIDE.read_text(encoding="utf-8"), re.MULTILINE))
    for file in (ROOT / "deploy").iterdir():
        named = set(re.findall(r"\bLEADERFUL_[A-Z_]+[A-Z]\b", file.read_text(encoding="utf-8")))
        assert named <= known, f"{file.name} sets what nothing reads: {named - known}"
