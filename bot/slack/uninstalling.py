"""What is left when the app is removed from a workspace, or its tokens are revoked: events that come in any order.

They come again, and late: one that is older than the newest installation says nothing about it, nor does any while the
token still works.
"""

from collections.abc import Awaitable, Callable, Collection
from datetime import datetime

from bot.slack.installation import Installation
from bot.slack.installations import OpenInstallations
from bot.slack.web_api import WebApi
from bot.slack.whose_token import TokenOwner, whose_token
from papers.errors import SecretsUnavailable, TryLater
from papers.log import get_logger

log = get_logger("slack")


class Uninstalling:
    """Raises redis-py's errors; what was begun is then to be done again."""

    def __init__(
        self, installations: OpenInstallations, web: WebApi, erase: Callable[[str], Awaitable[object]]
    ) -> None:
        """``erase`` takes what references of a workspace begin with (``slack:T1/``), and erases all that is kept."""
        self._installations = installations
        self._web = web
        self._erase = erase

    async def uninstalled(self, team: str | None, enterprise: str | None, event_time: datetime) -> bool:
        """The app was removed from a workspace, or without ``team`` from an organization: erase what was kept there.

        Returns whether it was done. May be called again, also after only a part was done.
        """
        where = await self._ended(team, enterprise, event_time)
        if where is None:
            return False
        whole = where != team
        teams = [where, *await self._installations.workspaces(where)] if whole else [where]
        for one in teams:
            await self._erase(f"slack:{one}/")
        if await self._ended(team, enterprise, event_time) == where:  # it may have been installed again meanwhile
            await self._installations.remove(where)
        if whole:
            await self._installations.forget_workspaces(where)
        log.info("the app was uninstalled; what was kept of it is erased", where=where, workspaces=len(teams))
        return True

    async def tokens_revoked(
        self, team: str | None, enterprise: str | None, bot_users: Collection[str], event_time: datetime
    ) -> bool:
        """Tokens were revoked; ``bot_users`` are the bots whose. Ours goes; what was subscribed stays.

        Returns whether one of ours was.
        """
        where = await self._ended(team, enterprise, event_time, bot_users) if bot_users else None
        removed = where is not None and await self._installations.remove(where)
        if removed:
            log.warning("the app's token was revoked: it must be installed again there", where=where)
        return removed

    async def _ended(
        self, team: str | None, enterprise: str | None, event_time: datetime, bot_users: Collection[str] = ()
    ) -> str | None:
        """The workspace or organization whose installation has ended; None if one is there that is newer, or works."""
        for where in filter(None, (team, enterprise)):
            try:
                found = await self._installations.at(where)
            except SecretsUnavailable:
                return where
            except TryLater:
                return None
            if found is None:
                continue
            if bot_users and found.bot_user and found.bot_user not in bot_users:
                return None
            works = await self._works(found)
            # Of a workspace's event, an organization's installation only ends with Slack's own word.
            sure = works is False or where == (team or enterprise)
            if event_time < found.installed_at.replace(microsecond=0) or works or not sure:
                log.info("an event of an earlier installation is ignored", where=where)
                return None
            return where
        return team or enterprise

    async def _works(self, installation: Installation) -> bool | None:
        """Whether Slack takes the token; None if it cannot be asked."""
        try:
            return isinstance(await whose_token(self._web, installation.bot_token.get_secret_value()), TokenOwner)
        except TryLater:
            return None
