"""Every address there is: nobody sees what the table of rights does not give them, and none is left out."""

from __future__ import annotations

import uuid

import pytest
from web_addresses import ALL, filled
from web_cast import Cast

from leaderful.web.permissions import MAY, PARTICIPANT, Act
from leaderful.web.studies.models import Role

OPEN = {"alive", "sign-in", "sign-out", "code", "link", "forgotten"}
"""Addresses that those who are not signed in may ask for."""
OWN = {"home", "account", "new-study"}
"""Addresses of nobody's study, each with a test of its own."""
ROLES = {"steward": Role.STEWARD, "lead": Role.LEAD, "researcher": Role.RESEARCHER, "participant": PARTICIPANT}


IN_STUDIES = [(route, each) for route, each in ALL if "<uuid:study>" in route]


def test_every_address_has_a_name_of_its_own() -> None:
    names = [each.name for _, each in ALL]
    assert None not in names
    assert len(set(names)) == len(names)


def test_every_view_is_guarded_or_known_to_be_open() -> None:
    unguarded = {str(each.name) for _, each in ALL if not hasattr(each.callback, "act")}
    assert unguarded == OPEN | OWN
    assert len(IN_STUDIES) == len(ALL) - len(unguarded)


@pytest.mark.parametrize("route", [route for route, _ in IN_STUDIES])
def test_nobody_passes_who_may_not(route: str, cast: Cast) -> None:
    act: Act = dict(IN_STUDIES)[route].callback.act  # type: ignore[attr-defined]
    here, nowhere = filled(route, cast.study.pk), filled(route, uuid.UUID(int=9))
    for method in ("get", "post"):
        asked = getattr(cast.client("anonymous"), method)(here)
        assert asked.status_code in (302, 405)
        if asked.status_code == 302:
            assert asked["Location"].startswith("/sign-in?next=")
        for name in ("stranger", "owner"):
            assert getattr(cast.client(name), method)(here).status_code in (404, 405), name
        for name, role in ROLES.items():
            if role not in MAY[act]:
                assert getattr(cast.client(name), method)(here).status_code in (403, 405), name
            assert getattr(cast.client(name), method)(nowhere).status_code in (404, 405), name


@pytest.mark.parametrize("route", [route for route, _ in ALL])
def test_methods_that_no_page_has_are_refused(route: str, cast: Cast) -> None:
    for name in ("steward", "participant", "owner"):
        for method in ("put", "delete", "patch"):
            status = getattr(cast.client(name), method)(filled(route, cast.study.pk)).status_code
            assert status in (403, 404, 405), (name, method)


@pytest.mark.parametrize("name", sorted(OWN - {"new-study"}))
def test_who_is_not_signed_in_is_asked_to(name: str, cast: Cast) -> None:
    route = next(route for route, each in ALL if each.name == name)
    assert cast.client("anonymous").get(f"/{route}")["Location"].startswith("/sign-in")
    assert cast.client("stranger").get(f"/{route}").status_code == 200


def test_only_the_owner_starts_studies(cast: Cast) -> None:
    assert cast.client("owner").get("/studies/new").status_code == 200
    for name in ("steward", "lead", "researcher", "participant", "stranger"):
        assert cast.client(name).get("/studies/new").status_code == 403
        assert cast.client(name).post("/studies/new").status_code == 403
    assert cast.client("anonymous").get("/studies/new").status_code == 302
