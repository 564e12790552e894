"""The gateway of the Discord of our own: its sessions are resumed, ended, refused, and hear of their shard only."""

import aiohttp
import pytest

from tests.fakes.discord import AppConfig, Discord, discord_fake
from tests.fakes.discord_line import Line, line

QUICK = AppConfig(identify_seconds=0.0)


async def greeted(connection: Line, guilds: int) -> None:
    """Identifies, and hears of so many servers."""
    await connection.identify()
    assert (await connection.event())[0] == "READY"
    for _ in range(guilds):
        assert (await connection.event())[0] == "GUILD_CREATE"


@pytest.mark.parametrize("compress", [True, False])
async def test_whoever_identifies_hears_of_the_servers_there_are(compress: bool) -> None:
    async with discord_fake(QUICK) as discord:
        guild = discord.add_guild()
        papers = discord.add_channel(guild)
        discord.add_guild("Elsewhere", app=False)
        async with line(discord, compress=compress) as connection:
            await connection.say(1, None)
            assert (await connection.next()) == {"op": 11, "d": None, "s": None, "t": None}
            await connection.identify()
            _, ready = await connection.event()
            assert ready["guilds"] == [{"id": str(guild.id), "unavailable": True}]
            _, shown = await connection.event()
            assert [one["id"] for one in shown["channels"]] == [str(papers.id)]
            assert [one["user"]["id"] for one in shown["members"]] == [str(discord.app.id)]
        assert discord.violations == []


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"token": "nonsense"}, 4004),
        ({"shard": 2, "shards": 2}, 4010),
        ({"intents": 1 << 40}, 4013),
        ({"intents": 1 << 15}, 4014),
    ],
)
async def test_whoever_asks_for_too_much_is_sent_away(wrong: dict[str, int], code: int) -> None:
    async with discord_fake(QUICK) as discord, line(discord) as connection:
        await connection.identify(**wrong)  # type: ignore[arg-type]
        assert await connection.next() == code


async def test_what_is_no_payload_ends_the_connection() -> None:
    async with discord_fake(QUICK) as discord:
        for op, code in ((3, 4003), (2, 4005)):
            async with line(discord) as connection:
                if code == 4005:
                    await greeted(connection, 0)
                    await connection.identify()
                else:
                    await connection.say(op, {})
                assert await connection.next() == code


async def test_identifies_are_five_seconds_apart() -> None:
    async with discord_fake() as discord, line(discord) as one, line(discord) as other:
        await greeted(one, 0)
        await other.identify()
        assert await other.next() == {"op": 9, "d": False, "s": None, "t": None}
        assert "too early" in discord.violations[0]


async def test_buckets_of_identifies_are_apart_from_each_other() -> None:
    async with discord_fake(AppConfig(max_concurrency=2)) as discord, line(discord) as one, line(discord) as other:
        for shard, connection in enumerate((one, other)):
            await connection.identify(shard=shard, shards=2)
            assert (await connection.event())[0] == "READY"
        assert discord.violations == []


async def test_whoever_identifies_more_often_than_a_day_allows_loses_the_token() -> None:
    async with discord_fake(AppConfig(identifies=1, identify_seconds=0)) as discord, line(discord) as first:
        old = discord.config.token
        await greeted(first, 0)
        async with line(discord) as second:
            await second.identify()
            assert await second.next() == 4004
        assert await first.next() == 4004
        assert discord.violations == ["gateway: identified more often than the day allows"]
        assert discord.config.token != old
        for token, answer in ((old, 401), (discord.config.token, 200)):
            assert await _me(discord, token) == answer


async def _me(discord: Discord, token: str) -> int:
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Bot {token}"}) as http,
        http.get(f"{discord.api_url}/v10/users/@me") as answer,
    ):
        return answer.status


async def test_what_was_missed_is_told_to_whoever_resumes() -> None:
    async with discord_fake(QUICK) as discord:
        guild = discord.add_guild()
        async with line(discord) as first:
            await greeted(first, 1)
            discord.gateway.cut()
            assert isinstance(await first.next(), int)
        papers = discord.add_channel(guild)
        await discord.forbid(papers, "send_messages")
        await discord.outage(guild)
        async with line(discord) as second:
            await second.resume(first.session, first.seq)
            assert [(await second.event())[0] for _ in range(3)] == ["CHANNEL_UPDATE", "GUILD_DELETE", "RESUMED"]
            assert second.seq == first.seq + 3


async def test_what_is_not_known_any_more_cannot_be_resumed() -> None:
    async with discord_fake(AppConfig(identify_seconds=0, events_kept=2)) as discord:
        guild = discord.add_guild()
        async with line(discord) as first:
            await greeted(first, 1)
            discord.gateway.cut()
        for _ in range(4):
            await discord.outage(guild)
        for session in (first.session, "nonsense"):
            async with line(discord) as second:
                await second.resume(session, first.seq)
                assert await second.next() == {"op": 9, "d": False, "s": None, "t": None}


