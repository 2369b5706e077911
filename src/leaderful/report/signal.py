"""One thing that stands out, as the first screen and the sections say it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Signal:
    """One thing that stands out: what kind of thing, the sentence, and where the report shows it."""

    kind: str
    text: str
    anchor: str
    """The section that shows it."""
    brief: str = ""
    """A shorter sentence for the first screen, as true as the whole one, where that one is long."""
    figure: str = ""
    """The figure in it to go to at once, where it is not the first."""
