"""How sure an interval is to be, refused where it is no share."""

from __future__ import annotations


def check_confidence(confidence: float) -> None:
    """Refuse a confidence that is not between 0 and 1."""
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence}; a number between 0 and 1 is wanted, such as 0.95")
