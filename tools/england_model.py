"""Bodies, links and what has been made so far while the tables of England are built."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from england_placing import Placement, Succession
from england_sources import Sources
from leaderful.framework import framework


@dataclass(frozen=True, kw_only=True)
class Body:
    """A body as it is wherever it stands."""

    id: str
    name: str
    kind: str
    scale: str
    sector: str
    type: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, kw_only=True)
class Link:
    """Two bodies that a file says belong together: practice and network, force and council."""

    source: str
    target: str
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass
class England:
    """What has been made so far."""

    succession: Succession
    bodies: list[Body] = field(default_factory=list)
    placements: list[Placement] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)

    @property
    def sources(self) -> Sources:
        """The files behind it."""
        return self.succession.sources

    def add(
        self,
        code: str,
        name: str,
        kind: str,
        *,
        sort: str | None = None,
        valid_from: date | None = None,
        valid_to: date | None = None,
        placed: Iterable[Placement] = (),
    ) -> None:
        """Add a body, with the scale and sector that the framework gives its kind, and its placements."""
        of_kind = framework().body_kind(kind)
        self.bodies.append(
            Body(
                id=code,
                name=name,
                kind=kind,
                scale=of_kind.scale,
                sector=of_kind.sector,
                type=sort,
                valid_from=valid_from,
                valid_to=valid_to,
            )
        )
        self.placements += placed
