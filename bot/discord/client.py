"""The connection to Discord: asks for the least, and keeps the least in memory."""

import asyncio
import time
from typing import TYPE_CHECKING, Any, cast

import discord
import yarl
from discord.gateway import DiscordWebSocket

from bot.discord.api import use_api
from bot.discord.identifying import Identifying, Limits
from bot.discord.late_acks import LateAcks
from bot.discord.reconnecting import shorten_waits
from bot.discord.shards import Shares
from bot.discord.tree import PapersTree
from bot.discord.trimming import TrimmedState
from papers.settings import Settings

if TYPE_CHECKING:
    from redis.asyncio import Redis

_READY_PAUSE = 0.5
"""Seconds without another server after which those there are have come; discord.py waits 2."""
_STALE = 5.0
"""Seconds for which it is believed what Discord said of the gateway."""


class PaperboyClient(discord.AutoShardedClient):
    """Hears of interactions, and of servers and their channels: no messages, no members, no privileged intent."""

    def __init__(self, settings: Settings, redis: "Redis | None" = None) -> None:
        """``redis``: without it there are the commands, and no connection."""
        use_api(settings.discord)
        shorten_waits()
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # nobody speaks here
        super().__init__(
            intents=discord.Intents(guilds=True),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            chunk_guilds_at_startup=False,
            guild_ready_timeout=_READY_PAUSE,
            allowed_mentions=discord.AllowedMentions.none(),
        )
        self.tree = PapersTree(self)
        self._shares = Shares(redis, settings.discord) if redis is not None else None
        self._identifying = Identifying(redis, self._limits) if redis is not None else None
        self._late_acks = LateAcks()
        self._seconds = settings.discord.timeout
        """A call may take."""
        self._keeping: asyncio.Task[None] | None = None
        self.lost = asyncio.Event()
        """Another process may hold the shards by now: to be left at once."""

    async def launch_shards(self) -> None:
        """Take this process's part of the shards, however long that takes, and connect them."""
        assert self._shares is not None
        assert self._identifying is not None
        self._late_acks.begin()
        asked = time.monotonic()
        advised, url, limits = await self._gateway()
        part = await self._shares.take(advised)
        self._keeping = asyncio.create_task(self._keep(self._shares))
        if time.monotonic() - asked > _STALE:
            _, url, limits = await self._gateway()
        self.shard_count, self.shard_ids = part.shards, list(part.ids)
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url)  # where discord.py connects, and connects again
        await self._identifying.allow(len(part.ids), limits)
        await super().launch_shards()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        if self._identifying is not None:
            await self._identifying.turn(shard_id or 0)
            self._late_acks.had_its_turn(shard_id)

    async def close(self) -> None:
        """Leave, and let another process have the shards."""
        await super().close()
        self._late_acks.end()
        if self._keeping is not None:
            self._keeping.cancel()
        if self._shares is not None:
            await self._shares.give_back()

    async def _keep(self, shares: Shares) -> None:
        await shares.keep()
        self.lost.set()

    async def _limits(self) -> Limits:
        return (await self._gateway())[2]

    async def _gateway(self) -> tuple[int, str, Limits]:
        """How many shards are advised, where the gateway is, and what may be started.

        Raises discord.py's errors, aiohttp's and OSError: whoever holds a part of the shards gives it back then.
        """
        async with asyncio.timeout(self._seconds):
            advised, url, limits = await self.http.get_bot_gateway()
        return advised, url, cast("Limits", limits)

    @property
    def kept(self) -> TrimmedState:
        """What is kept of servers."""
        return cast("TrimmedState", self._connection)

    def _get_state(self, **options: Any) -> TrimmedState:
        # The library's own hook for another state, as AutoShardedClient uses it itself.
        return TrimmedState(
            dispatch=self.dispatch, handlers=self._handlers, hooks=self._hooks, http=self.http, **options
        )
