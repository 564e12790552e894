from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.clock import FixedClock, SystemClock, as_utc, parse_time
from papers.errors import BadInput


def test_a_date_alone_is_its_midnight_in_utc() -> None:
    assert parse_time("2026-03-31") == datetime(2026, 3, 31, tzinfo=UTC)


def test_an_offset_is_taken_into_account() -> None:
    assert parse_time("2026-03-31T09:00+05:30") == datetime(2026, 3, 31, 3, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["yesterdayish", "2026-13-40", "", "0001-01-01T00:00+23:59"])
def test_what_is_no_time_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(BadInput, match="--at"):
        parse_time(text, what="--at")


@given(st.text(max_size=40))
def test_any_text_is_a_time_or_bad_input(text: str) -> None:
    with suppress(BadInput):
        assert parse_time(text).tzinfo is UTC


def test_clocks_are_aware() -> None:
    assert SystemClock().now().tzinfo is UTC
    moment = as_utc(datetime(2026, 1, 1))
    assert FixedClock(moment).now() == moment
