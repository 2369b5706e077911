"""Outlines of ICBs, simplified together so that neighbours keep one border, on a flat map of England."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray
from shapely.geometry import shape

from leaderful.receipts import Receipt

UNIT = 100
"""Metres to one unit of the map."""
TOLERANCE = 900
"""Corners are dropped while the triangle they make is smaller than this many metres, squared."""
SMALLEST = 2e6
"""Islands under this many square metres are left off the map."""


def boundaries(folder: Path) -> tuple[dict[str, Any], Receipt]:
    """Return the map of 2022 and its changes of 2026 as plain data, and what was left out."""
    source = folder / "england" / "icb_2023.geojson"
    features = json.loads(source.read_text(encoding="utf-8"))["features"]
    icbs = pl.read_csv(folder / "england" / "icb_2022.csv")
    codes = dict(zip(icbs["ons_code"], icbs["ods_code"], strict=True))
    names = [codes[feature["properties"]["ICB23CD"]] for feature in features]
    metric = shapely.transform([shape(feature["geometry"]) for feature in features], project)
    outlines = dict(zip(names, simplify(list(metric)), strict=True))
    lost = sum(len(_parts(old)) for old in metric) - sum(len(_parts(new)) for new in outlines.values())
    book = _map(outlines, pl.read_csv(folder / "england" / "icb_succession_2026.csv", infer_schema_length=0))
    corners = sum(len(ring) for entry in book["shapes_2022"].values() for ring in entry["rings"])
    before = sum(shapely.get_num_coordinates(outline) for outline in metric)
    notes = (
        f"{before:,} corners simplified to {corners:,}; {lost} islands under {SMALLEST / 1e6:g} km² left off",
        "lines that divide QM7, QJG and QNQ since 1 April 2026 are not published here",
    )
    return book, Receipt(source=source.name, read=len(features), kept=len(outlines), notes=notes)


def project(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return eastings and northings in metres: the transverse Mercator of the British National Grid.

    The grid's meridian (2° W), origin and scale are used on the WGS84 ellipsoid, without the shift
    of datum, which leaves places about 100 m from their grid reference. Krüger's series to the
    third order is right to a millimetre here (Karney 2011, doi:10.1007/s00190-011-0445-3).
    """
    axis, flattening, scale = 6378137.0, 1 / 298.257223563, 0.9996012717
    n = flattening / (2 - flattening)
    radius = axis / (1 + n) * (1 + n**2 / 4 + n**4 / 64)
    series = (
        n / 2 - 2 * n**2 / 3 + 5 * n**3 / 16,
        13 * n**2 / 48 - 3 * n**3 / 5,
        61 * n**3 / 240,
    )

    def northing_easting(lat: Any, lon: Any) -> tuple[Any, Any]:
        sine, e = np.sin(lat), 2 * math.sqrt(n) / (1 + n)
        t = np.sinh(np.arctanh(sine) - e * np.arctanh(e * sine))
        xi, eta = np.arctan2(t, np.cos(lon)), np.arctanh(np.sin(lon) / np.sqrt(1 + t**2))
        north = xi + sum(a * np.sin(2 * j * xi) * np.cosh(2 * j * eta) for j, a in enumerate(series, 1))
        east = eta + sum(a * np.cos(2 * j * xi) * np.sinh(2 * j * eta) for j, a in enumerate(series, 1))
        return scale * radius * north, scale * radius * east

    origin, _ = northing_easting(np.radians(49.0), 0.0)
    north, east = northing_easting(np.radians(lonlat[:, 1]), np.radians(lonlat[:, 0] + 2.0))
    return np.column_stack([400_000 + east, north - origin - 100_000])


def simplify(outlines: list[Any]) -> list[Any]:
    """Return outlines in metres with fewer corners, whose shared borders are still shared."""
    fewer = shapely.coverage_simplify(outlines, TOLERANCE)
    kept = [[part for part in _parts(outline) if part.area >= SMALLEST] for outline in fewer]
    return [shapely.multipolygons(parts) for parts in kept]


def _parts(outline: Any) -> list[Any]:
    return list(shapely.get_parts(outline))


def _map(outlines: dict[str, Any], successions: pl.DataFrame) -> dict[str, Any]:
    """Return the shapes with north up, the map's upper left corner at 0, 0."""
    west, south, east, north = shapely.total_bounds(list(outlines.values()))
    flipped = {
        code: shapely.transform(outline, lambda xy: np.column_stack([xy[:, 0] - west, north - xy[:, 1]]) / UNIT)
        for code, outline in outlines.items()
    }
    return {
        "metres": UNIT,
        "size": [math.ceil((east - west) / UNIT), math.ceil((north - south) / UNIT)],
        "shapes_2022": {code: _entry(flipped[code]) for code in sorted(flipped)},
        "changes_2026": _changed(flipped, successions),
    }


def _changed(outlines: dict[str, Any], successions: pl.DataFrame) -> dict[str, Any]:
    """Return what changed on 1 April 2026: whole unions, unions that lack a part, and divided areas."""
    pairs = list(zip(*(successions[f"{end}_ods_code"] for end in ("predecessor", "successor")), strict=True))
    kinds = successions["kind"]
    divided = {old: [n for o, n in pairs if o == old] for (old, _), k in zip(pairs, kinds, strict=True) if k == "split"}
    entries = {}
    for code in sorted({new for _, new in pairs}):
        whole = [old for old, new in pairs if new == code and old not in divided]
        lacking = [old for old, new in pairs if new == code and old in divided]
        known = [outlines[old] for old in ([*whole, code] if code in outlines else whole)]
        entries[code] = {**_entry(shapely.coverage_union_all(known)), "lacks": sorted(lacking)}
    for code in sorted(divided):
        entries[code] = {**_entry(outlines[code]), "divided_between": sorted(divided[code])}
    gone = {old for old, _ in pairs} - set(entries)
    return {"shapes": entries, "ended": sorted(gone)}


def _entry(outline: Any) -> dict[str, Any]:
    """Return rings of whole units, the largest part first, and a point well inside it for the label."""
    parts = sorted(_parts(outline), key=lambda part: (-part.area, part.wkt))
    inside = shapely.get_coordinates(shapely.maximum_inscribed_circle(parts[0]))[0]
    rings = [ring for part in parts for ring in (part.exterior, *part.interiors)]
    return {"label": [round(value) for value in inside], "rings": [_corners(ring.coords) for ring in rings]}


def _corners(coords: Sequence[tuple[float, float]]) -> list[list[int]]:
    """Return the corners of a ring on whole units, none of them twice running."""
    corners = [[round(x), round(y)] for x, y in coords]
    return [corner for corner, after in pairwise(corners) if corner != after]
