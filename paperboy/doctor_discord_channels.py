"""The part of ``paperboy doctor`` that looks at the channels of Discord that something is subscribed for."""

import asyncio
from typing import TYPE_CHECKING

from paperboy.check import Check
from paperboy.post import Post
from papers.destinations import Platform
from papers.errors import DestinationGone, PaperboyError

if TYPE_CHECKING:
    from bot.discord.calls import Calls
    from bot.discord.reach import Reaches

_MOST_CHANNELS = 50
_MOST_TOLD = 5
_PAUSE_SECONDS = 0.1
_DISCORD = f"{Platform.DISCORD}:"
_MEND = (
    "somebody with Manage Permissions there gives it to Paperboy: the channel's settings, Permissions; "
    "where it stopped already, then: paperboy subscriptions resume ID"
)


async def discord_channels(post: Post, calls: "Calls", bot: int) -> Check:
    """Whether what is subscribed gets where it should. Direct messages are not looked at: only sending tells."""
    from bot.discord.calling import asker
    from bot.discord.reach import Reaches

    places = {s.destination async for s in post.subscriptions.all() if s.destination.startswith(_DISCORD)}
    channels = sorted(place for place in places if not place.startswith(f"{_DISCORD}@"))
    reaches = Reaches(asker(calls), bot)
    wrong: dict[str, str] = {}
    for place in channels[:_MOST_CHANNELS]:
        reason = await _wrong(reaches, place)
        if reason:
            wrong[place] = reason
        await asyncio.sleep(_PAUSE_SECONDS)
    if not wrong:
        seen = f"{min(len(channels), _MOST_CHANNELS):,} of {len(channels):,} channels looked at"
        return Check("discord channels", True, seen if channels else "nothing is subscribed there yet")
    found = "; ".join(f"{place}{reason}" for place, reason in list(wrong.items())[:_MOST_TOLD])
    more = f"; and {len(wrong) - _MOST_TOLD:,} more" if len(wrong) > _MOST_TOLD else ""
    return Check("discord channels", False, f"{found}{more}", _MEND)


async def _wrong(reaches: "Reaches", place: str) -> str:
    """Why a message does not get there as it should; empty if it does, or cannot be seen at the moment."""
    try:
        reach = await reaches.of(place.removeprefix(_DISCORD))
    except DestinationGone as error:
        return f": {error}"
    except PaperboyError:
        return ""
    return f" ({reach.name}): Paperboy lacks {', '.join(reach.missing)}" if reach.missing else ""
