"""What the documentation names exists, and what it shows happens."""

from __future__ import annotations

import contextlib
import doctest
import importlib
import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag

import polars as pl
import pytest
import typer

from leaderful import errors, jobs
from leaderful.cli import app
from leaderful.measures.findings import SCHEMA, STATUSES

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), *(ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md"))])
FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\w*)[^\n]*\n(?P<body>.*?)^(?P=indent)```$", re.M | re.S)
COMMAND = typer.main.get_command(app)


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


# The site


class _Page(HTMLParser):
    """The anchors of a page, what it links to, and what it loads."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value for name, value in attrs if value}
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag in ("link", "script", "img", "iframe", "source"):
            self.loads += [given[name] for name in ("href", "src", "srcset") if name in given]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, _Page]:
    folder = tmp_path_factory.mktemp("site").resolve()
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {path: _Page(path) for path in sorted(folder.rglob("*.html")) if path.name != "404.html"}


def test_every_link_and_anchor_of_the_site_leads_somewhere(site: dict[Path, _Page]) -> None:
    assert len(site) > 30
    broken = []
    for path, page in site.items():
        for link in [*page.links, *page.loads]:
            if re.match(r"https?:|mailto:", link):
                continue
            address, anchor = urldefrag(link)
            target = (path.parent / unquote(address)).resolve() if address else path
            if not target.exists() or (anchor and target in site and unquote(anchor) not in site[target].anchors):
                broken.append(f"{path.name}: {link}")
    assert not broken


def test_the_site_loads_nothing_from_elsewhere(site: dict[Path, _Page]) -> None:
    assert not [f"{path.name}: {load}" for path, page in site.items() for load in page.loads if "//" in load]
    sheets = [sheet for path in site if path.name == "index.html" for sheet in path.parent.rglob("assets/**/*.css")]
    assert sheets
    assert not [sheet.name for sheet in sheets if re.search(r"url\(['\"]?(https?:)?//", sheet.read_text("utf-8"))]


@pytest.mark.parametrize("page", [page for page in PAGES if page.parent == ROOT], ids=_name)
def test_links_of_pages_outside_the_site_lead_to_files(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    local = [link for link in links if not link.startswith("http")]
    assert not [link for link in local if not (page.parent / link).exists()]


# Commands


def _fences(page: Path) -> list[tuple[str, str]]:
    text = page.read_text(encoding="utf-8")
    return [(found["language"], found["body"]) for found in FENCE.finditer(text)]


def _typed(page: Path) -> Iterator[str]:
    """Yield every leaderful command of a page, in code within text and in blocks of commands."""
    text = page.read_text(encoding="utf-8")
    yield from re.findall(r"`(leaderful(?: [^`\n]*)?)`", FENCE.sub("", text))
    for language, body in _fences(page):
        if language in ("sh", "bash", "bat"):
            parts = [part.strip() for line in body.splitlines() for part in line.split("&&")]
            yield from (part for part in parts if part.startswith("leaderful "))


def _fault(command: str) -> str | None:
    """Return what is wrong with a command as it is written, or None."""
    here, words = COMMAND, shlex.split(command)[1:]
    arguments = 0
    while words:
        word = words.pop(0)
        options = {name: param for param in here.params for name in param.opts if param.param_type_name == "option"}
        if word == "--help":
            continue
        if word.startswith("-"):
            if word not in options:
                return f"{here.name} has no option {word}"
            if not options[word].is_flag and words:
                words.pop(0)
        elif hasattr(here, "commands"):
            if word not in here.commands:
                return f"{here.name} has no command {word}"
            here = here.commands[word]
        else:
            arguments += 1
    taken = sum(param.param_type_name == "argument" for param in here.params)
    return f"{here.name} takes {taken} arguments" if arguments > taken else None


@pytest.mark.parametrize(
    ("command", "fault"),
    [
        ("leaderful demo --icb 'Black Country' --out folder", None),
        ("leaderful framework", None),
        ("leaderful england show QHM --as-at 2026-03-31", None),
        ("leaderful report", "has no command report"),
        ("leaderful england list", "england has no command list"),
        ("leaderful check folder --strict", "check has no option --strict"),
        ("leaderful check one two", "check takes 1 arguments"),
    ],
)
def test_a_command_that_does_not_exist_is_noticed(command: str, fault: str | None) -> None:
    found = _fault(command)
    assert (found is None) == (fault is None)
    assert (fault or "") in (found or "")


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_command_that_is_named_exists(page: Path) -> None:
    faults = {command: _fault(command) for command in _typed(page)}
    assert not {command: fault for command, fault in faults.items() if fault}


def _tree(command: Any, path: str = "leaderful") -> Iterator[tuple[str, Any]]:
    if not hasattr(command, "commands") or command.params:
        yield path, command
    for name, below in getattr(command, "commands", {}).items():
        yield from _tree(below, f"{path} {name}")


def test_every_command_and_option_is_documented() -> None:
    text = (DOCS / "reference" / "commands.md").read_text(encoding="utf-8")
    options = dict(re.findall(r"^\| `(--[\w-]+)` \| ([^|]+?) \|", text, re.M))
    for path, command in _tree(COMMAND):
        assert re.search(rf"`{path}[ `]", text), f"{path} is not in the reference of commands"
        for name in (name for param in command.params for name in param.opts if name.startswith("--")):
            named = path.removeprefix("leaderful").strip()
            assert named in options.get(name, "").split(", ") or f"`{path} {name}`" in text, f"{path} {name}"


def test_the_default_date_is_the_one_that_the_pages_name() -> None:
    for name in ("reference/commands.md", "tutorial/first-report.md", "how-to/another-date.md"):
        text = (DOCS / name).read_text(encoding="utf-8")
        assert jobs.LATEST.isoformat() in text or f"{jobs.LATEST.day} {jobs.LATEST:%B %Y}" in text


# What is shown happens


@pytest.fixture(scope="module")
def first_report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder after every command of the first tutorial has been typed in it."""
    folder = tmp_path_factory.mktemp("first-report")
    page = DOCS / "tutorial" / "first-report.md"
    lines = [line for language, body in _fences(page) if language == "sh" for line in body.splitlines()]
    commands = [shlex.split(line)[1:] for line in lines if line.startswith("leaderful ")]
    assert len(commands) >= 5
    for words in commands:
        done = subprocess.run(
            [sys.executable, "-c", "from leaderful.cli import main; main()", *words],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{words}: {done.stderr}"
    return folder


def test_the_first_tutorial_ends_with_a_report(first_report: Path) -> None:
    written = {path.name for path in (first_report / "my-study" / "results").iterdir()}
    assert written == {"report.html", "findings.csv", "findings.parquet", "manifest.json"}
    report = (first_report / "my-study" / "results" / "report.html").read_text(encoding="utf-8")
    tutorial = (DOCS / "tutorial" / "first-report.md").read_text(encoding="utf-8")
    parts = re.findall(r"^\*\*([^*]+)\*\*", tutorial, re.M)
    assert len(parts) == 8
    assert not [part for part in parts[1:] if f">{part}<" not in report]


def _run_python(page: Path) -> None:
    """Run the Python blocks of a page in order; a text block that follows one must be what it prints."""
    text = page.read_text(encoding="utf-8")
    blocks = list(FENCE.finditer(text))
    space: dict[str, Any] = {"__name__": "docs"}
    for block, following in zip(blocks, [*blocks[1:], None], strict=True):
        if block["language"] != "python":
            continue
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(block["body"], page.name, "exec"), space)
        if following and following["language"] == "text" and not text[block.end() : following.start()].strip():
            assert printed.getvalue() == following["body"]


@pytest.mark.parametrize("page", ["README.md", "docs/tutorial/python.md"])
def test_python_blocks_run_and_print_what_is_shown(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    _run_python(ROOT / page)


def test_findings_are_read_as_the_page_says(first_report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(first_report)
    _run_python(DOCS / "how-to" / "read-the-findings.md")


def _first_cells(text: str, heading: str) -> list[str]:
    """Return the names in the first column of the first table under a heading."""
    table = re.search(rf"^## {heading}\n.*?((?:^\|[^\n]*\n)+)", text, re.M | re.S)
    assert table
    return [name for row in table[1].splitlines()[2:] for name in re.findall(r"`([^`]+)`", row.split("|")[1])]


def test_the_page_on_findings_names_every_column_status_and_measure(first_report: Path) -> None:
    text = (DOCS / "how-to" / "read-the-findings.md").read_text(encoding="utf-8")
    assert _first_cells(text, "Columns") == list(SCHEMA)
    assert _first_cells(text, "Statuses") == list(STATUSES)
    named = _first_cells(text, "Measures")
    measured = pl.read_parquet(first_report / "my-study/results/findings.parquet")["measure"].unique().to_list()
    assert not [name for name in measured if name not in named and not name.startswith("outcome.")]
    assert not [name for name in named if name != "outcome.*" and name not in measured]


def test_the_page_on_tables_names_every_exit_code() -> None:
    text = (DOCS / "how-to" / "check-your-own-tables.md").read_text(encoding="utf-8")
    codes = [int(code) for code in re.findall(r"^\| (\d+) \|", text, re.M)]
    assert codes == sorted(kind.exit_code for kind in errors.LeaderfulError.__subclasses__())


SOURCE = ROOT / "src"
SHOWN = sorted(path for path in SOURCE.rglob("*.py") if ">>> " in path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", SHOWN, ids=_name)
def test_every_example_of_the_python_reference_runs(path: Path) -> None:
    module = importlib.import_module(".".join(path.relative_to(SOURCE).with_suffix("").parts))
    result = doctest.testmod(module)
    assert result.attempted
    assert not result.failed
