import asyncio
import copy

import discord
import pytest
import simcord
from redis.asyncio import Redis

from bot.discord import syncing
from bot.discord.app import DiscordApp
from bot.discord.syncing import Syncing, keep_syncing, sync_if_changed
from papers import keys
from papers.once import Once


class Counting:
    """A tree of commands that counts how often it was told."""

    def __init__(self, tree: object) -> None:
        self._tree = tree
        self.told = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._tree, name)

    async def sync(self) -> list[object]:
        self.told += 1
        return await self._tree.sync()  # type: ignore[attr-defined, no-any-return]


class Killed(Once):
    """Of a process that does not come to take its mark away."""

    async def undo(self, *what: str) -> None:
        pass


async def test_commands_are_told_once_and_again_when_they_change(
    discord_env: simcord.Env, app: DiscordApp, redis: Redis
) -> None:
    tree, once = app.client.tree, Once(redis)
    assert await sync_if_changed(tree, 1, redis, once) is Syncing.TOLD
    assert await sync_if_changed(tree, 1, redis, once) is Syncing.KNOWN
    group = tree.get_command("papers")
    assert isinstance(group, discord.app_commands.Group)
    group.description = "Another description"
    assert await sync_if_changed(tree, 1, redis, once) is Syncing.TOLD


async def test_several_processes_tell_once(discord_env: simcord.Env, app: DiscordApp, redis: Redis) -> None:
    tree, once = Counting(app.client.tree), Once(redis)
    came = await asyncio.gather(*(sync_if_changed(tree, 1, redis, once) for _ in range(5)))  # type: ignore[arg-type]
    assert came.count(Syncing.TOLD) == tree.told == 1


async def test_what_another_process_told_while_one_looked_is_not_told_again(
    discord_env: simcord.Env, app: DiscordApp, redis: Redis
) -> None:
    """One that looked before the other told, and came to its turn after it."""
    tree, other = Counting(app.client.tree), app.client.tree

    class Slow(Once):
        async def first(self, *what: str, seconds: int) -> bool:
            await sync_if_changed(other, 1, redis, Once(redis))
            return await super().first(*what, seconds=seconds)

    assert await sync_if_changed(tree, 1, redis, Slow(redis)) is Syncing.KNOWN  # type: ignore[arg-type]
    assert tree.told == 0


async def test_who_starts_anew_just_after_telling_tells_what_was_lost_at_once(
    discord_env: simcord.Env, app: DiscordApp, redis: Redis
) -> None:
    tree = app.client.tree
    assert await sync_if_changed(tree, 1, redis, Once(redis)) is Syncing.TOLD
    await app.client.http.bulk_upsert_global_commands(app.client.application_id or 0, [])
    assert await sync_if_changed(tree, 1, redis, Once(redis)) is Syncing.TOLD


async def test_commands_that_somebody_deleted_are_told_again(
    discord_env: simcord.Env, app: DiscordApp, redis: Redis
) -> None:
    tree, once = app.client.tree, Once(redis)
    assert await sync_if_changed(tree, 1, redis, once) is Syncing.TOLD
    await app.client.http.bulk_upsert_global_commands(app.client.application_id or 0, [])
    assert await sync_if_changed(tree, 1, redis, once) is Syncing.TOLD


async def test_a_subcommand_that_discord_lost_is_told_again(
    discord_env: simcord.Env, app: DiscordApp, redis: Redis
) -> None:
    tree, once = app.client.tree, Once(redis)
    assert await sync_if_changed(tree, 1, redis, once) is Syncing.TOLD
    lacking = copy.deepcopy(tree.payload())
    (papers,) = (one for one in lacking if one["name"] == "papers")
    papers["options"] = [one for one in papers["options"] if one["name"] != "follow"]
    await app.client.http.bulk_upsert_global_commands(app.client.application_id or 0, lacking)
    assert await sync_if_changed(tree, 1, redis, once) is Syncing.TOLD
    assert await sync_if_changed(tree, 1, redis, once) is Syncing.KNOWN


