"""The connection to Discord: asks for the least, and keeps the least in memory."""

from typing import Any

import discord
import yarl
from discord.gateway import DiscordWebSocket

from bot.discord.api import use_api
from bot.discord.tree import PapersTree
from bot.discord.trimming import TrimmedState
from papers.settings import Settings

_READY_PAUSE = 0.5
"""Seconds without another server after which those there are have come; discord.py waits 2."""


class PaperboyClient(discord.AutoShardedClient):
    """Hears of interactions, and of servers and their channels: no messages, no members, no privileged intent."""

    def __init__(self, settings: Settings) -> None:
        use_api(settings.discord)
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
        if settings.discord.shards:
            self.shard_count = settings.discord.shards

    async def launch_shards(self) -> None:
        """Ask once how many shards there should be, and where they connect and connect again."""
        shards, url, _ = await self.http.get_bot_gateway()
        self.shard_count = self.shard_count or shards
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url)
        await super().launch_shards()

    def _get_state(self, **options: Any) -> TrimmedState:
        # The library's own hook for another state, as AutoShardedClient uses it itself.
        return TrimmedState(
            dispatch=self.dispatch, handlers=self._handlers, hooks=self._hooks, http=self.http, **options
        )
