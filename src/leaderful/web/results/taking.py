"""What may be taken out: the report, its findings, and for approved researchers answers without people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import UUID

import polars as pl
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from leaderful import __version__
from leaderful.exports import Contents, choose_rounds, export_files
from leaderful.framework import framework
from leaderful.web.audit.models import note
from leaderful.web.permissions import Act, Standing, in_study, may_take_out
from leaderful.web.results.models import Result
from leaderful.web.results.round_files import round_file, to_take
from leaderful.web.results.shown import findings_of, visible_one
from leaderful.web.studies import evidence
from leaderful.web.studies.models import Wave


@require_safe
@in_study(Act.SEE_RESULTS)
def download(request: HttpRequest, stands: Standing, result: UUID, form: str) -> HttpResponse:  # noqa: ARG001
    """Let somebody take out the report or the findings of results they may see."""
    if form not in FORMS:
        raise Http404
    found = visible_one(stands, result)
    name, kind, made = FORMS[form]
    content = made(found)
    note("downloaded results", account=stands.account.pk, study=stands.study.pk, about=form)
    return _file(name, kind, content)


@require_http_methods(["GET", "POST"])
@in_study(Act.TAKE_OUT)
def answers(request: HttpRequest, stands: Standing) -> HttpResponse:
    """Let an approved researcher take out the answers of a round without people, once its results are released."""
    if not may_take_out(stands):
        raise PermissionDenied
    if request.method == "POST":
        wave = next((each for each in to_take(stands.study) if each.code == request.POST.get("wave")), None)
        content = round_file(wave) if wave is not None else b""
        if content and wave is not None:
            note("took out de-identified answers", account=stands.account.pk, study=stands.study.pk, about=wave.code)
            return _file(f"answers-{wave.code}.zip", "application/zip", content)
    context = {
        "study": stands.study,
        "waves": to_take(stands.study),
        "gone": Wave.objects.filter(study=stands.study, file__content=b""),
        "fewest": stands.study.minimum_people,
        "refused": request.method == "POST",
    }
    return render(request, "results/answers.html", context, status=409 if request.method == "POST" else 200)


def _contents(result: Result) -> Contents:
    """Return what the exports of the command line are made from, without measuring anew."""
    study = result.study
    waves = [wave for wave in study.waves.filter(opened_on__isnull=False) if wave.code not in result.left_out]
    rounds = {wave.code: wave.name for wave in waves}
    findings, shown = choose_rounds(findings_of(result).filter(pl.col("unit_kind") != "person"), list(rounds), None)
    bodies, ties = evidence.table(study.pk, "bodies"), evidence.table(study.pk, "ties")
    stands_now = (pl.col("valid_from").is_null() | (pl.col("valid_from") <= study.as_at)) & (
        pl.col("valid_to").is_null() | (pl.col("valid_to") >= study.as_at)
    )
    return Contents(
        name=study.name,
        system=study.system,
        as_at=study.as_at,
        seed=study.seed,
        synthetic=study.synthetic,
        version=__version__,
        findings=findings,
        bodies=bodies.with_columns(current=stands_now),
        ties=ties.filter(stands_now),
        rounds=rounds,
        wave=shown,
        item_scales=framework().item_scales,
    )


def _file(name: str, kind: str, content: bytes) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


FORMS: Final[dict[str, tuple[str, str, Callable[[Result], bytes]]]] = {
    "report": ("report.html", "text/html; charset=utf-8", lambda result: result.page.encode()),
    "csv": (
        "findings.csv",
        "text/csv; charset=utf-8",
        lambda result: export_files("csv", _contents(result))["findings.csv"],
    ),
    "parquet": (
        "findings.parquet",
        "application/vnd.apache.parquet",
        lambda result: export_files("parquet", _contents(result))["findings.parquet"],
    ),
    "xlsx": (
        "results.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        lambda result: export_files("xlsx", _contents(result))[""],
    ),
}
"""What results can be taken out as: the file's name, its type, and how it is made."""
