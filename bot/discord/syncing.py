"""Tells Discord of the commands when they have changed, and only then: it counts how often one does."""

import json
from typing import TYPE_CHECKING

import aiohttp
import discord

from papers import keys
from papers.delivery_models import short_digest
from papers.log import get_logger
from papers.once import Once

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from bot.discord.tree import PapersTree

_SECONDS = 60
"""In which no other process tells the same."""

log = get_logger("discord")


async def sync_if_changed(tree: "PapersTree", application: int, redis: "Redis", once: Once) -> bool:
    """Whether this process has told Discord. For any number of processes. Raises redis-py's errors.

    What Discord has is known by a digest of what it was last told, and by asking for the names: somebody may have
    deleted commands there.
    """
    digest = short_digest(json.dumps([application, tree.payload()], sort_keys=True))
    known: bytes | None = await redis.execute_command("GET", keys.DISCORD_COMMANDS)
    try:
        if known == digest.encode() and await _is_there(tree):
            return False
        if not await once.first("discord-commands", digest, seconds=_SECONDS):
            return False
        told = await tree.sync()
    except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
        log.warning("Discord was not told of the commands", error=str(error)[:300])
        await once.undo("discord-commands", digest)
        return False
    await redis.set(keys.DISCORD_COMMANDS, digest)
    log.info("Discord was told of the commands", commands=len(told))
    return True


async def _is_there(tree: "PapersTree") -> bool:
    """Whether Discord has commands of these names."""
    return {one.name for one in await tree.fetch_commands()} == {str(one["name"]) for one in tree.payload()}
