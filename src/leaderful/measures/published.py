"""Published percentages: where the differences lie, and where each system and body stands.

A three-level model of logits with known sampling variances: trusts within systems. England as a
whole is fitted; one system is set against England's model, or, without it, against nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import polars as pl

from leaderful.measures.findings import Finding, frame
from leaderful.measures.published_bodies import body_percentages
from leaderful.measures.published_model import (
    THREE_LEVEL,
    TWO_LEVEL,
    Model,
    as_percent,
    as_points,
    fit_england,
    fit_own,
    read_models,
    with_q,
)
from leaderful.measures.published_rows import Part, published_parts, raw_percent
from leaderful.measures.words import compare
from leaderful.statistics.blocks import TooFewError
from leaderful.statistics.random_effects import Fit
from leaderful.statistics.share_intervals import Share, share_interval
from leaderful.statistics.shrinkage import Shrunken
from leaderful.study import Study

ENGLAND = "england"
SHARES: Mapping[str, Share] = {
    "share_between_systems": "between",
    "share_between_bodies": "within",
    "share_sampling": "sampling",
}
OWN_SHARES = ("share_between_bodies", "share_sampling")
FEWEST_FOR_SHARES = 3


def system_percentages(study: Study, *, england: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return what published percentages say of England, of systems and of bodies, per question and year.

    With x of n people answering as counted, the logit of trust i in system j is
    ``y_ij = log((x + 1/2) / (n - x + 1/2))`` with variance ``v_ij = 1 / (x + 1/2) + 1 / (n - x + 1/2)`` and
    ``y_ij = mu + u_j + w_ij + e_ij``, ``u_j ~ N(0, tau2_between)``, ``w_ij ~ N(0, tau2_within)``,
    ``e_ij ~ N(0, v_ij)``, fitted by restricted maximum likelihood. In the adjusted set each kind of
    trust (``bodies.type``) has its own mean in place of mu.

    Parameters
    ----------
    study
        Reads ``published`` and ``bodies``. A study without a system is England and is fitted itself.
    england
        Findings of England for the same structure. A system is then predicted with England's mean
        and variances; without it, it stands alone. Not read when the study is England.

    Returns
    -------
    polars.DataFrame
        Findings. Intervals are 95 %. `detail` always has ``source``, ``question``, ``turned`` (the
        figure is 100 minus what was published) and ``constructs`` (the finding's own is the first).

        ``published.mean`` (``unit_kind`` ``england``)
            A typical trust's percentage, n people. Detail: ``logit``, ``logit_se``, ``df``, ``raw``,
            ``base``, ``organisations``, ``systems``, ``left_out`` (reason: rows) and ``model``, from which
            a system's study predicts. ``published.mean.adjusted``: for England's mix of kinds.
        ``published.share_between_systems``, ``published.share_between_bodies``, ``published.share_sampling``
            Parts of the variance of an observed logit with the mean v; they add to 1. Profile-likelihood
            interval, n trusts. ``.adjusted``: of the variance that kinds of trust leave.
        ``published.percent`` (``system``, ``body``)
            Shrunken percentage, n people. Detail: ``raw`` (of all its people), ``weight`` of its own
            figures against England's mean, ``organisations`` or ``system``, ``logit``, ``logit_se``.
            Bodies outside the model have their raw percentage with Wilson's interval and say why
            in ``outside``.
        ``published.difference`` (``system``)
            Shrunken difference from England's mean in percentage points. Detail: ``verdict`` (see
            `compare`), ``q``, ``logit``, ``logit_se``, ``mean`` (percent it is set against), ``weight``,
            ``organisations``. ``published.difference.adjusted``: from the mean of trusts of its kinds.

    Notes
    -----
    Fewer than 10 people: suppressed, and in no model. Too few trusts or systems for a model:
    ``insufficient``. A system alone is a mean of its own trusts (two needed; t interval) and has shares
    between bodies and sampling from three trusts on. Verdicts are per question; ``q`` is the
    false discovery rate among the questions of one unit and year.

    References
    ----------
    Konstantopoulos S (2011) Research Synthesis Methods 2:61-76, doi:10.1002/jrsm.35.
    Benjamini Y, Hochberg Y (1995) Journal of the Royal Statistical Society B 57:289-300,
    doi:10.1111/j.2517-6161.1995.tb02031.x.

    Examples
    --------
    >>> from datetime import date
    >>> from leaderful.study.tables import TABLES
    >>> percents = {"A": [50, 53, 52], "B": [60, 62, 61], "C": [55, 57, 58], "D": [66, 63, 65]}
    >>> trusts = [(f"R{system}{k}", system, x) for system in percents for k, x in enumerate(percents[system])]
    >>> bodies = [{"id": code, "kind": "nhs-trust", "system": system} for code, system, _ in trusts]
    >>> rows = [{"body": code, "source": "nhs-staff-survey", "question": "Q3f", "year": 2024,
    ...          "percent": x, "base": 2000} for code, _, x in trusts]
    >>> study = Study(name="Four systems", system="", as_at=date(2024, 12, 1), tables={
    ...     "bodies": pl.DataFrame(bodies, schema=TABLES["bodies"].schema),
    ...     "published": pl.DataFrame(rows, schema=TABLES["published"].schema)})
    >>> found = system_percentages(study)
    >>> share = found.row(by_predicate=pl.col("measure") == "published.share_between_systems", named=True)
    >>> round(share["estimate"], 2), round(share["lower"], 2), round(share["upper"], 2)
    (0.94, 0.71, 0.99)
    """
    models = read_models(england)
    findings: list[Finding] = []
    for part in published_parts(study):
        if study.system:
            findings += _one_system(part, study.system, models)
        else:
            findings += _england(part, systems_of(study))
    return frame(with_q(findings))


def systems_of(study: Study) -> list[str]:
    """Return the systems a study is about: its own, or all that it holds."""
    if study.system:
        return [study.system]
    bodies = study.table("bodies")
    return bodies.filter(pl.col("kind") == "integrated-care-board")["id"].sort().to_list()


def _england(part: Part, systems: list[str]) -> Iterator[Finding]:
    try:
        model, fit = fit_england(part.model_rows, adjusted=False)
    except TooFewError as error:
        yield from _no_model(part, systems, str(error))
        return
    yield _mean(part, model, fit, "")
    yield from _shares(part, fit, "")
    yield from _systems(part, model, systems)
    yield from body_percentages(part, model)
    try:
        model, fit = fit_england(part.model_rows, adjusted=True)
    except TooFewError as error:
        for name in ("mean", *SHARES):
            yield part.insufficient(f"{name}.adjusted", ENGLAND, ENGLAND, method=THREE_LEVEL, reason=str(error))
        return
    yield _mean(part, model, fit, ".adjusted")
    yield from _shares(part, fit, ".adjusted")
    yield from _differences(part, model, systems, ".adjusted")


def _one_system(part: Part, system: str, models: dict[tuple[str, str, str, str], Model]) -> Iterator[Finding]:
    key = (part.question.source, part.question.id, str(part.year))
    model = models.get(("published.mean", *key))
    if model is None:
        yield from _alone(part, system)
        return
    yield from _systems(part, model, [system])
    yield from body_percentages(part, model)
    adjusted = models.get(("published.mean.adjusted", *key))
    if adjusted is not None:
        yield from _differences(part, adjusted, [system], ".adjusted")


def _alone(part: Part, system: str) -> Iterator[Finding]:
    """A system without England: the mean of its own trusts."""
    rows = part.model_rows
    if len(rows) < 2:
        reason = _one_or_none(len(rows))
        for name in ("percent", *OWN_SHARES):
            yield part.insufficient(name, "system", system, method=TWO_LEVEL, reason=reason)
        yield from body_percentages(part, None)
        return
    model, fit = fit_own(rows)
    df = len(rows) - 1
    logit, se = float(fit.components.beta[0]), float(fit.components.beta_cov[0, 0] ** 0.5)
    about = {
        "raw": raw_percent(rows),
        "organisations": len(rows),
        "logit": logit,
        "logit_se": se,
        "df": df,
        "tau2_within": fit.components.within,
        "left_out": part.left_out,
    }
    yield part.finding(
        "percent",
        "system",
        system,
        method=TWO_LEVEL,
        n=int(rows["base"].sum()),
        detail=about,
        **as_percent(logit, se, df=df),
    )
    if len(rows) < FEWEST_FOR_SHARES:
        reason = f"{len(rows)} NHS trusts; a share of variance needs {FEWEST_FOR_SHARES}"
        for name in OWN_SHARES:
            yield part.insufficient(name, "system", system, method=TWO_LEVEL, reason=reason)
    else:
        yield from _shares(part, fit, "", system=system)
    yield from body_percentages(part, model)


def _one_or_none(trusts: int) -> str:
    if trusts:
        return "one NHS trust only; its own percentage is all that can be given"
    return "no NHS trust of this system has published figures here"


