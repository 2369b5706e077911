"""Pages that come of something sent, or of nothing there yet: axe finds nothing wrong, and they fit phone and desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from web_cast import Cast, account, make_cast
from web_visits import DESK, PHONE, faults_of

from leaderful.web.accounts.links import make_link
from leaderful.web.accounts.models import Account, Purpose
from leaderful.web.collect.models import Consent
from leaderful.web.studies import evidence, suggested
from leaderful.web.studies.models import Person, Wave

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = "Bartholomew Montgomery-Fotheringay-Hetherington-Smythe of Newcastle upon Tyne"


class Walk:
    """A browser of one of the cast, and all that was wrong with the pages they met."""

    def __init__(self, page: Any, study: str) -> None:
        self.page, self.study = page, study
        self.met: list[str] = []
        self.wrong: list[str] = []

    def go(self, path: str) -> Walk:
        self.page.goto(f"{self.study}{path}")
        return self

    def press(self, name: str, says: str) -> None:
        """Press a button, and look at the page that comes of it, which says something."""
        self.page.locator("main").get_by_role("button", name=name, exact=False).first.click()
        self.look(says)

    def look(self, says: str) -> None:
        self.page.wait_for_load_state()
        if says not in self.page.inner_text("body"):
            self.wrong.append(f"{self.page.url} does not say “{says}”")
        for size in (PHONE, DESK):
            self.page.set_viewport_size(size)
            self.wrong += [f"“{says}” at {size['width']}: {said}" for said in faults_of(self.page)]
        self.met.append(says)

    def spoil(self, script: str) -> None:
        self.page.evaluate(script)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def walk(visit: Callable[..., Any], live_server: Any, cast: Cast, allow: set[int]) -> Iterator[Callable[[str], Walk]]:
    """Return a function that opens a browser for one of the cast; nothing may be wrong with what they meet."""
    allow.update((400, 403, 404, 409, 410, 429))
    walks: list[Walk] = []

    def opened(name: str) -> Walk:
        page = visit(PHONE)
        if name != "anonymous":
            signed_in = Client()
            signed_in.force_login(getattr(cast, name), backend="django.contrib.auth.backends.ModelBackend")
            key = signed_in.cookies["leaderful"].value
            page.context.add_cookies([{"name": "leaderful", "value": key, "url": live_server.url}])
        page.on("dialog", lambda dialog: dialog.accept())
        walks.append(Walk(page, f"/studies/{cast.study.pk}" if name != "anonymous" else ""))
        return walks[-1]

    yield opened
    assert all(each.met for each in walks)
    wrong = [said for each in walks for said in each.wrong]
    assert not wrong, "\n".join(wrong)


def test_signing_in_that_fails(walk: Callable[[str], Walk]) -> None:
    at = walk("anonymous")
    at.go("/sign-in").press("Sign in", "“Password” is still empty.")
    assert at.page.title().startswith("Error: ")
    for _ in range(8):
        if not at.page.get_by_label("Password").count():
            break
        at.page.get_by_label("Email address").fill("nobody@example.org")
        at.page.get_by_label("Password").fill("not this one")
        at.page.locator("main").get_by_role("button", name="Sign in").click()
    at.look("Too many tries")
    at.go("/code").press("Go on", "“Your code” is still empty.")
    at.page.get_by_label("Your code").fill("AAAA-BBBB-CCCC")
    at.press("Go on", "This code is not right")
    at.go("/forgotten").press("Send me", "There is a problem")
    at.page.get_by_label("Email address").fill("nobody@example.org")
    at.press("Send me", "Look among unwanted mail")
    at.go(make_link(Purpose.OWNER, None).path).press("Go on", "“Your name” is still empty.")
    at.page.get_by_label("Choose a password").fill("short")
    at.press("Go on", "This password is too short")
    at.go("/nowhere").look("To the first page")
    at.go("/sign-in").spoil("document.querySelector('main [name=csrfmiddlewaretoken]').value = 'old'")
    at.press("Sign in", "This page was open for too long")


def test_a_study_with_nobody_in_it(walk: Callable[[str], Walk], cast: Cast) -> None:
    Person.objects.filter(study=cast.study).delete()
    Wave.objects.filter(study=cast.study).delete()
    at = walk("steward")
    at.go("/").look("Steps to the first answer")
    for path, says in (
        ("people", "Nobody is on the list yet"),
        ("invite", "Nobody is on the list yet"),
        ("codes", "Nobody is on the list yet"),
        ("results/", "Nobody was asked yet"),
        ("log", "What was done here"),
    ):
        at.go(f"/{path}").look(says)
    owner = walk("owner")
    owner.page.goto("/")
    owner.look("You have none yet")
    owner.page.goto("/studies/new")
    owner.press("Start the study", "“Which system is it about?” is still empty.")


def test_lists_and_what_becomes_of_them(walk: Callable[[str], Walk], cast: Cast, tmp_path: Path) -> None:
    at, header = walk("steward"), "name,email,body,team,tier,place"
    at.go("/people/upload").press("Send and check", "No file was sent")
    good = f"{LONG},{'x' * 50}@{'y' * 50}.example.org,{cast.person.body},,manager,"
    for name, lines, says in (
        ("mixed", [good, "Nobody,a@@b,,,chief,", ",,nowhere at all,,board,"], "3 read, 1 kept, 2 left out"),
        ("wrong", ["no header at all"], "Send another list"),
        ("empty", [], "There is nobody in this list"),
    ):
        path = tmp_path / f"{name}.csv"
        path.write_text("\n".join([header, *lines] if name != "wrong" else lines), encoding="utf-8")
        at.go("/people/upload").page.get_by_label("Your list").set_input_files(path)
        at.press("Send and check", says)
    at.page.go_back()
    path = tmp_path / "mixed.csv"
    at.go("/people/upload").page.get_by_label("Your list").set_input_files(path)
    at.press("Send and check", "1 kept")
    at.press("Put 1 person on the list", "1 person was added")
    at.go("/people").look(LONG)
    at.press("Take off", "taken off the list")


def test_inviting_by_mail_and_on_paper(walk: Callable[[str], Walk], cast: Cast) -> None:
    Person.objects.filter(pk=cast.person.pk).update(invited_at=None)
    asked = [Account.objects.make(name=f"{LONG} {number}") for number in range(12)]
    for number, each in enumerate(asked):
        Person.objects.create(study=cast.study, account=each, code=f"Q{number}", body=cast.person.body, tier="manager")
    at = walk("steward")
    at.go("/codes").press("Make codes", "Nobody was chosen")
    at.page.get_by_label("Everybody without an email address").check()
    at.press("Make codes", "12 codes")
    at.page.emulate_media(media="print")
    assert not at.page.locator("header, footer, h1").locator("visible=true").count(), "slips alone are printed"
    at.page.emulate_media(media="screen")
    at.go("/invite").press("Send the invitations", "1 invitation was sent")
    at.press("Send reminders", "A reminder goes to all")
    at.go("/waves/new").page.get_by_label("What is the round called?").fill("")
    at.press("Make the round", "“What is the round called?” is still empty.")
    at.page.get_by_label("What is the round called?").fill("Second round")
    at.press("Make the round", "The round is there")
    at.press("Close", "The round is closed")
    at.look("Go to the results")


def test_roles_and_purposes(walk: Callable[[str], Walk], cast: Cast) -> None:
    at = walk("steward")
    at.go("/roles").press("Give the role", "“Name” is still empty.")
    at.page.get_by_label("Name", exact=True).fill(LONG)
    at.page.get_by_label("Email address").fill("lee@example.org")
    at.press("Give the role", "Choose the organisation whose results the lead may see")
    at.page.get_by_label("Organisation, for an organisation lead").select_option(index=2)
    at.press("Give the role", "The role was given")
    at.go("/plans").press("Send and read", "No file was sent")
    link = suggested.links(cast.study)["id"][0]
    at.go(f"/threads/{link}").spoil("document.querySelectorAll('#decide button').forEach((each) => (each.value = 'x'))")
    at.press("Confirm", "Nothing was decided")
    at.press("Confirm", "Confirmed")
    at.go("/results/what-if").press("Try it", "Choose one of the scenarios")
    at.page.get_by_role("radio").first.check()
    at.press("Try it", "Under way")
    at.go("/results/").look("is still open")


def test_answering_from_consent_to_withdrawal(walk: Callable[[str], Walk], cast: Cast) -> None:
    body = evidence.table(cast.study.pk, "bodies").filter(kind="council")["id"].sort()[0]
    other = Person.objects.create(study=cast.study, account=account("other"), code="P2", body=body, tier="board")
    at = walk("participant")
    at.go("/answer/").spoil("document.querySelector('[name=words]').value = 'old'")
    at.press("I agree", "This page has changed")
    at.press("I agree", "How far do you agree?")
    at.spoil("document.querySelector('input[type=radio]').value = '77'")
    at.page.get_by_role("radio").first.check()
    at.press("Save and go on", "This is not one of the answers")
    at.go("/answer/later").press("Get a link and a code", "Your code")
    at.go(f"/answer/relations/{body}").press("Save", "Answer at least one question")
    at.page.get_by_role("radio").first.check()
    at.press("Save", "Those you named")
    at.go(f"/answer/people/{other.pk}").press("Save", "Tick what is true")
    at.page.get_by_role("checkbox").first.check()
    at.press("Save", "Those you named")
    at.press("Finish", "Thank you")
    at.go("/answer/diary").look("You have noted none yet")
    at.go("/answer/diary/new").press("Save this moment", "Pick what opened the moment")
    at.page.get_by_role("radio", name="Surprise").check()
    at.page.get_by_role("radio", name="Yes").check()
    at.page.locator("textarea").first.fill("I could have asked first. " * 30)
    at.press("Save this moment", "Your moment is saved")
    at.page.locator("summary").first.click()
    at.look("These words stay with you")
    at.go("/answer/mine").press("You may name me", "Your name may appear")
    at.go("/answer/withdraw").press("Withdraw and remove", "Receipt number")


def test_answering_while_nobody_is_asked(walk: Callable[[str], Walk], cast: Cast) -> None:
    at = walk("participant")
    Wave.objects.filter(study=cast.study).update(opened_on=None)
    at.go("/answer/").look("Asking has not begun")
    Wave.objects.filter(study=cast.study).update(opened_on=timezone.localdate())
    Consent.objects.create(person=cast.person, wave=cast.wave, words="seen")
    at.go("/answer/statements/CGP").page.get_by_role("radio").first.check()
    Wave.objects.filter(study=cast.study).update(closed_on=timezone.localdate())
    at.press("Save and go on", "was not saved")
    at.go("/people").look("This page is not for you")
    at.go("/results/about-you").look("Nothing yet")
