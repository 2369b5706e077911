"""Networks and a partition for Pajek (http://mrvar.fdv.si/pajek), which knows no missing value and no text."""

from __future__ import annotations

import unicodedata

import polars as pl

from leaderful.exports.contents import Contents
from leaderful.exports.folders import README, readme
from leaderful.exports.network import FORMAL, network

_PLAIN = str.maketrans({"’": "'", "‘": "'", "“": "'", "”": "'", '"': "'", "\\": "/", "–": "-", "—": "-"})


def pajek(contents: Contents) -> dict[str, bytes]:
    """Return a network of who reaches whom, one of trust, one of formal ties, and the bodies by sector.

    An arc whose value is hidden cannot be written and is left out of its network; the first lines of each
    say how many were.
    """
    net = network(contents)
    reported, formal = net.ties.filter(pl.col("layer") != FORMAL), net.ties.filter(pl.col("layer") == FORMAL)
    places = {code: at for at, code in enumerate(net.bodies["code"], start=1)}
    labels = [f"{label or code} ({code})" for code, label in net.bodies.select("code", "label").iter_rows()]
    sectors = net.bodies["sector"].fill_null("not stated")
    numbers = {sector: at for at, sector in enumerate(sectors.unique().sort(), start=1)}
    key = ", ".join(f"{at} {sector}" for sector, at in numbers.items())
    members = "\n".join(str(numbers[sector]) for sector in sectors)
    lines = net.about | {"sectors in sector.clu": key, "hidden arcs": "Left out: Pajek knows no missing value."}
    return {
        README: readme(lines),
        "reach.net": _network("reach", labels, places, _valued(reported, "reach"), net.about),
        "trust.net": _network("trust", labels, places, _valued(reported, "trust"), net.about),
        "formal.net": _network("formal ties", labels, places, formal.with_columns(value=1.0), net.about),
        "sector.clu": f"*Vertices {len(places)}\n{members}\n".encode(),
    }


def _valued(ties: pl.DataFrame, column: str) -> pl.DataFrame:
    value = pl.col(column) if column in ties.columns else pl.lit(None, pl.Float64)
    return ties.with_columns(value=value)


def _network(name: str, labels: list[str], places: dict[str, int], ties: pl.DataFrame, about: dict[str, str]) -> bytes:
    shown = ties.drop_nulls("value")
    said = [f"{label}: {text}" for label, text in about.items()]
    hidden = f"{ties.height - shown.height} ties have no value that can be shown, and are left out."
    lines = [
        f"*Network {name}",
        *(f"% {_ascii(text)}" for text in (hidden, *said)),
        f"*Vertices {len(labels)}",
        *(f'{at} "{_ascii(label)}"' for at, label in enumerate(labels, start=1)),
        "*Arcs",
        *(f"{places[a]} {places[b]} {value}" for a, b, value in shown.select("source", "target", "value").iter_rows()),
    ]
    return ("\n".join(lines) + "\n").encode("ascii")


def _ascii(text: str) -> str:
    """Return text in one line of plain letters, which every version of Pajek reads."""
    plain = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(letters.encode("ascii", "replace").decode().split())
