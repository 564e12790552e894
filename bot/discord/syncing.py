"""Tells Discord of the commands when they have changed, and only then: it counts how often one does."""

import asyncio
import json
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING

import aiohttp
import discord

from papers import keys
from papers.delivery_models import short_digest
from papers.log import get_logger
from papers.once import Once
from papers.redis.failures import REDIS_FAILS

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from bot.discord.tree import PapersTree

_SECONDS = 60
"""In which no other process tells the same; whoever is killed meanwhile holds it no longer than that."""
_CALL_SECONDS = 25.0
"""A call may take: those made while nobody else tells are two. Discord takes its time for all commands at once."""
_FIRST_PAUSE, _LONGEST_PAUSE = 5.0, 300.0
_REASON_KEPT = 900
"""Seconds, for ``paperboy doctor``."""

log = get_logger("discord")


class Syncing(StrEnum):
    """What came of it."""

    TOLD = "told"
    KNOWN = "known"
    """Discord has them already."""
    ELSEWHERE = "elsewhere"
    """Another process has just begun to tell."""


async def keep_syncing(
    tree: "PapersTree", application: int, redis: "Redis", once: Once, *, first_pause: float = _FIRST_PAUSE
) -> None:
    """Until Discord has the commands, with longer and longer pauses. For any number of processes."""
    for pause in _pauses(first_pause):
        try:
            if await sync_if_changed(tree, application, redis, once) is not Syncing.ELSEWHERE:
                return
        except (discord.DiscordException, aiohttp.ClientError, *REDIS_FAILS, OSError) as error:
            log.warning("Discord was not told of the commands", error=_in_words(error), tries_again_in=pause)
        await asyncio.sleep(pause)


async def sync_if_changed(tree: "PapersTree", application: int, redis: "Redis", once: Once) -> Syncing:
    """Raises discord.py's errors, aiohttp's, redis-py's and OSError: then nobody is kept from telling.

    What Discord has is known by a digest of what it was last told, and by asking for the names: somebody may have
    deleted commands there.
    """
    digest = short_digest(json.dumps([application, tree.payload()], sort_keys=True))
    if await _knows(tree, redis, digest):
        return Syncing.KNOWN
    if not await once.first("discord-commands", digest, seconds=_SECONDS):
        return Syncing.ELSEWHERE
    try:
        # Another process may have told all of it since we looked: its mark is gone by now.
        came_of_it = Syncing.KNOWN if await _knows(tree, redis, digest) else await _tell(tree, redis, digest)
    except BaseException as error:  # also when this process is told to stop
        await _let_others(redis, once, digest, _in_words(error))
        raise
    await _let_others(redis, once, digest)
    return came_of_it


async def _knows(tree: "PapersTree", redis: "Redis", digest: str) -> bool:
    known: bytes | None = await redis.execute_command("GET", keys.DISCORD_COMMANDS)
    return known == digest.encode() and await _is_there(tree)


async def _tell(tree: "PapersTree", redis: "Redis", digest: str) -> Syncing:
    async with asyncio.timeout(_CALL_SECONDS):
        told = await tree.sync()
    await redis.set(keys.DISCORD_COMMANDS, digest)
    await redis.delete(keys.DISCORD_UNTOLD)
    log.info("Discord was told of the commands", commands=len(told))
    return Syncing.TOLD


async def _let_others(redis: "Redis", once: Once, digest: str, failure: str = "") -> None:
    """Take the mark away: who starts next looks, and tells what Discord lacks by then, at once."""
    try:
        await once.undo("discord-commands", digest)
        if failure:
            await redis.set(keys.DISCORD_UNTOLD, failure, ex=_REASON_KEPT)
    except (*REDIS_FAILS, OSError) as error:
        log.warning("the next process tells of commands a minute later", error=type(error).__name__)


async def _is_there(tree: "PapersTree") -> bool:
    """Whether Discord has commands of these names, each with what it has below it."""
    async with asyncio.timeout(_CALL_SECONDS):
        found = await tree.fetch_commands()
    there = {(one.name, frozenset(below.name for below in one.options)) for one in found}
    ours = {(one["name"], frozenset(below["name"] for below in one.get("options", ()))) for one in tree.payload()}
    return there == ours


def _in_words(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "Discord did not answer in time"
    return str(error)[:300] or type(error).__name__


def _pauses(first: float) -> Iterator[float]:
    """Seconds."""
    pause = first
    while True:
        yield pause
        pause = min(2 * pause, _LONGEST_PAUSE)
