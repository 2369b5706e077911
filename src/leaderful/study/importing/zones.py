"""Time zones: by the names that calendars use, and from local time to UTC across the changes of the clock.

Two rules, those of RFC 5545: of an hour that comes twice the first is meant, and a time within an hour
that is skipped is read as if the clock had not changed yet.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

import polars as pl
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

DEFAULT_ZONE = "Europe/London"
_LONGEST = 200


@cache
def zone_called(name: str) -> ZoneInfo | None:
    """Return the time zone of a name: an IANA name, the end of a longer one, or a name Windows uses."""
    plain = name.strip().strip('"')[:_LONGEST]
    for candidate in (WINDOWS_TO_OLSON.get(plain, plain), "/".join(plain.split("/")[-2:])):
        try:
            return ZoneInfo(candidate)
        except (KeyError, ValueError, OSError):
            continue
    return None


@cache
def is_zone(name: str) -> bool:
    """Tell whether times in sheets can be read in a zone: one that both Python and Polars know."""
    zone = zone_called(name)
    if zone is None:
        return False
    try:
        pl.Series([datetime(2026, 1, 1)]).dt.replace_time_zone(zone.key)
    except pl.exceptions.ComputeError:
        return False
    return True


def moment_in_utc(local: datetime, zone: tzinfo) -> datetime:
    """Return a local time in UTC, without a zone, as the tables of a study keep it."""
    utc = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if utc.astimezone(zone).replace(tzinfo=None) == local:
        return utc.replace(tzinfo=None)
    before = (local - timedelta(days=1)).replace(tzinfo=zone).utcoffset()
    return local - (before or timedelta(0))


def moments_in_utc(local: pl.Series, zone: str) -> tuple[pl.Series, int]:
    """Return local times in UTC, without a zone, and how many of them fall into an hour that comes twice."""
    known = zone_called(zone)
    assert known is not None
    name = known.key
    first = _in_utc(local, name, "earliest")
    skipped = local.is_not_null() & first.is_null()
    if skipped.any():
        day = timedelta(days=1)
        first = first.zip_with(~skipped, _in_utc(local - day, name, "earliest") + day)
    twice = (first != _in_utc(local, name, "latest")).fill_null(value=False)
    return first, int(twice.sum())


def _in_utc(local: pl.Series, zone: str, which: str) -> pl.Series:
    there = local.to_frame("at").select(
        pl.col("at").dt.replace_time_zone(zone, ambiguous=pl.lit(which), non_existent="null")
    )
    return there.to_series().dt.convert_time_zone("UTC").dt.replace_time_zone(None).cast(pl.Datetime("us"))
