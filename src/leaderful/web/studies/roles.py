"""Who is what in a study besides answering."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from leaderful.web.accounts.links import make_link
from leaderful.web.accounts.mail import TROUBLE, send_link
from leaderful.web.accounts.models import Account, Purpose
from leaderful.web.audit.models import note
from leaderful.web.permissions import Act, Standing, in_study
from leaderful.web.studies.bodies import body_choices, body_names
from leaderful.web.studies.forms import RoleForm, posted
from leaderful.web.studies.models import Member, Role, Study


@require_http_methods(["GET", "POST"])
@in_study(Act.GIVE_ROLES)
def roles(request: HttpRequest, stands: Standing) -> HttpResponse:
    """Show who has a role, and give one to somebody."""
    form = RoleForm(stands.study, body_choices(stands.study.pk), posted(request))
    if request.method == "POST" and form.is_valid():
        account = _give(stands, form)
        _send(request, account)
        return redirect("roles", study=stands.study.pk)
    names = body_names(stands.study.pk)
    members = Member.objects.filter(study=stands.study).select_related("account").order_by("role", "account__name")
    listed = [{"member": member, "body": names.get(member.body, member.body)} for member in members]
    context = {"study": stands.study, "form": form, "members": listed}
    return render(request, "studies/roles.html", context, status=400 if form.errors else 200)


@require_POST
@in_study(Act.GIVE_ROLES)
def remove_role(request: HttpRequest, stands: Standing, member: int) -> HttpResponse:
    """Take a role away; a study always keeps a steward."""
    with transaction.atomic():
        Study.objects.select_for_update().get(pk=stands.study.pk)
        found = get_object_or_404(Member, pk=member, study=stands.study)
        last = found.role == Role.STEWARD and _stewards(stands.study) == 1
        if not last:
            about = f"{found.role} {found.body}".strip()
            found.delete()
            note("took a role away", account=stands.account.pk, study=stands.study.pk, about=about)
    if last:
        messages.error(request, _("A study needs a steward. Give the role to somebody else first."))
        return redirect("roles", study=stands.study.pk)
    messages.success(request, _("The role was taken away."))
    own = found.account_id == stands.account.pk and found.role == Role.STEWARD
    return redirect("home") if own else redirect("roles", study=stands.study.pk)


@require_POST
@in_study(Act.GIVE_ROLES)
def approve_researcher(request: HttpRequest, stands: Standing, member: int) -> HttpResponse:
    """Let a researcher have de-identified data."""
    found = get_object_or_404(Member, pk=member, study=stands.study, role=Role.RESEARCHER)
    if Member.objects.filter(study=stands.study, account=found.account_id, role=Role.STEWARD).exists():
        messages.error(request, _("A steward cannot take answers out. Give the role of researcher to another."))
        return redirect("roles", study=stands.study.pk)
    if found.approved_at is None:
        with transaction.atomic():
            found.approved_at = timezone.now()
            found.save(update_fields=["approved_at"])
            note("approved a researcher", account=stands.account.pk, study=stands.study.pk, about=str(found.account_id))
    messages.success(request, _("The researcher may take out data without names."))
    return redirect("roles", study=stands.study.pk)


def _stewards(study: Study) -> int:
    return Member.objects.filter(study=study, role=Role.STEWARD).count()


def _give(stands: Standing, form: RoleForm) -> Account:
    """Give the role, and make the account where there is none."""
    given = form.cleaned_data
    with transaction.atomic():
        account = Account.objects.filter(email=given["email"].lower()).first()
        if account is None:
            account = Account.objects.make(email=given["email"], name=given["name"])
        member, new = Member.objects.get_or_create(
            study=stands.study, account=account, role=given["role"], body=given["body"]
        )
        if new:
            about = f"{member.role} {member.body}".strip()
            note("gave a role", account=stands.account.pk, study=stands.study.pk, about=about)
    return account


def _send(request: HttpRequest, account: Account) -> None:
    try:
        send_link(account, make_link(Purpose.ROLE, account))
    except TROUBLE:
        messages.error(
            request,
            _(
                "The role was given, but the mail with the link could not be sent. Take the role away "
                "and give it again to send another."
            ),
        )
    else:
        messages.success(request, _("The role was given, and a link is on its way to the address."))
