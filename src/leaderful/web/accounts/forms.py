"""What people fill in to sign in or make an account."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib.auth import authenticate, password_validation
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from leaderful.web.accounts.addresses import AddressField
from leaderful.web.accounts.models import Account

_INPUT: Final = {"class": "nhsuk-input"}
_ADDRESS: Final = forms.EmailInput(attrs={**_INPUT, "autocomplete": "email", "spellcheck": "false"})


class SignInForm(forms.Form):
    """A mail address and a password."""

    email = AddressField(label=_("Email address"), max_length=254, widget=_ADDRESS)
    password = forms.CharField(
        label=_("Password"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={**_INPUT, "autocomplete": "current-password"}),
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._request = request
        self.account: Account | None = None

    def clean(self) -> dict[str, Any]:
        """Look who it is; what is wrong of the two is not said."""
        held = super().clean() or {}
        if not self.errors:
            found = authenticate(self._request, username=held["email"].lower(), password=held["password"])
            if not isinstance(found, Account):
                raise forms.ValidationError(_("The email address and password do not go together. Try again."))
            self.account = found
        return held


class CodeForm(forms.Form):
    """A code from a printed letter."""

    code = forms.CharField(
        label=_("Your code"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"class": "nhsuk-input code", "autocomplete": "off", "autocapitalize": "characters"}
        ),
        help_text=_("12 letters and numbers from your letter, such as 4KTD-9QXM-72HV"),
    )


class MailForm(forms.Form):
    """A mail address to which a link is sent."""

    email = AddressField(label=_("Email address"), max_length=254, widget=_ADDRESS)


class PasswordForm(forms.Form):
    """A new password."""

    password = forms.CharField(
        label=_("Choose a password"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={**_INPUT, "autocomplete": "new-password"}),
        help_text=_("At least 12 characters. Three words that you remember are better than one that is clever."),
    )

    def __init__(self, account: Account | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._account = account

    def clean_password(self) -> str:
        """Refuse what is easily guessed."""
        password = str(self.cleaned_data["password"])
        password_validation.validate_password(password, self._account)
        return password


class OwnerForm(PasswordForm):
    """The first account."""

    name = forms.CharField(
        label=_("Your name"), max_length=200, widget=forms.TextInput(attrs={**_INPUT, "autocomplete": "name"})
    )
    email = AddressField(label=_("Email address"), max_length=254, widget=_ADDRESS)
    field_order = ("name", "email", "password")

    def clean_email(self) -> str:
        """Refuse an address that has an account."""
        email = str(self.cleaned_data["email"]).lower()
        if Account.objects.filter(email=email).exists():
            raise forms.ValidationError(_("There is an account with this address already."))
        return email
