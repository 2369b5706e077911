"""What happens in a scenario and when, in sentences."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from leaderful.framework import framework
from leaderful.simulation.scenarios.scenario import (
    Austerity,
    CoLocation,
    Crisis,
    Development,
    Event,
    ForumAdded,
    ForumRemoved,
    Jam,
    Licence,
    Mechanisms,
    Merge,
    PooledBudget,
    PurposeDeclared,
    PurposeDropped,
    ReflectivePractice,
    Scenario,
    Turnover,
    Who,
)

_TIERS = {"board": "board members", "executive": "executives", "manager": "managers", "practitioner": "practitioners"}


def describe(scenario: Scenario) -> list[str]:
    """Return a sentence for each event of a scenario, in order of time.

    Examples
    --------
    >>> from leaderful.simulation.scenarios import packaged
    >>> describe(packaged()["jammed-cog"])
    ['Weeks 0 to 25: integrated care boards are jammed: their people interact with nobody.']
    """
    return [sentence(event) for event in sorted(scenario.events, key=lambda event: event.week)]


def sentence(event: Event) -> str:
    """Return what one event does and when."""
    said = next(words(event) for kind, words in _SAID.items() if type(event) is kind)
    until = getattr(event, "until", None)
    when = f"Weeks {event.week} to {until - 1}" if until is not None else f"Week {event.week}"
    onwards = "" if until is not None or type(event) in _ONCE else " on"
    return f"{when}{onwards}: {said}."


def _bodies(who: Who) -> str:
    """Return which bodies are meant, as in: the largest NHS trust."""
    plurals = {kind.id: kind.plural for kind in framework().body_kinds}
    parts = [_listed([_within(plurals[kind]) for kind in who.kinds])] if who.kinds else ["bodies"]
    if who.bodies:
        parts = [_listed(who.bodies)] if not who.kinds else [*parts, "named", _listed(who.bodies)]
    if who.sectors:
        names = {sector.id: sector.name for sector in framework().sectors}
        parts.append(f"in the sectors {_listed([_within(names[each]) for each in who.sectors])}")
    if who.scales:
        parts.append(f"at {_listed(who.scales)} scale")
    words = " ".join(parts)
    if who.largest is not None:
        words = f"the {who.largest} largest of the {words} in each system"
    return words if who != Who() else "all bodies"


def _some_bodies(who: Who) -> str:
    return _bodies(who) if who.share is None else f"{who.share:.0%} of the {_bodies(who)} (chosen by lot)"


def _people(who: Who) -> str:
    """Return which people are meant, as in: 30% of managers in councils (chosen by lot)."""
    words = _listed([_TIERS[tier] for tier in who.tiers]) if who.tiers else "people"
    rest = who.model_copy(update={"tiers": None, "share": None})
    where = "" if rest == Who() else f" of {_bodies(rest)}"
    if who == Who():
        return "everybody"
    return f"{words}{where}" if who.share is None else f"{who.share:.0%} of {words}{where} (chosen by lot)"


def _licence(event: Licence) -> str:
    tiers = _listed([_TIERS[tier] for tier in event.who.tiers]) if event.who.tiers else "every tier"
    bodies = _some_bodies(event.who.model_copy(update={"tiers": None}))
    return f"{bodies} give {tiers} {event.to:.0%} of the full licence to lead"


def _development(event: Development) -> str:
    gains = [
        f"reflexivity raised by {event.reflexivity:g}" if event.reflexivity else "",
        f"{event.capacity:g} times their time to meet" if event.capacity != 1 else "",
        f"{event.practice:g} times their chance to reflect" if event.practice != 1 else "",
    ]
    return f"leadership development gives {_people(event.who)} {_listed([each for each in gains if each])}"


def _forum(event: ForumAdded) -> str:
    seats = "1 seat" if event.seats == 1 else f"{event.seats} seats"
    people = _people(event.who)
    return f"{event.name} meets in each {event.by}, with {seats} from each body for {people}"


def _purpose(event: PurposeDeclared) -> str:
    which = f"the purpose {event.purpose}" if event.purpose else "every purpose followed"
    if isinstance(event, PurposeDropped):
        return f"{_some_bodies(event.who)} drop {which}, to {event.value:g}"
    return f"{_some_bodies(event.who)} declare {which} to {event.value:g}"


def _mechanisms(event: Mechanisms) -> str:
    number = abs(event.by)
    more = "more" if event.by >= 0 else "fewer"
    noun = "mechanism" if number == 1 else "mechanisms"
    return f"{_some_bodies(event.who)} answer to {number} {more} {noun} of accountability"


def _austerity(event: Austerity) -> str:
    back = f", and it comes back over {event.recovery} weeks from week {event.until} on" if event.recovery else ""
    return f"the time of {_people(event.who)} to meet and to reflect is cut to {event.capacity:.0%}{back}"


def _crisis(event: Crisis) -> str:
    when = f"within {event.rise} weeks" if event.rise else "at once"
    lift = f", and lifts purposes by up to {event.purpose:.0%} of what they lack" if event.purpose else ""
    return (
        f"a crisis begins; urgency rises {when} to {event.height:.0%} of the most there can be, and then halves every "
        f"{event.half_life:g} weeks{lift}"
    )


def _shared(what: str) -> Callable[[PooledBudget | CoLocation], str]:
    return lambda event: f"{_some_bodies(event.who)} {what} in each {event.by}"


_SAID: dict[type[Event], Callable[..., str]] = {
    Licence: _licence,
    Development: _development,
    ReflectivePractice: lambda event: (
        f"a programme makes {_people(event.who)} {event.practice:g} times as likely to reflect on the moments they had"
    ),
    ForumAdded: _forum,
    ForumRemoved: lambda event: f"forums end for {_people(event.who)}, and with them the ties they held",
    PooledBudget: _shared("share a pooled budget"),
    CoLocation: _shared("work at one site"),
    Jam: lambda event: f"{_some_bodies(event.who)} are jammed: their people interact with nobody",
    Merge: lambda event: f"{_some_bodies(event.who)} become one" + (f", {event.name}" if event.name else ""),
    PurposeDeclared: _purpose,
    PurposeDropped: _purpose,
    Mechanisms: _mechanisms,
    Austerity: _austerity,
    Crisis: _crisis,
    Turnover: lambda event: f"{event.leaving:.0%} of {_people(event.who)} leave their posts over {event.weeks} weeks",
}
_ONCE = (Merge, Crisis, Turnover)


def _within(name: str) -> str:
    """Return a name as it stands within a sentence: NHS trusts, but councils."""
    return name if name[:2].isupper() else name[:1].lower() + name[1:]


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
