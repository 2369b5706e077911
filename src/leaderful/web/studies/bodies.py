"""The bodies of a study by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from leaderful.framework import framework
from leaderful.web.studies import evidence


def body_names(study: UUID) -> dict[str, str]:
    """Return the names of a study's bodies by code."""
    return dict(evidence.table(study, "bodies").select("id", "name").iter_rows())


def body_choices(study: UUID) -> list[tuple[str, str]]:
    """Return code and name of a study's bodies, by name."""
    return sorted(body_names(study).items(), key=lambda pair: (pair[1].casefold(), pair[0]))


def tier_names() -> dict[str, str]:
    """Return the names of tiers by code, from the board down."""
    return {tier.id: tier.name for tier in framework().tiers}


def named(codes: Iterable[str], names: Mapping[str, str]) -> list[str]:
    """Return the names of codes in order; the code itself where there is no name."""
    return sorted((names.get(code, code) for code in codes), key=str.casefold)
