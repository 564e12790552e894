import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisClusterException

from bot.apologies import apology
from bot.wording import sentence
from papers.errors import (
    BadInput,
    DestinationGone,
    EncoderUnavailable,
    NotFound,
    SchemaMismatch,
    SecretsUnavailable,
    StoreUnavailable,
)


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (BadInput("the query is empty: say in a few words"), "The query is empty: say in a few words."),
        (
            NotFound("no paper '2410.1' here; `paperboy search` finds papers by words"),
            "No paper '2410.1' here; search for words of its title.",
        ),
        (
            NotFound("no subscription 'x'; `paperboy subscriptions list` shows those there are"),
            "No subscription 'x'; look at what you follow.",
        ),
        (BadInput("cs.XX is no category"), "cs.XX is no category."),
        (BadInput("category '--at: no' is none: write cs.CL"), "Category '--at: no' is none: write cs.CL."),
        (BadInput("set PAPERBOY_X"), "Paperboy could not do this: ask for it in another way."),
        (DestinationGone("the channel is archived"), "The channel is archived."),
        (BadInput(""), "Paperboy could not do this: ask for it in another way."),
    ],
)
def test_what_was_asked_wrongly_is_answered_with_its_sentence(error: Exception, text: str) -> None:
    reply = apology(error)
    assert (reply.text, reply.private) == (text, True)


@pytest.mark.parametrize(
    "error",
    [
        RedisConnectionError("Error 111 connecting to secret.example:6379"),
        RedisClusterException("no node answers"),
        StoreUnavailable("no Redis answers at secret.example: start it, or correct PAPERBOY_REDIS_URL"),
        TimeoutError(),
        ConnectionResetError("secret.example"),
    ],
)
def test_a_memory_that_is_away_is_told_without_where_it_is(error: Exception) -> None:
    assert apology(error).text == "Paperboy cannot reach its memory at the moment: try again in a minute."


@pytest.mark.parametrize(
    ("error", "part"),
    [
        (SchemaMismatch("this store has schema version 9, secret"), "whoever runs Paperboy can mend it"),
        (SecretsUnavailable("no key, secret"), "whoever runs Paperboy can set one"),
        (EncoderUnavailable("no worker, secret"), "try again in a minute, or search by words"),
        (ValueError("secret"), "Try again"),
        (KeyError(), "Try again"),
    ],
)
def test_what_is_wrong_inside_stays_inside(error: Exception, part: str) -> None:
    text = apology(error).text
    assert part in text
    assert "secret" not in text


def test_the_unexpected_is_logged_with_where_it_came_from(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        1 / 0  # noqa: B018
    apology(caught.value)
    assert "answer_failed" in caplog.text
    assert "ZeroDivisionError" in caplog.text


class Unspeakable(BadInput):
    def __str__(self) -> str:
        raise RuntimeError


def test_an_error_that_cannot_be_told_is_told_of_all_the_same() -> None:
    assert "Try again" in apology(Unspeakable()).text


@given(st.text())
def test_any_sentence_is_one_line_of_readable_length(text: str) -> None:
    told = sentence(text, "Nothing.")
    assert told
    assert len(told) <= 601
    assert "\n" not in told
    assert apology(BadInput(text)).text


def test_hints_for_a_terminal_do_not_reach_a_chat() -> None:
    assert sentence("Nothing in this window: the newest is of 2026-01-01. Try: --at 2026-01-01T10:00Z") == (
        "Nothing in this window: the newest is of 2026-01-01."
    )
    assert sentence("nothing is stored. Try: paperboy ingest") == "Nothing is stored."
