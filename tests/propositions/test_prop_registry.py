"""The registry covers all propositions, says what could fail, and is printed with every result."""

import hashlib
import json
from datetime import date
from importlib import resources

import pytest
from pydantic import ValidationError

from leaderful.framework import framework
from leaderful.measures.findings import frame
from leaderful.propositions.england import public_evidence
from leaderful.propositions.field import field
from leaderful.propositions.registry import Registry, digest, laboratory_digest, registry
from leaderful.propositions.results import packaged
from leaderful.propositions.words import MEASURES, sentences
from leaderful.study import Study
from leaderful.study.tables import TABLES

ALL = [f"P{number}" for number in range(1, 14)]
EMPTY = Study(name="Empty", system="S", as_at=date(2026, 4, 1))


def test_every_proposition_has_its_tests_in_order():
    assert [test.id for test in registry().tests] == ALL == [entry.id for entry in framework().propositions]


@pytest.mark.parametrize("proposition", ALL)
def test_each_says_what_the_field_tests_or_why_it_cannot(proposition):
    test = registry().test(proposition)
    assert bool(test.field) != bool(test.silent)
    assert not test.silent.endswith(".")
    if test.field:
        assert set(test.field.needs) <= set(TABLES)
        assert test.field.limits


@pytest.mark.parametrize("proposition", ALL)
def test_each_says_which_mechanism_bears_on_it_and_what_could_have_made_it_fail(proposition):
    laboratory = registry().test(proposition).laboratory
    assert min(len(laboratory.mechanism), len(laboratory.could_fail), len(laboratory.contrast)) > 30


def test_a_missing_proposition_a_missing_reason_and_an_unknown_key_are_refused():
    held = registry().model_dump()
    with pytest.raises(ValidationError, match="one entry for each"):
        Registry.model_validate(held | {"tests": held["tests"][1:]})
    silent = held["tests"][6] | {"silent": ""}
    with pytest.raises(ValidationError, match="the reason why there is none"):
        Registry.model_validate(held | {"tests": (*held["tests"][:6], silent, *held["tests"][7:])})
    with pytest.raises(ValidationError, match="extra"):
        Registry.model_validate(held | {"weight": 1})


def test_the_date_and_the_hash_of_the_file_stand_with_every_result():
    content = (resources.files("leaderful.propositions") / "data" / "tests.toml").read_bytes()
    assert digest() == hashlib.sha256(content).hexdigest()
    for found in (field(EMPTY), public_evidence(EMPTY, frame([]), {}), packaged()):
        assert found["unit"].to_list() == ALL
        for detail in map(json.loads, found["detail"]):
            assert (detail["registered"], detail["registry"]) == ("2026-11-23", digest()[:12])


def test_the_packaged_laboratory_is_of_the_tests_as_they_are_registered():
    about = json.loads((resources.files("leaderful.propositions") / "data" / "laboratory.json").read_text())
    assert about["tests"] == laboratory_digest(), "run tools/build_laboratory.py"


def test_the_sentences_name_each_claim_its_source_and_all_verdicts():
    said = list(sentences(field(EMPTY).vstack(packaged())))
    text = "\n".join(said)
    for claim in framework().propositions:
        assert f"{claim.id} {claim.name}: {claim.definition}" in said
        assert claim.rests_on.opening in text
    assert text.count("  Field: ") == text.count("  Laboratory: ") == 13
    assert "England: " not in text
    assert "None" not in text
    assert said[-1].startswith(f"Tests registered 2026-11-23, SHA-256 {digest()[:12]}")
    assert set(MEASURES) == {"proposition.field", "proposition.england", "proposition.laboratory"}
