"""Seed a system: from public data on any ICS or all of England, or from a study's own people."""

from leaderful.simulation.seeding.described import describe, seeded_people, seeded_ties, summary
from leaderful.simulation.seeding.own import from_study
from leaderful.simulation.seeding.public import from_public

__all__ = ["describe", "from_public", "from_study", "seeded_people", "seeded_ties", "summary"]
