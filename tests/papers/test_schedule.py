"""When something is due, whatever the clocks do."""

import json
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from papers.errors import BadInput
from papers.schedule import (
    Cadence,
    QuietHours,
    Schedule,
    end_of_quiet,
    latest_due,
    next_due,
    parse_hour,
    parse_quiet,
    parse_weekday,
    parse_zone,
    period,
    spread,
)

ZONES = sorted(available_timezones() - {"localtime", "posixrules", "Factory"})
ODD = [
    "Australia/Lord_Howe",  # half an hour of daylight saving
    "Pacific/Apia",  # left 2011-12-30 out
    "Pacific/Fakaofo",  # so did this one
    "Pacific/Kwajalein",  # left 1993-08-21 out
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Africa/Casablanca",  # sets the clock back for Ramadan
    "America/Nuuk",  # its gap ends at midnight
    "America/Scoresbysund",
    "America/Havana",  # midnight does not exist in spring
    "America/Sao_Paulo",  # nor did it here until 2019
    "Asia/Beirut",
    "America/St_Johns",  # 00:01 became 23:01 of the day before until 2011
    "Antarctica/Troll",  # two hours
]
zones = st.one_of(st.sampled_from(ODD), st.sampled_from(ZONES))
hours = st.one_of(
    st.sampled_from([time(0), time(0, 1), time(2), time(2, 30), time(23, 30), time(23, 59, 59)]),
    st.builds(time, st.integers(0, 23), st.integers(0, 59)),
)
moments = st.datetimes(datetime(1985, 1, 1), datetime(2037, 12, 31)).map(lambda moment: moment.replace(tzinfo=UTC))
by_the_clock = st.builds(
    Schedule,
    cadence=st.sampled_from([Cadence.DAILY, Cadence.WEEKDAYS, Cadence.WEEKLY]),
    at=hours,
    zone=zones,
    weekday=st.integers(0, 6),
)
DAY = timedelta(days=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def daily(zone: str, at: str) -> Schedule:
    return Schedule(at=time.fromisoformat(at), zone=zone)


def dues(schedule: Schedule, since: datetime, until: datetime) -> list[datetime]:
    found, due = [], next_due(schedule, since)
    while due <= until:
        found.append(due)
        due = next_due(schedule, due)
    return found


# daylight saving


@pytest.mark.parametrize(
    ("zone", "at", "day", "expected"),
    [
        # 02:30 does not exist on 2026-03-29 in Berlin: 2 h 30 min after midnight (00:00+01:00) the clock says 03:30.
        ("Europe/Berlin", "02:30", "2026-03-29", "2026-03-29T01:30"),
        # 02:30 comes twice on 2026-10-25: the first time, still UTC+2.
        ("Europe/Berlin", "02:30", "2026-10-25", "2026-10-25T00:30"),
        ("Europe/Berlin", "09:00", "2026-03-28", "2026-03-28T08:00"),
        ("Europe/Berlin", "09:00", "2026-03-29", "2026-03-29T07:00"),
        # Lord Howe: 02:00+10:30 becomes 02:30+11:00 on 2026-10-04.
        ("Australia/Lord_Howe", "02:15", "2026-10-04", "2026-10-03T15:45"),
        # and 02:00+11:00 becomes 01:30+10:30 on 2026-04-05: 01:45 comes twice.
        ("Australia/Lord_Howe", "01:45", "2026-04-05", "2026-04-04T14:45"),
        # Nuuk: 23:00-02:00 on Saturday 2026-03-28 becomes 00:00-01:00 on Sunday.
        ("America/Nuuk", "23:30", "2026-03-28", "2026-03-29T01:30"),
        ("America/Nuuk", "23:30", "2026-03-29", "2026-03-30T00:30"),
        # Havana: 00:00-05:00 on 2026-03-08 becomes 01:00-04:00.
        ("America/Havana", "00:00", "2026-03-08", "2026-03-08T05:00"),
        ("Asia/Kolkata", "09:00", "2026-03-29", "2026-03-29T03:30"),
        # Casablanca is at UTC+1, in Ramadan (2026-02-15 to 2026-03-22) at UTC+0: 02:30 comes twice on 2026-02-15.
        ("Africa/Casablanca", "02:30", "2026-02-15", "2026-02-15T01:30"),
        ("Africa/Casablanca", "09:00", "2026-03-01", "2026-03-01T09:00"),
        ("Africa/Casablanca", "09:00", "2026-04-01", "2026-04-01T08:00"),
    ],
)
def test_each_local_date_has_one_due_whatever_the_clocks_do(zone: str, at: str, day: str, expected: str) -> None:
    schedule = daily(zone, at)
    due = next_due(schedule, utc(expected) - timedelta(minutes=1))
    assert due == utc(expected)
    assert period(schedule, due) == day
    assert next_due(schedule, due) - due <= timedelta(hours=25)


def test_a_day_that_a_zone_left_out_has_no_due() -> None:
    # Samoa went from 2011-12-29 24:00 (UTC-10) straight to 2011-12-31 00:00 (UTC+14).
    schedule = daily("Pacific/Apia", "09:00")
    found = dues(schedule, utc("2011-12-28T00:00"), utc("2012-01-01T00:00"))
    assert [period(schedule, due) for due in found] == ["2011-12-28", "2011-12-29", "2011-12-31", "2012-01-01"]
    assert found[1:3] == [utc("2011-12-29T19:00"), utc("2011-12-30T19:00")]


def test_a_week_whose_day_was_left_out_has_no_due() -> None:
    schedule = Schedule(cadence=Cadence.WEEKLY, weekday=4, zone="Pacific/Apia")  # 2011-12-30 was a Friday
    found = dues(schedule, utc("2011-12-20T00:00"), utc("2012-01-10T00:00"))
    assert [period(schedule, due) for due in found] == ["2011-12-23", "2012-01-06"]


@given(by_the_clock, moments)
@example(daily("Pacific/Apia", "23:30"), utc("2010-06-01T00:00"))
@example(daily("America/St_Johns", "00:00"), utc("2009-06-01T00:00"))
@example(daily("America/Nuuk", "23:30"), utc("2025-06-01T00:00"))
def test_three_years_of_walking_meet_every_date_that_counts_exactly_once(schedule: Schedule, start: datetime) -> None:
    found = dues(schedule, start, start + timedelta(days=3 * 366))
    periods = [period(schedule, due) for due in found]
    assert all(early < late for early, late in pairwise(found))
    first, last = date.fromisoformat(periods[0]), date.fromisoformat(periods[-1])
    allowed = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    if schedule.cadence is Cadence.WEEKDAYS:
        allowed = [day for day in allowed if day.weekday() < 5]
    if schedule.cadence is Cadence.WEEKLY:
        allowed = [day for day in allowed if day.weekday() == schedule.weekday]
    missed = {day.isoformat() for day in allowed}.symmetric_difference(periods)
    left_out = {
        ("Pacific/Apia", "2011-12-30"),
        ("Pacific/Fakaofo", "2011-12-30"),
        ("Pacific/Kwajalein", "1993-08-21"),
        ("Kwajalein", "1993-08-21"),
        ("Pacific/Enderbury", "1994-12-31"),
        ("Pacific/Kanton", "1994-12-31"),
        ("Pacific/Kiritimati", "1994-12-31"),
    }
    assert {(schedule.zone, day) for day in missed} <= left_out
    assert len(set(periods)) == len(periods)


@given(by_the_clock, moments)
def test_next_and_latest_are_neighbours_of_every_moment(schedule: Schedule, moment: datetime) -> None:
    latest, following = latest_due(schedule, moment), next_due(schedule, moment)
    assert latest <= moment < following
    assert latest_due(schedule, following) == following
    assert latest_due(schedule, latest) == latest
    assert next_due(schedule, latest) == following
    assert latest_due(schedule, following - timedelta(microseconds=1)) == latest
    assert following.tzinfo is latest.tzinfo is UTC


def test_weekdays_leave_the_local_weekend_out() -> None:
    schedule = Schedule(cadence=Cadence.WEEKDAYS, zone="Pacific/Auckland")
    found = dues(schedule, utc("2026-03-01T00:00"), utc("2026-03-08T23:00"))
    # 2026-03-02 is a Monday; 09:00 in Auckland (UTC+13) is 20:00 UTC of the day before.
    assert [period(schedule, due) for due in found] == [f"2026-03-0{n}" for n in (2, 3, 4, 5, 6, 9)]
    assert found[0] == utc("2026-03-01T20:00")


@pytest.mark.parametrize("moment", [datetime.max, datetime.min])
def test_the_ends_of_the_calendar_are_bad_input(moment: datetime) -> None:
    at = moment.replace(tzinfo=UTC)
    with pytest.raises(BadInput, match="calendar"):
        (next_due if at.year > 1 else latest_due)(Schedule(), at)


# quiet hours


def quiet(zone: str, hours: str) -> Schedule:
    return Schedule(cadence=Cadence.NOW, zone=zone, quiet=parse_quiet(hours))


@pytest.mark.parametrize(
    ("zone", "hours", "at", "expected"),
    [
        ("UTC", "22:00-07:00", "2026-03-05T21:59:59", "2026-03-05T21:59:59"),
        ("UTC", "22:00-07:00", "2026-03-05T22:00", "2026-03-06T07:00"),
        ("UTC", "22:00-07:00", "2026-03-06T06:59", "2026-03-06T07:00"),
        ("UTC", "22:00-07:00", "2026-03-06T07:00", "2026-03-06T07:00"),
        ("UTC", "12:00-14:00", "2026-03-06T13:00", "2026-03-06T14:00"),
        ("UTC", "12:00-14:00", "2026-03-06T15:00", "2026-03-06T15:00"),
        ("Asia/Tokyo", "22:00-07:00", "2026-03-05T14:00", "2026-03-05T22:00"),
        # The night of the spring change in Berlin: it is over at 07:00+02:00.
        ("Europe/Berlin", "22:00-07:00", "2026-03-28T23:00", "2026-03-29T05:00"),
        # 02:30 comes twice in autumn, and ends the night the first time: 02:15 comes again, but is not quiet again.
        ("Europe/Berlin", "22:00-02:30", "2026-10-25T00:15", "2026-10-25T00:30"),
        ("Europe/Berlin", "22:00-02:30", "2026-10-25T01:15", "2026-10-25T01:15"),
        # What begins at the first 02:30 goes on while 02:15 comes again.
        ("Europe/Berlin", "02:30-07:00", "2026-10-25T01:15", "2026-10-25T06:00"),
    ],
)
def test_quiet_hours_are_waited_for_to_end(zone: str, hours: str, at: str, expected: str) -> None:
    assert end_of_quiet(quiet(zone, hours), utc(at)) == utc(expected)


def test_without_quiet_hours_there_is_nothing_to_wait_for() -> None:
    assert end_of_quiet(Schedule(cadence=Cadence.NOW), utc("2026-03-05T03:00")) == utc("2026-03-05T03:00")


@given(zones, hours, hours, moments, st.integers(0, 200_000))
def test_quiet_hours_end_keep_their_order_and_do_not_begin_again_at_once(
    zone: str, start: time, end: time, moment: datetime, seconds: int
) -> None:
    schedule = Schedule(cadence=Cadence.NOW, zone=zone, quiet=QuietHours(start=start, end=end))
    over = end_of_quiet(schedule, moment)
    assert moment <= over <= moment + timedelta(hours=50)
    assert end_of_quiet(schedule, over) == over
    assert over <= end_of_quiet(schedule, moment + timedelta(seconds=seconds))


# spreading


def test_a_few_feeds_are_not_put_off() -> None:
    assert {spread(f"feed{n}", 9, 150) for n in range(100)} == {0}


def test_a_crowd_is_spread_evenly_over_the_longest_time() -> None:
    at = [spread(f"feed{n}", 1500, 150) for n in range(15_000)]
    assert 0 <= min(at) <= 1
    assert 148 <= max(at) <= 150
    assert max(at.count(second) for second in set(at)) < 160  # 100 a second are even


@given(st.text(), st.integers(0, 10**7), st.integers(0, 180))
def test_a_feed_is_put_off_by_the_same_time_always_and_never_too_long(key: str, crowd: int, longest: int) -> None:
    assert 0 <= spread(key, crowd, longest) <= longest
    assert spread(key, crowd, longest) == spread(key, crowd, longest) <= spread(key, crowd * 2, longest)


def test_every_process_puts_a_feed_off_by_the_same_time() -> None:
    code = "from papers.schedule import spread; print([spread(str(n), 5000, 150) for n in range(20)])"
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, env={"PYTHONHASHSEED": "7", "PYTHONPATH": "."}
    )
    assert json.loads(told.stdout) == [spread(str(n), 5000, 150) for n in range(20)]


