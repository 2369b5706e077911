"""Results by group: what they tell of the reader's own groups, and of the body that somebody leads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from leaderful.framework import framework
from leaderful.web.collect.models import Answer, Consent
from leaderful.web.permissions import Act, Standing, in_study
from leaderful.web.results.counting import groups_of_person, sectors
from leaderful.web.results.models import Result
from leaderful.web.results.shown import draft, findings_of, mark_seen, released
from leaderful.web.studies import evidence
from leaderful.web.studies.bodies import body_names, tier_names
from leaderful.web.studies.models import Person, Role, Study


@dataclass(frozen=True)
class Group:
    """A group of the reader's, and what is shown of it in a round."""

    name: str
    findings: int
    """How many findings are shown; none where it is hidden."""
    people: int | None
    """How many answered, the reader among them where they did; missing where nothing says so."""


@dataclass(frozen=True)
class Round:
    """A round, whether the reader answered in it, and their groups."""

    name: str
    answered: bool
    groups: list[Group]


@dataclass(frozen=True)
class Line:
    """A scale of a body beside the same of the system."""

    name: str
    body: dict[str, Any] | None
    system: dict[str, Any] | None


@require_safe
@in_study(Act.PREVIEW)
def preview(request: HttpRequest, stands: Standing) -> HttpResponse:
    """Show somebody, before results are released and after, in which shown findings they are counted."""
    result = draft(stands.study) or released(stands.study)
    person = stands.person
    if person is None:
        raise Http404
    consent = Consent.objects.filter(person=person).order_by("wave__pk").last()
    context = {
        "study": stands.study,
        "result": result,
        "named": consent is not None and consent.network,
        "rounds": _rounds(result, person) if result is not None else [],
        "fewest": stands.study.minimum_people,
    }
    if result is not None:
        mark_seen(result)
        context["mentions"] = findings_of(result).filter(unit_kind="person", unit=person.code).height
    return render(request, "results/preview.html", context)


@require_safe
@in_study(Act.SEE_OWN_BODY)
def own_body(request: HttpRequest, stands: Standing) -> HttpResponse:
    """Show an organisation lead the released findings of their body beside the system's."""
    codes = sorted({member.body for member in stands.roles if member.role == Role.LEAD})
    names = {code: body_names(stands.study.pk).get(code, code) for code in codes}
    code = request.GET.get("body") or codes[0]
    if code not in codes:
        raise Http404
    context: dict[str, Any] = {"study": stands.study, "body": names[code], "code": code, "bodies": names.items()}
    result = released(stands.study)
    if result is not None:
        context |= {"result": result, **_beside(request, findings_of(result), stands.study, code)}
    return render(request, "results/body.html", context)


def _beside(request: HttpRequest, findings: pl.DataFrame, study: Study, body: str) -> dict[str, Any]:
    """Return the scales of a body beside the system's, as far as findings of the wave and tier asked for are there."""
    scores = findings.filter(pl.col("measure") == "scale.score").with_columns(
        scale=pl.col("detail").str.json_path_match("$.scale")
    )
    own = scores.filter(unit_kind="body", unit=body)
    waves = {code: name for code, name in study.waves.values_list("code", "name") if code in own["wave"].to_list()}
    wave = _chosen(request, "wave", waves, list(waves)[-1] if waves else "")
    tiers = {
        tier: name
        for tier, name in tier_names().items()
        if not scores.filter(unit_kind="body-tier", unit=f"{body}/{tier}", wave=wave).is_empty()
    }
    tier = _chosen(request, "tier", tiers, "")
    of_body = ("body-tier", f"{body}/{tier}") if tier else ("body", body)
    of_system = ("tier", tier) if tier else ("system", study.system)
    return {
        "waves": waves.items(),
        "wave": wave,
        "tiers": tiers.items(),
        "tier": tier,
        "tier_name": tiers.get(tier, ""),
        "lines": _lines(scores.filter(wave=wave), of_body, of_system),
        "asked": _rate(findings, of_body, wave),
    }


def _lines(scores: pl.DataFrame, body: tuple[str, str], system: tuple[str, str]) -> list[Line]:
    names = {scale.id: scale.name for scale in framework().item_scales}
    own, whole = (
        {row["scale"]: row for row in scores.filter(unit_kind=kind, unit=unit).iter_rows(named=True)}
        for kind, unit in (body, system)
    )
    return [Line(names.get(scale, scale), own.get(scale), whole.get(scale)) for scale in own | whole]


def _rate(findings: pl.DataFrame, unit: tuple[str, str], wave: str) -> dict[str, Any] | None:
    """Return how many of those asked answered, where it may be seen."""
    rows = findings.filter(measure="response.rate", unit_kind=unit[0], unit=unit[1], wave=wave, status="ok")
    items = rows.filter(pl.col("detail").str.json_path_match("$.part") == "items")
    return next(items.iter_rows(named=True), None)


def _chosen(request: HttpRequest, name: str, allowed: dict[str, str], otherwise: str) -> str:
    """Return what is asked for along a line, as far as there are findings along it.

    Raises
    ------
    Http404
        There are none.
    """
    given = request.GET.get(name) or otherwise
    if given and given not in allowed:
        raise Http404
    return given


def _rounds(result: Result, person: Person) -> list[Round]:
    """Return what is shown of each group of a person, wave by wave, from what everybody will see alone."""
    findings = findings_of(result)
    study = person.study
    sector = sectors(evidence.table(study.pk, "bodies")).get(person.body)
    row = {"body": person.body, "tier": person.tier, "team": person.team, "place": person.place}
    shown = findings.filter(status="ok")
    waves = {code: name for code, name in study.waves.values_list("code", "name") if code in shown["wave"].to_list()}
    units = groups_of_person(row, sector, study.system)
    return [
        Round(
            name=name,
            answered=Answer.objects.filter(person=person, wave__code=wave).exists(),
            groups=[_group(shown.filter(wave=wave), kind, unit, study) for kind, unit in units],
        )
        for wave, name in waves.items()
    ]


def _group(shown: pl.DataFrame, kind: str, unit: str, study: Study) -> Group:
    about = shown.filter(unit_kind=kind, unit=unit)
    sizes = about.filter(measure="scale.score")["n"]
    most = sizes.max()
    return Group(
        name=_called(kind, unit, study),
        findings=about.height,
        people=int(most) if isinstance(most, int) else None,
    )


def _called(kind: str, unit: str, study: Study) -> str:
    names, tiers = body_names(study.pk), tier_names()
    match kind:
        case "system":
            return _("Everybody who was asked")
        case "tier":
            return _("%(tier)s, in all organisations") % {"tier": tiers.get(unit, unit)}
        case "body-tier":
            body, _slash, tier = unit.rpartition("/")
            return f"{names.get(body, body)}, {tiers.get(tier, tier)}"
        case "sector":
            sectors_named = {each.id: each.name for each in framework().sectors}
            return _("Sector: %(sector)s") % {"sector": sectors_named.get(unit, unit)}
    return names.get(unit, unit)
