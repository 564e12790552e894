"""Where nothing can be done at the moment, whoever waits is told so within Slack's three seconds."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from bot.slack.installation import Installation
from bot.slack.receiving import UNAVAILABLE
from bot.slack.stored_installations import RedisInstallations
from bot.slack.web_api import WebApi
from papers.clock import SystemClock
from papers.errors import SecretsUnavailable, TryLater
from papers.settings import Settings
from tests.bot.slack.installing import VAULT, installation
from tests.bot.slack.office import Office, office
from tests.fakes import slack_payloads
from tests.fakes.slack import words


class Doors(RedisInstallations):
    """Those of the store, until something is wrong with it."""

    trouble: Exception | None = None
    seconds = 0.0

    async def find(self, team: str | None, enterprise: str | None = None) -> Installation | None:
        await asyncio.sleep(self.seconds)
        if self.trouble is not None:
            raise self.trouble
        return await super().find(team, enterprise)


@pytest.fixture
async def doors(redis: Redis, settings: Settings) -> AsyncIterator[Doors]:
    web = WebApi(settings)
    yield Doors(redis, lambda: VAULT, web, SystemClock(), settings)
    await web.close()


@pytest.fixture
async def here(
    doors: Doors, redis: Redis, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Office]:
    async with office(redis, settings.data_dir, monkeypatch, installations=doors) as here:
        await doors.save(installation(here.slack.grants[0]))
        yield here
        assert here.slack.violations == []


@pytest.mark.parametrize(
    ("trouble", "seconds"),
    [
        (TryLater("its token cannot be renewed at the moment"), 0.0),
        (SecretsUnavailable("another key"), 0.0),
        (ConnectionError("Redis is away"), 0.0),
        (None, 10.0),
    ],
)
async def test_a_command_is_answered_with_a_sentence(
    here: Office, doors: Doors, trouble: Exception | None, seconds: float
) -> None:
    doors.trouble, doors.seconds = trouble, seconds
    answer = await here.slack.command(here.ada, here.papers, "/papers", "help")
    assert answer.ack.ok
    assert answer.ack.body == {"text": UNAVAILABLE}


async def test_a_button_is_answered_with_a_sentence_and_its_message_stays(here: Office, doors: Doors) -> None:
    found = await (await here.slack.command(here.ada, here.papers, "/papers", "search robot")).message()
    before = words(found)
    doors.trouble = TryLater("its token cannot be renewed at the moment")
    revoked = {"type": "tokens_revoked", "tokens": {"bot": ["U0SOMEBODY"]}}  # what is remembered of doors is forgotten
    await here.slack.deliver("events_api", slack_payloads.event(here.slack, here.team.id, revoked))
    answer = await here.slack.press(found, "Why", here.ada)
    assert answer.ack.ok
    assert UNAVAILABLE in words(await answer.message())
    assert words(found) == before
