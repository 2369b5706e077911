"""Withdraw: what somebody said is removed everywhere, and they get a receipt."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from leaderful.web.accounts.links import LETTERS, grouped
from leaderful.web.accounts.models import Account, Purpose, SignInLink
from leaderful.web.audit.models import note
from leaderful.web.collect.guard import asked
from leaderful.web.collect.models import Answer, Consent, Moment, Relation
from leaderful.web.permissions import Act, Standing, in_study
from leaderful.web.results.measuring import drop_unseen
from leaderful.web.results.round_files import drop_round_files
from leaderful.web.studies.models import Gone, Member, Person, Study
from leaderful.web.studies.uploads import forget_person


@dataclass(frozen=True)
class Receipt:
    """What was removed."""

    number: str
    at: datetime
    answers: int
    relations: int
    moments: int
    account: bool
    """Whether the account is gone too."""


@require_http_methods(["GET", "POST"])
@in_study(Act.ANSWER)
def withdraw(request: HttpRequest, stands: Standing) -> HttpResponse:
    """Explain what withdrawing does; do it, sign out and show the receipt."""
    person = asked(stands)
    if request.method != "POST":
        shown = {"study": stands.study, "stays": _stays(stands.account, person)}
        return render(request, "collect/withdraw.html", shown)
    receipt = erase(person)
    logout(request)
    return render(request, "collect/withdrawn.html", {"receipt": receipt, "name": stands.study.name})


def erase(person: Person) -> Receipt:
    """Remove somebody from a study with all they said, and all that others said of them by name.

    Rates go on counting them without a name: if they did not, their change would tell whether this one had answered.
    """
    study = person.study_id
    number = grouped("".join(secrets.choice(LETTERS) for _ in range(8)))
    with transaction.atomic():
        held = Study.objects.select_for_update().get(pk=study)
        forget_person(study, get_object_or_404(Account, answering=person.pk))
        known = get_object_or_404(Person.objects.select_for_update(), pk=person.pk)
        account = known.account
        stays = _stays(account, person)
        _keep_counted(known)
        Consent.objects.filter(person=person).delete()
        answers, relations, moments = (
            model.objects.filter(person=person).delete()[0] for model in (Answer, Relation, Moment)
        )
        named = Relation.objects.filter(person__study=study, about_kind="person", about=person.code)
        named.delete()
        person.delete()
        _let_go(account, stays=stays)
        drop_unseen(held)
        drop_round_files(held)
        note("withdrew", account=None, study=study, about=number)
    return Receipt(number, timezone.now(), answers, relations, moments, not stays)


def _keep_counted(person: Person) -> None:
    """Count somebody who was invited, without a name, in each round that was opened so far."""
    if person.invited_at is None:
        return
    consents = Consent.objects.select_for_update().filter(person=person)
    finished = {consent.wave_id for consent in consents if consent.finished_at is not None}
    opened = person.study.waves.filter(opened_on__isnull=False)
    Gone.objects.bulk_create(
        Gone(wave=wave, body=person.body, tier=person.tier, answered=wave.pk in finished) for wave in opened
    )


def _stays(account: Account, person: Person) -> bool:
    """Tell whether an account is needed for anything else."""
    answers = Person.objects.filter(account=account).exclude(pk=person.pk)
    return account.owns_server or Member.objects.filter(account=account).exists() or answers.exists()


def _let_go(account: Account, *, stays: bool) -> None:
    """Remove an account with its links and the record of its signing in; of one that stays, links to answer."""
    if not Person.objects.filter(account=account).exists():
        SignInLink.objects.filter(account=account, purpose__in=(Purpose.ANSWER, Purpose.RETURN)).delete()
    if stays:
        return
    if account.email:
        for model in (AccessAttempt, AccessFailureLog, AccessLog):
            model.objects.filter(username=account.email).delete()
    account.delete()
