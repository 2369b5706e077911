"""Make the links and codes that sign people in, find who comes by one, and use it up."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils import timezone

from leaderful.web.accounts.models import Account, Purpose, SignInLink

LASTING: Final = {
    Purpose.OWNER: timedelta(days=1),
    Purpose.ROLE: timedelta(days=14),
    Purpose.ANSWER: timedelta(days=60),
    Purpose.RETURN: timedelta(days=7),
    Purpose.PASSWORD: timedelta(hours=1),
}
"""How long a link may be used."""
LETTERS: Final = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
"""Letters and digits of a code, without those that look alike."""
_ALIKE: Final = str.maketrans("OIL01", "QJJQJ")
CODE_LENGTH: Final = 12
"""Letters of a code: some 59 bits, which nobody guesses before the lock-out or the end of its time."""
_ON_PAPER: Final = ".p"
"""End of the secret of a link that goes with a code."""


@dataclass(frozen=True)
class Made:
    """A link just made, with what is told to its receiver alone and kept nowhere."""

    link: SignInLink
    token: str
    code: str
    """In groups of four; empty where no code was wanted."""

    @property
    def path(self) -> str:
        """Path of the page that the link opens."""
        return reverse("link", args=[self.token])


def make_link(purpose: Purpose, account: Account | None, *, with_code: bool = False) -> Made:
    """Make a link, in place of unused ones for the same purpose of the same account."""
    if account is not None:
        SignInLink.objects.filter(account=account, purpose=purpose, used_at=None).delete()
    made = blank_link(purpose, account, with_code=with_code)
    made.link.save(force_insert=True)
    return made


def blank_link(purpose: Purpose, account: Account | None, *, with_code: bool = False) -> Made:
    """Return a link that looks like any other and opens nothing, since it is not kept."""
    secret, code = secrets.token_urlsafe(24), _new_code() if with_code else ""
    secret += _ON_PAPER if with_code else ""
    link = SignInLink(
        account=account,
        purpose=purpose,
        secret_hash=_hash(secret),
        code_hash=_hash(code) if code else None,
        expires_at=timezone.now() + LASTING[purpose],
    )
    return Made(link=link, token=_signer().sign(f"{link.pk.hex}.{secret}"), code=grouped(code))


def find_link(token: str) -> SignInLink | None:
    """Return the link of a token, where it may still be used; a token nobody made is not looked up at all."""
    try:
        key, _, secret = _signer().unsign(token).partition(".")
        link = SignInLink.objects.select_related("account").filter(pk=uuid.UUID(key)).first()
    except (BadSignature, ValueError):
        return None
    if link is None or not hmac.compare_digest(link.secret_hash, _hash(secret)):
        return None
    return link if _usable(link) else None


def is_on_paper(token: str) -> bool:
    """Tell whether a token was made to be printed beside a code, used up or not."""
    try:
        return _signer().unsign(token).endswith(_ON_PAPER)
    except BadSignature:
        return False


def find_code(code: str) -> SignInLink | None:
    """Return the link of a printed code, however it is typed, where it may still be used."""
    typed = "".join(code.upper().translate(_ALIKE).split()).replace("-", "")
    if len(typed) != CODE_LENGTH or not set(typed) <= set(LETTERS):
        return None
    link = SignInLink.objects.select_related("account").filter(code_hash=_hash(typed)).first()
    return link if link is not None and _usable(link) else None


def use_up(link: SignInLink) -> bool:
    """Use a link up; False when somebody else has just done so."""
    return bool(SignInLink.objects.filter(pk=link.pk, used_at=None).update(used_at=timezone.now()))


def grouped(code: str) -> str:
    """Return a code in groups of four, as it is printed."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def _usable(link: SignInLink) -> bool:
    active = link.account is None or link.account.is_active
    return active and link.used_at is None and link.expires_at > timezone.now()


def _new_code() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))


def _hash(secret: str) -> str:
    """Return a keyed hash, so that a copy of the database alone does not let codes be tried."""
    return hmac.new(settings.SECRET_KEY.encode(), secret.encode(), hashlib.sha256).hexdigest()


def _signer() -> Signer:
    return Signer(salt="leaderful.sign-in-link")
