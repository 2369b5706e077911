"""Plans of bodies: add one, see how far its reading is, take one out."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from leaderful.web.audit.models import note
from leaderful.web.permissions import Act, Standing, in_study
from leaderful.web.studies.bodies import body_choices, body_names
from leaderful.web.studies.evidence import table
from leaderful.web.studies.forms import posted
from leaderful.web.studies.models import Decision, Plan, Study
from leaderful.web.studies.reading_plans import KIND
from leaderful.web.work.queue import ask, under_way

LARGEST: Final = 10_000_000
_TEXT: Final = {"class": "nhsuk-input", "autocomplete": "off"}
_MARKDOWN: Final = (".md", ".markdown")
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")
"""What text with zeroes in it begins with."""


class PlanForm(forms.Form):
    """A plan, and whose it is."""

    plan = forms.FileField(
        label=gettext_lazy("The plan"),
        widget=forms.FileInput(attrs={"class": "nhsuk-file-upload__input", "accept": ".pdf,.docx,.md,.markdown,.txt"}),
        help_text=gettext_lazy("A PDF, a Word document (.docx), Markdown or text of at most 10 megabytes."),
        error_messages={
            "required": gettext_lazy("No file was sent. Choose the plan on your device first."),
            "empty": gettext_lazy("The file is empty. Save the plan again."),
            "invalid": gettext_lazy("No file was sent. Choose the plan on your device first."),
        },
    )
    title = forms.CharField(
        label=gettext_lazy("What is it called?"),
        max_length=200,
        widget=forms.TextInput(attrs=_TEXT),
        error_messages={
            "required": gettext_lazy("The title is missing. Give the plan’s title."),
            "max_length": gettext_lazy("The title has more than 200 characters. Shorten it."),
        },
    )
    body = forms.ChoiceField(
        label=gettext_lazy("Whose plan is it?"),
        widget=forms.Select(attrs={"class": "nhsuk-select"}),
        error_messages={
            "required": gettext_lazy("No organisation was chosen. Choose the one whose plan it is."),
            "invalid_choice": gettext_lazy("This organisation is not in the study. Choose one from the list."),
        },
    )
    published = forms.DateField(
        label=gettext_lazy("When was it published?"),
        widget=forms.DateInput(attrs={"class": "nhsuk-input nhsuk-input--width-10", "type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("The day is missing. Give the day the plan came out."),
            "invalid": gettext_lazy("This is no day. Give it as day/month/year, such as 31/3/2026."),
        },
    )

    def __init__(self, study: Study, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._study = study
        field = self.fields["body"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Choose an organisation")), *body_choices(study.pk)]
        day = date_format(study.as_at, "j F Y")
        self.fields["published"].help_text = _(
            "The study stands at %(day)s. A plan that came later is shown and does not count."
        ) % {"day": day}

    def clean_published(self) -> Any:
        """Refuse a day that is still to come."""
        day = self.cleaned_data["published"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come. Give the day the plan came out."))
        return day

    def clean_plan(self) -> tuple[str, bytes]:
        """Return the file's name, with the ending that fits what is in it, and its contents."""
        given: UploadedFile[bytes] = self.cleaned_data["plan"]
        if given.size is None or given.size > LARGEST:
            raise forms.ValidationError(
                _("The file has more than 10 megabytes. Save it without pictures, or in parts of at most 10 megabytes.")
            )
        content = given.read()
        ending = _ending(content, given.name or "")
        if not ending:
            raise forms.ValidationError(
                _("The file is no PDF, Word document (.docx), Markdown or text. Save the plan as one of these.")
            )
        if Plan.objects.filter(study=self._study, digest=_digest(content)).exists():
            raise forms.ValidationError(_("This file was added before. It stands in the list below."))
        stem = "".join(letter for letter in Path(given.name or "plan").stem if letter.isprintable())
        return f"{stem[:150]}{ending}", content


@require_http_methods(["GET", "POST"])
@in_study(Act.RUN)
def upload_plan(request: HttpRequest, stands: Standing) -> HttpResponse:
    """Take a plan to be read in the queue, one at a time; show those that were added."""
    form = PlanForm(stands.study, posted(request), request.FILES if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if _add(stands, form.cleaned_data):
            messages.success(request, _("The plan is being read. Its links appear once that is done."))
        else:
            messages.error(
                request, _("Nothing was added: another plan is being read. Send this one when that is done.")
            )
        return redirect("upload-plan", study=stands.study.pk)
    job, names = under_way(KIND, stands.study), body_names(stands.study.pk)
    held = Plan.objects.filter(study=stands.study).defer("content")
    context = {
        "study": stands.study,
        "form": form,
        "plans": [{"plan": plan, "body": names.get(plan.body, plan.body)} for plan in held],
        "reading": job.asked["plan"] if job is not None else "",
    }
    return render(request, "studies/threads_plans.html", context, status=400 if form.errors else 200)


@require_POST
@in_study(Act.RUN)
def drop_plan(request: HttpRequest, stands: Standing, plan: str) -> HttpResponse:
    """Take a plan out, with its links and what was decided on them."""
    with transaction.atomic():
        held = Plan.objects.defer("content").select_for_update()
        found = get_object_or_404(held, study=stands.study, code=plan)
        links = [row["id"] for row in found.links]
        Decision.objects.filter(study=stands.study, link__in=links).delete()
        found.delete()
        note("took a plan out", account=stands.account.pk, study=stands.study.pk, about=found.body)
    messages.success(request, _("The plan was taken out, with its links."))
    return redirect("upload-plan", study=stands.study.pk)


def _add(stands: Standing, given: dict[str, Any]) -> bool:
    """Keep a plan and ask for its reading; False where another is being read."""
    with transaction.atomic():
        study = Study.objects.select_for_update().get(pk=stands.study.pk)
        file, content = given["plan"]
        if under_way(KIND, study) or Plan.objects.filter(study=study, digest=_digest(content)).exists():
            return False
        plan = Plan.objects.create(
            study=study,
            code=_next_code(study),
            body=given["body"],
            title=given["title"],
            published=given["published"],
            file=file,
            content=content,
            digest=_digest(content),
        )
        ask(KIND, study, {"plan": plan.code})
        note("added a plan", account=stands.account.pk, study=study.pk, about=plan.body)
    return True


def _next_code(study: Study) -> str:
    used = {*Plan.objects.filter(study=study).values_list("code", flat=True), *table(study.pk, "documents")["id"]}
    numbers = (code.removeprefix("plan-") for code in used)
    return f"plan-{max((int(number) for number in numbers if number.isdecimal()), default=0) + 1}"


def _ending(content: bytes, name: str) -> str:
    """Return the ending of a file that can be read, by what is in it; empty for any other."""
    if b"%PDF-" in content[:1024]:
        return ".pdf"
    if content.startswith(b"PK"):
        return ".docx" if _is_word(content) else ""
    if content.startswith(b"{\\rtf") or (b"\0" in content and not content.startswith(_WIDE)):
        return ""
    return ".md" if name.casefold().endswith(_MARKDOWN) else ".txt"


def _is_word(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return "word/document.xml" in packed.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
