"""Keeps all processes together far from Discord's ban: whoever gets 10,000 answers of 401, 403 or 429 within ten
minutes is shut out, interactions and gateway included.

Source: https://discord.com/developers/docs/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans
"""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from papers import keys
from papers.adapters import Scope
from papers.delivery_models import short_digest
from papers.errors import TryLater
from papers.log import get_logger
from papers.logs import in_a_line
from papers.redis.failures import REDIS_FAILS
from papers.scripts import Script

if TYPE_CHECKING:
    from redis.asyncio import Redis

WINDOW = 600
"""Seconds that Discord counts over."""
MOST_INVALID = 5000
"""Half of what Discord allows: other programs may share the address."""
_CALM = 500
"""Below this, what might be refused is tried where nobody has to have it."""
_TOKEN_REFUSED = 600
"""Seconds until a token that was refused is tried again; another token is tried at once."""
UNTAKEN = "Discord does not take the bot's token"
NOT_TAKEN = f"{UNTAKEN}: set PAPERBOY_DISCORD_TOKEN, and see `paperboy doctor`"
_LOOK_AGAIN = 1.0
"""Seconds that an answer of Redis is believed."""

_count = Script("count_in_window")
log = get_logger("discord")


@dataclass(frozen=True)
class Stop:
    reason: str
    seconds: float
    """How long it lasts from now."""
    token: bool = False
    """It holds for this token alone: what waits must not wait any longer once there is another."""


class Breaker:
    """Counts for one bot in one Redis; knows its token, so that another token starts with a clean sheet."""

    def __init__(self, redis: "Redis", token: str, *, most: int = MOST_INVALID, logs: bool = True) -> None:
        """``logs``: a stop that it begins is logged; not where whoever asked says why there was no answer."""
        self._redis = redis
        self._token = short_digest(f"discord token {token}")
        self._most = most
        self._logs = logs
        self._looked = float("-inf")
        self._stop: Stop | None = None
        self._counted, self._counted_at = 0, float("-inf")

    async def check(self) -> None:
        """Raises TryLater while nothing may be asked of Discord, and redis-py's errors."""
        if time.monotonic() - self._looked > _LOOK_AGAIN:
            self._stop = await self.stopped()
            self._looked = time.monotonic()
        if self._stop is not None:
            raise _wait(self._stop)

    async def stopped(self) -> Stop | None:
        """Why nothing is asked, and for how long; None: all is well. Raises redis-py's errors."""
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.get(keys.DISCORD_STOPPED)
            pipe.pttl(keys.DISCORD_STOPPED)
            pipe.pttl(keys.discord_refused(self._token))
            reason, left, refused = await pipe.execute()
        if refused > 0:
            return Stop(NOT_TAKEN, refused / 1000, token=True)
        return Stop(reason.decode(), left / 1000) if reason is not None and left > 0 else None

    @property
    def calm(self) -> bool:
        """Whether few calls were refused lately, as far as this process knows."""
        return self._counted < _CALM or time.monotonic() - self._counted_at > WINDOW

    async def invalid(self) -> int:
        """Answers of the last ten minutes that count towards the ban. Raises redis-py's errors."""
        return sum(int(count) for count in await self._redis.hvals(keys.DISCORD_INVALID))

    async def note(self, status: int, *, shared: bool = False, with_token: bool = True) -> None:
        """An answer came. ``shared``: a 429 for a limit that others used up, which Discord counts for nobody.
        ``with_token``: the call carried the bot's token, so that a 401 is about it.

        Raises nothing: what came of a message must be recorded, even where this cannot be.
        """
        if status not in {401, 403, 429} or shared:
            return
        try:
            if status == 401 and with_token:
                await self._halt(keys.discord_refused(self._token), NOT_TAKEN, _TOKEN_REFUSED)
            self._counted = int(await _count.run(self._redis, [keys.DISCORD_INVALID], [WINDOW // 60]))
            self._counted_at = time.monotonic()
            if self._counted >= self._most:
                await self._halt(
                    keys.DISCORD_STOPPED,
                    f"Discord refused {self._counted:,} calls within ten minutes, and bans at 10,000: Paperboy pauses; "
                    "see in the log which channels refuse it",
                    WINDOW,
                )
        except (*REDIS_FAILS, OSError) as error:
            log.warning("a refused call was not counted, Redis cannot be used", error=in_a_line(error))

    async def _halt(self, key: str, reason: str, seconds: int) -> None:
        self._looked = float("-inf")
        if await self._redis.set(key, reason, ex=seconds, nx=True) and self._logs:
            log.error("nothing is asked of Discord for a while", reason=reason, seconds=seconds)


def _wait(stop: Stop) -> TryLater:
    if stop.token:
        # Without a time: the ledger would keep it, and whoever has another token would have to wait for it, too.
        return TryLater(stop.reason)
    return TryLater(stop.reason, seconds=stop.seconds, scope=Scope.PLATFORM)
