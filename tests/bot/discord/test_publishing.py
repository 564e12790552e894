"""A digest for a channel that others follow: whoever subscribes it is asked whether it goes to them, too."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.bot.discord.stage import Stage
from tests.fakes.discord import words

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]
CROSSPOSTED = 1


async def test_it_is_published_where_it_was_asked_for(stage: Stage) -> None:
    discord = stage.discord
    ada, news = stage.manager(), discord.add_announcements(stage.guild)
    form = await stage.ask(ada, news, "subscribe")
    what = await (await discord.press(form, "What…", ada)).modal()
    await (await discord.submit(what, {"publish": "yes"})).changed()
    assert "Publish it to channels that follow this" in words(form)
    hour = f"{datetime.now(UTC) + timedelta(minutes=5):%H:%M}"
    when = await (await discord.press(form, "When…", ada)).modal()
    await (await discord.submit(when, {"hour": hour, "zone": "UTC"})).changed()
    await (await discord.press(form, "Subscribe", ada)).changed()
    at = f"{datetime.now(UTC) + timedelta(minutes=10):%Y-%m-%dT%H:%M:%SZ}"
    await stage.run("digest", "send", "--at", at)
    posted = discord.in_channel(news)
    assert posted
    assert all(one.flags & CROSSPOSTED for one in posted)
    assert discord.violations == []
