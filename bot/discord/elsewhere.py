"""What keeps the bot from writing where Discord does not tell it with the interaction: in another channel than the one
where somebody speaks, in a private thread, and how a forum calls what is missing in its posts.
"""

import asyncio
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
from discord.http import Route

from bot.caller import Caller
from bot.discord.callers import place
from bot.discord.permissions import Permission, Place, how_to_mend
from bot.discord.reach import Reaches
from papers.destinations import Platform
from papers.errors import PaperboyError

if TYPE_CHECKING:
    Interaction = discord.Interaction[Any]

_SECONDS = 3.0
"""What is not known by then is found out by the first digest."""
_THREADS = frozenset({discord.ChannelType.public_thread, discord.ChannelType.news_thread})


async def informed(caller: Caller, interaction: "Interaction") -> Caller:
    """The caller, who knows what keeps the bot from writing in their place. Never raises."""
    client = interaction.client
    if caller.place is None or _told(caller, interaction) or client.user is None:
        return caller
    reaches = Reaches(lambda path: client.http.request(Route("GET", path)), client.user.id)
    try:
        async with asyncio.timeout(_SECONDS):
            hindrance = await _hindrance(reaches, caller, caller.place)
    except (PaperboyError, discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError):
        return caller
    return caller.model_copy(update={"hindrance": hindrance})


def _told(caller: Caller, interaction: "Interaction") -> bool:
    """Whether Discord told all that is to be known with the interaction."""
    if not interaction.channel_id or caller.place != place(interaction.channel_id):
        return False
    kind = interaction.channel.type if interaction.channel is not None else None
    # Permissions in a private thread are told as if the bot were in it.
    return kind is not discord.ChannelType.private_thread and not (kind in _THREADS and caller.hindrance)


async def _hindrance(reaches: Reaches, caller: Caller, where: str) -> str:
    try:
        reach = await reaches.of(_id(where))
    except discord.NotFound:
        return f"{caller.place_name} is not there any more: choose another."
    except discord.Forbidden:
        return await _shut_out(reaches, caller)
    return how_to_mend(reach.missing, caller.place_name, reach.place)


async def _shut_out(reaches: Reaches, caller: Caller) -> str:
    """The bot sees the channel of a private thread that it was not added to."""
    if caller.parent is None:
        return how_to_mend([Permission.VIEW], caller.place_name)
    try:
        above = await reaches.of(_id(caller.parent))
    except discord.Forbidden:
        seen = False
    else:
        seen = Permission.VIEW not in above.missing
    if seen:
        return f"Paperboy is not in the private thread {caller.place_name}. Mention @Paperboy in it: that adds it."
    return how_to_mend([Permission.VIEW], caller.place_name, Place.THREAD)


def _id(where: str) -> str:
    return where.removeprefix(f"{Platform.DISCORD}:")