# what people write


@pytest.mark.parametrize("text", ["Europe/Berlin", "europe/berlin", " EUROPE/BERLIN "])
def test_a_zone_is_known_in_any_case(text: str) -> None:
    assert parse_zone(text) == "Europe/Berlin"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("Europe/Belin", "Europe/Berlin"),
        ("berlin", "Europe/Berlin"),
        ("New York", "America/New_York"),
        ("tokio", "Asia/Tokyo"),
        ("", "Europe/Berlin"),
        ("../../etc/passwd", "Europe/Berlin"),
        ("/usr/share/zoneinfo/UTC", "Europe/Berlin"),
        ("Factory", "Europe/Berlin"),
        ("\0", "Europe/Berlin"),
        ("x" * 10_000, "Europe/Berlin"),
        # Etc/GMT+1 would be an hour behind UTC, not ahead of it.
        ("GMT+1", "Europe/Berlin"),
    ],
)
def test_an_unknown_zone_is_refused_with_one_that_is_near(text: str, hint: str) -> None:
    with pytest.raises(BadInput, match="not known") as refused:
        parse_zone(text)
    assert hint in str(refused.value)
    assert "Etc/" not in str(refused.value)
    assert len(str(refused.value)) < 200


@given(st.text())
def test_whatever_is_written_for_a_zone_is_a_zone_or_bad_input(text: str) -> None:
    with suppress(BadInput):
        assert parse_zone(text) in ZONES


