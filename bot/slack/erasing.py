"""Erases what was kept of the workspaces that the app was taken out of: behind the acknowledgement, for it may take
longer than Slack waits, and again after a crash.
"""

import asyncio
from collections.abc import Awaitable, Callable

from bot.slack.installation import Installation
from bot.slack.installations import OpenInstallations
from bot.slack.leaving import Leaving, Left
from bot.slack.web_api import WebApi
from bot.slack.whose_token import TokenOwner, whose_token
from papers.errors import SecretsUnavailable, TryLater
from papers.log import get_logger
from papers.redis.failures import REDIS_FAILS

_AGAIN_SECONDS = 60.0
"""Between two looks: what another process was told of, and what could not be done at once."""
_AT_ONCE_SECONDS = 1.0
"""Most workspaces are erased by then; Slack waits three for the acknowledgement."""

log = get_logger("slack")


class Erasing:
    """Any number of processes may work on the same; each erases what is left, which does no harm twice."""

    def __init__(
        self,
        installations: OpenInstallations,
        web: WebApi,
        leaving: Leaving,
        erase: Callable[[str], Awaitable[object]],
    ) -> None:
        """``erase`` takes what references of a workspace begin with (``slack:T1/``), and erases all that is kept."""
        self._installations = installations
        self._web = web
        self._leaving = leaving
        self._erase = erase
        self._more = asyncio.Event()
        self._done = asyncio.Event()

    async def begin(self) -> None:
        """There is something to do for ``run``: returns when it is done, or goes on behind."""
        self._done.clear()
        self._more.set()
        try:
            async with asyncio.timeout(_AT_ONCE_SECONDS):
                await self._done.wait()
        except TimeoutError:
            pass

    async def run(self) -> None:
        """Until it is cancelled: what is not done by then is done after the next start."""
        while True:
            self._more.clear()
            try:
                await self.work_off()
            except (*REDIS_FAILS, OSError) as error:
                log.warning("what was kept of a workspace is not erased yet", error=type(error).__name__)
            except Exception:
                log.exception("what was kept of a workspace is not erased yet")
            if not self._more.is_set():
                self._done.set()
            try:
                async with asyncio.timeout(_AGAIN_SECONDS):
                    await self._more.wait()
            except TimeoutError:
                pass

    async def work_off(self) -> int:
        """Erase what is to be erased now. Returns how many workspaces and organizations that were.

        Raises redis-py's errors; nothing is forgotten then.
        """
        count = 0
        for left in await self._leaving.all():
            try:
                served = await self._served(left)
            except (TryLater, SecretsUnavailable):
                continue  # what serves it is not known at the moment
            if served is not None and not await self._for_good(served, left):
                continue
            if served is None:
                await self._erase(f"slack:{left.where}/")
                if left.where.startswith("E"):
                    await self._installations.forget_workspaces(left.where)
                else:
                    await self._installations.forget_organization(left.where)
                log.info("what was kept of a workspace is erased", where=left.where)
                count += 1
            await self._leaving.done(left.where)
        return count

    async def _served(self, left: Left) -> Installation | None:
        organization = left.where.startswith("E")
        if organization:
            return await self._installations.kept(None, left.where)
        return await self._installations.kept(left.where, left.enterprise)

    async def _for_good(self, served: Installation, left: Left) -> bool:
        """Whether an installation that is there is no leftover of the one that ended."""
        if left.at < served.installed_at.replace(microsecond=0):
            return True
        if served.where != left.where:
            # An organization's serves it still, unless that one ends at this moment.
            return all(other.where != served.where for other in await self._leaving.all())
        return isinstance(await whose_token(self._web, served.bot_token.get_secret_value()), TokenOwner)
