"""Mail addresses to which mail can be sent."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

_WANTED = _("Enter an email address in the correct format, like name@example.org.")


def validate_address(text: str) -> None:
    """Refuse what is no mail address, and one at a domain whose letters no mail server can look up.

    Raises
    ------
    ValidationError
        It is one of these.
    """
    validate_email(text)
    try:
        text.rpartition("@")[2].encode("idna")
    except UnicodeError:
        raise ValidationError(_WANTED, code="invalid") from None


class AddressField(forms.EmailField):
    """A mail address to which mail can be sent."""

    def __init__(self, **more: Any) -> None:
        super().__init__(error_messages={"required": _WANTED, "invalid": _WANTED}, **more)
        self.validators = [check for check in self.validators if check is not validate_email]
        self.validators.append(validate_address)