class Unwilling:
    """A tree of commands that Discord takes at the third try."""

    def __init__(self, tree: object, refusals: int = 2) -> None:
        self._tree = tree
        self.refusals = refusals

    def __getattr__(self, name: str) -> object:
        return getattr(self._tree, name)

    async def sync(self) -> list[object]:
        self.refusals -= 1
        if self.refusals >= 0:
            raise OSError("Discord does not answer")
        return await self._tree.sync()  # type: ignore[attr-defined, no-any-return]


async def test_what_discord_did_not_take_is_told_again_until_it_does(
    discord_env: simcord.Env, app: DiscordApp, redis: Redis
) -> None:
    tree = Unwilling(app.client.tree)
    with pytest.raises(OSError, match="does not answer"):
        await sync_if_changed(tree, 1, redis, Once(redis))  # type: ignore[arg-type]
    assert await redis.get(keys.DISCORD_UNTOLD) == b"Discord does not answer"
    await keep_syncing(tree, 1, redis, Once(redis), first_pause=0.01)  # type: ignore[arg-type]
    assert tree.refusals == -1
    assert await redis.get(keys.DISCORD_UNTOLD) is None
    assert await redis.exists(keys.DISCORD_COMMANDS)


async def test_who_is_stopped_while_telling_keeps_nobody_else_from_it(
    discord_env: simcord.Env, app: DiscordApp, redis: Redis
) -> None:
    class Slow(Unwilling):
        async def sync(self) -> list[object]:
            await asyncio.sleep(60)
            return []

    telling = asyncio.create_task(sync_if_changed(Slow(app.client.tree), 1, redis, Once(redis)))  # type: ignore[arg-type]
    await asyncio.sleep(0.1)
    telling.cancel()
    await asyncio.gather(telling, return_exceptions=True)
    assert await sync_if_changed(app.client.tree, 1, redis, Once(redis)) is Syncing.TOLD


async def test_what_another_process_was_killed_in_is_done_when_its_mark_is_gone(
    discord_env: simcord.Env, app: DiscordApp, redis: Redis
) -> None:
    tree, once = app.client.tree, Once(redis)
    await sync_if_changed(tree, 1, redis, Killed(redis))
    await redis.delete(keys.DISCORD_COMMANDS)  # as if it had not come to tell
    waiting = asyncio.create_task(keep_syncing(tree, 1, redis, once, first_pause=0.05))
    await asyncio.sleep(0.2)
    assert not waiting.done()
    await redis.delete(*await redis.keys("pb:once:*"))
    await asyncio.wait_for(waiting, 20)
    assert await redis.exists(keys.DISCORD_COMMANDS)


class Silent:
    """A tree of commands, of which a call is not answered at first."""

    def __init__(self, tree: object, call: str) -> None:
        self._tree, self._call = tree, call
        self.silent = True

    def __getattr__(self, name: str) -> object:
        if name == self._call and self.silent:
            self.silent = False
            return asyncio.Event().wait
        return getattr(self._tree, name)


@pytest.mark.parametrize("call", ["sync", "fetch_commands"])
async def test_discord_that_does_not_answer_is_asked_again(
    discord_env: simcord.Env, app: DiscordApp, redis: Redis, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    await sync_if_changed(app.client.tree, 1, redis, Once(redis))
    if call == "sync":
        await redis.delete(keys.DISCORD_COMMANDS)
    tree = Silent(app.client.tree, call)
    monkeypatch.setattr(syncing, "_CALL_SECONDS", 1.0)
    await asyncio.wait_for(keep_syncing(tree, 1, redis, Once(redis), first_pause=0.01), 20)  # type: ignore[arg-type]
    assert not tree.silent
    assert await redis.exists(keys.DISCORD_COMMANDS)
