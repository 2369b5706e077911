"""Who of a synthetic study's people answers, and what they answer to the questionnaire."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leaderful.framework import framework
from leaderful.simulation.observing.answering import ITEM_STEPS, TRUST_STEPS, agreed, rated
from leaderful.simulation.observing.census import Reals, Whole, named_systems
from leaderful.simulation.synthesis.following import Followed, Seen
from leaderful.simulation.synthesis.plan import Error, Response
from leaderful.simulation.synthesis.shaping import shaped
from leaderful.simulation.system import Bytes, Numbers

Mask = NDArray[np.bool_]
QUESTIONS: Final = {
    "closeness": ("body-closeness",),
    "trust": ("body-reliable", "body-open", "body-same-purpose"),
    "respect": ("body-respect",),
    "role": ("body-role",),
    "value": ("body-influence", "body-involvement", "body-resources"),
}
"""Questions about a body by the state behind their answers."""
MOST_TURNED_TO: Final = 10
IN_A_MONTH: Final = 0.23
"""Encounters a week that make one in a month."""


def answering(body: Numbers, tier: Bytes, plan: Response, rng: np.random.Generator) -> Mask:
    """Return who of those asked answers; their chances differ by body and tier and have the planned mean."""
    bodies, place = np.unique(body, return_inverse=True)
    odds = plan.spread * rng.standard_normal(len(bodies))[place] + np.array(plan.tiers)[tier]
    low, high = -40.0, 40.0
    for _ in range(60):  # by halves: the mean chance rises with what all have in common
        middle = (low + high) / 2
        below = float(np.mean(1.0 / (1.0 + np.exp(-(odds + middle))))) < plan.rate
        low, high = (middle, high) if below else (low, middle)
    return np.asarray(rng.random(len(body)) < 1.0 / (1.0 + np.exp(-(odds + high))))


def responses(run: Followed, seen: Seen, who: Whole, codes: dict[int, str], rng: np.random.Generator) -> pl.DataFrame:
    """Return what some people answer to the items, reversed where they are."""
    error, unable = run.plan.error, run.plan.response.unable
    columns: dict[str, pl.Series] = {}
    for scale in framework().item_scales:
        state = seen.states[scale.id][who]
        own = error.person * rng.standard_normal(len(who))
        for item, step in zip(scale.items, ITEM_STEPS, strict=True):
            off = own + error.item * rng.standard_normal(len(who))
            answer = agreed(np.nan_to_num(state), step=step, error=off)
            missing = np.isnan(state) | (rng.random(len(who)) < unable)
            given = np.where(missing, np.nan, 6 - answer if item.reversed else answer)
            columns[item.id] = pl.Series(given).fill_nan(None)
    wide = pl.DataFrame({"person": [codes[int(one)] for one in who], **columns})
    long = wide.unpivot(index="person", variable_name="item", value_name="answer")
    return shaped("responses", long.with_columns(wave=pl.lit(seen.wave.id)))


def relations(run: Followed, seen: Seen, who: Whole, codes: dict[int, str], rng: np.random.Generator) -> pl.DataFrame:
    """Return what some people say of other bodies, and whom they name."""
    parts = [_of_bodies(run, seen, who, rng), _of_people(run, seen, who, codes, rng)]
    rows = pl.concat(parts)
    people = pl.DataFrame(
        {"actor": list(codes), "person": list(codes.values())}, schema={"actor": pl.Int64, "person": pl.String}
    )
    return shaped("relations", rows.join(people, on="actor").with_columns(wave=pl.lit(seen.wave.id)))


def _of_bodies(run: Followed, seen: Seen, who: Whole, rng: np.random.Generator) -> pl.DataFrame:
    error, said = run.plan.error, seen.said
    names = run.start.bodies["id"]
    spoken = np.isin(said.actor, who) & (rng.random(len(said.actor)) >= error.overlooked)
    spoken &= _listed(run, seen)[said.about]
    actor, about = said.actor[spoken], names.gather(said.about[spoken])
    answers = {"body-contact": said.contact[spoken]} | dict(_rated(said.states(), spoken, error, rng))
    parts = [_rows("body", actor, about, question, answer) for question, answer in answers.items()]
    silent = np.setdiff1d(who, actor)
    other = _another_body(run)
    alone = silent[[int(seen.body[one]) in other for one in silent]] if len(silent) else silent
    nobody = names.gather([other[int(seen.body[one])] for one in alone])
    return pl.concat([*parts, _rows("body", alone, nobody, "body-contact", np.zeros(len(alone), dtype=np.int64))])


def _listed(run: Followed, seen: Seen) -> Mask:
    """Return which bodies the questionnaire lists: those whose people are asked, and those above the system."""
    asked = np.isin(np.arange(len(run.start.held)), seen.body[run.asked])
    return np.asarray(asked | (named_systems(run.start) < 0))


def _rated(
    states: dict[str, tuple[Reals, ...]], spoken: Mask, error: Error, rng: np.random.Generator
) -> Iterator[tuple[str, Whole]]:
    """Yield each question about a body and its answers; those to one indicator share a part of their error."""
    for indicator, questions in QUESTIONS.items():
        size = int(spoken.sum())
        own = error.relation * rng.standard_normal(size) * np.sqrt(0.5)
        steps = TRUST_STEPS if len(questions) == 3 else (0.0,)
        for question, state, step in zip(questions, states[indicator], steps, strict=True):
            off = own + error.relation * rng.standard_normal(size) * np.sqrt(0.5)
            yield question, rated(state[spoken], step=step, error=off)


def _another_body(run: Followed) -> dict[int, int]:
    """Return for each body asked one of its partners, or else another body, of those whose people are asked."""
    staffed = np.unique(run.start.body[run.asked]).tolist()
    pairs = run.partners[np.isin(run.partners, staffed).all(axis=1)]
    found = {int(a): int(b) for a, b in np.concatenate([pairs[::-1], pairs[::-1, ::-1]])}
    for body, other in zip(staffed, staffed[1:] + staffed[:1], strict=True):
        if body != other:
            found.setdefault(body, other)
    return found


def _of_people(run: Followed, seen: Seen, who: Whole, codes: dict[int, str], rng: np.random.Generator) -> pl.DataFrame:
    """Return whom some people look to, and whom outside their body they turned to, of the people asked."""
    namer, named = seen.named
    kept = np.isin(namer, who) & np.isin(named, run.asked)
    nobody = np.setdiff1d(who, namer[kept])
    other = run.asked[np.searchsorted(run.asked, nobody) - 1]  # anybody else: what is said is that it is not they
    somebody = other != nobody
    names = np.concatenate([namer[kept], nobody[somebody]])
    about = _codes(np.concatenate([named[kept], other[somebody]]), codes)
    answer = np.concatenate([np.ones(int(kept.sum()), dtype=np.int64), np.zeros(int(somebody.sum()), dtype=np.int64)])
    looked = _rows("person", names, about, "person-looks-to", answer)
    ends = seen.across
    there = np.isin(ends.actor, who) & np.isin(ends.other, run.asked) & (ends.rate >= IN_A_MONTH)
    ends = ends.where(there)
    order = np.lexsort((ends.other, -ends.rate, ends.actor))
    rank = np.arange(len(order)) - np.searchsorted(ends.actor[order], ends.actor[order])
    first = order[rank < MOST_TURNED_TO]
    actor, turned_to = ends.actor[first].astype(np.int64), _codes(ends.other[first], codes)
    off = run.plan.error.relation * rng.standard_normal(len(first))
    trust = rated(ends.trust[first].astype(float), error=off)
    turned = _rows("person", actor, turned_to, "person-turned-to", np.ones(len(first), dtype=np.int64))
    return pl.concat([looked, turned, _rows("person", actor, turned_to, "person-trust", trust)])


def _codes(actors: NDArray[np.signedinteger], codes: dict[int, str]) -> pl.Series:
    return pl.Series([codes[int(one)] for one in actors], dtype=pl.String)


def _rows(kind: str, actor: Whole, about: pl.Series, question: str, answer: Whole) -> pl.DataFrame:
    return pl.DataFrame({"actor": actor, "about": about, "answer": answer}).select(
        pl.col("actor").cast(pl.Int64),
        about_kind=pl.lit(kind),
        about=pl.col("about").cast(pl.String),
        question=pl.lit(question),
        answer=pl.col("answer").cast(pl.Int64),
    )
