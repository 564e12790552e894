"""The app is removed from a workspace, or its tokens are revoked: Slack tells it by events that come in any order.

They come again, and late: one that is older than the newest installation says nothing about it, nor does any while the
token still works. What is to be erased is remembered, and erased behind the acknowledgement (bot/slack/erasing.py).
"""

from collections.abc import Awaitable, Callable, Collection
from datetime import datetime

from bot.slack.installation import Installation
from bot.slack.installations import OpenInstallations
from bot.slack.leaving import Leaving
from bot.slack.web_api import WebApi
from bot.slack.whose_token import TokenOwner, whose_token
from papers.errors import SecretsUnavailable, TryLater
from papers.log import get_logger

log = get_logger("slack")


class Uninstalling:
    """Raises redis-py's errors, and TryLater where nobody can say whose installation it is; then it is to be told
    again.
    """

    def __init__(
        self, installations: OpenInstallations, web: WebApi, leaving: Leaving, begin: Callable[[], Awaitable[object]]
    ) -> None:
        """``begin`` is called when there is something to erase; it need not have ended when that returns."""
        self._installations = installations
        self._web = web
        self._leaving = leaving
        self._begin = begin

    async def uninstalled(self, team: str | None, enterprise: str | None, event_time: datetime) -> bool:
        """The app was removed from a workspace, or without ``team`` from an organization: what was kept there goes.

        Returns whether it does. May be called again, also after only a part was done.
        """
        where = await self._ended(team, enterprise, event_time)
        if where is None:
            return False
        whole = where != team
        served = [one for one in await self._installations.workspaces(where) if await self._is_served(one, where)]
        await self._leaving.add([*served, where], event_time, None if whole else enterprise)
        await self._installations.remove(where)
        log.info("the app was uninstalled; what was kept there is being erased", where=where, workspaces=len(served))
        await self._begin()
        return True

    async def access_revoked(self, teams: Collection[str], enterprise: str | None, event_time: datetime) -> None:
        """An organization's admin took the app out of some of its workspaces: what was kept there goes."""
        gone = [team for team in teams if await self._is_served(team, enterprise)]
        for team in gone:
            await self._installations.forget_organization(team)
        await self._leaving.add(gone, event_time)
        log.info("workspaces were taken out of an organization's installation", workspaces=len(gone))
        await self._begin()

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

    async def _is_served(self, team: str, organization: str | None) -> bool:
        """Whether a workspace has nothing but this organization's installation; where none is named: but one's."""
        known = await self._installations.organization(team)
        return (organization is None or known in {None, organization}) and not await self._has_own(team)

    async def _has_own(self, team: str) -> bool:
        """Whether a workspace has an installation of its own, whatever becomes of its organization's."""
        try:
            return await self._installations.at(team) is not None
        except SecretsUnavailable:
            return True

    async def _ended(
        self, team: str | None, enterprise: str | None, event_time: datetime, bot_users: Collection[str] = ()
    ) -> str | None:
        """The workspace or organization whose installation has ended; None if one is there that is newer, or works."""
        for where in filter(None, (team, enterprise)):
            try:
                found = await self._installations.at(where)
            except SecretsUnavailable:
                return where
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
