"""Turn the capitals of official files into names as people write them."""

from __future__ import annotations

import re

SMALL = frozenset(
    {"a", "and", "at", "by", "de", "for", "in", "le", "of", "on", "or", "the", "to", "under", "upon", "with"}
)
CAPITALS = frozenset({"CIC", "GP", "HC", "ICB", "II", "III", "IV", "MC", "NHS", "PCN", "PMS", "UK"})


def readable(name: str) -> str:
    """Return a name in capitals with capitals only where they belong.

    >>> readable("NHS STOKE-ON-TRENT ICB - 05W")
    'NHS Stoke-on-Trent ICB - 05W'
    >>> readable("ST JAMES'S AND O'NEILL SURGERY (THE)")
    "St James's and O'Neill Surgery (The)"
    """
    words = re.split(r"(?<=[\s\-/(&.,])", name.strip())
    starts = [place == 0 or words[place - 1].endswith("(") for place in range(len(words))]
    return "".join(_cased(word, starts=start) for word, start in zip(words, starts, strict=True))


def _cased(word: str, *, starts: bool) -> str:
    bare = re.sub(r"[^A-Z0-9']", "", word.upper())
    initial = len(bare) == 1 and word.endswith((".", "/"))
    if bare in CAPITALS or initial or any(sign.isdigit() for sign in bare):
        return word.upper()
    if bare.lower() in SMALL and not starts:
        return word.lower()
    return re.sub(r"^[^A-Z]*[A-Z]('[A-Z](?=[A-Z]))?", lambda found: found[0].upper(), word.lower(), flags=re.I)


def council_name(code: str, name: str) -> str:
    """Return the name of an upper-tier council from the name of its area.

    >>> council_name("E06000023", "Bristol, City of"), council_name("E10000012", "Essex")
    ('Bristol Council', 'Essex County Council')
    """
    area = area_name(name)
    if code == "E09000001":
        return "City of London Corporation"
    return f"{area} County Council" if code.startswith("E10") else f"{area} Council"


def area_name(name: str) -> str:
    """Return the area's name without what the statistics office adds after a comma."""
    return "City of London" if name == "London, City of" else name.split(",")[0]


def police_name(name: str) -> str:
    """Return the name of a police force from the name of its area."""
    return name if name.endswith("Police") else f"{area_name(name)} Police"


def fire_name(name: str) -> str:
    """Return the name of a fire and rescue authority from the name of its area."""
    return f"{name} Fire and Rescue Authority"


def policing_name(name: str) -> str:
    """Return the name of a local policing body from the name of its police area.

    >>> policing_name("Cumbria")
    'Cumbria local policing body (commissioner or mayor)'
    """
    return f"{area_name(name)} local policing body (commissioner or mayor)"
