"""The days on which England's systems changed, named once."""

from __future__ import annotations

from datetime import date

BEGAN = date(2022, 7, 1)
"""Integrated care boards began."""
LAST_OF_42 = date(2026, 3, 31)
"""The last day of the first 42."""
REDRAWN = date(2026, 4, 1)
"""36 systems stand in place of 42."""
LAST_KNOWN = date(2027, 3, 31)
"""More mergers, which the tables lack, are ordered for the day after."""
