"""From the first page to the first invitation, by what the screen says: a new user takes less than three minutes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from web_cast import PASSWORD
from web_visits import DESK

from leaderful.web.accounts.links import make_link
from leaderful.web.accounts.models import Purpose
from leaderful.web.studies.models import Wave

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

READ, TYPE, CLICK = 240 / 60, 40 * 5 / 60, 1.5
"""Words read and letters typed in a second; seconds to find and press something."""
WORDS = """selector => {
    const copy = document.querySelector(selector).cloneNode(true);
    document.body.append(copy);
    copy.querySelectorAll("option, script").forEach((each) => each.remove());
    const words = copy.innerText.split(/\\s+/).filter(Boolean);
    copy.remove();
    return words.length;
}"""


class Newcomer:
    """Somebody who reads every page from top to bottom, each time they meet it."""

    def __init__(self, page: Any) -> None:
        self.page, self.pages, self.words, self.letters, self.clicks = page, 0, 0, 0, 0

    def read(self) -> None:
        self.pages += 1
        self.words += self.page.evaluate(WORDS, ".page")

    def type(self, label: str, text: str) -> None:
        self.page.get_by_label(label).fill(text)
        self.letters += len(text)
        self.clicks += 1

    def press(self, name: str) -> None:
        """Press the one button that stands out, which says what is next, and read the page that comes."""
        outstanding = self.page.locator("main .nhsuk-button:not(.nhsuk-button--secondary)")
        assert outstanding.count() == 1
        assert name in outstanding.inner_text()
        outstanding.click()
        self.clicks += 1
        self.read()

    @property
    def seconds(self) -> float:
        return self.words / READ + self.letters / TYPE + self.clicks * CLICK


def test_a_new_user_sends_the_first_invitation_in_less_than_three_minutes(
    visit: Callable[..., Any], tmp_path: Path, mailoutbox: list[Any]
) -> None:
    one = Newcomer(visit(DESK))
    one.page.goto(make_link(Purpose.OWNER, None).path)
    one.read()
    one.type("Your name", "Ada Lovell")
    one.type("Email address", "ada.lovell@example.org")
    one.type("Choose a password", PASSWORD)
    one.press("Go on")
    one.page.get_by_label("Which system").select_option(label="NHS Greater Manchester Integrated Care Board")
    one.clicks += 2
    one.press("Start the study")
    one.press("Name the people to ask")
    with one.page.expect_download() as saved:
        one.page.get_by_role("link", name="Get the empty list").click()
    header = Path(saved.value.path()).read_text(encoding="utf-8-sig").splitlines()[0]
    line = "Sam Reed,sam.reed@example.org,Manchester University NHS Foundation Trust,,manager,"
    (tmp_path / "people.csv").write_text(f"{header}\n{line}\n", encoding="utf-8")
    one.letters += len(line)
    one.page.get_by_label("Your list").set_input_files(tmp_path / "people.csv")
    one.clicks += 5  # the empty list, the cell to begin in, to save it, and to choose it
    one.press("Send and check")
    one.press("Put 1 person on the list")
    one.press("Open the round")
    one.page.get_by_role("button", name="Send the invitations").click()
    one.clicks += 1
    one.page.get_by_text("1 invitation was sent").wait_for()
    assert len(mailoutbox) == 1
    assert Wave.objects.get().is_open
    said = f"{one.pages} pages, {one.words} words, {one.letters} letters, {one.clicks} clicks: {one.seconds:.0f} s"
    assert one.seconds < 180, said
    assert one.pages <= 7, said
