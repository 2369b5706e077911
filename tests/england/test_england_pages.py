"""The generated page on England's data."""

from __future__ import annotations

from datetime import date

from leaderful import england
from leaderful.england.pages import docs_pages, england_data
from leaderful.england.structure import tie_rules


def test_the_page_states_every_rule_and_every_left_out_council() -> None:
    page = england_data()
    for rule in tie_rules():
        assert f"| {rule['kind']} | {', '.join(rule['target'])} | {rule['basis']} | {rule['standing']} |" in page
    for day in (date(2026, 3, 31), date(2026, 4, 1)):
        for text in england.icbs(day)["small_parts"].drop_nulls():
            assert text in page
    assert "{" not in page


def test_the_page_carries_licence_and_attribution() -> None:
    page = docs_pages()["reference/england-data.md"]
    assert "Open Government Licence v3.0" in page
    assert "OS\ndata © Crown copyright and database right 2023" in page
    assert "42 ICBs from 1 July 2022 and has 36 since 1 April 2026" in page
