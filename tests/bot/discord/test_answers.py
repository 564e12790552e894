"""What Discord's answers mean for a message."""

import aiohttp
import pytest

from bot.discord.answers import Task, meaning
from bot.discord.rest import Refused
from papers.adapters import Scope
from papers.errors import AnswerLost, DeliveryError, DestinationGone, MessageRefused, TryLater


def said(error: Exception, task: Task = Task.WRITE, *, handed_over: bool = True) -> DeliveryError:
    found = meaning(error, task, handed_over=handed_over)
    assert found is not None
    return found


@pytest.mark.parametrize("code", [50001, 50013, 10003, 10004, 50007, 50278, 10013, 50033, 40007, 160005])
def test_what_nobody_but_a_person_can_mend_disables_the_destination(code: int) -> None:
    assert isinstance(said(Refused(403, code)), DestinationGone)


@pytest.mark.parametrize("code", [50035, 50006, 10008, 200000, 240000, 40005])
def test_what_is_wrong_with_the_message_alone_is_refused_and_disables_nothing(code: int) -> None:
    assert isinstance(said(Refused(400, code)), MessageRefused)


@pytest.mark.parametrize("code", [40003, 20016, 20028, 40004, 130000, 160006, 20026, 40001, 0, 30013, 987654])
def test_what_passes_and_what_has_no_name_here_is_tried_later(code: int) -> None:
    assert isinstance(said(Refused(403, code)), TryLater)


@pytest.mark.parametrize(
    ("task", "permission"),
    [
        (Task.WRITE, "Send Messages"),
        (Task.POST, "Create Posts"),
        (Task.OPEN_THREAD, "Create Public Threads"),
        (Task.READ, "Read Message History"),
        (Task.REOPEN, "Manage Threads"),
    ],
)
def test_a_missing_permission_is_named_with_the_place_where_it_is_given(task: Task, permission: str) -> None:
    sentence = str(said(Refused(403, 50013), task))
    assert permission in sentence
    assert "in the channel's settings, under Permissions" in sentence


@pytest.mark.parametrize(
    ("scope", "wait", "holds_for", "seconds"),
    [
        ("user", 2.5, Scope.CHANNEL, 2.5),
        ("shared", 7.0, Scope.CHANNEL, 7.0),
        ("global", 0.5, Scope.PLATFORM, 0.5),
        ("", 900.0, Scope.PLATFORM, 900.0),
        ("", None, Scope.PLATFORM, 600.0),
    ],
)
def test_a_wait_holds_for_what_discord_counts_by(
    scope: str, wait: float | None, holds_for: Scope, seconds: float
) -> None:
    error = said(Refused(429, wait=wait, scope=scope))
    assert isinstance(error, TryLater)
    assert (error.scope, error.seconds) == (holds_for, seconds)


@pytest.mark.parametrize("task", list(Task))
def test_a_wait_is_told_of_a_channel_only_where_one_was_asked(task: Task) -> None:
    told = str(said(Refused(429, wait=1.0, scope="user"), task, handed_over=False))
    of_a_channel = task not in {Task.ASK, Task.ASK_OF_ITSELF, Task.OPEN_DM}
    assert told == f"Discord asks us to wait{' in this channel' if of_a_channel else ''}"


@pytest.mark.parametrize("code", [50001, 50013])
def test_nothing_is_said_of_a_channels_permissions_where_the_bot_asks_of_itself(code: int) -> None:
    error = said(Refused(403, code), Task.ASK_OF_ITSELF, handed_over=False)
    assert isinstance(error, TryLater)
    assert "channel" not in str(error)
    assert "PAPERBOY_DISCORD_TOKEN" in str(error)


def test_a_wrong_token_makes_nobody_wait_who_has_another() -> None:
    error = said(Refused(401, 0, "401: Unauthorized"))
    assert isinstance(error, TryLater)
    assert (error.seconds, "PAPERBOY_DISCORD_TOKEN" in str(error)) == (None, True)


@pytest.mark.parametrize("handed_over", [True, False])
@pytest.mark.parametrize(
    "error", [Refused(503), Refused(500, 0), aiohttp.ServerDisconnectedError(), TimeoutError(), ConnectionResetError()]
)
def test_only_what_was_handed_over_can_be_lost(error: Exception, handed_over: bool) -> None:
    assert isinstance(said(error, handed_over=handed_over), AnswerLost if handed_over else TryLater)


@pytest.mark.parametrize("status", [400, 408, 409, 425, 499])
def test_what_a_proxy_says_without_a_word_of_discords_may_be_said_after_it_was_done(status: int) -> None:
    assert isinstance(said(Refused(status)), AnswerLost)
    assert isinstance(said(Refused(status), handed_over=False), TryLater)


@pytest.mark.parametrize("status", [301, 403, 404, 405])
def test_where_nothing_is_taken_nothing_was_done(status: int) -> None:
    error = said(Refused(status))
    assert isinstance(error, TryLater)
    assert "PAPERBOY_DISCORD_API_URL" in str(error)


def test_what_never_left_is_tried_later() -> None:
    assert isinstance(said(aiohttp.ConnectionTimeoutError()), TryLater)


def test_other_errors_are_not_discords() -> None:
    assert meaning(KeyError("x"), Task.WRITE, handed_over=True) is None
