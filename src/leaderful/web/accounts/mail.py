"""Mail with a personal link in it."""

from __future__ import annotations

from smtplib import SMTPException
from typing import Final

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from leaderful.web.accounts.links import Made
from leaderful.web.accounts.models import Account, Purpose
from leaderful.web.environment import address

TROUBLE: Final = (OSError, SMTPException)
"""What is raised when mail cannot be sent."""
SUBJECTS = {
    Purpose.ROLE: _("Your role in a study of how people lead together"),
    Purpose.ANSWER: _("How do people lead together where you work? Six minutes"),
    Purpose.RETURN: _("Your link to carry on"),
    Purpose.PASSWORD: _("Choose a new password"),
}


def send_link(account: Account, made: Made, *, study: str = "") -> None:
    """Send somebody their link, to a study where it is for one; those without an address get none."""
    if not account.email:
        return
    text = render_to_string(
        f"mail/{made.link.purpose}.txt",
        {
            "name": account.name,
            "address": f"{address()}{made.path}",
            "until": made.link.expires_at,
            "study": study,
        },
    )
    send_mail(str(SUBJECTS[Purpose(made.link.purpose)]), text, settings.DEFAULT_FROM_EMAIL, [account.email])
