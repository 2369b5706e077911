"""What clients sent and what the server said it had kept, with the clock, so that any later copy can be judged."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf

Key = tuple[str, str]
"""A person's code and an item."""


@dataclass
class Sending:
    """A value that was sent once."""

    value: str
    sent_at: float
    kept_at: float = inf
    """When the server said it had kept it."""


@dataclass
class Said:
    """All that was sent, by person and item, in the order it was sent."""

    held: dict[Key, list[Sending]] = field(default_factory=dict)

    def send(self, values: dict[Key, str], at: float) -> list[Sending]:
        """Write down that values are being sent."""
        made = {key: Sending(value, at) for key, value in values.items()}
        for key, sending in made.items():
            self.held.setdefault(key, []).append(sending)
        return list(made.values())

    def acknowledged(self) -> int:
        """Return for how many items of people the server said that it had kept something."""
        return sum(any(each.kept_at < inf for each in sendings) for sendings in self.held.values())

    def missing(self, answers: dict[Key, str], begun: float = inf) -> int:
        """Return how many answers that were acknowledged before a copy was begun are not in it, nor a later one."""
        return sum(
            answers.get(key) not in {each.value for each in _since(sendings, begun)}
            for key, sendings in self.held.items()
            if any(each.kept_at < begun for each in sendings)
        )

    def early(self, answers: dict[Key, str], ended: float) -> int:
        """Return how many answers of a copy were sent by nobody, or only after it had ended."""
        return sum(
            value not in {each.value for each in self.held.get(key, []) if each.sent_at < ended}
            for key, value in answers.items()
        )


def _since(sendings: list[Sending], begun: float) -> list[Sending]:
    """Return the last sending acknowledged before a copy was begun, and those after it, which may be in it or not."""
    last = max(place for place, each in enumerate(sendings) if each.kept_at < begun)
    return sendings[last:]
