"""What the bot lacks in another channel than the one where somebody speaks: Discord tells only of that one."""

import asyncio
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
from discord.http import Route

from bot.caller import Caller
from bot.discord.callers import place
from bot.discord.permissions import Permission, how_to_mend
from bot.discord.reach import Reaches
from papers.destinations import Platform
from papers.errors import PaperboyError

if TYPE_CHECKING:
    Interaction = discord.Interaction[Any]

_SECONDS = 3.0
"""What is not known by then is found out by the first digest."""


async def informed(caller: Caller, interaction: "Interaction") -> Caller:
    """The caller, who knows what keeps the bot from writing in their place. Never raises."""
    client = interaction.client
    here = interaction.channel_id and place(interaction.channel_id)
    if caller.place is None or caller.place == here or client.user is None:
        return caller
    reaches = Reaches(lambda path: client.http.request(Route("GET", path)), client.user.id)
    try:
        async with asyncio.timeout(_SECONDS):
            reach = await reaches.of(caller.place.removeprefix(f"{Platform.DISCORD}:"))
    except discord.NotFound:
        return caller.model_copy(update={"hindrance": f"{caller.place_name} is not there any more: choose another."})
    except discord.Forbidden:
        return caller.model_copy(update={"hindrance": how_to_mend([Permission.VIEW], caller.place_name)})
    except (PaperboyError, discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError):
        return caller
    return caller.model_copy(update={"hindrance": how_to_mend(reach.missing, caller.place_name, reach.place)})
