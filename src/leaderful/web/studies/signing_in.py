"""What happens in studies when somebody signs in."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from leaderful.web.accounts.models import Account, Purpose, SignInLink


@receiver(user_logged_in, dispatch_uid="leaderful.drop-invitations")
def drop_invitations(sender: type[Any], user: Account, **_more: Any) -> None:  # noqa: ARG001 (Django passes it)
    """Remove the unused invitations of who has come in: one on paper would open what they say from now on."""
    SignInLink.objects.filter(account=user, purpose=Purpose.ANSWER, used_at=None).delete()
