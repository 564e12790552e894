import discord
import simcord
from redis.asyncio import Redis

from bot.discord.app import DiscordApp
from bot.discord.syncing import sync_if_changed
from papers.once import Once


async def test_commands_are_told_once_and_again_when_they_change(
    discord_env: simcord.Env, app: DiscordApp, redis: Redis
) -> None:
    tree, once = app.client.tree, Once(redis)
    assert await sync_if_changed(tree, 1, redis, once)
    assert not await sync_if_changed(tree, 1, redis, once)
    group = tree.get_command("papers")
    assert isinstance(group, discord.app_commands.Group)
    group.description = "Another description"
    assert await sync_if_changed(tree, 1, redis, once)


async def test_several_processes_tell_once(discord_env: simcord.Env, app: DiscordApp, redis: Redis) -> None:
    once = Once(redis)
    assert await sync_if_changed(app.client.tree, 1, redis, once)
    await redis.delete("pb:discord:commands")
    assert not await sync_if_changed(app.client.tree, 1, redis, once)


async def test_commands_that_somebody_deleted_are_told_again(
    discord_env: simcord.Env, app: DiscordApp, redis: Redis
) -> None:
    tree, once = app.client.tree, Once(redis)
    assert await sync_if_changed(tree, 1, redis, once)
    await app.client.http.bulk_upsert_global_commands(app.client.application_id or 0, [])
    await redis.delete(*await redis.keys("pb:once:*"))  # a minute later
    assert await sync_if_changed(tree, 1, redis, once)
