"""Whether a study's system, date and bodies belong together, so that a report about them can be true."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from leaderful import england
from leaderful.errors import UnknownNameError
from leaderful.receipts import Problem, Receipt
from leaderful.study import Study
from leaderful.study.settings import FILE

PUBLIC_DATA = "packaged public data"
"""Where the tables of a study came from, when `new` or `demo` filled them."""


def is_invented(study: Study) -> bool:
    """Tell whether the study's system is made up, and not only what is said of it."""
    if not (study.synthetic and study.system):
        return False
    try:
        england.resolve(study.system, study.as_at)
    except UnknownNameError:
        return True
    return False


def system_fault(study: Study) -> str:
    """Say what keeps the study's system and date from being those of a report; nothing when they may be."""
    if is_invented(study):
        return ""
    if not study.system:
        return 'a report needs one system; set system in study.toml to the code of its ICB, as in: system = "QHM"'
    try:
        code = england.resolve(study.system, study.as_at)
    except UnknownNameError as error:
        return f"system or as_at is not right: {error}"
    return "" if code == study.system else f'system is {study.system[:60]!r}; write its code: system = "{code}"'


def refuse_false(study: Study) -> None:
    """Refuse a study whose system, date and bodies do not belong together: its report would be false."""
    fault = system_fault(study)
    if fault:
        raise UnknownNameError(f"{FILE}: {fault}")
    for problem in settings_problems(study):
        raise problem.kind(f"{FILE}: {problem.message}")


def settings_problems(study: Study) -> list[Problem]:
    """Return what is wrong with study.toml beside the study's bodies."""
    return [problem for receipt in study.receipts if receipt.source == FILE for problem in receipt.problems]


def noted(study: Study) -> Iterator[Receipt]:
    """Yield the receipts, noting on the bodies which ones a study made for another date does not have."""
    missing = bodies_missing(study)
    day = study.as_at.isoformat()
    bodies, are = ("body", "is") if missing == 1 else ("bodies", "are")
    text = (
        f"{missing:,} {bodies} that public lists hold on {day} {are} not in this study; "
        f"start a new one with leaderful new --as-at {day}"
    )
    for receipt in study.receipts:
        about_bodies = Path(receipt.source).stem == "bodies" and receipt.kept > 0 and not receipt.rejected
        yield replace(receipt, notes=(*receipt.notes, text)) if missing and about_bodies else receipt


def bodies_missing(study: Study) -> int:
    """Return how many bodies public lists hold that a study filled from them does not."""
    if study.created_from != PUBLIC_DATA:
        return 0
    public = england.bodies(study.system, study.as_at)
    return public.join(study.table("bodies"), on="id", how="anti").height
