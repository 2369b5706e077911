"""The smallest group of whom a study shows anything: chosen when it is started, and kept to."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from web_cast import Cast
from web_results import keep

from leaderful.study.settings import SMALLEST_GROUPS
from leaderful.web.collect.words import consent_parts, words_hash
from leaderful.web.results.models import State
from leaderful.web.studies import evidence
from leaderful.web.studies.models import Study

pytestmark = pytest.mark.django_db


def start(cast: Cast, **given: str) -> tuple[int, Study | None]:
    answer = cast.client("owner").post(reverse("new-study"), {"system": "QHM", "name": "Together", **given})
    return answer.status_code, Study.objects.filter(name="Together").first()


def test_it_is_ten_unless_another_is_chosen(cast: Cast) -> None:
    form = cast.client("owner").get(reverse("new-study")).content.decode()
    assert "Smallest group of whom anything is shown" in form
    chosen = re.search(r'<select name="minimum_people".*?</select>', form, re.DOTALL)
    assert chosen is not None
    assert [int(each) for each in re.findall(r'value="(\d+)"', chosen[0])] == list(SMALLEST_GROUPS)
    assert '<option value="10" selected>' in chosen[0]
    _, study = start(cast)
    assert study is not None
    assert study.minimum_people == 10


def test_a_larger_one_is_kept(cast: Cast) -> None:
    _, study = start(cast, minimum_people="20")
    assert study is not None
    assert study.minimum_people == 20
    assert evidence.survey(study).minimum_people == 20


@pytest.mark.parametrize("given", ["9", "0", "-20", "11", "1000", "ten", "10.5"])
def test_no_other_is_taken(given: str, cast: Cast) -> None:
    status, study = start(cast, minimum_people=given)
    assert (status, study) == (400, None)


def test_people_agree_to_it(cast: Cast) -> None:
    before = words_hash(cast.study)
    cast.study.minimum_people = 30
    said = " ".join(sentence for part in consent_parts(cast.study) for sentence in part.sentences)
    assert "fewer than 30 people is hidden" in said
    assert words_hash(cast.study) != before


def test_the_pages_say_it(cast: Cast) -> None:
    Study.objects.update(minimum_people=30)
    keep(cast, State.DRAFT)
    preview = cast.client("participant").get(reverse("results-preview", args=[cast.study.pk])).content.decode()
    assert "groups of 30 people or more" in preview