@pytest.mark.parametrize(("text", "expected"), [("09:00", time(9)), ("9:05", time(9, 5)), (" 23:59 ", time(23, 59))])
def test_an_hour_is_written_with_a_colon(text: str, expected: time) -> None:
    assert parse_hour(text) == expected


@pytest.mark.parametrize("text", ["", "9", "9:5", "24:00", "12:60", "-1:00", "9am", "09:00:00", "٠٩:٠٠", "9：00"])
def test_what_is_no_hour_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="like 09:00"):
        parse_hour(text)


def test_quiet_hours_are_two_hours_with_a_dash() -> None:
    assert parse_quiet("22:00-07:00") == QuietHours(start=time(22), end=time(7))
    assert parse_quiet("22:00 – 7:00") == QuietHours(start=time(22), end=time(7))


@pytest.mark.parametrize("text", ["", "22:00", "22:00-", "22-7", "07:00-07:00", "22:00-07:00-09:00"])
def test_what_are_no_quiet_hours_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        parse_quiet(text)


@pytest.mark.parametrize(("text", "expected"), [("monday", 0), ("Mon", 0), ("thurs", 3), ("SUN", 6)])
def test_a_weekday_may_be_shortened(text: str, expected: int) -> None:
    assert parse_weekday(text) == expected


@pytest.mark.parametrize("text", ["", "t", "mo", "mondays", "8", "montag"])
def test_what_is_no_weekday_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="monday, tuesday"):
        parse_weekday(text)


@pytest.mark.parametrize(
    "fields",
    [
        {"zone": "Mars/Olympus"},
        {"zone": "../UTC"},
        {"zone": "europe/berlin"},
        {"at": time(9, tzinfo=UTC)},
        {"at": time(9, 0, 0, 1)},
        {"weekday": 7},
    ],
)
def test_a_schedule_that_no_clock_could_follow_is_not_made(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Schedule.model_validate(fields)


@given(by_the_clock)
def test_a_schedule_is_the_same_after_it_was_stored(schedule: Schedule) -> None:
    assert Schedule.model_validate_json(schedule.model_dump_json()) == schedule
