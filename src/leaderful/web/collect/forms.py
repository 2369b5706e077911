"""What people fill in to note a moment in their diary."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leaderful.forms.survey import Choice
from leaderful.framework import framework

OLDEST: Final = timedelta(days=366)
"""How long ago a moment may have been."""
LONGEST: Final = 2_000
"""Letters of one answer in own words."""
REFLECTIVE: Final = tuple(each for each in framework().diary_questions if each.answer == "free-text")
_NOT_ONE = _("This is not one of the answers. Pick one of those shown.")
_PICK_SOME = {
    "invalid_choice": _("Something picked is not on this list. Pick from those shown."),
    "invalid_list": _("Something picked is not on this list. Pick from those shown."),
}
_TIME_WANTED = _("Give the day and time, such as 31 March 2026 at 14:05.")


class TimeField(forms.DateTimeField):
    """A day and time where the study is, that does not repeat one that no clock there showed."""

    def to_python(self, value: Any) -> Any:
        """Return the moment that a day and time name."""
        try:
            return super().to_python(value)
        except forms.ValidationError:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None


class MomentForm(forms.Form):
    """A moment of leadership."""

    time = TimeField(
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M"],
        error_messages={"required": _TIME_WANTED, "invalid": _TIME_WANTED},
    )
    with_bodies = forms.MultipleChoiceField(required=False, error_messages=_PICK_SOME)
    with_tiers = forms.MultipleChoiceField(
        choices=[(tier.id, tier.name) for tier in framework().tiers], required=False, error_messages=_PICK_SOME
    )
    opener = forms.ChoiceField(
        choices=[(opener.id, opener.name) for opener in framework().openers],
        error_messages={"required": _("Pick what opened the moment."), "invalid_choice": _NOT_ONE},
    )
    behaviours = forms.MultipleChoiceField(
        choices=[(each.id, each.name) for each in framework().behaviours], required=False, error_messages=_PICK_SOME
    )
    taken = forms.ChoiceField(
        choices=[("yes", _("Yes")), ("no", _("No"))],
        error_messages={"required": _("Say whether the conversation moved on."), "invalid_choice": _NOT_ONE},
    )
    went_on_to = forms.MultipleChoiceField(required=False, error_messages=_PICK_SOME)
    consent_text = forms.BooleanField(required=False)

    def __init__(self, bodies: Iterable[Choice], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = [(body.code, body.name) for body in bodies]
        for name in ("with_bodies", "went_on_to"):
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)
            field.choices = codes
        for question in REFLECTIVE:
            self.fields[question.id] = forms.CharField(
                required=False,
                max_length=LONGEST,
                error_messages={
                    "max_length": _("This is too long. Use at most %(limit_value)d letters; you used %(show_value)d.")
                },
            )

    def clean_time(self) -> Any:
        """Refuse moments to come, and those too long ago to be remembered."""
        time, now = self.cleaned_data["time"], timezone.now()
        if time > now + timedelta(minutes=5):
            raise forms.ValidationError(gettext("This is still to come. Give a day and time that has been."))
        if time < now - OLDEST:
            raise forms.ValidationError(gettext("This is more than a year ago. Note moments of the last year."))
        return time

    @property
    def reflection(self) -> str:
        """What was written, each answer below its question."""
        written = ((question.definition, self.cleaned_data[question.id].strip()) for question in REFLECTIVE)
        return "\n\n".join(f"{question}\n{text}" for question, text in written if text)
