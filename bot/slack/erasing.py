"""Looks into the ends of installations, and erases what was kept of the workspaces that the app was taken out of.

All this is done behind the acknowledgement, for it may take longer than Slack waits, and again after a crash. Erasing
cannot be undone: nothing is, while Slack takes the token, nor what was installed again meanwhile. A token may live for
a moment after the event, so Slack is asked again for some minutes before its token is believed and not its event.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.slack.installation import Installation
from bot.slack.installations import OpenInstallations
from bot.slack.leaving import Leaving, Left
from bot.slack.web_api import WebApi
from bot.slack.whose_token import TokenOwner, whose_token
from papers.clock import Clock
from papers.errors import SecretsUnavailable, TryLater
from papers.log import get_logger
from papers.redis.failures import REDIS_FAILS

_SOON_SECONDS = 5.0
"""Until the next look where something is not settled; then twice as long, and again, up to ``_AGAIN_SECONDS``."""
_AGAIN_SECONDS = 60.0
"""Between two looks: what another process was told of, and what could not be done at once."""
_AT_ONCE_SECONDS = 1.0
"""Most workspaces are erased by then; Slack waits three for the acknowledgement."""
_BELIEVED_AFTER = timedelta(minutes=10)
"""A token that works so long after the event that ended it: there was no end."""
_LOOKS = 5

log = get_logger("slack")


class Erasing:
    """Any number of processes may work on the same; each does what is left, which does no harm twice."""

    def __init__(
        self,
        installations: OpenInstallations,
        web: WebApi,
        leaving: Leaving,
        erase: Callable[[str], Awaitable[object]],
        clock: Clock,
    ) -> None:
        """``erase`` takes what references of a workspace begin with (``slack:T1/``), and erases all that is kept."""
        self._installations = installations
        self._web = web
        self._leaving = leaving
        self._erase = erase
        self._clock = clock
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
        pause = _SOON_SECONDS
        while True:
            self._more.clear()
            try:
                settled = await self.work_off()
            except (*REDIS_FAILS, OSError) as error:
                settled = False
                log.warning("what was kept of a workspace is not erased yet", error=type(error).__name__)
            except Exception:
                settled = False
                log.exception("what was kept of a workspace is not erased yet")
            if not self._more.is_set():
                self._done.set()
            try:
                async with asyncio.timeout(_AGAIN_SECONDS if settled else pause):
                    await self._more.wait()
                pause = _SOON_SECONDS
            except TimeoutError:
                pause = _SOON_SECONDS if settled else min(2 * pause, _AGAIN_SECONDS)

    async def work_off(self) -> bool:
        """Do what can be done now. Returns whether nothing is left. Raises redis-py's errors; nothing is lost then."""
        looked_at: set[Left] = set()
        settled = True
        while waiting := [left for left in await self._leaving.all() if left not in looked_at]:
            for left in waiting:
                looked_at.add(left)
                try:
                    done = await (self._left(left) if left.erases else self._token_revoked(left))
                except (TryLater, SecretsUnavailable):
                    done = False  # what serves it is not known at the moment
                if done:
                    await self._leaving.done(left)
                settled = settled and done
        return settled

    async def _left(self, left: Left) -> bool:
        """Whether that is settled: all is erased, or it is known that it stays."""
        for _ in range(_LOOKS):
            served = await self._served(left)
            if served is None:
                await self._gone(left.where)
                return True
            if left.at < served.installed_at.replace(microsecond=0):
                return True
            if await self._works(served):
                return self._believed(left)
            if served.where != left.where:
                # It was the end of the whole organization, told of one of its workspaces.
                await self._leaving.add(Left(where=served.where, at=left.at))
            await self._installations.remove(served.where, served)
        return False

    async def _token_revoked(self, left: Left) -> bool:
        served = await self._served(left)
        if served is None or served.where != left.where or left.at < served.installed_at.replace(microsecond=0):
            return True
        if await self._works(served):
            return self._believed(left)
        if await self._installations.remove(served.where, served):
            log.warning("the app's token was revoked: it must be installed again there", where=served.where)
        return True

    async def _served(self, left: Left) -> Installation | None:
        """What serves it, with a token that has not expired where Slack still gives one. Raises as ``find``."""
        place = (None, left.where) if left.where.startswith("E") else (left.where, left.enterprise)
        try:
            await self._installations.at(left.where)
        except SecretsUnavailable:
            if left.erases:  # no more can be asked about one that cannot be read
                await self._installations.remove(left.where, None)
        return await self._installations.find(*place) or await self._installations.kept(*place)

    async def _works(self, installation: Installation) -> bool:
        """Whether Slack takes the token. Raises TryLater."""
        return isinstance(await whose_token(self._web, installation.bot_token.get_secret_value()), TokenOwner)

    def _believed(self, left: Left) -> bool:
        """Whether a token that works shows that there was no end."""
        believed = self._clock.now() - left.at >= _BELIEVED_AFTER
        if believed:
            log.info("the app is installed: an event that ends it is ignored", where=left.where)
        return believed

    async def _gone(self, where: str) -> None:
        if where.startswith("E"):
            for team in await self._installations.workspaces(where):
                if not await self._is_served_still(team, where):
                    await self._erase_one(team)
            await self._erase_one(where)
            await self._installations.forget_workspaces(where)
        else:
            await self._erase_one(where)
            await self._installations.forget_organization(where)

    async def _is_served_still(self, team: str, organization: str) -> bool:
        """Whether a workspace of an organization that ended has another installation, or that one is there again."""
        if await self._installations.organization(team) not in {None, organization}:
            return True
        try:
            return await self._installations.kept(team, organization) is not None
        except SecretsUnavailable:
            return True

    async def _erase_one(self, where: str) -> None:
        await self._erase(f"slack:{where}/")
        log.info("what was kept of a workspace is erased", where=where)
