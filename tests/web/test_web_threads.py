"""Suggested links to goals: seen, confirmed, refused, and counted only then."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from django.http import HttpResponse
from django.urls import reverse
from web_cast import NAMES, Cast

from leaderful.framework import framework
from leaderful.measures.findings import unframe
from leaderful.measures.thread import thread
from leaderful.study import TABLES
from leaderful.web.audit.models import Entry
from leaderful.web.collect.tables import whole
from leaderful.web.studies import suggested, threads
from leaderful.web.studies.models import Decision, Plan

pytestmark = pytest.mark.django_db
LINK = "QHM-ics-outcomes-SDG3"
DUTIES = sum(len(purpose.serves) for purpose in framework().macro_purposes)


def at(cast: Cast, *link: str) -> str:
    return reverse("thread" if link else "threads", args=[cast.study.pk, *link])


def read(page: HttpResponse) -> str:
    return " ".join(unescape(page.content.decode()).split())


def decide(cast: Cast, link: str, decision: str, **more: str) -> HttpResponse:
    return cast.client("steward").post(at(cast, link), {"decision": decision} | more)  # type: ignore[return-value]


def decided(cast: Cast) -> dict[str, str]:
    rows = suggested.links(cast.study).select("id", "decision").drop_nulls()
    return dict(rows.iter_rows())


def states(cast: Cast) -> set[tuple[str, str]]:
    """Return the goals with a state at the board, as measured from the whole study."""
    found = unframe(thread(whole(cast.study)))
    return {
        (str(one.detail["goal"]), str(one.detail["state"]))
        for one in found
        if one.measure == "thread.state" and one.unit == "QHM" and "goal" in one.detail
    }


def plan(cast: Cast, *, links: int = 1, body: str = "", published: date = date(2026, 3, 1)) -> Plan:
    """Make a plan that was read."""
    code = f"plan-{Plan.objects.count() + 1}"
    rows = [
        {
            "id": f"{code}-p{number}-SDG13",
            "body": body or cast.person.body,
            "document": code,
            "page": number + 1,
            "passage": f"p{number}",
            "quote": f"We will cut carbon emissions & <b>waste</b> in ward {number}.",
            "goal": "SDG13",
            "confidence": 0.9,
            "stance": "commits",
            "decision": None,
            "reason": "Words that point to it: carbon emissions.",
        }
        for number in range(links)
    ]
    return Plan.objects.create(
        study=cast.study,
        code=code,
        body=body or cast.person.body,
        title="Green plan",
        published=published,
        file="green.pdf",
        content=b"",
        digest=code,
        read_at="2026-05-01T00:00:00Z",
        receipt={"pages": 3, "passages": 9, "notes": []},
        links=rows,
    )


@pytest.mark.parametrize("name", NAMES)
def test_only_stewards_see_and_decide(name: str, cast: Cast) -> None:
    browser = cast.client(name)
    asked = [browser.get(at(cast)), browser.get(at(cast, LINK)), browser.post(at(cast, LINK), {"decision": "confirm"})]
    expected = {"steward": [200, 200, 302], "stranger": [404] * 3, "owner": [404] * 3, "anonymous": [302] * 3}
    assert [page.status_code for page in asked] == expected.get(name, [403] * 3)
    assert Decision.objects.exists() == (name == "steward")


def test_other_methods_and_missing_links_are_refused(cast: Cast) -> None:
    steward = cast.client("steward")
    assert steward.post(at(cast)).status_code == 405
    assert steward.put(at(cast, LINK)).status_code == 405
    assert steward.get(at(cast, "QHM-nothing-SDG3")).status_code == 404
    assert steward.post(at(cast, "QHM-nothing-SDG3"), {"decision": "confirm"}).status_code == 404
    assert not Decision.objects.exists()


def test_a_study_starts_with_links_of_duties_and_none_decided(cast: Cast) -> None:
    page = read(cast.client("steward").get(at(cast)))
    assert re.search(rf"To decide</dt><dd[^>]*>{DUTIES}<", page)
    assert re.search(r"Confirmed</dt><dd[^>]*>0<", page)
    assert page.count("nhsuk-task-list__item--with-link") == DUTIES
    assert "Those that you confirm count, and no others." in page
    assert 'name="body"' not in page
    assert decided(cast) == {}


def test_a_link_shows_its_words_its_duty_and_its_goal(cast: Cast) -> None:
    page = read(cast.client("steward").get(at(cast, LINK)))
    goal = next(goal for goal in framework().goals if goal.id == "SDG3")
    assert "Improve outcomes in <mark>population health</mark> and <mark>healthcare</mark>." in page
    assert f"goal 3, {goal.name}?" in page
    assert goal.definition in page
    assert "section 14Z34" in page
    assert "A core purpose of every Integrated Care System" in page
    assert "Nobody has estimated it" in page
    assert "They commit to it" in page
    assert "counts as working for this goal" in page


def test_a_link_of_a_plan_shows_where_it_stands_and_its_words_as_text(cast: Cast) -> None:
    made = plan(cast, links=2)
    page = read(cast.client("steward").get(at(cast, made.links[1]["id"])))
    assert "Green plan, page 2" in page
    assert "1 March 2026" in page
    assert "Very likely, says the computer" in page
    raw = cast.client("steward").get(at(cast, made.links[1]["id"])).content.decode()
    assert "cut <mark>carbon emissions</mark> &amp; &lt;b&gt;waste&lt;/b&gt; in" in raw


@pytest.mark.parametrize(
    ("figure", "words"),
    [(0.2, "Perhaps"), (0.65, "Likely, says"), (0.849, "Likely, says"), (0.85, "Very likely"), (1.0, "Very likely")],
)
def test_how_sure_it_is_stands_in_words(figure: float, words: str) -> None:
    assert threads.Link({"confidence": figure}, "").sure.startswith(words)


@pytest.mark.parametrize("stance", ["commits", "continues", "defers", "drops", "mentions", None])
def test_each_stance_has_words_and_says_what_follows(stance: str | None) -> None:
    shown = threads.Link({"stance": stance}, "").stances
    assert [each.code for each in shown if each.picked] == ([stance] if stance else [])
    assert all(each.name and each.follows for each in shown)
    assert [each.code for each in shown] == list(TABLES["links"].column("stance").allowed)


def test_a_decision_is_kept_noted_and_leads_to_the_next(cast: Cast) -> None:
    first, second, third = suggested.links(cast.study)["id"].to_list()[:3]
    assert decide(cast, first, "confirm")["Location"] == at(cast, second)
    assert decide(cast, second, "refuse")["Location"] == at(cast, third)
    assert decided(cast) == {first: "confirmed", second: "refused"}
    assert set(Decision.objects.values_list("by", flat=True)) == {cast.steward.pk}
    noted = Entry.objects.filter(account=cast.steward.pk, study=cast.study.pk).order_by("pk")
    assert list(noted.values_list("did", "about")) == [("confirmed a link", first), ("refused a link", second)]
    page = read(cast.client("steward").get(at(cast)))
    assert re.search(rf"To decide</dt><dd[^>]*>{DUTIES - 2}<", page)
    assert page.index(f"/{third}") < page.index(f"/{first}")
    assert f'href="{at(cast, third)}" role="button"' in page


def test_what_comes_next_goes_round_and_leaves_out_what_is_decided(cast: Cast) -> None:
    codes = suggested.links(cast.study)["id"].to_list()
    for code in codes[1:-1]:
        Decision.objects.create(study=cast.study, link=code, confirmed=True)
    assert decide(cast, codes[-1], "later")["Location"] == at(cast, codes[0])
    assert decide(cast, codes[0], "later")["Location"] == at(cast, codes[-1])
    assert len(decided(cast)) == DUTIES - 2
    assert not Entry.objects.filter(did__contains="a link").exists()


def test_after_the_last_one_nothing_is_left_to_decide(cast: Cast) -> None:
    codes = suggested.links(cast.study)["id"].to_list()
    for code in codes[1:]:
        Decision.objects.create(study=cast.study, link=code, confirmed=False)
    page = cast.client("steward").post(at(cast, codes[0]), {"decision": "later"}, follow=True)
    assert "1 is left to decide." in read(page)
    page = cast.client("steward").post(at(cast, codes[0]), {"decision": "confirm"}, follow=True)
    assert page.redirect_chain == [(at(cast), 302)]
    assert "Every link is decided on." in read(page)
    assert "Decide on the next one" not in read(page)


def test_a_decision_can_be_changed_and_taken_back(cast: Cast) -> None:
    decide(cast, LINK, "confirm")
    page = read(cast.client("steward").get(at(cast, LINK)))
    assert "<strong>Confirmed</strong> by" in page
    assert 'value="open"' in page
    decide(cast, LINK, "refuse")
    assert decided(cast) == {LINK: "refused"}
    assert Decision.objects.count() == 1
    assert decide(cast, LINK, "open")["Location"] == at(cast, LINK)
    assert decided(cast) == {}
    assert Entry.objects.filter(did="took a decision on a link back").count() == 1


@pytest.mark.parametrize("decision", ["", "yes", "confirmed", "\0"])
def test_a_decision_that_is_none_is_refused_and_explained(decision: str, cast: Cast) -> None:
    page = decide(cast, LINK, decision)
    assert page.status_code == 400
    assert "Press one of the buttons" in read(page)
    assert not Decision.objects.exists()


def test_a_thread_appears_when_a_link_is_confirmed_and_goes_when_it_is_refused(cast: Cast) -> None:
    assert states(cast) == set()
    decide(cast, LINK, "confirm")
    assert states(cast) == {("SDG3", "carried")}
    decide(cast, LINK, "refuse")
    assert states(cast) == set()
    decide(cast, LINK, "open")
    assert states(cast) == set()


def test_a_confirmed_link_of_a_plan_counts_unless_the_plan_came_later(cast: Cast) -> None:
    early, late = plan(cast, body="QHM"), plan(cast, body="QHM", published=date(2026, 4, 2))
    late.links[0]["goal"] = "SDG7"
    late.save()
    for made in (early, late):
        decide(cast, made.links[0]["id"], "confirm")
    assert states(cast) == {("SDG13", "carried")}
    page = read(cast.client("steward").get(at(cast, late.links[0]["id"])))
    assert "its links do not count even when confirmed" in page
    assert "Once confirmed" not in page
    assert whole(cast.study).table("documents")["id"].to_list() == [early.code, late.code]


def test_a_decision_in_one_study_decides_nothing_in_another(cast: Cast) -> None:
    decide(cast, LINK, "confirm")
    assert suggested.links(cast.other)["decision"].null_count() == DUTIES


def test_links_are_shown_by_organisation_and_a_page_at_a_time(cast: Cast) -> None:
    made = plan(cast, links=30)
    steward = cast.client("steward")
    page = read(steward.get(at(cast)))
    assert page.count("nhsuk-task-list__item--with-link") == 25
    assert "Page 1 of 2" in page
    page = read(steward.get(at(cast), {"body": made.body, "page": "2"}))
    assert page.count("nhsuk-task-list__item--with-link") == 5
    assert f'<option value="{made.body}" selected>' in page
    assert (
        f"?body={made.body}&amp;page=1#links"
        in steward.get(at(cast), {"body": made.body, "page": "2"}).content.decode()
    )
    page = read(steward.get(at(cast), {"body": "QHM"}))
    assert page.count("nhsuk-task-list__item--with-link") == DUTIES
    for odd in ({"body": "\0"}, {"body": "nobody"}, {"page": "x"}):
        assert read(steward.get(at(cast), odd)).count("nhsuk-task-list__item--with-link") == 25


def test_the_overview_leads_here(cast: Cast) -> None:
    assert f'href="{at(cast)}"' in read(cast.client("steward").get(reverse("study", args=[cast.study.pk])))


def stances(cast: Cast) -> dict[str, str]:
    return dict(whole(cast.study).table("links").select("id", "stance").iter_rows())


def test_a_stance_is_corrected_beside_its_words_and_counts_as_corrected(cast: Cast) -> None:
    made = plan(cast, body="QHM")
    link = made.links[0]["id"]
    page = read(cast.client("steward").get(at(cast, link)))
    assert re.search(r'value="commits"[^>]* checked', page)
    assert page.index("carbon emissions") < page.index('value="drops"') < page.index('value="confirm"')
    decide(cast, link, "confirm")
    assert states(cast) == {("SDG13", "carried")}
    decide(cast, link, "confirm", stance="drops")
    assert stances(cast)[link] == "drops"
    assert decided(cast) == {link: "confirmed"}
    assert states(cast) == {("SDG13", "dropped")}
    page = read(cast.client("steward").get(at(cast, link)))
    assert re.search(r'value="drops"[^>]* checked', page)
    assert "<strong>Confirmed</strong> by Steward on" in page
    assert "suggested was: They commit to it." in page
    noted = Entry.objects.get(did="corrected what a link says")
    assert (noted.account, noted.study, noted.about) == (
        cast.steward.pk,
        cast.study.pk,
        f"drops, not commits: {link}",
    )
    made.refresh_from_db()
    assert made.links[0]["stance"] == "commits"


def test_a_corrected_stance_stays_until_it_is_put_back_refused_or_taken_back(cast: Cast) -> None:
    link = plan(cast).links[0]["id"]
    decide(cast, link, "confirm", stance="defers")
    decide(cast, link, "confirm")
    assert stances(cast)[link] == "defers"
    decide(cast, link, "confirm", stance="commits")
    assert (stances(cast)[link], Decision.objects.get().stance) == ("commits", "")
    for back in ("refuse", "open"):
        decide(cast, link, "confirm", stance="mentions")
        decide(cast, link, back, stance="mentions")
        assert stances(cast)[link] == "commits"
    assert Entry.objects.filter(did="corrected what a link says").count() == 3


def test_a_stance_may_be_given_where_none_was_suggested(cast: Cast) -> None:
    made = plan(cast)
    made.links[0]["stance"] = None
    made.save()
    decide(cast, made.links[0]["id"], "confirm")
    assert stances(cast)[made.links[0]["id"]] is None
    decide(cast, made.links[0]["id"], "confirm", stance="continues")
    assert stances(cast)[made.links[0]["id"]] == "continues"
    assert "suggested was: not said." in read(cast.client("steward").get(at(cast, made.links[0]["id"])))


@pytest.mark.parametrize("stance", ["promises", "\0", "Commits"])
def test_a_stance_that_is_none_is_refused_and_explained(stance: str, cast: Cast) -> None:
    page = decide(cast, LINK, "confirm", stance=stance)
    assert page.status_code == 400
    assert "Choose one of the five things" in read(page)
    assert not Decision.objects.exists()
    assert not Entry.objects.filter(did__contains="link").exists()
