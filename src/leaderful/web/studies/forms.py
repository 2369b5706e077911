"""What stewards fill in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from leaderful import england, jobs
from leaderful.study.settings import SMALLEST_GROUPS
from leaderful.web.accounts.addresses import AddressField
from leaderful.web.studies.models import Member, Role, Study
from leaderful.web.studies.rosters import LARGEST_FILE

NOT_ONE: Final = {"invalid_choice": _("This is not one of the choices. Pick one from the list.")}
"""Said in place of Django's words, which repeat what was sent."""


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what was sent with a form; none where the page is only looked at."""
    return request.POST if request.method == "POST" else None


def _look(kind: str, **more: str) -> dict[str, str]:
    """Return the attributes of a field, its class among them."""
    return {"class": f"nhsuk-{kind}", **more}


class NewStudyForm(forms.Form):
    """Which system, and what the study is called."""

    system = forms.ChoiceField(
        label=_("Which system is it about?"),
        widget=forms.Select(attrs=_look("select")),
        error_messages=NOT_ONE,
        help_text=_("Its organisations, and who stands above whom, are filled in for you."),
    )
    name = forms.CharField(
        label=_("What is the study called?"),
        max_length=200,
        widget=forms.TextInput(attrs=_look("input", autocomplete="off")),
        help_text=_("Everybody who is asked reads this name."),
    )
    minimum_people = forms.TypedChoiceField(
        label=_("Smallest group of whom anything is shown"),
        required=False,
        coerce=int,
        choices=[(people, str(people)) for people in SMALLEST_GROUPS],
        initial=SMALLEST_GROUPS[0],
        widget=forms.Select(attrs=_look("select")),
        error_messages=NOT_ONE,
        help_text=_(
            "A number of people. Nothing is shown of fewer, so a larger number hides more. People agree to it when "
            "they answer: it cannot be changed once the study is started."
        ),
    )

    def clean_minimum_people(self) -> int:
        """Take the smallest that is allowed where none is given."""
        return int(self.cleaned_data["minimum_people"] or SMALLEST_GROUPS[0])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = england.icbs(jobs.LATEST).sort("name").select("code", "name")
        field = self.fields["system"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Choose a system")), *found.iter_rows()]


class UploadForm(forms.Form):
    """A list of people."""

    people = forms.FileField(
        label=_("Your list"),
        widget=forms.FileInput(attrs=_look("file-upload__input", accept=".csv,.xlsx")),
        help_text=_("A CSV file or an Excel workbook (.xlsx) of at most 2 megabytes."),
        error_messages={
            "required": _("No file was sent. Choose the list on your device first."),
            "empty": _("The file is empty. Fill in the list first."),
        },
    )

    def clean_people(self) -> UploadedFile[bytes]:
        """Refuse a file that is too large before it is looked into."""
        given: UploadedFile[bytes] = self.cleaned_data["people"]
        if given.size is None or given.size > LARGEST_FILE:
            raise forms.ValidationError(
                _("The file has more than 2 megabytes. Take out pictures and other sheets, or split the list.")
            )
        return given


class WaveForm(forms.Form):
    """A new round."""

    name = forms.CharField(
        label=_("What is the round called?"),
        max_length=200,
        widget=forms.TextInput(attrs=_look("input", autocomplete="off")),
        help_text=_("Such as Second round, or Spring 2027."),
    )


class RoleForm(forms.Form):
    """Somebody's role in a study."""

    name = forms.CharField(
        label=_("Name"), max_length=200, widget=forms.TextInput(attrs=_look("input", autocomplete="off"))
    )
    email = AddressField(
        label=_("Email address"), max_length=254, widget=forms.EmailInput(attrs=_look("input", autocomplete="off"))
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=[(role.value, capfirst(role.label)) for role in Role],
        widget=forms.Select(attrs=_look("select")),
        initial=Role.LEAD,
        error_messages=NOT_ONE,
    )
    body = forms.ChoiceField(
        label=_("Organisation, for an organisation lead"),
        required=False,
        widget=forms.Select(attrs=_look("select")),
        error_messages=NOT_ONE,
    )

    def __init__(self, study: Study, bodies: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._study = study
        field = self.fields["body"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("None")), *bodies]

    def clean(self) -> dict[str, Any]:
        """A lead has a body and nobody else has, and nobody has a role twice."""
        held = super().clean() or {}
        if held.get("role") != Role.LEAD:
            held["body"] = ""
        elif not held.get("body") and "body" not in self.errors:
            self.add_error("body", _("Choose the organisation whose results the lead may see."))
        if not self.errors and self._is_held(held):
            self.add_error("email", _("Somebody with this address has this role already."))
        return held

    def _is_held(self, held: dict[str, Any]) -> bool:
        return Member.objects.filter(
            study=self._study, account__email=held["email"].lower(), role=held["role"], body=held["body"]
        ).exists()


class CodesForm(forms.Form):
    """For whom codes are printed."""

    whom = forms.MultipleChoiceField(
        label=_("For whom do you want to print codes?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Nobody was chosen. Tick one of the boxes."),
            "invalid_choice": _("One of the boxes is no longer there. Load the page again."),
        },
    )

    def __init__(self, choices: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["whom"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = choices