def _mean(part: Part, model: Model, fit: Fit, suffix: str) -> Finding:
    rows = part.model_rows
    mix = fit.rows.X.mean(axis=0)
    logit = float(mix @ fit.components.beta)
    se = float(np.sqrt(mix @ fit.components.beta_cov @ mix))
    df = fit.groups - len(mix)
    about = {
        "logit": logit,
        "logit_se": se,
        "df": df,
        "raw": raw_percent(rows),
        "base": int(rows["base"].sum()),
        "organisations": fit.n,
        "systems": fit.groups,
        "left_out": part.left_out,
        "model": model.as_detail(),
    }
    return part.finding(
        f"mean{suffix}",
        ENGLAND,
        ENGLAND,
        method=model.method,
        n=about["base"],
        detail=about,
        **as_percent(logit, se, df=df),
    )


def _shares(part: Part, fit: Fit, suffix: str, *, system: str = "") -> Iterator[Finding]:
    about = {
        "organisations": fit.n,
        "base": int(part.model_rows["base"].sum()),
        "tau2_between": fit.components.between,
        "tau2_within": fit.components.within,
        "sampling": fit.sampling,
        "left_out": part.left_out,
    }
    if fit.depth == 3:
        about["systems"] = fit.groups
    unit_kind, unit = ("system", system) if system else (ENGLAND, ENGLAND)
    for name, share in SHARES.items():
        if share == "between" and fit.depth == 2:
            continue
        lower, upper = share_interval(fit, share)
        estimate = getattr(fit.shares, share)
        yield part.finding(
            f"{name}{suffix}",
            unit_kind,
            unit,
            method=THREE_LEVEL if fit.depth == 3 else TWO_LEVEL,
            n=fit.n,
            estimate=estimate,
            lower=min(lower, estimate),
            upper=max(upper, estimate),
            detail=about,
        )


def _systems(part: Part, model: Model, systems: list[str]) -> Iterator[Finding]:
    for system, own, found, k in _predicted(part, model, systems):
        if found is None:
            yield part.insufficient("percent", "system", system, method=model.method, reason=_one_or_none(0))
            continue
        logit, se = float(found.totals.estimate[k]), float(found.totals.se[k])
        about = {
            "raw": raw_percent(own),
            "weight": float(found.group_weights[k]),
            "organisations": len(own),
            "logit": logit,
            "logit_se": se,
        }
        yield part.finding(
            "percent",
            "system",
            system,
            method=model.method,
            n=int(own["base"].sum()),
            detail=about,
            **as_percent(logit, se),
        )
    yield from _differences(part, model, systems, "")


def _differences(part: Part, model: Model, systems: list[str], suffix: str) -> Iterator[Finding]:
    for system, own, found, k in _predicted(part, model, systems):
        if found is None:
            yield part.insufficient(
                f"difference{suffix}", "system", system, method=model.method, reason=_one_or_none(0)
            )
            continue
        logit, se = float(found.effects.estimate[k]), float(found.effects.se[k])
        mean = float(found.totals.estimate[k]) - logit
        about = {
            "verdict": compare(logit, se),
            "logit": logit,
            "logit_se": se,
            "organisations": len(own),
            "mean": as_percent(mean, 0.0)["estimate"],
            "weight": float(found.group_weights[k]),
        }
        yield part.finding(
            f"difference{suffix}",
            "system",
            system,
            method=model.method,
            n=int(own["base"].sum()),
            detail=about,
            **as_points(mean, logit, se),
        )


def _predicted(
    part: Part, model: Model, systems: list[str]
) -> Iterator[tuple[str, pl.DataFrame, Shrunken | None, int]]:
    """Yield each system with its rows, the predictions and its place in them; None where it has no rows."""
    rows = model.covers(part.model_rows)
    found = model.predict(rows) if len(rows) else None
    places = {} if found is None else {label: k for k, label in enumerate(found.labels)}
    groups = rows.partition_by("system", as_dict=True)
    for system in systems:
        if system in places:
            yield system, groups[(system,)], found, places[system]
        else:
            yield system, rows.clear(), None, 0


def _no_model(part: Part, systems: list[str], reason: str) -> Iterator[Finding]:
    for name in ("mean", *SHARES):
        yield part.insufficient(name, ENGLAND, ENGLAND, method=THREE_LEVEL, reason=reason)
    for system in systems:
        yield part.insufficient("percent", "system", system, method=THREE_LEVEL, reason=reason)
    yield from body_percentages(part, None)
