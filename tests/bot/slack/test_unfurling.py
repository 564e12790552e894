"""Cards under links: while a message is written, when it is sent, and their buttons."""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from papers.settings import Settings
from tests.bot.slack.office import Office, office
from tests.fakes.slack import until, words

LINK = "https://arxiv.org/abs/2603.00001"


@pytest.fixture
async def here(redis: Redis, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    async with office(redis, settings.data_dir, monkeypatch) as here:
        yield here
        assert here.slack.violations == []


async def test_a_link_gets_its_card_when_it_is_sent_not_while_it_is_written(here: Office) -> None:
    assert (await here.slack.write_link(here.ada, here.papers, LINK)).ack.ok
    sent = await here.slack.share_link(here.ada, here.papers, LINK)
    await until(lambda: sent.unfurls, lambda: here.slack.calls[-3:])
    assert len(here.slack.calls_of("chat.unfurl")) == 1


async def test_a_button_of_a_card_is_answered_though_slack_tells_no_message(here: Office) -> None:
    sent = await here.slack.share_link(here.ada, here.papers, LINK)
    await until(lambda: sent.unfurls, lambda: here.slack.calls[-3:])
    answer = await here.slack.press_in_unfurl(sent, LINK, "Save", here.ada)
    assert "aved" in words(await answer.message())
    assert await here.desk.saved.count(f"slack:{here.team.id}/{here.ada.id}") == 1
