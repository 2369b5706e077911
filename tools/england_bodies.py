"""Make the bodies of England, their place in systems, and the links that only the files know."""

from __future__ import annotations

from collections import Counter

from england_local import add_combined_authorities, add_councils, add_fire, add_police
from england_model import Body, England, Link
from england_nhs import add_locations, add_networks, add_practices, add_social_enterprises, add_trusts
from england_placing import Part, Placement, Succession, merged
from england_upper import add_boards, add_national, add_regions


def england_bodies(succession: Succession, parts: list[Part]) -> tuple[list[Body], list[Placement], list[Link]]:
    """Return all bodies, placements and links."""
    england = England(succession)
    add_national(england)
    add_regions(england)
    add_boards(england)
    add_trusts(england)
    add_social_enterprises(england)
    add_locations(england)
    add_networks(england)
    add_practices(england)
    listed = [part for part in parts if part.listed]
    add_councils(england, listed)
    add_police(england, listed)
    add_fire(england, listed)
    add_combined_authorities(england, listed)
    _check_unique(england.bodies)
    bodies = sorted(england.bodies, key=lambda body: body.id)
    links = sorted(england.links, key=lambda link: (link.source, link.target, str(link.valid_from)))
    return bodies, merged(england.placements), links


def _check_unique(bodies: list[Body]) -> None:
    repeated = [code for code, times in Counter(body.id for body in bodies).items() if times > 1]
    if repeated:
        raise SystemExit(f"codes used twice: {', '.join(repeated)}; two files name different bodies alike")
