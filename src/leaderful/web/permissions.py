"""Who may do what in a study: one table, and the one place where it is looked up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import cached_property, wraps
from typing import Any, Concatenate, Final, ParamSpec
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from leaderful.web.accounts.models import Account
from leaderful.web.studies.models import Member, Person, Role, Study

_P = ParamSpec("_P")


class Act(Enum):
    """What can be done in a study."""

    SEE_STUDY = "see that it is there, and what it is about"
    RUN = "name people, invite them, open and close waves, see response rates"
    GIVE_ROLES = "give roles to others and take them away"
    SEE_OWN_BODY = "see the aggregate of a body"
    TAKE_OUT = "take out de-identified data"
    ANSWER = "answer, and see and take back what one said"
    SEE_RESULTS = "see released results and simulations, and take them out"
    RELEASE = "have results worked out, look at them before others, release them and take them back"
    PREVIEW = "see, before results are released, what they would tell of oneself"


PARTICIPANT: Final = "participant"
MAY: Final[dict[Act, frozenset[str]]] = {
    Act.SEE_STUDY: frozenset({Role.STEWARD, Role.LEAD, Role.RESEARCHER, PARTICIPANT}),
    Act.RUN: frozenset({Role.STEWARD}),
    Act.GIVE_ROLES: frozenset({Role.STEWARD}),
    Act.SEE_OWN_BODY: frozenset({Role.LEAD}),
    Act.TAKE_OUT: frozenset({Role.RESEARCHER}),
    Act.ANSWER: frozenset({PARTICIPANT}),
    Act.SEE_RESULTS: frozenset({Role.STEWARD, Role.LEAD, Role.RESEARCHER, PARTICIPANT}),
    Act.RELEASE: frozenset({Role.STEWARD}),
    Act.PREVIEW: frozenset({PARTICIPANT}),
}
"""Which roles may do what. A steward sees no answer, and nothing of a body before results are released to all."""


@dataclass(frozen=True)
class Standing:
    """What an account is in a study."""

    study: Study
    account: Account
    person: Person | None

    @cached_property
    def roles(self) -> tuple[Member, ...]:
        """Its roles but that of a participant; looked up only where they matter, for most who come only answer."""
        return tuple(Member.objects.filter(study=self.study, account=self.account).order_by("pk"))

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of its roles, `PARTICIPANT` among them."""
        return frozenset(member.role for member in self.roles) | (
            {PARTICIPANT} if self.person is not None else frozenset()
        )

    def may(self, act: Act) -> bool:
        """Tell whether it may do something."""
        return (self.person is not None and PARTICIPANT in MAY[act]) or bool(self.names & MAY[act])

    @property
    def is_somebody(self) -> bool:
        """Whether it is anything in the study at all."""
        return self.person is not None or bool(self.roles)


def standing(account: Account, study: UUID) -> Standing | None:
    """Return what an account is in a study; None where there is no such study.

    Who is on the list and was not invited yet is nobody there: if they could answer, who is still on it would tell.
    """
    people = Person.objects.select_related("study").filter(study=study, account=account)
    person = people.filter(invited_at__isnull=False).first()
    held = person.study if person is not None else Study.objects.filter(pk=study).first()
    return Standing(study=held, account=account, person=person) if held is not None else None


def may_take_out(stands: Standing) -> bool:
    """Tell whether somebody is a researcher whom a steward approved, and no steward, who knows who is asked."""
    approved = any(member.approved_at for member in stands.roles)
    return approved and stands.may(Act.TAKE_OUT) and not stands.may(Act.RUN)


def who(request: HttpRequest) -> Account:
    """Return who is signed in.

    Raises
    ------
    PermissionDenied
        Nobody is.
    """
    if not isinstance(request.user, Account):
        raise PermissionDenied
    return request.user


View = Callable[Concatenate[HttpRequest, Standing, _P], HttpResponse]


def in_study(act: Act) -> Callable[[View[_P]], Callable[..., HttpResponse]]:
    """Let a view be seen by those who may do something in the study its address names.

    To those who are nothing in a study it is not there, so that nobody learns which studies are.
    """

    def around(view: View[_P]) -> Callable[..., HttpResponse]:
        @wraps(view)
        @login_required
        def guarded(request: HttpRequest, study: UUID, *args: Any, **kwargs: Any) -> HttpResponse:
            stands = standing(who(request), study)
            if stands is None or not stands.is_somebody:
                raise Http404
            if not stands.may(act):
                raise PermissionDenied
            return view(request, stands, *args, **kwargs)

        guarded.act = act  # type: ignore[attr-defined]  # the tests walk all views and ask which act each needs
        return guarded

    return around


def owner_only(view: Callable[Concatenate[HttpRequest, _P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a view be seen by those who may start studies here."""

    @wraps(view)
    @login_required
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not who(request).owns_server:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded
