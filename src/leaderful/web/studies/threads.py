"""Suggested links to goals: see what they rest on, and confirm or refuse each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from leaderful.framework import framework
from leaderful.text.tagger import tag_passages
from leaderful.web.audit.models import note
from leaderful.web.permissions import Act, Standing, in_study
from leaderful.web.studies import suggested
from leaderful.web.studies.bodies import body_names
from leaderful.web.studies.models import Decision, Plan, Study

_A_PAGE: Final = 25
_SURE: Final = (
    (0.85, gettext_lazy("Very likely, says the computer that read the plan")),
    (0.65, gettext_lazy("Likely, says the computer that read the plan")),
    (0.0, gettext_lazy("Perhaps, says the computer that read the plan")),
)
"""From which figure on a suggestion is called so."""
_STANCES: Final[dict[str, tuple[str | Promise, str | Promise]]] = {
    "commits": (
        gettext_lazy("They commit to it"),
        gettext_lazy("the organisation counts as working for this goal"),
    ),
    "continues": (
        gettext_lazy("They carry on with it"),
        gettext_lazy("the organisation counts as working for this goal"),
    ),
    "defers": (
        gettext_lazy("They put it off"),
        gettext_lazy("the results show that the organisation puts this goal off"),
    ),
    "drops": (
        gettext_lazy("They give it up"),
        gettext_lazy("the organisation counts as having dropped this goal"),
    ),
    "mentions": (
        gettext_lazy("They only mention it"),
        gettext_lazy("the results show the passage, and nothing else changes"),
    ),
}
"""What the words do with the goal, and what follows once the link is confirmed."""


@dataclass(frozen=True)
class Stance:
    """One thing that words may do with a goal."""

    code: str
    name: str
    follows: str
    """What follows once the link is confirmed."""
    picked: bool


@dataclass(frozen=True)
class Link:
    """A suggested link as its row in the table has it, with the name of its body."""

    row: dict[str, Any]
    body: str

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided on it."""
        return self.row["decision"] is None

    @property
    def goal(self) -> Any:
        """The goal it may serve."""
        return next(goal for goal in framework().goals if goal.id == self.row["goal"])

    @property
    def sure(self) -> str:
        """How sure it is, in words; empty where nobody has put a figure on it."""
        figure = self.row["confidence"]
        return "" if figure is None else str(next(words for least, words in _SURE if figure >= least))

    @property
    def stances(self) -> list[Stance]:
        """What its words may do with the goal, with what is taken to be so picked."""
        picked = self.row["stance"]
        return [Stance(code, str(name), str(follows), code == picked) for code, (name, follows) in _STANCES.items()]

    @property
    def pieces(self) -> list[tuple[str, bool]]:
        """The quote in pieces, each with whether it is what points to the goal."""
        quote, at = self.row["quote"], 0
        found: list[tuple[str, bool]] = []
        for start, end in _telling(quote, self.goal.number):
            found += [(quote[at:start], False), (quote[start:end], True)]
            at = end
        return [piece for piece in [*found, (quote[at:], False)] if piece[0]]


@require_safe
@in_study(Act.RUN)
def threads(request: HttpRequest, stands: Standing) -> HttpResponse:
    """Show all suggested links of a study, those that nobody has decided on first."""
    held = _ordered(stands.study)
    bodies = sorted({(link.row["body"], link.body) for link in held}, key=lambda pair: (pair[1].casefold(), pair[0]))
    wanted = request.GET.get("body", "")
    chosen = wanted if wanted in dict(bodies) else ""
    fitting = [link for link in held if chosen in ("", link.row["body"])]
    context = {
        "study": stands.study,
        "page": Paginator(fitting, _A_PAGE).get_page(request.GET.get("page")),
        "counts": _counts(held),
        "next": _after(fitting, ""),
        "bodies": bodies,
        "body": chosen,
    }
    return render(request, "studies/threads.html", context)


@require_http_methods(["GET", "POST"])
@in_study(Act.RUN)
def thread(request: HttpRequest, stands: Standing, link: str) -> HttpResponse:
    """Show one suggested link with its words, and keep what is decided on it."""
    held = _ordered(stands.study)
    found = next((each for each in held if each.row["id"] == link), None)
    if found is None:
        raise Http404
    unclear = _unclear(request) if request.method == "POST" else ""
    if request.method == "POST" and not unclear:
        return _decided(request, stands, held, found)
    context = {"study": stands.study, "link": found, "counts": _counts(held), "unclear": unclear}
    return render(
        request, "studies/threads_one.html", context | _around(stands.study, found), status=400 if unclear else 200
    )


