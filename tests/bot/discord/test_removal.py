"""What goes and what stays when Paperboy is taken out of a server: the table in docs/discord.md."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from tests.bot.discord.stage import Stage
from tests.fakes.discord import Channel, Guild, User, words

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]


@pytest_asyncio.fixture(loop_scope="module")
async def leaving(stage: Stage) -> Guild:
    """A server that will be left, with a channel that the bot heard of."""
    guild = stage.discord.add_guild("Leaving", app=False)
    stage.channel(guild)
    await stage.discord.invite(guild)
    return guild


@pytest.fixture
def there(stage: Stage, leaving: Guild) -> Channel:
    return next(one for one in stage.discord.channels.values() if one.guild == leaving.id)


async def subscribe(stage: Stage, user: User, channel: Channel) -> None:
    """Daily, the next time in five minutes."""
    hour = f"{datetime.now(UTC) + timedelta(minutes=5):%H:%M}"
    assert "ubscribed" in words(await stage.ask(user, channel, "subscribe", how_often="Daily", time=hour, zone="UTC"))


async def wished(stage: Stage) -> dict[str, Any]:
    """What is subscribed: destination -> as it is listed."""
    return {one["to"]: one for one in await stage.run("subscriptions", "list")}


async def gone(stage: Stage, destination: str) -> None:
    for _ in range(20):
        if destination not in await wished(stage):
            return
    raise AssertionError(f"{destination} is still subscribed")


async def test_what_was_for_its_channels_goes_and_what_is_a_persons_own_stays(
    stage: Stage, leaving: Guild, there: Channel
) -> None:
    ada, other = stage.manager(leaving), stage.channel()
    await subscribe(stage, ada, there)
    await subscribe(stage, stage.manager(), other)
    await stage.follow(ada, there, topic="robots", how_often="Daily", time="08:00", zone="UTC")
    await stage.discord.remove(leaving)
    await gone(stage, f"discord:{there.id}")
    assert {f"discord:@{ada.id}", f"discord:{other.id}"} <= set(await wished(stage))


async def test_an_outage_is_no_removal(stage: Stage, leaving: Guild, there: Channel) -> None:
    ada = stage.manager(leaving)
    await subscribe(stage, ada, there)
    await stage.discord.outage(leaving)
    assert f"discord:{there.id}" in await wished(stage)
    await stage.discord.outage_over(leaving)
    assert "already" in words(await stage.ask(ada, there, "subscribe"))


async def test_what_nobody_told_of_is_found_by_the_next_message_and_told_once(
    stage: Stage, leaving: Guild, there: Channel
) -> None:
    discord = stage.discord
    ada = stage.manager(leaving, stage.guild)
    thread = discord.add_thread(there, "on robots")
    await subscribe(stage, ada, thread)
    await discord.remove(leaving)
    for minutes in (10, 20, 40):
        at = f"{datetime.now(UTC) + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}"
        await stage.run("digest", "send", "--at", at)
    stopped = (await wished(stage))[f"discord:{thread.id}"]
    assert "invite it to the server again" in str(stopped)
    (told,) = discord.in_channel(discord.direct(ada))
    assert "invite it to the server again" in words(told)
