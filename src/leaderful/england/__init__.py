"""England's integrated care systems: who is in them, who stands above them, and since when."""

from leaderful.england.days import REDRAWN
from leaderful.england.describe import Description, SystemRow, describe, systems_table
from leaderful.england.evidence import Outcome, Shape, boundaries, outcome_catalogue, outcomes, published
from leaderful.england.policy import policy_documents, policy_links, policy_reading
from leaderful.england.spread import spread, spread_file
from leaderful.england.structure import all_bodies, bodies, former_trusts, ties, undetermined
from leaderful.england.systems import icbs, predecessors, resolve, successions, successors

__all__ = [
    "REDRAWN",
    "Description",
    "Outcome",
    "Shape",
    "SystemRow",
    "all_bodies",
    "bodies",
    "boundaries",
    "describe",
    "former_trusts",
    "icbs",
    "outcome_catalogue",
    "outcomes",
    "policy_documents",
    "policy_links",
    "policy_reading",
    "predecessors",
    "published",
    "resolve",
    "spread",
    "spread_file",
    "successions",
    "successors",
    "systems_table",
    "ties",
    "undetermined",
]
