"""The generated reference says what the tables and the errors are."""

from __future__ import annotations

import re

import pytest

from leaderful.errors import LeaderfulError
from leaderful.study.pages import MISTAKES, Mistake, docs_pages, problem_of
from leaderful.study.tables import TABLES

PAGES = docs_pages()


def test_every_column_of_every_table_has_its_row() -> None:
    page = PAGES["reference/tables.md"]
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", page, flags=re.M | re.S))
    for table in TABLES.values():
        rows = re.findall(r"^\| `(\w+)` \| (\w+) \|", sections[table.name], flags=re.M)
        assert rows == [(column.name, column.type) for column in table.columns]
        assert table.meaning in sections[table.name]


def test_every_class_of_error_has_its_exit_code() -> None:
    page = PAGES["reference/errors.md"]
    for kind in LeaderfulError.__subclasses__():
        assert f"## {kind.__name__} (exit code {kind.exit_code})" in page


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.what)
def test_each_mistake_is_shown_with_what_is_really_said(mistake: Mistake) -> None:
    problem = problem_of(mistake)
    assert f"{problem.where}: {problem.message}" in PAGES["reference/errors.md"]


def test_the_pages_are_the_same_each_time() -> None:
    assert docs_pages() == PAGES
