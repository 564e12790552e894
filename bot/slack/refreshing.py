"""Tokens that expire after 12 hours are changed for new ones in time: once, however many ask, in whatever process.

Slack revokes a refresh token a short while after it is used (https://docs.slack.dev/authentication/using-token-rotation),
so its answer is asked for again if it is lost, and kept before anything else is done; neither a caller that gives up
nor a Redis that is away for a while loses it. A process that is killed between Slack's answer and the keeping of it (a
few milliseconds) does: then the workspace must install the app again, and finds all that it had subscribed.
"""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from bot.slack.installation import Installation
from bot.slack.renewal import NotRenewed, longest, renewed
from bot.slack.web_api import WebApi
from papers import keys
from papers.clock import Clock
from papers.errors import TryLater
from papers.log import get_logger
from papers.redis.failures import REDIS_FAILS
from papers.settings import Settings

if TYPE_CHECKING:
    from redis.asyncio import Redis

_EARLY = timedelta(minutes=120)
"""As slack_sdk does: of twelve hours, two in which Slack may be away without anybody noticing."""
_LEEWAY = timedelta(minutes=2)
"""A token with less than this to live is not handed out: whoever has it may use it for a while."""
_KEEP_SECONDS = 60.0
_POLL_SECONDS = 0.1
_OTHERS_SECONDS = 3.0
"""So long others wait for the new token while the old one would still do."""
_REST_SECONDS = 30
"""After a failure: Slack is not asked again by anybody."""
_BUSY, _RESTING = b"busy", b"resting"

log = get_logger("slack")


class Kept(Protocol):
    async def at(self, where: str) -> Installation | None: ...

    async def replace(self, before: Installation, after: Installation) -> bool: ...


def due(installation: Installation, now: datetime) -> bool:
    """Whether it is time for a new token, and there is something to get one with."""
    expires = installation.expires_at
    return expires is not None and installation.refresh_token is not None and expires - now <= _EARLY


def usable(installation: Installation, now: datetime) -> bool:
    """Whether the token outlives a call."""
    return installation.expires_at is None or installation.expires_at - now > _LEEWAY


class Refreshing:
    """Raises TryLater where there is no valid token and none to be had at the moment, and redis-py's errors."""

    def __init__(self, redis: "Redis", kept: Kept, web: WebApi, clock: Clock, settings: Settings) -> None:
        self._redis = redis
        self._kept = kept
        self._web = web
        self._clock = clock
        self._settings = settings
        self._tasks: dict[str, asyncio.Task[Installation | None]] = {}

    async def refreshed(self, installation: Installation) -> Installation | None:
        """The installation with a token that is valid; None if it was removed, or Slack will never give one.

        All wait for the one who asks Slack: it does not end the old token at once, but keeps two of them at most. If
        that takes long they go on with the old one, while it is valid.
        """
        where = installation.where
        task = self._tasks.get(where)
        if task is None:
            task = asyncio.create_task(self._refresh(installation))
            self._tasks[where] = task
            task.add_done_callback(lambda done: self._forget(where, done))
        if not usable(installation, self._clock.now()):
            return await asyncio.shield(task)
        try:
            return await asyncio.wait_for(asyncio.shield(task), _OTHERS_SECONDS)
        except TimeoutError:
            return installation

    async def close(self) -> None:
        if self._tasks:
            await asyncio.wait(list(self._tasks.values()), timeout=self._patience)

    def _forget(self, where: str, task: "asyncio.Task[Installation | None]") -> None:
        self._tasks.pop(where, None)
        if not task.cancelled():
            task.exception()  # seen: whoever waits for it has it, and it may be that nobody waits any more

    async def _refresh(self, installation: Installation) -> Installation | None:
        """In one process at a time; a crash of it delays the others by ``_patience``."""
        where, key = installation.where, keys.slack_renewing(installation.where)
        end = asyncio.get_running_loop().time() + self._web.timeout
        while True:
            if await self._redis.execute_command("SET", key, _BUSY, "NX", "EX", self._patience):
                return await self._alone(where, key)
            state = await self._redis.execute_command("GET", key)
            if state == _RESTING:
                return self._old(installation, "Slack does not answer")
            if asyncio.get_running_loop().time() > end:
                return self._old(installation, "another process does not come back with it")
            await asyncio.sleep(_POLL_SECONDS)
            found = await self._kept.at(where)
            if found is None or not due(found, self._clock.now()):
                return found
            installation = found

    async def _alone(self, where: str, key: str) -> Installation | None:
        rested = False
        try:
            found = await self._kept.at(where)
            if found is None or not due(found, self._clock.now()):
                return found  # somebody was quicker
            renewed = await self._asked(found)
            rested = renewed is found
        except TryLater:
            rested = True
            raise
        else:
            return renewed
        finally:
            with suppress(*REDIS_FAILS, OSError):  # it expires
                if rested:
                    await self._redis.execute_command("SET", key, _RESTING, "EX", _REST_SECONDS)
                else:
                    await self._redis.execute_command("DEL", key)

    @property
    def _patience(self) -> int:
        """Seconds that a refresh may take, keeping included."""
        return int(longest(self._web) + _KEEP_SECONDS) + 1

    async def _asked(self, installation: Installation) -> Installation | None:
        try:
            fresh = await renewed(self._web, self._settings, installation, self._clock)
        except NotRenewed as error:
            if error.for_good:
                return await self._ended(installation, str(error))
            return self._old(installation, str(error))
        log.info("a token was renewed", where=installation.where)
        return await self._keep(installation, fresh)

    async def _keep(self, before: Installation, fresh: Installation) -> Installation | None:
        """Keep it, whatever it takes; but what was installed anew or removed meanwhile stays so."""
        loop = asyncio.get_running_loop()
        end = loop.time() + _KEEP_SECONDS
        pause = 0.05
        while True:
            try:
                async with asyncio.timeout(max(1.0, end - loop.time())):
                    kept = await self._kept.replace(before, fresh)
                    return fresh if kept else await self._kept.at(before.where)
            except (*REDIS_FAILS, OSError, TimeoutError) as error:
                log.warning("a renewed token could not be kept", where=before.where, reason=type(error).__name__)
                if loop.time() >= end:
                    raise
                await asyncio.sleep(pause)
                pause = min(2 * pause, 2.0)

    async def _ended(self, installation: Installation, reason: str) -> Installation | None:
        """The old token serves to its end; nobody asks for another."""
        ended = installation.model_copy(update={"refresh_token": None})
        if not await self._kept.replace(installation, ended):
            return await self._kept.at(installation.where)
        log.error(
            "Slack does not renew this token any more: the app must be installed again there",
            where=installation.where,
            reason=reason,
            valid_until=str(installation.expires_at),
        )
        return ended

    def _old(self, installation: Installation, reason: str) -> Installation:
        if usable(installation, self._clock.now()):
            log.warning("a token could not be renewed yet", where=installation.where, reason=reason)
            return installation
        raise TryLater(f"{reason}, and the token for this workspace has expired: try again in a few minutes")
