"""The golden thread: which goals bodies carry from above, drop, or hold with nobody above them.

It is read from what bodies declare. That is a list and not a sample: its counts have no interval. What is not known is
what the silent would say, and the bounds show how far that could move a count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from leaderful.framework import framework
from leaderful.measures.findings import Finding, frame
from leaderful.measures.thread_hierarchy import Hierarchy, hierarchy
from leaderful.measures.thread_links import passages, suggestions
from leaderful.measures.thread_states import Standing, Threads, begins, in_scales, threads
from leaderful.measures.thread_words import CLAIMS, words
from leaderful.study import Study

METHOD = "thread-of-declared-purposes"
CONSTRUCT = "golden_thread"
NOTHING = "it has declared nothing of what it is for; that is silence, and not a thread dropped"
UNLINKED = "its purposes do not say which goal or purpose they serve"
LEAST_DROPPED, LEAST_PART = 2, 0.5
"""How many bodies of a scale, and what part of those that the thread reaches there, make a break that stands out."""
_SMALLEST = ("team", "person")
"""Scales at which no break stands out: a team seldom repeats every goal of its employer."""


def thread(study: Study) -> pl.DataFrame:
    """Return how far each goal runs unbroken through the bodies of a study.

    For a goal s and a body b that has said which goals or purposes it serves, b *claims* s when a purpose of b
    reaches s by serves-links, or a confirmed link of a plan of b commits to s or continues it. Then s is, at b,

    - *carried* when b claims it and nobody above b has spoken, or some body above b carries it;
    - *orphaned* when b claims it and nobody above who has spoken carries it;
    - *dropped* when b does not claim it and one of the first bodies above b that have spoken carries it, or when a
      confirmed link says that b drops it;
    - *absent* otherwise.

    Continuity of s is carried / (carried + dropped).

    Parameters
    ----------
    study
        Reads ``purposes``, ``links``, ``documents``, ``bodies``, ``ties``, ``successions``, and of ``people`` who
        employs the people of each team, as they stand on the study's date.

    Returns
    -------
    polars.DataFrame
        Findings; none where the study has neither purposes nor links. ``at`` is always the scale of a body.

        ``thread.state`` (``body``, by ``goal``)
            1 where carried, else 0; ``detail`` has the ``state``, and ``via`` the bodies from just above up to where
            the thread starts. n counts its purposes and links that reach the goal. A body that has said nothing has
            one row without a goal, ``insufficient``.
        ``thread.continuity`` (``goal``; ``system`` over all goals; each also by ``reach``, the scale of bodies)
            Share carried. n counts the bodies that carry or drop, over all goals pairs of a body and a goal.
            ``lower`` and ``upper`` are no interval but what it would be if the silent bodies that it would reach all
            dropped it, or all carried it.
        ``thread.first_break`` (``goal``)
            Drops at the scale ``at`` with most of them, the widest of equals; ``undefined`` where nobody drops it.
            n counts the bodies at which it is carried or dropped.
        ``thread.breadth`` (``goal``)
            Sectors with a body that carries it. n counts the sectors with a body that has spoken.
        ``thread.orphaned`` (``goal``)
            Bodies at which it is orphaned. n counts the bodies that claim it.
        ``thread.declared`` (``system``; also by ``reach``)
            Share of bodies that have spoken. n counts bodies.
        ``thread.suggested`` (``body``, by ``goal``), ``thread.passage`` (``body``, by ``goal`` and ``part``)
            Links suggested from plans: see `leaderful.measures.thread_links`.

    Notes
    -----
    Governance is the five vertical ties, and employment for teams. A body that has said nothing lets the thread through
    and neither drops nor orphans it. A body that took over from others says what they said until it speaks itself.
    Serving the purpose of a partner counts as a claim, and being carried still needs a body above. The idea of a
    thread is that of Moore, Elliott and Hesselgreaves (2023, doi:10.1080/14697017.2023.2261126); every rule here is
    this project's.

    Examples
    --------
    >>> from datetime import date
    >>> from leaderful.study.tables import TABLES
    >>> def full(name, rows):
    ...     return pl.DataFrame(rows, schema=TABLES[name].schema)
    >>> bodies = [{"id": id, "scale": scale, "sector": "nhs", "system": "QHM"}
    ...           for id, scale in (("QHM", "system"), ("RTF", "organisation"), ("RR7", "organisation"))]
    >>> purposes = [{"id": "p1", "body": "QHM", "statement": "Health for all", "serves": ["SDG3"]},
    ...             {"id": "p2", "body": "RTF", "statement": "Safe care", "serves": ["p1"]},
    ...             {"id": "p3", "body": "RR7", "statement": "Good work", "serves": ["SDG8.5"]}]
    >>> ties = [{"source": "QHM", "target": id, "kind": "commissions"} for id in ("RTF", "RR7")]
    >>> study = Study(name="Example", system="QHM", as_at=date(2026, 4, 1), tables={
    ...     "bodies": full("bodies", bodies), "ties": full("ties", ties), "purposes": full("purposes", purposes)})
    >>> found = thread(study).with_columns(pl.col("detail").str.json_path_match("$.state").alias("state"))
    >>> found.filter(measure="thread.state").select("unit", "state").rows()[:3]
    [('QHM', 'carried'), ('RR7', 'dropped'), ('RTF', 'carried')]
    """
    if study.table("purposes").is_empty() and study.table("links").is_empty():
        return frame([])
    governed = hierarchy(study)
    made = _Thread(study, governed, threads(governed, words(study, governed)))
    return frame([*made.findings(), *suggestions(study, governed), *passages(study, governed)])


class _Thread:
    """Findings on the goals of one study, from the state of each at each body."""

    def __init__(self, study: Study, governed: Hierarchy, found: Threads) -> None:
        self._study, self._governed, self._found = study, governed, found
        self._levels = {scale.id: scale.level for scale in framework().scales}

    def findings(self) -> Iterator[Finding]:
        """Yield all findings on what is declared."""
        for one in self._found.standings.values():
            yield self._state(one)
        for body in sorted(set(self._governed.scale) - self._found.spoken):
            yield self._silent(body)
        yield from self._declared()
        for goal in self._found.goals:
            yield from self._continuity(goal)
            yield self._first_break(goal)
            yield self._breadth(goal)
            yield self._orphaned(goal)
        yield from self._over_all()

    def _finding(self, measure: str, kind: str, unit: str, **rest: Any) -> Finding:
        return Finding(
            measure=f"thread.{measure}",
            construct=CONSTRUCT,
            unit_kind=kind,
            unit=unit,
            wave=self._study.as_at.isoformat(),
            method=METHOD,
            **rest,
        )

    def _state(self, one: Standing) -> Finding:
        own, scale = self._found.words[one.body], self._governed.scale[one.body]
        purposes, links = own.purposes.get(one.goal, ()), own.links.get(one.goal, ())
        claiming = [link.id for link in links if link.stance in CLAIMS]
        partners = self._governed.beside.get(one.body, frozenset())
        detail = {
            "goal": one.goal,
            "state": one.state,
            "at": scale,
            "via": list(one.via),
            "start": one.state == "carried" and not one.via,
            "gap": one.gap,
            "above": list(one.above),
            "carriers": list(one.carriers),
            "steered": one.steered,
            "begins": one.state == "orphaned" and begins(one, self._found),
            "beside": [other for other in sorted(partners) if self._carries(other, one.goal)],
            "purposes": [[purpose.id, purpose.statement] for purpose in purposes],
            "links": claiming,
            "basis": [name for name, held in (("declared", purposes), ("confirmed-plan", claiming)) if held],
            "says": sorted({link.stance for link in links}),
            "inherited": list(own.inherited),
        }
        return self._finding(
            "state",
            "body",
            one.body,
            level=self._levels[scale],
            estimate=float(one.state == "carried"),
            n=len(purposes) + len(claiming),
            detail=detail,
        )

    def _carries(self, body: str, goal: str) -> bool:
        other = self._found.standings.get((body, goal))
        return other is not None and other.state == "carried"

    def _silent(self, body: str) -> Finding:
        scale, declared = self._governed.scale[body], self._found.words[body].declared
        return self._finding(
            "state",
            "body",
            body,
            level=self._levels[scale],
            status="insufficient",
            reason=UNLINKED if declared else NOTHING,
            n=declared,
            detail={"state": "silent", "at": scale},
        )

    def _declared(self) -> Iterator[Finding]:
        scales = in_scales(tuple(self._governed.scale), self._governed.scale)
        for reach, bodies in [("", sorted(self._governed.scale)), *scales.items()]:
            if bodies and self._study.system:
                spoken = [body for body in bodies if body in self._found.spoken]
                yield self._finding(
                    "declared",
                    "system",
                    self._study.system,
                    level=self._levels.get(reach, ""),
                    estimate=len(spoken) / len(bodies),
                    n=len(bodies),
                    detail=_reach(reach) | {"count": len(spoken), "silent": len(bodies) - len(spoken)},
                )

    def _continuity(self, goal: str) -> Iterator[Finding]:
        everywhere = _Tally(self._found, [goal], self._governed.scale)
        yield self._share("goal", goal, everywhere, "", everywhere.detail())
        for reach in everywhere.scales():
            there = everywhere.at(reach)
            detail = there.detail() | {"stands_out": self._stands_out(reach, there)}
            yield self._share("goal", goal, there, reach, detail)

    def _over_all(self) -> Iterator[Finding]:
        if not self._study.system or not self._found.goals:
            return
        everywhere = _Tally(self._found, self._found.goals, self._governed.scale)
        for reach, there in [("", everywhere), *((name, everywhere.at(name)) for name in everywhere.scales())]:
            detail = {"goals": list(self._found.goals)} | there.counts()
            yield self._share("system", self._study.system, there, reach, detail)

    def _share(self, kind: str, unit: str, tally: _Tally, reach: str, detail: dict[str, Any]) -> Finding:
        carried, dropped, waiting = len(tally.carried), len(tally.dropped), len(tally.waiting)
        said, level = carried + dropped, self._levels.get(reach, "")
        detail = _reach(reach) | detail
        if not said:
            reason = "nobody who has said what it is for stands where this thread would reach"
            return self._finding(
                "continuity", kind, unit, level=level, status="insufficient", reason=reason, n=0, detail=detail
            )
        return self._finding(
            "continuity",
            kind,
            unit,
            level=level,
            estimate=carried / said,
            lower=carried / (said + waiting),
            upper=(carried + waiting) / (said + waiting),
            n=said,
            detail=detail,
        )

    def _stands_out(self, reach: str, tally: _Tally) -> bool:
        """Tell whether many of a scale drop a goal that all above them who have spoken carry.

        The rule is this project's. Bodies that only a regulator hands the goal to do not count.
        """
        steered = [one for one in tally.dropped if one.steered and one.carriers == one.above]
        return (
            reach not in _SMALLEST
            and len(steered) >= LEAST_DROPPED
            and len(steered) >= LEAST_PART * (len(tally.carried) + len(tally.dropped))
        )

    def _first_break(self, goal: str) -> Finding:
        tally = _Tally(self._found, [goal], self._governed.scale)
        n = len(tally.carried) + len(tally.dropped)
        if not tally.dropped:
            return self._finding(
                "first_break", "goal", goal, status="undefined", reason="no body drops it", n=n, detail={}
            )
        dropped = in_scales([one.body for one in tally.dropped], self._governed.scale)
        reach = max(dropped, key=lambda scale: len(dropped[scale]))
        carriers = {other for one in tally.dropped if one.body in dropped[reach] for other in one.carriers}
        return self._finding(
            "first_break",
            "goal",
            goal,
            level=self._levels[reach],
            estimate=float(len(dropped[reach])),
            n=n,
            detail={"at": reach, "bodies": dropped[reach], "carriers": sorted(carriers)},
        )

    def _breadth(self, goal: str) -> Finding:
        sectors = {self._governed.sector[one.body] for one in self._found.of(goal, "carried")}
        declared = {self._governed.sector[body] for body in self._found.spoken}
        return self._finding(
            "breadth",
            "goal",
            goal,
            estimate=float(len(sectors)),
            n=len(declared),
            detail={"sectors": sorted(sectors), "others": sorted(declared - sectors)},
        )

    def _orphaned(self, goal: str) -> Finding:
        orphaned = self._found.of(goal, "orphaned")
        return self._finding(
            "orphaned",
            "goal",
            goal,
            estimate=float(len(orphaned)),
            n=len(orphaned) + len(self._found.of(goal, "carried")),
            detail={
                "bodies": [one.body for one in orphaned],
                "begins": [one.body for one in orphaned if begins(one, self._found)],
            },
        )


class _Tally:
    """Who carries, drops or would be reached by some goals, at all scales or at one."""

    def __init__(self, found: Threads, goals: Sequence[str], scale: Mapping[str, str], reach: str = "") -> None:
        def here(body: str) -> bool:
            return not reach or scale[body] == reach

        self._found, self._goals, self._scale = found, goals, scale
        self.carried = [one for goal in goals for one in found.of(goal, "carried") if here(one.body)]
        self.dropped = [one for goal in goals for one in found.of(goal, "dropped") if here(one.body)]
        self.orphaned = [one for goal in goals for one in found.of(goal, "orphaned") if here(one.body)]
        self.waiting = [body for goal in goals for body in sorted(found.waiting[goal]) if here(body)]

    def at(self, reach: str) -> _Tally:
        """Return the same of one scale."""
        return _Tally(self._found, self._goals, self._scale, reach)

    def scales(self) -> list[str]:
        """Return the scales at which there is anybody to count."""
        bodies = {one.body for of in (self.carried, self.dropped, self.orphaned) for one in of} | set(self.waiting)
        return list(in_scales(sorted(bodies), self._scale))

    def counts(self) -> dict[str, Any]:
        """Return how many there are of each."""
        return {
            "carried": len(self.carried),
            "dropped": len(self.dropped),
            "orphaned": len(self.orphaned),
            "silent": len(self.waiting),
            "starts": sum(not one.via for one in self.carried),
        }

    def detail(self) -> dict[str, Any]:
        """Return how many there are of each, and which bodies carry, drop or hold it orphaned."""
        lists = (("carry", self.carried), ("drop", self.dropped), ("orphans", self.orphaned))
        return self.counts() | {name: [one.body for one in of] for name, of in lists}


def _reach(reach: str) -> dict[str, str]:
    return {"reach": reach} if reach else {}
