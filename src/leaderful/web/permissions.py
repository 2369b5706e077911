"""Who may do what in a study: one table, and the one place where it is looked up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import wraps
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
    roles: tuple[Member, ...]
    person: Person | None

    @property
    def names(self) -> frozenset[str]:
        """The names of its roles, `PARTICIPANT` among them."""
        return frozenset(member.role for member in self.roles) | (
            {PARTICIPANT} if self.person is not None else frozenset()
        )

    def may(self, act: Act) -> bool:
        """Tell whether it may do something."""
        return bool(self.names & MAY[act])


def standing(account: Account, study: Study) -> Standing:
    """Return what an account is in a study."""
    return Standing(
        study=study,
        account=account,
        roles=tuple(Member.objects.filter(study=study, account=account).order_by("pk")),
        person=Person.objects.filter(study=study, account=account).first(),
    )


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
            held = Study.objects.filter(pk=study).first()
            stands = standing(who(request), held) if held is not None else None
            if stands is None or not stands.names:
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
