"""Whether a message is in a forum, where it is the first of a post.

Posts have no nonce: where they cannot be read, nobody can say.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from bot.discord.answers import NO_SUCH_MESSAGE, UNREADABLE, Task, code_of
from bot.discord.calls import Calls
from bot.discord.marks import is_marked
from bot.discord.rooms import Forum, Room
from bot.discord.sightings import Sightings, snowflake, window
from papers.adapters import ABSENT, CANNOT_SAY, Sighting, seen
from papers.delivery_models import Delivery
from papers.errors import DeliveryError

_PAGE = 100
_MOST_PAGES = 20

Threads = Mapping[str, Any]
"""A list of threads, as Discord tells it."""


class ForumPosts:
    def __init__(self, calls: Calls, sightings: Sightings) -> None:
        self._calls = calls
        self._sightings = sightings

    async def look(self, room: Room, forum: Forum, delivery: Delivery) -> Sighting:
        """Among those that were made when the delivery may have left. Raises DeliveryErrors and redis-py's errors."""
        try:
            found = await self._first_of(await self._active(forum), room, delivery)
            return found or await self._in_archive(room, delivery)
        except DeliveryError as error:
            if code_of(error.__cause__) not in UNREADABLE:
                raise
            return CANNOT_SAY

    async def _in_archive(self, room: Room, delivery: Delivery) -> Sighting:
        """The last that was archived comes first: what was archived before the delivery left was made before, too."""
        after, _ = window(delivery)
        query = {"limit": str(_PAGE)}
        for _ in range(_MOST_PAGES):
            page = await self._told(f"/channels/{room.id}/threads/archived/public", query)
            if found := await self._first_of(page, room, delivery):
                return found
            if not page.get("has_more"):
                return ABSENT
            last = _archived_at(page)
            if last is None:
                return CANNOT_SAY
            if snowflake(datetime.fromisoformat(last)) < after:
                return ABSENT
            query["before"] = last
        return CANNOT_SAY

    async def _first_of(self, threads: Threads, room: Room, delivery: Delivery) -> Sighting | None:
        for post in _posts(room, delivery, threads):
            if await self._is_marked(post, delivery):
                return seen(f"{post}/{post}")
        return None

    async def _is_marked(self, post: str, delivery: Delivery) -> bool:
        """Whether the message that a post begins with, which has the id of the post, is ours. It may be deleted."""
        try:
            message = await self._told(f"/channels/{post}/messages/{post}")
        except DeliveryError as error:
            if code_of(error.__cause__) != NO_SUCH_MESSAGE:
                raise
            return False
        return is_marked(message, delivery.id) and await self._sightings.is_ours(message)

    async def _active(self, forum: Forum) -> Threads:
        return await self._told(f"/guilds/{forum.guild}/threads/active")

    async def _told(self, path: str, query: Mapping[str, str] | None = None) -> Mapping[str, Any]:
        told = (await self._calls.ask(Task.READ, "GET", path, query=dict(query) if query else None)).data
        return told if isinstance(told, dict) else {}


def _posts(room: Room, delivery: Delivery, threads: Threads) -> Iterable[str]:
    """Ids of the forum's posts that were made when the delivery may have left."""
    after, until = window(delivery)
    ids = (int(one["id"]) for one in threads.get("threads") or () if str(one.get("parent_id")) == room.id)
    return [str(one) for one in sorted(set(ids)) if after <= one <= until]


def _archived_at(threads: Threads) -> str | None:
    """When the last of them was archived, as Discord writes it."""
    there = threads.get("threads")
    found = (there[-1].get("thread_metadata") or {}).get("archive_timestamp") if there else None
    return found if isinstance(found, str) else None
