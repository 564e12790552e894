"""The part of ``paperboy doctor`` that looks at the channels of Discord that something is subscribed for."""

import asyncio
from typing import TYPE_CHECKING, NamedTuple

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
_GIVE = (
    "somebody with Manage Permissions there gives it to Paperboy: the channel's settings, Permissions; "
    "where it stopped already, then: paperboy subscriptions resume ID"
)
_REMOVE = "of a channel that is no more: paperboy subscriptions remove ID (list shows them)"


class _Wrong(NamedTuple):
    told: str
    remedy: str


async def discord_channels(post: Post, calls: "Calls", bot: int) -> Check:
    """Whether what is subscribed gets where it should. Direct messages are not looked at: only sending tells."""
    from bot.discord.calling import asker
    from bot.discord.reach import Reaches

    places = {s.destination async for s in post.subscriptions.all() if s.destination.startswith(_DISCORD)}
    channels = sorted(place for place in places if not place.startswith(f"{_DISCORD}@"))
    reaches = Reaches(asker(calls), bot)
    wrong: list[_Wrong] = []
    seen, unseen = 0, ""
    for place in channels[:_MOST_CHANNELS]:
        try:
            found = await _wrong(reaches, place)
        except PaperboyError as error:
            unseen = str(error)
        else:
            seen += 1
            wrong += [found] if found else []
        await asyncio.sleep(_PAUSE_SECONDS)
    if not wrong:
        told = f"{seen:,} of {len(channels):,} channels looked at" + (f"; of others: {unseen}" if unseen else "")
        return Check("discord channels", True, told if channels else "nothing is subscribed there yet")
    told = "; ".join(one.told for one in wrong[:_MOST_TOLD])
    more = f"; and {len(wrong) - _MOST_TOLD:,} more" if len(wrong) > _MOST_TOLD else ""
    remedies = dict.fromkeys(one.remedy for one in wrong)
    return Check("discord channels", False, f"{told}{more}", "; ".join(remedies))


async def _wrong(reaches: "Reaches", place: str) -> _Wrong | None:
    """Why a message does not get there as it should. Raises PaperboyError where that cannot be seen at the moment."""
    from bot.discord.answers import NO_SUCH_CHANNEL, code_of
    from bot.discord.permissions import called

    try:
        reach = await reaches.of(place.removeprefix(_DISCORD))
    except DestinationGone as error:
        gone = code_of(error.__cause__) == NO_SUCH_CHANNEL
        return _Wrong(f"{place}: {error}", _REMOVE if gone else _GIVE)
    if not reach.missing:
        return None
    names = ", ".join(called(one, reach.place) for one in reach.missing)
    return _Wrong(f"{place} ({reach.name}): Paperboy lacks {names}", _GIVE)
