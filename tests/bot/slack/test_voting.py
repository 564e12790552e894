"""Thumbs on a post that everybody sees, by people who press at the same time."""

import asyncio
from collections.abc import AsyncIterator
from copy import deepcopy
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.actions import Verb, action
from bot.replies import Button
from bot.slack.buttons import actions
from papers.settings import Settings
from tests.bot.slack.office import Office, office
from tests.fakes import slack_payloads
from tests.fakes.slack import Message, User, until


@pytest.fixture
async def here(redis: Redis, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    async with office(redis, settings.data_dir, monkeypatch) as here:
        yield here


async def _post(here: Office) -> Message:
    """Two papers with thumbs."""
    ids = [paper async for page in here.desk.store.ids() for paper in page][:2]
    thumbs = ((Verb.UP, "👍"), (Verb.DOWN, "👎"))
    rows = [actions([Button(label=shown, action=action(verb, paper)) for verb, shown in thumbs]) for paper in ids]
    answer = await here.web.client(here.slack.bot_of(here.team.id).token).chat_postMessage(
        channel=here.papers.id, text="Today", blocks=[block for row in rows for block in row]
    )
    message = here.slack.message(here.papers.id, answer["ts"])
    assert message is not None
    return message


def _press(here: Office, message: Message, row: int, who: User) -> dict[str, Any]:
    """A thumb up, with the message as it is now."""
    block = message.blocks[row]
    payload = slack_payloads.press(here.slack, who, message, block["elements"][0], block["block_id"])
    return deepcopy(payload)


def _thumbs(message: Message) -> list[list[str]]:
    return [[element["text"]["text"] for element in block["elements"]] for block in message.blocks]


async def test_two_who_vote_on_two_papers_at_once_both_see_their_thumb(here: Office) -> None:
    message = await _post(here)
    bob = here.slack.add_user(here.team, "bob")
    presses = [_press(here, message, 0, here.ada), _press(here, message, 1, bob)]
    here.slack.faults.late("chat.update", 0.5)  # the earlier comes to Slack after the later
    await asyncio.gather(*(here.slack.deliver("interactive", press) for press in presses))
    await until(lambda: _thumbs(message) == [["👍 1", "👎"], ["👍 1", "👎"]], lambda: _thumbs(message))
    await here.app.close()
    assert _thumbs(message) == [["👍 1", "👎"], ["👍 1", "👎"]]


async def test_of_many_who_vote_at_once_all_are_counted_with_few_calls(here: Office) -> None:
    message = await _post(here)
    people = [here.slack.add_user(here.team, f"p{number}") for number in range(12)]
    here.slack.faults.late("chat.update", 1)
    presses = [_press(here, message, 0, person) for person in people]
    await asyncio.gather(*(here.slack.deliver("interactive", press) for press in presses))
    await until(lambda: _thumbs(message)[0] == ["👍 12", "👎"], lambda: _thumbs(message))
    await here.app.close()
    assert _thumbs(message)[0] == ["👍 12", "👎"]
    assert len(here.slack.calls_of("chat.update")) < len(people)


async def test_a_thumb_pressed_twice_in_a_moment_is_taken_back_on_the_button_too(here: Office) -> None:
    message = await _post(here)
    twice = [_press(here, message, 0, here.ada), _press(here, message, 0, here.ada)]
    await here.slack.deliver("interactive", twice[0])
    await until(lambda: _thumbs(message)[0] == ["👍 1", "👎"], lambda: _thumbs(message))
    await here.slack.deliver("interactive", twice[1])
    await until(lambda: _thumbs(message)[0] == ["👍", "👎"], lambda: _thumbs(message))
