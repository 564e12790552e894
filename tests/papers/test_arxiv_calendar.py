"""arXiv's evenings, by its own published lists of 2025 and 2026."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.arxiv_calendar import holiday, is_announced, why_quiet

WEEKEND = "arXiv announces nothing at weekends."


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "why"),
    [
        # The week of Thursday 2026-03-05: papers of Sunday to Thursday evening are new on Monday to Friday morning.
        ("2026-03-02T09:00", None),
        ("2026-03-05T09:00", None),
        ("2026-03-06T09:00", None),
        ("2026-03-07T09:00", WEEKEND),
        ("2026-03-08T09:00", WEEKEND),
        ("2026-03-09T09:00", None),
        # 20:00 Eastern is 01:00 UTC in winter and 00:00 UTC in summer: the day turns at that minute.
        ("2026-03-06T00:59", None),  # Wednesday's are less than a day old
        ("2026-03-07T00:59", None),
        ("2026-03-07T01:00", WEEKEND),
        ("2026-03-09T00:59", None),  # summer time began that Sunday: 20:59
        ("2026-07-19T23:59", WEEKEND),
        ("2026-07-20T00:00", None),
        # Holidays.
        ("2025-11-28T09:00", "arXiv took a holiday (Thanksgiving)."),
        ("2025-11-29T09:00", WEEKEND),  # the day after Thanksgiving is a Friday anyway
        ("2026-11-27T09:00", "arXiv took a holiday (Thanksgiving)."),
        ("2025-01-21T09:00", "arXiv took a holiday (Martin Luther King Jr. Day)."),
        ("2026-01-20T09:00", "arXiv took a holiday (Martin Luther King Jr. Day)."),
        ("2026-01-02T09:00", "arXiv took a holiday (New Year's Day)."),
        ("2025-06-20T09:00", "arXiv took a holiday (Juneteenth)."),
        ("2026-06-20T09:00", WEEKEND),  # Juneteenth was a Friday
        ("2025-07-05T09:00", WEEKEND),  # the Fourth was a Friday, and the Sunday was taken off
        ("2025-07-07T09:00", "arXiv took a holiday (Independence Day)."),
        ("2026-07-06T09:00", None),  # not so a year later
        ("2026-09-08T09:00", "arXiv took a holiday (Labor Day)."),
        ("2025-12-26T09:00", "arXiv took a holiday (Christmas Day)."),
        ("2026-12-26T09:00", WEEKEND),
        ("2026-12-30T09:00", "arXiv took a holiday (the end of the year)."),
        ("2027-01-01T09:00", "arXiv took a holiday (New Year's Eve)."),
        # On no list that was published: Memorial Day, Christmas Eve.
        ("2025-05-27T09:00", None),
        ("2026-05-26T09:00", None),
        ("2026-12-25T09:00", None),
    ],
)
def test_a_quiet_day_has_a_reason_and_no_other_has(at: str, why: str | None) -> None:
    assert why_quiet(utc(at)) == why


def test_years_without_a_list_go_by_the_days_that_are_on_every_list() -> None:
    found = [date(2028, 1, 1) + timedelta(days=n) for n in range(366)]
    assert {day.isoformat(): holiday(day) for day in found if holiday(day)} == {
        "2028-01-01": "New Year's Day",
        "2028-01-17": "Martin Luther King Jr. Day",
        "2028-06-19": "Juneteenth",
        "2028-07-04": "Independence Day",
        "2028-09-04": "Labor Day",
        "2028-11-23": "Thanksgiving",
        "2028-12-25": "Christmas Day",
    }


@given(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)))
def test_an_evening_is_quiet_or_announced_never_both(moment: datetime) -> None:
    # 04:00 UTC is past 20:00 Eastern of the day before, in summer and in winter.
    morning = moment.replace(hour=4, tzinfo=UTC)
    assert (why_quiet(morning) is None) == is_announced(morning.date() - timedelta(days=1))