async def test_a_session_without_a_connection_is_over_after_a_while() -> None:
    async with discord_fake(QUICK) as discord:
        async with line(discord) as first:
            await greeted(first, 0)
            discord.gateway.cut()
            assert isinstance(await first.next(), int)
        for seconds, opcode in ((QUICK.resumable_seconds - 10, 0), (QUICK.resumable_seconds + 10, 9)):
            discord.forward(seconds)
            async with line(discord) as again:
                await again.resume(first.session, first.seq)
                answer = await again.next()
                assert isinstance(answer, dict)
                assert answer["op"] == opcode
                discord.gateway.cut()
                assert isinstance(await again.next(), int)


async def test_whoever_sends_no_heartbeats_is_sent_away_and_cannot_resume() -> None:
    config = AppConfig(identify_seconds=0, heartbeat_seconds=0.1, heartbeat_grace=0.2)
    async with discord_fake(config) as discord:
        async with line(discord) as first:
            await greeted(first, 0)
            assert await first.next() == 4009
        async with line(discord) as second:
            await second.resume(first.session, first.seq)
            assert await second.next() == {"op": 9, "d": False, "s": None, "t": None}


async def test_whoever_says_goodbye_cannot_resume() -> None:
    async with discord_fake(QUICK) as discord:
        async with line(discord) as first:
            await greeted(first, 0)
        async with line(discord) as second:
            await second.resume(first.session, first.seq)
            assert await second.next() == {"op": 9, "d": False, "s": None, "t": None}


async def test_apps_are_asked_to_connect_again_or_told_that_a_session_is_over() -> None:
    async with discord_fake(QUICK) as discord, line(discord) as connection:
        await greeted(connection, 0)
        await discord.gateway.reconnect()
        assert await connection.next() == {"op": 7, "d": None, "s": None, "t": None}
        await discord.gateway.invalidate(resumable=True)
        assert await connection.next() == {"op": 9, "d": True, "s": None, "t": None}
        await discord.gateway.close(4000)
        assert await connection.next() == 4000


async def test_a_zombie_acknowledges_nothing() -> None:
    async with discord_fake(QUICK) as discord, line(discord) as connection:
        await greeted(connection, 0)
        discord.gateway.fall_deaf()
        await connection.say(1, connection.seq)
        with pytest.raises(TimeoutError):
            await connection.next(0.2)


async def test_each_shard_hears_of_its_servers_and_shard_0_of_direct_messages() -> None:
    async with discord_fake(QUICK) as discord, line(discord) as even, line(discord) as odd:
        guilds = [discord.add_guild(f"Labs {number}") for number in range(8)]
        of: dict[int, set[str]] = {0: set(), 1: set()}
        for shard, connection in enumerate((even, odd)):
            await connection.identify(shard=shard, shards=2)
            _, ready = await connection.event()
            of[shard] = {one["id"] for one in ready["guilds"]}
            for _ in of[shard]:
                await connection.event()
        assert of[0] | of[1] == {str(one.id) for one in guilds}
        assert of[0]
        assert of[1]
        ada = discord.add_user("ada", guilds[0])
        asked = discord.asked(2, ada, discord.direct(ada), {"name": "papers"})
        await discord.deliver(asked, wait=False)
        event, shown = await even.event()
        assert (event, shown["context"], shown["user"]["id"]) == ("INTERACTION_CREATE", 1, str(ada.id))
        with pytest.raises(TimeoutError):
            await odd.event(0.2)


async def test_a_server_that_is_left_is_told_apart_from_one_that_is_out() -> None:
    async with discord_fake(QUICK) as discord, line(discord) as connection:
        guild = discord.add_guild()
        await greeted(connection, 1)
        await discord.outage(guild)
        assert await connection.event() == ("GUILD_DELETE", {"id": str(guild.id), "unavailable": True})
        await discord.outage_over(guild)
        assert (await connection.event())[0] == "GUILD_CREATE"
        await discord.remove(guild)
        assert await connection.event() == ("GUILD_DELETE", {"id": str(guild.id)})
        await discord.invite(guild)
        assert (await connection.event())[0] == "GUILD_CREATE"


async def test_who_talks_too_much_is_cut_off() -> None:
    async with discord_fake(QUICK) as discord, line(discord) as connection:
        for _ in range(121):
            await connection.say(1, None)
        answers = [await connection.next() for _ in range(121)]
        assert answers[-1] == 4008
        assert discord.violations == ["gateway: more than 120 payloads in a minute"]


async def _of(discord: Discord) -> int:
    return len(discord.gateway.connected())


async def test_an_outage_of_the_gateway_lets_nobody_in() -> None:
    async with discord_fake(QUICK) as discord:
        discord.gateway.closed = True
        with pytest.raises(Exception, match="503"):
            async with line(discord):
                pass
        assert await _of(discord) == 0
