"""Turns to write in a conversation."""

import asyncio

from papers.errors import TryLater

_MOST = 1000
_LONGEST = 8.0
"""Seconds that are waited: whoever asks more than is answered in them is told by another way, or not at all."""


class Paces:
    """A second apart, as Slack allows: whoever comes early waits here, so that several questions at once are all
    answered."""

    def __init__(self, *, seconds: float = 1.0) -> None:
        self._seconds = seconds
        self._free: dict[tuple[str, str], float] = {}

    async def turn(self, team: str, channel: str) -> None:
        """Wait for the conversation's next turn. Raises TryLater, at once, if that is too far off."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        if len(self._free) > _MOST:
            self._free = {key: free for key, free in self._free.items() if free > now}
        mine = max(now, self._free.get((team, channel), now))
        if mine - now > _LONGEST:
            raise TryLater("too much is written in one conversation")
        self._free[team, channel] = mine + self._seconds
        await asyncio.sleep(mine - now)
