"""The tests of the propositions as they were registered, before any evidence was looked at."""

from __future__ import annotations

import hashlib
import json
import tomllib
from datetime import date
from functools import cache
from importlib import resources
from typing import Final, Literal

from pydantic import Field, model_validator

from leaderful.framework import framework
from leaderful.framework.entries import Part
from leaderful.toml import with_tuples

FILE: Final = "tests.toml"


class FieldTest(Part):
    """What is related to what in evidence, for one proposition."""

    outcome: str
    predictor: str
    unit: str
    adjusted: tuple[str, ...]
    clusters: str
    direction: Literal[1, -1]
    smallest: float = Field(gt=0)
    effect_unit: str
    least_n: int = Field(ge=20)
    least_clusters: int = Field(ge=3)
    limits: str
    needs: tuple[str, ...] = ()
    """Tables without which it cannot be made."""

    @property
    def sentence(self) -> str:
        """What is done, in one sentence."""
        allowing = f", allowing for {' and '.join(self.adjusted)}" if self.adjusted else ""
        way = "more with more" if self.direction > 0 else "less with more"
        return f"{self.outcome}, by {self.predictor}{allowing}; clusters: {self.clusters}; claimed: {way}"


class LaboratoryTest(Part):
    """What is set against what in the laboratory, for one proposition."""

    contrast: str
    outcome: str
    weeks: int = Field(ge=1)
    direction: Literal[1, -1]
    smallest: float = Field(ge=0)
    effect_unit: str
    mechanism: str
    """What in the model bears on it."""
    could_fail: str
    """What could have made it fail, so that it is not built in."""
    changed: str = ""
    """What was changed after something had been run, and why."""


class Test(Part):
    """The tests of one proposition; `silent` says why a study of one system cannot speak."""

    __test__ = False  # no test of pytest's

    id: str
    laboratory: LaboratoryTest
    field: FieldTest | None = None
    england: FieldTest | None = None
    silent: str = ""

    @model_validator(mode="after")
    def _speaks_or_says_why(self) -> Test:
        if (self.field is None) != bool(self.silent):
            raise ValueError(f"{self.id}: a field test, or the reason why there is none")
        return self


class FieldRule(Part):
    """How a verdict follows from tests of evidence."""

    error: float = Field(gt=0, lt=1)
    reason: str


class LaboratoryRule(Part):
    """How a verdict follows from the share of draws in which a claim holds."""

    supported_above: float = Field(gt=0, lt=1)
    contradicted_below: float = Field(gt=0, lt=1)
    reason: str


class Registry(Part):
    """Everything that was registered, and when."""

    registered: date
    field_rule: FieldRule
    laboratory_rule: LaboratoryRule
    tests: tuple[Test, ...]

    def test(self, proposition: str) -> Test:
        """Return the tests of one proposition."""
        return next(test for test in self.tests if test.id == proposition)

    @model_validator(mode="after")
    def _covers_all(self) -> Registry:
        wanted = [proposition.id for proposition in framework().propositions]
        if [test.id for test in self.tests] != wanted:
            raise ValueError(f"one entry for each of {', '.join(wanted)}, in this order")
        return self


@cache
def registry() -> Registry:
    """Return the registered tests of P1 to P13."""
    return Registry.model_validate(with_tuples(tomllib.loads(_content().decode("utf-8"))), strict=True)


@cache
def digest() -> str:
    """Return the SHA-256 of the registry's file, which is printed with every result."""
    return hashlib.sha256(_content()).hexdigest()


@cache
def laboratory_digest() -> str:
    """Return the SHA-256 of the laboratory's tests alone, by which a packaged result is known to be of them."""
    said = json.dumps([[test.id, test.laboratory.model_dump()] for test in registry().tests], sort_keys=True)
    return hashlib.sha256(said.encode("utf-8")).hexdigest()


@cache
def _content() -> bytes:
    return (resources.files("leaderful.propositions") / "data" / FILE).read_bytes()
