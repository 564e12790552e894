"""What an answer of Slack means: who must wait, what is lost, what is refused, and who is gone."""

from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.errors import SlackApiError

from bot.slack.answers import TOKEN_REFUSED, error_name, meaning, understood
from papers.adapters import Scope
from papers.errors import AnswerLost, DeliveryError, DestinationGone, MessageRefused, TryLater


def made(response: Any) -> SlackApiError:
    return SlackApiError("no", response)  # type: ignore[no-untyped-call]


def answered(name: str = "", status: int = 200, **headers: str) -> SlackApiError:
    data: Any = {"ok": False, "error": name} if name else {}
    return made(SimpleNamespace(data=data, status_code=status, headers=headers))


def meant(error: Exception, *, handed_over: bool = True) -> DeliveryError:
    found = meaning(error, handed_over=handed_over)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "name",
    [
        *("channel_not_found", "not_in_channel", "is_archived", "restricted_action", "token_revoked"),
        *("account_inactive", "user_disabled", "user_not_found", "cannot_dm_bot", "team_access_not_granted"),
    ],
)
def test_a_place_where_nothing_is_taken_any_more_is_gone(name: str) -> None:
    assert isinstance(meant(answered(name)), DestinationGone)


def test_who_is_not_in_a_channel_is_told_how_to_be_invited() -> None:
    assert "/invite @Paperboy" in str(meant(answered("not_in_channel")))


@pytest.mark.parametrize("name", ["msg_too_long", "msg_blocks_too_long", "invalid_blocks", "metadata_too_large"])
def test_a_message_that_breaks_a_rule_is_refused_and_its_destination_lives(name: str) -> None:
    assert isinstance(meant(answered(name)), MessageRefused)
    assert name in str(meant(answered(name)))


@pytest.mark.parametrize("name", ["missing_scope", "invalid_auth", "not_authed", "messages_tab_disabled"])
def test_what_is_wrong_with_our_own_set_up_waits_for_an_hour_and_disables_nobody(name: str) -> None:
    found = meant(answered(name))
    assert isinstance(found, TryLater)
    assert found.seconds == 3600


def test_what_fails_for_the_whole_workspace_pauses_all_of_it() -> None:
    scopes = [meant(answered(name)) for name in ("invalid_auth", "missing_scope")]
    assert [one.scope for one in scopes if isinstance(one, TryLater)] == [Scope.WORKSPACE, Scope.CHANNEL]


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("30", 30.0), ("1.5", 1.5), ("abc", None), ("-5", 0.0), ("nan", None), ("inf", None), ("9e9", 86_400.0)],
)
def test_a_retry_after_is_kept_to_if_it_is_a_time(header: str, seconds: float | None) -> None:
    found = meant(answered("ratelimited", 429, **{"retry-after": header}))
    assert isinstance(found, TryLater)
    assert (found.seconds, found.scope) == (seconds, Scope.WORKSPACE)


def test_a_429_without_anything_else_asks_to_wait() -> None:
    found = meant(answered(status=429))
    assert isinstance(found, TryLater)
    assert found.seconds is None


@pytest.mark.parametrize(
    "error", [answered(status=502), answered("internal_error"), answered("fatal_error"), answered()]
)
def test_an_answer_that_does_not_say_whether_it_was_done_is_a_lost_one(error: SlackApiError) -> None:
    assert isinstance(meant(error), AnswerLost)
    assert isinstance(meant(error, handed_over=False), TryLater)


@pytest.mark.parametrize(
    "error",
    [
        aiohttp.ServerDisconnectedError(),
        aiohttp.ClientOSError(104, "reset"),
        aiohttp.ClientPayloadError(),
        TimeoutError(),
        ConnectionResetError(),
        aiohttp.SocketTimeoutError(),
    ],
)
def test_a_connection_that_breaks_after_the_message_left_loses_its_answer(error: Exception) -> None:
    assert isinstance(meant(error), AnswerLost)
    assert isinstance(meant(error, handed_over=False), TryLater)


@pytest.mark.parametrize("error", [aiohttp.ConnectionTimeoutError(), aiohttp.InvalidURL("nowhere")])
def test_what_never_left_is_tried_later(error: Exception) -> None:
    assert isinstance(meant(error), TryLater)


def test_an_address_that_is_not_slacks_is_named() -> None:
    assert "PAPERBOY_SLACK_API_URL" in str(meant(answered(status=404)))


@given(st.text(min_size=1))
def test_a_word_that_nobody_knows_disables_nothing_and_is_one_line(name: str) -> None:
    found = meant(answered(name + "?"))
    assert isinstance(found, TryLater)
    assert str(found).isprintable()


def test_a_bug_of_ours_is_no_answer_of_slack() -> None:
    assert meaning(KeyError("ts"), handed_over=True) is None
    with pytest.raises(KeyError), understood(handed_over=True):
        raise KeyError("ts")


def test_what_is_understood_names_its_cause_and_never_the_answer_itself() -> None:
    error = answered("token_expired")
    with pytest.raises(TryLater) as found, understood(handed_over=True):
        raise error
    assert error_name(found.value.__cause__) in TOKEN_REFUSED
    assert "responded with" not in str(found.value)


def test_a_body_that_is_no_object_has_no_name() -> None:
    assert error_name(made(SimpleNamespace(data="<html>", status_code=503, headers={}))) == ""
