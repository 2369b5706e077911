"""What stands out in a study's own evidence, as sentences: each from a finding that passed a test set beforehand."""

from __future__ import annotations

from collections.abc import Sequence

from leaderful.report import signals_answers, signals_moments, signals_thread, signals_travel
from leaderful.report.material import Material
from leaderful.report.signal import Signal

HEADS = (
    ("The golden thread", ("thread",)),
    ("Working together", ("between", "zip", "cogs", "disagreements")),
    ("Conversations and moments", ("travel", "moments", "momentum")),
    ("Read with care", ("levels", "silent")),
)
"""What the first screen puts together, under a head each, by the sections that show it."""

_ROOMS = (signals_thread, signals_answers, signals_travel, signals_moments)
"""In the order of the report's sections."""


def signals(material: Material) -> tuple[Signal, ...]:
    """Return what stands out, in the latest round where people were asked in rounds."""
    return tuple(signal for room in _ROOMS for look in room.LOOKS for signal in look(material))


def under_heads(found: Sequence[Signal]) -> tuple[tuple[str, tuple[Signal, ...]], ...]:
    """Return what stands out under its heads; a head with nothing under it is left out."""
    put = ((head, tuple(signal for signal in found if signal.anchor in anchors)) for head, anchors in HEADS)
    return tuple((head, under) for head, under in put if under)
