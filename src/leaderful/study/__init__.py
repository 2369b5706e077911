"""The tables of a study: what they hold, how they are read and checked, and where they are kept."""

from leaderful.study.decoding import Limits
from leaderful.study.reading import read_table
from leaderful.study.store import Study
from leaderful.study.tables import TABLES

__all__ = ["TABLES", "Limits", "Study", "read_table"]
