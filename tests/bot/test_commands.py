"""The commands as adapters call them: whatever is written or pressed, there is an answer, and it can be shown."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from bot.actions import OPENS_FORM, Action, Verb
from bot.apologies import apology
from bot.command_table import COMMANDS
from bot.command_text import parse_ask
from bot.commands import Commands
from bot.replies import Button, Card, Reply
from papers.errors import BadInput
from papers.settings import Settings
from tests.bot.desks import ALONE, CALLER, desk, fill, papers
from tests.papers.word_encoder import WordEncoder

ANY = examples(max_examples=150)
FORGED = st.one_of(
    st.sampled_from(["2603.00001", "day", "week", "5", "cs.RO", ""]), st.text(max_size=20), st.text(max_size=5000)
)
UNEXPECTED = apology(ZeroDivisionError()).text


@pytest.fixture
async def commands(redis: Redis, settings: Settings) -> Commands:
    at = desk(redis, settings)
    await fill(at.store, papers(), WordEncoder())
    return Commands(at)


async def answer(commands: Commands, text: str, **fields: Any) -> Reply:
    try:
        return await commands.answer(CALLER.model_copy(update=fields), parse_ask(text))
    except BadInput as error:
        return apology(error)


def check(reply: Reply) -> None:
    """It says something, its buttons can be made, and nothing inside broke."""
    assert reply.text or reply.cards
    assert reply.text != UNEXPECTED
    for button in buttons(reply):
        assert 0 < len(button.label) <= 40
        assert button.action.fits
    for line in lines(reply):
        assert "\n" not in line
        assert line.isprintable() or any(map(str.isalnum, line))


def buttons(reply: Reply) -> list[Button]:
    return [*reply.buttons, *(button for card in reply.cards for button in card.buttons)]


def lines(reply: Reply) -> list[str]:
    def of(card: Card) -> tuple[str, ...]:
        return (card.title, card.byline, *card.reasons)

    return [line for line in (reply.heading, *(part for card in reply.cards for part in of(card))) if line]


@pytest.mark.parametrize("example", [example for command in COMMANDS for example in command.examples])
async def test_every_command_of_the_table_is_answered(commands: Commands, example: str) -> None:
    check(await answer(commands, example))


@ANY
@given(text=st.text(max_size=120))
async def test_any_text_is_answered(commands: Commands, text: str) -> None:
    check(await answer(commands, text, command=""))
    check(await answer(commands, f"similar {text}"))
    check(await commands.like_text(ALONE, text))
    assert await commands.unfurl(ALONE, [text, f"https://arxiv.org/abs/{text}"]) == {}


@ANY
@given(verb=st.sampled_from(sorted(set(Verb) - OPENS_FORM)), about=st.lists(FORGED, max_size=3))
async def test_any_button_is_answered(commands: Commands, verb: Verb, about: list[str]) -> None:
    pressed = Action(verb=verb, about=tuple(about))
    for caller in (CALLER, ALONE):
        reply = await commands.press(caller, pressed)
        assert reply.text != UNEXPECTED, pressed


async def test_every_button_that_is_offered_does_something(commands: Commands) -> None:
    waiting = [await answer(commands, text) for text in ("trending day", "robots", "similar 2603.00001", "help")]
    known: set[Action] = set()
    while waiting:
        for button in buttons(waiting.pop()):
            if button.action in known or button.action.verb in OPENS_FORM:
                continue
            known.add(button.action)
            reply = await commands.press(CALLER, button.action)
            assert reply.text != UNEXPECTED, button.action
            if button.action.verb in {Verb.MORE, Verb.TRENDING, Verb.SIMILAR, Verb.WHY}:
                waiting.append(reply)
    assert {Verb.MORE, Verb.SIMILAR, Verb.WHY, Verb.SAVE, Verb.SHARE, Verb.TRENDING} <= {one.verb for one in known}


async def test_a_memory_that_is_away_is_a_sentence(settings: Settings) -> None:
    nowhere = Redis(unix_socket_path="/nowhere/redis.sock", retry=Retry(NoBackoff(), 0))
    commands = Commands(desk(nowhere, settings))
    for text in ("trending", "robots", "similar 2603.00001", "saved", "following"):
        reply = await answer(commands, text)
        assert (reply.text, reply.private) == (
            "Paperboy cannot reach its memory at the moment: try again in a minute.",
            True,
        )
    assert await commands.unfurl(CALLER, ["https://arxiv.org/abs/2603.00001"]) == {}
