from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.signatures import MOST_SECONDS_APART, claim, is_true, sign

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
STAMP = str(int(NOW.timestamp()))
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
BODY = b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&command=%2Fpapers"
GOOD = sign(STAMP, BODY, SECRET)


def test_slacks_own_example_is_signed_as_slack_signs_it() -> None:
    """From https://docs.slack.dev/authentication/verifying-requests-from-slack."""
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&"
        b"channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&"
        b"response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&"
        b"trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    expected = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    assert sign("1531420618", body, SECRET) == expected


def test_a_request_of_now_is_slacks() -> None:
    signed = claim([STAMP], [GOOD], NOW)
    assert signed is not None
    assert is_true(signed, BODY, SECRET)


@pytest.mark.parametrize("apart", [-MOST_SECONDS_APART - 1, MOST_SECONDS_APART + 1, 10**9])
def test_a_request_of_another_time_is_refused(apart: int) -> None:
    stamp = str(int(NOW.timestamp()) + apart)
    assert claim([stamp], [sign(stamp, BODY, SECRET)], NOW) is None
    assert claim([stamp], [sign(stamp, BODY, SECRET)], NOW + timedelta(seconds=apart)) is not None


@pytest.mark.parametrize(
    "stamp",
    [
        "",
        "abc",
        "1e9",
        "-5",
        "٣٤٥",
        "²",
        f"{STAMP}.0",
        f" {STAMP}",
        f"+{STAMP}",
        "9" * 5000,
        "inf",
        "nan",
        "0x10",
        "\x00",
    ],
)
def test_a_time_that_is_none_is_refused(stamp: str) -> None:
    assert claim([stamp], [GOOD], NOW) is None


@pytest.mark.parametrize(
    "signature",
    ["", "v0=", "v1=" + GOOD[3:], GOOD[3:], GOOD.upper(), GOOD + "0", GOOD[:-1], "v0=" + "é" * 64, "v0=" + "٣" * 64],
)
def test_a_signature_that_is_none_is_refused(signature: str) -> None:
    assert claim([STAMP], [signature], NOW) is None


def test_a_header_that_is_missing_or_doubled_is_refused() -> None:
    assert claim([], [GOOD], NOW) is None
    assert claim([STAMP], [], NOW) is None
    assert claim([STAMP, STAMP], [GOOD], NOW) is None
    assert claim([STAMP], [GOOD, GOOD], NOW) is None


@given(st.binary(max_size=200), st.text(max_size=70), st.text(max_size=20))
def test_nothing_that_was_not_signed_is_taken_and_nothing_raises(body: bytes, signature: str, stamp: str) -> None:
    for stamps, signatures in (([stamp], [GOOD]), ([STAMP], [signature]), ([STAMP], [GOOD])):
        signed = claim(stamps, signatures, NOW)
        assert signed is None or body == BODY or not is_true(signed, body, SECRET)
