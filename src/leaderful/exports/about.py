"""What travels with every export: what it is, whose it is, how it was made and what it does not say."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from leaderful.exports.contents import Contents
from leaderful.exports.dictionary import methods
from leaderful.exports.safe import legible
from leaderful.framework import framework

MADE_UP = "Made-up evidence: no real person answered, and nothing here is about any real organisation."
HIDDEN_VALUES = (
    "Figures about fewer than {fewest} people are hidden, and so are those by which a hidden one could be worked out. "
    "A hidden figure is missing, has the status suppressed and is never 0."
)
NO_RANKING = "There is no overall score and no ranking. Cut-offs without a source are ours."
SILENCE = "Somebody who did not answer says nothing. A silent partner is not a partner who disagrees."
LICENCE = (
    "Software and questionnaire: MIT licence. Public data: contains public sector information licensed under the Open "
    "Government Licence v3.0 (NHS England; Office for National Statistics; Ministry of Housing, Communities and Local "
    "Government). Findings from people's answers belong to whoever holds the study: ask them before passing this on."
)
CITE = (
    "Moore, J., Elliott, I. C. and Hesselgreaves, H. (2023) Collaborative Leadership in Integrated Care Systems; "
    "Creating Leadership for the Common Good. Journal of Change Management 23(4), 358-373. "
    "doi:10.1080/14697017.2023.2261126. The leaderful contributors (2026) leaderful, version {version}. MIT licence."
)


def about(contents: Contents) -> dict[str, str]:
    """Return what is said about an export, by what each line is about."""
    system = f" ({contents.system})" if contents.system else ""
    made_up = {"made up": MADE_UP} if contents.synthetic else {}
    lines = {
        "what": f"Findings, bodies and ties of {contents.name}{system}, after disclosure control.",
        **made_up,
        "structure as at": contents.as_at.isoformat(),
        "bodies and ties shown in round": _round(contents),
        "not validated": framework().instrument.note,
        "hidden figures": HIDDEN_VALUES.format(fewest=contents.minimum_people),
        "silence": SILENCE,
        "no ranking": NO_RANKING,
        "intervals": "Intervals are 95 % intervals unless the measure says otherwise.",
        "licence": LICENCE,
        "cite": CITE.format(version=contents.version),
        "made with": f"leaderful {contents.version}, seed {contents.seed}",
    }
    return {label: legible(text) for label, text in lines.items()}


def about_network(contents: Contents, measures: Iterable[str]) -> dict[str, str]:
    """Return what is said about an export that is a network, with the methods of what it shows."""
    used = contents.findings.filter(pl.col("measure").is_in(list(measures)), wave=contents.wave)["method"]
    said = methods(used).select("method", "meaning", "doi").iter_rows()
    return about(contents) | {
        f"method {method}": f"{meaning}{f' doi:{doi}' if doi else ''}" for method, meaning, doi in said
    }


def as_text(lines: dict[str, str]) -> str:
    """Return what is said about an export as plain text, a paragraph for each line."""
    return "\n\n".join(f"{label[:1].upper()}{label[1:]}: {text}" for label, text in lines.items())


def _round(contents: Contents) -> str:
    if not contents.wave:
        return "none: nobody was asked"
    name = contents.rounds.get(contents.wave) or contents.wave
    return name if name == contents.wave else f"{name} ({contents.wave})"
