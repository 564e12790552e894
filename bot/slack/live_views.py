"""Forms that are made anew while somebody fills them in: what was changed last is what is shown.

Slack tells a view's hash with a change of a field, and puts another in its place only where the hash is still the same:
so what was handed in meanwhile is not overwritten. Two changes within a moment tell the same hash, and the second must
not fail because of the first.
"""

import asyncio
from collections.abc import Awaitable
from itertools import count
from typing import Any
from weakref import WeakValueDictionary

from bot.slack.contact import Contact
from bot.slack.remembering import Remembered
from bot.slack.views import Views

_SECONDS = 60.0
_MOST = 10_000


class LiveViews:
    """Of the changes that come to this process: what another made of the view counts as handed in."""

    def __init__(self, views: Views) -> None:
        self._views = views
        self._numbers = count()
        self._newest: Remembered[str, int] = Remembered(seconds=_SECONDS, most=_MOST)
        self._became: Remembered[tuple[str, str], str] = Remembered(seconds=_SECONDS, most=_MOST)
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def show(self, contact: Contact, changed: dict[str, Any], made: Awaitable[dict[str, Any]]) -> None:
        """Put what is made of a changed view in its place, unless it is changed again meanwhile."""
        view_id, number = str(changed.get("id")), next(self._numbers)
        self._newest.keep(view_id, number)
        view = await made
        async with self._turns.setdefault(view_id, asyncio.Lock()):
            if self._newest.get(view_id) != number:
                return
            seen = str(changed.get("hash") or "")
            while (later := self._became.get((view_id, seen))) is not None:
                seen = later
            now = await self._views.put(contact, view_id, view, seen=seen)
            if now and seen:
                self._became.keep((view_id, seen), now)