def _around(study: Study, link: Link) -> dict[str, Any]:
    """Return what stands around a link: its plan, and what was decided on it."""
    plan = Plan.objects.filter(study=study, code=link.row["document"] or "").defer("content").first()
    decision = Decision.objects.filter(study=study, link=link.row["id"]).select_related("by").first()
    corrected = decision is not None and decision.stance
    return {
        "plan": plan,
        "late": plan is not None and plan.published > study.as_at,
        "decision": decision,
        "before": _name(_suggested(study, link.row["id"])) if corrected else "",
    }


def _ordered(study: Study) -> list[Link]:
    """Return the suggested links: open ones first, then by body, and of a body as they stand in its plan."""
    names = body_names(study.pk)
    rows = suggested.links(study).iter_rows(named=True)
    held = [Link(row, names.get(row["body"], row["body"])) for row in rows]
    return sorted(held, key=lambda link: (not link.is_open, link.body.casefold(), link.row["body"]))


def _counts(held: list[Link]) -> dict[str, int]:
    made = Counter(link.row["decision"] for link in held)
    confirmed, refused = made[suggested.CONFIRMED], made[suggested.REFUSED]
    return {"all": len(held), "open": made[None], "confirmed": confirmed, "refused": refused}


def _telling(quote: str, goal: int) -> list[tuple[int, int]]:
    """Return where in a quote the words stand that point to a goal, in order."""
    tags = tag_passages([quote], threshold=0.0)[0]
    return sorted(span for tag in tags if tag.goal == goal for span in tag.evidence)


def _unclear(request: HttpRequest) -> str:
    """Say what is wrong with what was sent; nothing where it can be kept."""
    if request.POST.get("decision") not in ("confirm", "refuse", "open", "later"):
        return _("Nothing was decided. Press one of the buttons below the words.")
    if request.POST.get("stance", "") not in ("", *_STANCES):
        return _("Nothing was decided. Choose one of the five things that the words may do with the goal.")
    return ""


def _suggested(study: Study, link: str) -> str | None:
    """Return the stance that was suggested."""
    found: str | None = suggested.as_suggested(study).filter(id=link)["stance"].item()
    return found


def _name(stance: str | None) -> str:
    return str(_STANCES[stance][0]) if stance else _("not said")


def _decided(request: HttpRequest, stands: Standing, held: list[Link], link: Link) -> HttpResponse:
    """Keep a decision, take it back, or leave it for later; go on to the next link that waits for one."""
    code, chosen = link.row["id"], request.POST["decision"]
    if chosen != "later":
        _keep(stands, link, chosen, request.POST.get("stance") or link.row["stance"])
    if chosen == "open":
        messages.success(request, _("The decision was taken back. This link does not count now."))
        return redirect("thread", study=stands.study.pk, link=code)
    waiting = chosen == "later" or not link.is_open
    messages.success(request, _said(chosen, _counts(held)["open"] - (not waiting)))
    following = _after(held, code)
    if following is None:
        return redirect("threads", study=stands.study.pk)
    return redirect("thread", study=stands.study.pk, link=following.row["id"])


def _keep(stands: Standing, link: Link, chosen: str, stance: str | None) -> None:
    """Keep or take back a decision; a stance that was not suggested is kept with a confirmed link."""
    code, before = link.row["id"], _suggested(stands.study, link.row["id"])
    with transaction.atomic():
        if chosen == "open":
            Decision.objects.filter(study=stands.study, link=code).delete()
            did = "took a decision on a link back"
        else:
            confirmed = chosen == "confirm"
            other = stance if confirmed and stance and stance != before else ""
            values = {"confirmed": confirmed, "stance": other, "by": stands.account}
            Decision.objects.update_or_create(study=stands.study, link=code, defaults=values)
            did = "confirmed a link" if confirmed else "refused a link"
            if other and other != link.row["stance"]:
                said = f"{other}, not {before}: {code}"
                note("corrected what a link says", account=stands.account.pk, study=stands.study.pk, about=said)
        note(did, account=stands.account.pk, study=stands.study.pk, about=code)


def _said(chosen: str, left: int) -> str:
    done = {
        "confirm": _("Confirmed: the link counts."),
        "refuse": _("Refused: the link does not count."),
        "later": _("Left for later: the link does not count yet."),
    }[chosen]
    more = ngettext("%(left)d is left to decide.", "%(left)d are left to decide.", left) % {"left": left}
    return f"{done} {more if left else _('Every link is decided on.')}"


def _after(held: list[Link], link: str) -> Link | None:
    """Return the next link after one, round to the first, that nobody has decided on; none where there is no other."""
    waiting = [each for each in held if each.is_open or each.row["id"] == link]
    at = next((place for place, each in enumerate(waiting) if each.row["id"] == link), -1)
    turned = waiting[at + 1 :] + waiting[: max(at, 0)]
    return next((each for each in turned if each.row["id"] != link), None)
