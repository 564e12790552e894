"""Servers that Paperboy was taken out of. An outage is none: discord.py tells of that with another event."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from bot.discord.callers import place
from papers.log import get_logger

if TYPE_CHECKING:
    import discord

    from bot.discord.client import PaperboyClient

End = Callable[[Sequence[str]], Awaitable[int]]
"""Ends what is subscribed for these places; returns how much that was."""

log = get_logger("discord")


def listen_for_removal(client: "PaperboyClient", end: End) -> None:
    """End what is subscribed for the channels of a server that the bot is no longer in.

    Threads, and servers it is taken out of while no process runs, are found by delivery: Discord answers there that
    the channel is unknown.
    """

    async def on_guild_remove(guild: "discord.Guild") -> None:
        try:
            ended = await end([place(channel) for channel in client.kept.channels_of(guild.id)])
        except Exception as error:  # noqa: BLE001 - delivery finds out when it next tries
            log.warning("a server was left, and not all was ended", error=type(error).__name__)
        else:
            if client.get_guild(guild.id) is None:  # else it was added again meanwhile
                client.kept.forget(guild.id)
            log.info("a server was left", subscriptions=ended)

    client.event(on_guild_remove)
