"""Series and clocks against dateutil and the time zone database, on many made-up cases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from dateutil.rrule import DAILY, MONTHLY, WEEKLY, YEARLY, rrule
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderful.errors import UnreadableFileError
from leaderful.study.importing.calendar_zones import Zones
from leaderful.study.importing.calendars import Event, When
from leaderful.study.importing.mapping import Window
from leaderful.study.importing.occurrences import Allowance, RuleError, Span, occurrences, span_of
from leaderful.study.importing.zones import is_zone, moment_in_utc, moments_in_utc, zone_called

LONDON = ZoneInfo("Europe/London")
FREQUENCIES = {"DAILY": DAILY, "WEEKLY": WEEKLY, "MONTHLY": MONTHLY, "YEARLY": YEARLY}
ALL_TIME = Span(begins=datetime(1970, 1, 1), ends=datetime(2100, 1, 1))
LOCAL = st.datetimes(datetime(1990, 1, 1), datetime(2037, 1, 1)).map(lambda each: each.replace(microsecond=0, fold=0))
ZONES = st.sampled_from(["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"])


def starting(local: datetime, rule: str = "", zone: ZoneInfo = LONDON) -> Event:
    return Event(line=1, uid="u", start=When(local=local, zone=zone, whole_day=False), rule=rule)


@given(LOCAL, st.sampled_from(list(FREQUENCIES)), st.integers(1, 4), st.integers(1, 30), ZONES)
@settings(max_examples=300)
def test_a_counted_series_is_that_of_dateutil_by_the_local_clock(
    start: datetime, frequency: str, interval: int, count: int, zone: str
) -> None:
    local = list(rrule(FREQUENCIES[frequency], dtstart=start, interval=interval, count=count))
    rule = f"INTERVAL={interval};FREQ={frequency};COUNT={count}"
    found = occurrences(starting(start, rule, ZoneInfo(zone)), ALL_TIME, Allowance())
    expected = {moment_in_utc(each, ZoneInfo(zone)) for each in local}
    assert found == sorted(each for each in expected if ALL_TIME.holds(each))


@given(LOCAL, st.integers(0, 2_000), st.integers(1, 60), st.integers(0, 1_500))
@settings(max_examples=200)
def test_end_and_window_cut_an_endless_series(start: datetime, ends: int, wide: int, later: int) -> None:
    until = start + timedelta(days=ends)
    opens = start.date() + timedelta(days=later)
    window = Window(opens=opens, closes=opens + timedelta(days=wide))
    utc = moment_in_utc(until, LONDON)
    event = starting(start, f"FREQ=DAILY;UNTIL={utc:%Y%m%dT%H%M%S}Z")
    found = occurrences(event, span_of(window, LONDON), Allowance())
    days = [start + timedelta(days=n) for n in range(ends + 1)]
    expected = {moment_in_utc(day, LONDON) for day in days if window.opens <= day.date() <= window.closes}
    assert set(found) ^ expected <= {moment_in_utc(until, LONDON)}  # an end in the hour that comes twice is the first


def test_what_is_taken_out_and_put_in() -> None:
    start = datetime(2026, 3, 2, 9)
    event = starting(start, "FREQ=WEEKLY;COUNT=4")
    event.without = [
        When(local=datetime(2026, 3, 9, 9), zone=LONDON, whole_day=False),
        When(local=datetime(2026, 3, 16), zone=LONDON, whole_day=True),
    ]
    event.more = [When(local=datetime(2026, 4, 1, 12), zone=ZoneInfo("UTC"), whole_day=False)]
    found = occurrences(event, ALL_TIME, Allowance())
    assert found == [datetime(2026, 3, 2, 9), datetime(2026, 3, 23, 9), datetime(2026, 4, 1, 12)]


def test_a_last_day_is_meant_to_its_end() -> None:
    event = starting(datetime(2026, 3, 2, 9), "FREQ=DAILY;UNTIL=20260304")
    assert len(occurrences(event, ALL_TIME, Allowance())) == 3


@pytest.mark.parametrize(
    "rule",
    [
        *("FREQ=HOURLY", "FREQ=SECONDLY;COUNT=3", "COUNT=3", "FREQ=DAILY;FREQ=DAILY", "FREQ=DAILY;COUNT=-1"),
        *("FREQ=DAILY;UNTIL=zq", "FREQ=WEEKLY;BYDAY=ZZ", "FREQ=DAILY;BYEASTER=1", "FREQ=DAILY;" * 200, ";", "=;="),
        *("FREQ=DAILY;COUNT=9999999", "FREQ=YEARLY;BYMONTH=13", "FREQ=MONTHLY;BYDAY=9MO9", "FREQ=DAILY;UNTIL=20261399"),
    ],
)
def test_rules_that_no_meeting_has_are_not_followed(rule: str) -> None:
    try:
        found = occurrences(starting(datetime(2026, 3, 2, 9), rule), ALL_TIME, Allowance())
    except RuleError:
        return
    assert rule == "FREQ=YEARLY;BYMONTH=13" and not found


def test_what_all_rules_together_may_take_is_limited() -> None:
    allowance = Allowance(steps=5_000)
    with pytest.raises(UnreadableFileError, match="too often to follow"):
        for _ in range(10):
            occurrences(starting(datetime(1990, 1, 1), "FREQ=DAILY"), ALL_TIME, allowance)


# Clocks


@given(LOCAL, ZONES)
@settings(max_examples=300)
def test_a_time_and_a_column_of_times_agree_with_the_zone_database(local: datetime, zone: str) -> None:
    expected = local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)
    assert moment_in_utc(local, ZoneInfo(zone)) == expected
    column, _ = moments_in_utc(pl.Series([local, None]), zone)
    assert column.to_list() == [expected, None]


@given(st.datetimes(datetime(1990, 1, 1), datetime(2037, 1, 1)), ZONES)
@settings(max_examples=300)
def test_from_utc_to_local_and_back(moment: datetime, zone: str) -> None:
    there = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    back, twice = moments_in_utc(pl.Series([there.replace(tzinfo=None, fold=0)]), zone)
    assert back[0] == moment or (there.fold and twice == 1)


@given(st.dates(date(2000, 1, 1), date(2036, 1, 1)), st.integers(0, 23), st.sampled_from([0, 30]))
@settings(max_examples=300)
def test_a_zone_the_calendar_describes_is_the_one_it_stands_for(day: date, hour: int, minute: int) -> None:
    lines = (
        *("TZID:Ours", "BEGIN:STANDARD", "DTSTART:19961027T020000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0000"),
        *("RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", "END:STANDARD", "BEGIN:DAYLIGHT", "DTSTART:19810329T010000"),
        *("TZOFFSETFROM:+0000", "TZOFFSETTO:+0100", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "END:DAYLIGHT"),
    )
    zones = Zones(LONDON)
    zones.describe(lines)
    zone = zones.called("Ours")
    assert zone is not None
    local = datetime(day.year, day.month, day.day, hour, minute)
    assert moment_in_utc(local, zone) == moment_in_utc(local, LONDON)


@pytest.mark.parametrize("rule", ["FREQ=SECONDLY", "FREQ=YEARLY;BYHOUR=1", "FREQ=YEARLY;BYMONTH=3;BYSECOND=1,2"])
def test_a_zone_whose_clock_would_change_all_the_time_is_not_made(rule: str) -> None:
    zones = Zones(LONDON)
    kept = ("BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:+0000", "TZOFFSETTO:+0100", f"RRULE:{rule}")
    zones.describe(["TZID:Ours", *kept, "END:STANDARD"])
    assert zones.called("Ours") is None


@pytest.mark.parametrize("lines", [[], ["TZID:Ours"], ["TZID:Ours", "BEGIN:STANDARD", "END:STANDARD"]])
def test_a_zone_that_is_badly_described_is_not_known(lines: list[str]) -> None:
    zones = Zones(LONDON)
    zones.describe(lines)
    assert zones.called("Ours") is None


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Europe/London", "Europe/London"),
        ("GMT Standard Time", "Europe/London"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("/citadel.example/20210210_1/Europe/London", "Europe/London"),
        ("UTC", "Etc/UTC"),
    ],
)
def test_zones_by_the_names_that_calendars_use(name: str, key: str) -> None:
    zone = zone_called(name)
    assert zone is not None and zone.key == key and is_zone(name)


@pytest.mark.parametrize(
    "name", ["", "Europe", "../../etc/passwd", "/etc/passwd", "Mars/Olympus", "x" * 10_000, "a\0b"]
)
def test_what_is_no_zone(name: str) -> None:
    assert zone_called(name) is None and not is_zone(name)
