"""What a spreadsheet makes of a code, and which code it probably was."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH = "(?:" + "|".join(_MONTHS) + ")"
_POWER = r"[0-9](?:\.[0-9]+)?E[+-]?[0-9]+"
_DECIMAL = r"[0-9]+\.0+"
_DATE = (
    rf"[0-9]{{1,2}}[-/ ]{_MONTH}(?:[-/ ][0-9]{{2,4}})?|{_MONTH}[-/ ][0-9]{{2,4}}"
    r"|[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}|[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9:.]+"
)
_FAULT = r"#(?:N/A|REF!|NAME\?|VALUE!|DIV/0!|NUM!|NULL!)"

CHANGED = rf"(?i)^(?:{_POWER}|{_DECIMAL}|{_DATE})$"
"""Pattern of a code that a spreadsheet has turned into a number or a date."""
FAULT = rf"(?i)^{_FAULT}$"
"""Pattern of what a spreadsheet shows in place of a value it cannot work out."""

_NUMBER = re.compile(r"0*[0-9]+(?:E[0-9]{1,3})?", re.IGNORECASE)
_LIKE_DATE = (
    re.compile(rf"(?P<month>{_MONTH})[A-Z]*[- ]?(?P<day>[0-9]{{1,2}})", re.IGNORECASE),
    re.compile(rf"(?P<day>[0-9]{{1,2}})[- ]?(?P<month>{_MONTH})[A-Z]*", re.IGNORECASE),
)
_changed = re.compile(CHANGED)


def is_changed(code: str) -> bool:
    """Tell whether `code` has the form a spreadsheet gives to codes it takes for numbers or dates."""
    return _changed.search(code) is not None


def shown_by_spreadsheets(known: Iterable[str]) -> dict[str, str]:
    """Return, for each form that spreadsheets give to just one of the known codes, that code."""
    codes: dict[str, set[str]] = {}
    for code in known:
        for form in _shown_as(code) - {code.casefold()}:
            codes.setdefault(form, set()).add(code)
    return {form: min(several) for form, several in codes.items() if len(several) == 1}


def original(value: str, shown: Mapping[str, str]) -> str | None:
    """Return the code that a spreadsheet shows as `value`, if exactly one of those known does."""
    return shown.get(value.strip().casefold())


def _shown_as(code: str) -> set[str]:
    """Return, in lower case, what spreadsheets show or save once they have changed `code`."""
    forms = {code.lstrip("0")} if code.startswith("0") else set()
    if _NUMBER.fullmatch(code):
        number = float(code)
        if number < 1e300:
            mantissa, power = f"{number:.0E}".split("E")
            forms |= {f"{number:.2E}", f"{number:.1E}", f"{mantissa}E{power}", f"{mantissa}E{int(power):02d}"}
            forms |= {f"{int(number)}", f"{int(number)}.0", f"{mantissa}E{int(power)}"}
    for pattern in _LIKE_DATE:
        if match := pattern.fullmatch(code):
            forms |= _dates(int(match["day"]), match["month"].title())
    return {form.casefold() for form in forms}


def _dates(day: int, month: str) -> set[str]:
    return {
        f"{day:02d}-{month}",
        f"{day}-{month}",
        f"{day} {month}",
        f"{month}-{day:02d}",
        f"{day:02d} {month}",
    }
