"""Slack asks to wait, and people are answered all the same."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from bot.slack.rate_limits import LONGEST
from papers.settings import Settings
from tests.bot.slack.office import Office, office
from tests.fakes.slack_answers import until


@pytest.fixture
async def here(redis: Redis, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    async with office(redis, settings.data_dir, monkeypatch) as here:
        yield here


async def test_more_questions_at_once_than_slack_takes_answers_are_all_answered(here: Office) -> None:
    asked = here.slack.burst + 2
    await asyncio.gather(*(here.slack.direct_message(here.ada, "help trending") for _ in range(asked)))
    direct = here.slack.direct(here.ada.id, here.slack.bot_of(here.team.id).bot_user)
    await until(
        lambda: len([m for m in here.slack.in_channel(direct) if m.bot_id]) == asked, lambda: here.slack.calls, 15
    )
    assert here.slack.violations == []


async def test_a_short_wait_is_waited_for(here: Office) -> None:
    here.slack.faults.too_many("views.publish", retry_after=1)
    assert (await here.slack.open_home(here.ada)).blocks
    assert here.slack.violations == []


async def test_a_long_wait_is_not_and_the_next_who_posts_the_link_gets_its_card(here: Office) -> None:
    here.slack.faults.too_many("chat.unfurl", retry_after=LONGEST + 1)
    url = "https://arxiv.org/abs/2603.00001"
    refused = await here.slack.share_link(here.ada, here.papers, url)
    await asyncio.sleep(0.5)
    taken = await here.slack.share_link(here.ada, here.papers, url)
    await until(lambda: taken.unfurls, lambda: here.slack.calls)
    assert refused.unfurls == {}


async def test_who_subscribes_a_channel_hears_that_the_app_is_not_in_it(here: Office) -> None:
    elsewhere = here.slack.add_channel(here.team, "elsewhere", here.ada)
    elsewhere.members.discard(here.slack.bot_of(here.team.id).bot_user)
    answer = await here.slack.command(here.ada, elsewhere, "/papers", "subscribe")
    view = await answer.form("cadence")
    assert "/invite @Paperboy" in str(view.blocks)
