"""Ask people to answer, and remind those who have not, without learning who they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from leaderful.web.accounts.links import Made, make_link
from leaderful.web.accounts.mail import TROUBLE, send_link
from leaderful.web.accounts.models import Purpose
from leaderful.web.audit.models import note
from leaderful.web.environment import address
from leaderful.web.permissions import Act, Standing, in_study
from leaderful.web.studies.models import Person, Study, Wave

BETWEEN: Final = timedelta(days=3)
"""How long somebody is left in peace after a reminder."""
AT_ONCE: Final = 100
"""Invitations sent before the steward presses again, so that no page takes minutes."""
_FAILURES: Final = 5
"""After so many failures one after the other the server of mail is taken to be away."""


@dataclass
class Sent:
    """What became of invitations."""

    sent: int
    failed: list[str]


@require_http_methods(["GET", "POST"])
@in_study(Act.RUN)
def invite(request: HttpRequest, stands: Standing) -> HttpResponse:
    """Say how many will get a mail, and send their links to them."""
    if request.method == "POST":
        done = _send_invitations(_waiting(stands.study))
        if done.sent:
            note("invited people", account=stands.account.pk, study=stands.study.pk, about=f"{done.sent} by mail")
        _say(request, done, _waiting(stands.study).count())
        return redirect("invite", study=stands.study.pk)
    everybody = Person.objects.filter(study=stands.study)
    context = {
        "study": stands.study,
        "waiting": _waiting(stands.study).count(),
        "without": everybody.filter(account__email__isnull=True, invited_at__isnull=True).count(),
        "invited": everybody.filter(invited_at__isnull=False).count(),
        "people": everybody.count(),
        "wave": stands.study.open_waves.first(),
        "at_once": AT_ONCE,
    }
    return render(request, "studies/invite.html", context)


@require_POST
@in_study(Act.RUN)
def remind(request: HttpRequest, stands: Standing) -> HttpResponse:
    """Remind all who were invited and have not finished the open round.

    How many they are is not said, and nothing of single mails: either could tell who has answered.
    """
    wave = stands.study.open_waves.first()
    if wave is None:
        messages.error(request, _("No round is open, so there is nothing to be reminded of. Open a round first."))
        return redirect("invite", study=stands.study.pk)
    connection = get_connection()
    try:
        connection.open()
    except TROUBLE:
        messages.error(request, _("The mail server cannot be reached. Nobody was reminded. Try again later."))
        return redirect("invite", study=stands.study.pk)
    for person in _unfinished(stands.study, wave):
        _remind_one(person, connection)
    connection.close()
    note("reminded people", account=stands.account.pk, study=stands.study.pk, about=wave.code)
    messages.success(
        request, _("A reminder goes to all who have not finished, unless they got one in the last 3 days.")
    )
    return redirect("invite", study=stands.study.pk)


def _waiting(study: Study) -> QuerySet[Person]:
    """Return those with an address who were not invited yet."""
    people = Person.objects.filter(study=study, invited_at__isnull=True, account__email__isnull=False)
    return people.select_related("account", "study").order_by("pk")


def _unfinished(study: Study, wave: Wave) -> QuerySet[Person]:
    """Return those who were invited, have an address, have not finished and were left in peace for long enough."""
    people = Person.objects.filter(study=study, invited_at__isnull=False, account__email__isnull=False)
    rested = Q(reminded_at__isnull=True) | Q(reminded_at__lte=timezone.now() - BETWEEN)
    finished = Q(consents__wave=wave, consents__finished_at__isnull=False)
    return (
        people.filter(rested).exclude(pk__in=people.filter(finished)).select_related("account", "study").order_by("pk")
    )


def _send_invitations(people: QuerySet[Person]) -> Sent:
    """Send up to `AT_ONCE` invitations; stop early when the mail server seems to be away."""
    done, in_a_row = Sent(sent=0, failed=[]), 0
    for person in people:
        if done.sent >= AT_ONCE or in_a_row >= _FAILURES:
            break
        try:
            made = _make_link(person)
            if made is None:
                continue
            send_link(person.account, made, study=person.study.name)
        except TROUBLE:
            done.failed.append(person.account.name or str(person.account.email))
            in_a_row += 1
            continue
        Person.objects.filter(pk=person.pk).update(invited_at=timezone.now())
        done.sent, in_a_row = done.sent + 1, 0
    return done


def _say(request: HttpRequest, done: Sent, left: int) -> None:
    if done.sent:
        messages.success(
            request,
            ngettext("%(n)s invitation was sent.", "%(n)s invitations were sent.", done.sent) % {"n": done.sent},
        )
    if done.failed:
        messages.error(
            request,
            _("Mail to these people could not be sent: %(names)s. Look at their addresses, or try again later.")
            % {"names": ", ".join(done.failed)},
        )
    elif left:
        messages.info(request, _("%(left)s are left: press the button again.") % {"left": left})
    elif not done.sent:
        messages.info(request, _("Everybody with an email address was invited already."))


def _remind_one(person: Person, connection: BaseEmailBackend) -> None:
    account, made = person.account, _make_link(person)
    if made is None:
        return
    text = render_to_string(
        "mail/reminder.txt",
        {
            "name": account.name,
            "address": f"{address()}{made.path}",
            "until": made.link.expires_at,
            "study": person.study.name,
        },
    )
    mail = EmailMessage(
        _("A reminder: how do people lead together where you work?"),
        text,
        settings.DEFAULT_FROM_EMAIL,
        [str(account.email)],
        connection=connection,
    )
    try:
        mail.send()
    except TROUBLE:
        return
    Person.objects.filter(pk=person.pk).update(reminded_at=timezone.now())


def _make_link(person: Person) -> Made | None:
    """Make somebody's link; none where they have withdrawn, or were taken off the list, since the list was read."""
    with transaction.atomic():
        if Person.objects.select_for_update().filter(pk=person.pk).first() is None:
            return None
        return make_link(Purpose.ANSWER, person.account)
