"""The reference page on how the propositions are tested, written from the registry and the packaged laboratory."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from leaderful.framework import Proposition, framework
from leaderful.propositions.registry import FieldTest, LaboratoryTest, Test, registry
from leaderful.propositions.results import packaged

_HEAD = """# Tests of the propositions

Generated from `propositions/data/tests.toml` and the packaged results of the laboratory; do not edit. [Testing the
propositions](../explanation/testing-the-propositions.md) explains how to read it.

Registered {registered}. {field} {laboratory}

## What the laboratory found

{draws} draws over the plausible ranges of all parameters, {seeds} seeds each, on {system}. Simulated people; no
forecast. "Effect" is the median over draws, with the range that holds nine in ten of them, in the unit that stands
with the test.

{results}
"""


def docs_pages() -> dict[str, str]:
    """Return the generated page on the tests, by path under docs/."""
    return {"reference/tests-of-the-propositions.md": _head() + "".join(map(_entry, registry().tests))}


def _head() -> str:
    rows = [(row["unit"], row, json.loads(row["detail"])) for row in packaged().iter_rows(named=True)]
    first = rows[0][2]
    results = _table(
        ("claim", "verdict", "holds in", "effect"),
        (
            (
                f"{id} {_claim(id).name}",
                detail["verdict"],
                f"{100 * row['estimate']:.0f} % ({100 * row['lower']:.0f} to {100 * row['upper']:.0f})",
                f"{detail['median']:+.3f} ({detail['low5']:+.3f} to {detail['high95']:+.3f})",
            )
            for id, row, detail in rows
        ),
    )
    return _HEAD.format(
        registered=registry().registered.isoformat(),
        field=registry().field_rule.reason,
        laboratory=registry().laboratory_rule.reason,
        draws=first["draws"],
        seeds=first["seeds"],
        system=first["system"],
        results=results,
    )


def _entry(test: Test) -> str:
    claim = _claim(test.id)
    parts = [f"\n## {claim.id} {claim.name}\n\n{claim.definition}\n"]
    if test.field is not None:
        parts.append("\n**In a study.**\n\n" + _facts(_of_field(test.field)))
    else:
        parts.append(f"\n**In a study.** Cannot say: {test.silent}.\n")
    if test.england is not None:
        parts.append("\n**On England's public evidence.**\n\n" + _facts(_of_field(test.england)))
    parts.append("\n**In the laboratory.**\n\n" + _facts(_of_laboratory(test.laboratory)))
    return "".join(parts)


def _of_field(test: FieldTest) -> Iterator[tuple[str, str]]:
    yield "outcome", test.outcome
    yield "predictor", test.predictor
    yield "rows", test.unit
    yield "allowing for", "; ".join(test.adjusted)
    yield "clusters", test.clusters
    yield "claimed", "more goes with more" if test.direction > 0 else "more goes with less"
    yield "smallest effect", f"{test.smallest:g} {test.effect_unit}"
    counted = "people" if test.needs else "trusts"  # public evidence needs no table of a study
    yield "needs", f"{test.least_n} {counted} and {test.least_clusters} {test.clusters}"
    yield "limits", test.limits


def _of_laboratory(test: LaboratoryTest) -> Iterator[tuple[str, str]]:
    yield "contrast", test.contrast
    yield "outcome", test.outcome
    yield "claimed", "higher" if test.direction > 0 else "lower"
    yield "smallest effect", f"{test.smallest:g} {test.effect_unit}"
    yield "mechanism", test.mechanism
    yield "could have failed", test.could_fail
    if test.changed:
        yield "changed", test.changed


def _facts(facts: Iterable[tuple[str, str]]) -> str:
    return "".join(f"- {name}: {said}\n" for name, said in facts)


def _claim(id: str) -> Proposition:
    return next(claim for claim in framework().propositions if claim.id == id)


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
