"""A stage for each file, somebody and a channel for each test; what Slack has against anything fails the test."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.bot.slack.stage import Stage, on_stage
from tests.fakes.slack import Channel, User


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running() -> AsyncIterator[Stage]:
    """The bot, over HTTP; a file that wants another says so with a fixture of this name."""
    async with on_stage("http") as stage:
        yield stage


@pytest.fixture
def stage(running: Stage) -> Iterator[Stage]:
    running.slack.violations.clear()
    yield running
    assert running.slack.violations == []


@pytest.fixture
def ada(stage: Stage) -> User:
    return stage.person()


@pytest.fixture
def papers(stage: Stage, ada: User) -> Channel:
    return stage.channel(ada)
