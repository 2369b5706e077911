"""The one place where small groups are hidden.

Three things leave the house, and each has its guard: findings (`protect`), tables of counts
(`protect_table`) and answers to one filter after another (`Ledger`). Whoever writes something
out passes it through the guard; nothing else in the house decides what may be seen.

Everything hidden looks alike: the same status and the same words, whether it was small itself or
is hidden so that a small one cannot be worked out. A reader who could tell the two apart would
know more than the numbers say.
"""

from leaderful.disclosure.cells import protect_table
from leaderful.disclosure.findings import protect
from leaderful.disclosure.ledger import Ledger, Population
from leaderful.disclosure.rule import HIDDEN, Rule

__all__ = ["HIDDEN", "Ledger", "Population", "Rule", "protect", "protect_table"]
