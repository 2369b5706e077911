"""The page that says who sees what says what the program does."""

from __future__ import annotations

from pathlib import Path

from leaderful.web.permissions import MAY, PARTICIPANT, Act
from leaderful.web.studies.models import Role

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "who-sees-what.md"
ROLES = (Role.STEWARD, Role.LEAD, Role.RESEARCHER, PARTICIPANT)


def test_the_table_of_acts_and_roles_on_the_page_is_the_one_the_program_asks() -> None:
    rows = [line.strip("| ").split(" | ") for line in PAGE.read_text().splitlines() if line.startswith("| ")]
    said = {act: tuple(cells) for act, *cells in rows}
    for act in Act:
        assert said[act.value] == tuple("yes" if role in MAY[act] else "no" for role in ROLES), act
    assert rows[0] == ["act", *(label for _, label in Role.choices), PARTICIPANT]
