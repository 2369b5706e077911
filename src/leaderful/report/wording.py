"""Numbers and lists as people write them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date


def whole(value: float) -> str:
    """Return a count with its thousands apart: 41233 is 41,233."""
    return f"{round(value):,}"


def percent(value: float) -> str:
    """Return a percentage to one place: 58.93 is 58.9 %."""
    return f"{value:.1f}\u00a0%"


def share(value: float) -> str:
    """Return a share as a whole percentage: 0.203 is 20 %."""
    return f"{100 * value:.0f}\u00a0%"


def spelt(value: int) -> str:
    """Return a number of people as it stands in a sentence: ten, and 15."""
    return "ten" if value == 10 else str(value)


def points(value: float, *, places: int = 1) -> str:
    """Return a signed difference, as in percentage points: -1.26 is −1.3."""
    shown = f"{abs(value):.{places}f}"
    return shown if float(shown) == 0 else f"{'+' if value > 0 else '−'}{shown}"


def between(lower: float, upper: float, *, places: int = 1) -> str:
    """Return an interval: 1.2 to 3.4, with a real minus sign."""
    return f"{signed(lower, places)} to {signed(upper, places)}"


def listed(parts: Sequence[str], *, last: str = "and") -> str:
    """Return 'a', 'a and b' or 'a, b and c'."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def day(value: date) -> str:
    """Return a date in full: 1 April 2026."""
    return f"{value.day} {value:%B %Y}"


def period(label: str) -> str:
    """Return a period as people write it: 2024-08/2025-07 is August 2024 to July 2025, 2021 stays 2021."""
    return " to ".join(_month(part) for part in label.split("/"))


def counted(count: int, one: str, many: str) -> str:
    """Return '1 trust' or '11 trusts'."""
    return f"{whole(count)} {one if count == 1 else many}"


def short_system(name: str) -> str:
    """Return a system's name without the words that all of them share."""
    return name.removeprefix("NHS ").removesuffix(" Integrated Care Board").removesuffix(" ICB")


def within(name: str) -> str:
    """Return a name as it stands within a sentence: Councils is councils, GP practices stays."""
    return name if name[:2].isupper() else f"{name[:1].lower()}{name[1:]}"


def sentence(text: str) -> str:
    """Return the text with a capital first letter."""
    return text[:1].upper() + text[1:]


def signed(value: float, places: int) -> str:
    """Return a number with a real minus sign where it needs one: −0.23."""
    shown = f"{abs(value):.{places}f}"
    return shown if float(shown) == 0 or value > 0 else f"−{shown}"


def _month(label: str) -> str:
    year, dash, month = label.partition("-")
    digits = year.isascii() and year.isdigit() and month.isascii() and month.isdigit()
    is_month = digits and bool(dash) and len(year) == 4 and len(month) == 2 and 1 <= int(month) <= 12 and int(year) > 0
    return f"{date(int(year), int(month), 1):%B} {year}" if is_month else label
