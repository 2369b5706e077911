"""What people do in the web application from end to end, in headless Chromium; axe looks at every page they meet."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.utils.timezone import now
from web_cast import PASSWORD, account
from web_visits import DESK, PHONE, follow, looked_at, press

from leaderful.web.accounts.links import make_link
from leaderful.web.accounts.models import Account, Purpose
from leaderful.web.collect.models import Answer, Consent
from leaderful.web.studies import evidence
from leaderful.web.studies.models import Member, Person, Role, Study, Wave
from leaderful.web.work.worker import run_next

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DAY = "2026-04-01"


@pytest.fixture
def study() -> Study:
    from datetime import date

    made = evidence.start("How we lead together", "QHM", date.fromisoformat(DAY))
    Wave.objects.create(study=made, code="w1", name="First round", opened_on=date(2026, 5, 1))
    return made


def participant(study: Study) -> Person:
    body = evidence.table(study.pk, "bodies").filter(kind="nhs-trust")["id"].sort()[0]
    return Person.objects.create(
        study=study, account=account("ada"), code="P1", body=body, tier="manager", invited_at=now()
    )


def test_an_owner_starts_a_study_and_invites(visit: Any, tmp_path: Path, mailoutbox: list[Any]) -> None:
    page = visit(DESK)
    page.goto(make_link(Purpose.OWNER, None).path)
    looked_at(page)
    page.get_by_label("Your name").fill("Ada Example")
    page.get_by_label("Email address").fill("ada@example.org")
    page.get_by_label("Choose a password").fill(PASSWORD)
    press(page, "Go on")
    page.get_by_label("Which system").select_option(label="NHS North East and North Cumbria Integrated Care Board")
    page.get_by_label("What is the study called?").fill("How we lead together")
    page.get_by_role("button").last.click()
    looked_at(page)
    study = Study.objects.get()
    body = evidence.table(study.pk, "bodies").filter(kind="nhs-trust")["id"].sort()[0]
    people = tmp_path / "people.csv"
    lines = [f"Person {number},p{number}@example.org,{body},,practitioner," for number in range(12)]
    people.write_text(
        "\n".join(["name,email,body,team,tier,place", *lines, "Nobody,,nowhere,,board,"]), encoding="utf-8"
    )
    page.goto(f"/studies/{study.pk}/people/upload")
    looked_at(page)
    page.get_by_label("Your list").set_input_files(people)
    press(page, "Send and check")
    assert "13 read, 12 kept" in page.inner_text("main")
    press(page, "Put 12 people on the list")
    page.goto(f"/studies/{study.pk}/invite")
    looked_at(page)
    press(page, "Send the invitations")
    assert len(mailoutbox) == 12
    page.goto(f"/studies/{study.pk}/")
    looked_at(page)
    page.get_by_role("button", name="Open").first.click()
    looked_at(page)
    assert Wave.objects.get().is_open


def test_a_participant_answers_on_a_phone_and_resumes_elsewhere(visit: Any, study: Study, live_server: Any) -> None:
    person = participant(study)
    page = visit(PHONE)
    page.goto(make_link(Purpose.ANSWER, person.account).path)
    looked_at(page)
    press(page, "Go on")
    press(page, "I agree to take part")
    for fieldset in page.locator("fieldset").all():
        fieldset.get_by_role("radio").nth(3).check()
    press(page, "Save and go on")
    assert Answer.objects.filter(person=person).count() == 4
    page.locator("fieldset").first.get_by_role("radio").last.check()
    press(page, "Save and continue later")
    press(page, "Get a link and a code")
    link = page.locator("dl a").get_attribute("href")
    code = page.locator("dl .code").inner_text()
    assert re.fullmatch(r"[A-Z2-9]{4}(-[A-Z2-9]{4}){2}", code)
    press(page, "Sign out")
    other = visit(PHONE, script=False)  # and without JavaScript
    other.goto(link.replace(link.split("/link/")[0], live_server.url))
    other.get_by_role("button", name="Go on").click()
    assert "Page 2 of 15" in other.inner_text("main")
    assert other.locator("fieldset").first.get_by_role("radio").last.is_checked()
    assert Answer.objects.filter(person=person).count() == 5


def test_a_participant_withdraws(visit: Any, study: Study) -> None:
    person = participant(study)
    Consent.objects.create(person=person, wave=Wave.objects.get(), words="seen")
    page = visit(PHONE)
    page.goto("/sign-in")
    looked_at(page)
    page.get_by_label("Email address").fill("ada@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("form").get_by_role("button", name="Sign in").click()
    page.goto(f"/studies/{study.pk}/answer/mine")
    looked_at(page)
    follow(page, "Withdraw")
    press(page, "Withdraw and remove all I said")
    assert "Receipt number" in page.inner_text("main")
    assert not Person.objects.exists()
    assert not Consent.objects.exists()


def test_results_are_worked_out_released_and_downloaded(visit: Any, study: Study) -> None:
    steward = account("steward")
    Member.objects.create(study=study, account=steward, role=Role.STEWARD)
    wave = Wave.objects.get()
    bodies = evidence.table(study.pk, "bodies").filter(kind="nhs-trust")["id"].sort()[:2]
    items = [item.id for block in evidence.survey(study).blocks for item in block.scale.items]
    for number in range(60):
        asked = Account.objects.make(name=f"Person {number}")
        person = Person.objects.create(
            study=study, account=asked, code=f"P{number}", body=bodies[number % 2], tier="manager"
        )
        Consent.objects.create(person=person, wave=wave, words="seen")
        Answer.objects.bulk_create(
            Answer(person=person, wave=wave, item=item, value=1 + (number + place) % 5)
            for place, item in enumerate(items)
        )
    Wave.objects.update(closed_on=wave.opened_on)
    page = visit(DESK)
    page.goto("/sign-in")
    page.get_by_label("Email address").fill("steward@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("form").get_by_role("button", name="Sign in").click()
    page.goto(f"/studies/{study.pk}/results/")
    looked_at(page)
    press(page, "Work out")
    assert run_next()
    page.goto(f"/studies/{study.pk}/results/")
    looked_at(page)
    press(page, "Look at them")
    page.goto(f"/studies/{study.pk}/results/")
    press(page, "Release")
    with page.expect_download() as saved:
        page.get_by_role("link", name="whole report").click()
    report = Path(saved.value.path()).read_text(encoding="utf-8")
    assert "How we lead together" in report
    assert "60" in report


def test_a_lead_sees_their_own_and_nothing_else(visit: Any, study: Study) -> None:
    lead = account("lead")
    body = evidence.table(study.pk, "bodies").filter(kind="nhs-trust")["id"].sort()[0]
    Member.objects.create(study=study, account=lead, role=Role.LEAD, body=body)
    page = visit(DESK)
    page.goto("/sign-in")
    page.get_by_label("Email address").fill("lead@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("form").get_by_role("button", name="Sign in").click()
    follow(page, "How we lead together")
    assert not page.get_by_role("link", name="People").count()
    assert page.request.get(f"/studies/{study.pk}/people").status == 403
