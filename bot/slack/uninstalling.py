"""The app is removed from a workspace, or its tokens are revoked: Slack tells it by events that come in any order.

What it tells is remembered before it is acknowledged, and looked into behind that (bot/slack/erasing.py): Slack does
not say it again. The events come late, too: one that is older than the newest installation says nothing about it.
"""

from collections.abc import Awaitable, Callable, Collection
from datetime import datetime

from bot.slack.installation import Installation
from bot.slack.installations import OpenInstallations
from bot.slack.leaving import Leaving, Left
from papers.errors import SecretsUnavailable
from papers.log import get_logger

log = get_logger("slack")


class Uninstalling:
    """Raises redis-py's errors, and TryLater where nobody can say whose installation it is; then it is to be told
    again.
    """

    def __init__(
        self, installations: OpenInstallations, leaving: Leaving, begin: Callable[[], Awaitable[object]]
    ) -> None:
        """``begin`` is called when there is something to look into; it need not have ended when that returns."""
        self._installations = installations
        self._leaving = leaving
        self._begin = begin

    async def uninstalled(self, team: str | None, enterprise: str | None, event_time: datetime) -> None:
        """The app was removed from a workspace, or without ``team`` from an organization: what was kept there goes."""
        where = team or enterprise
        if where is None:
            return
        try:
            found = await self._serving(team, enterprise)
        except SecretsUnavailable:
            found = None  # when it was installed, nobody can say
        if found is not None and _is_newer(found, event_time):
            return
        await self._leaving.add(Left(where=where, at=event_time, enterprise=enterprise if team else None))
        log.info("the app was uninstalled, Slack says: what was kept there will be erased", where=where)
        await self._begin()

    async def access_revoked(self, teams: Collection[str], enterprise: str | None, event_time: datetime) -> None:
        """An organization's admin took the app out of some of its workspaces: what was kept there goes."""
        gone = [team for team in teams if await self._is_served(team, enterprise)]
        for team in gone:
            await self._installations.forget_organization(team)
            await self._leaving.add(Left(where=team, at=event_time))
        log.info("workspaces were taken out of an organization's installation", workspaces=len(gone))
        await self._begin()

    async def tokens_revoked(
        self, team: str | None, enterprise: str | None, bot_users: Collection[str], event_time: datetime
    ) -> None:
        """Tokens were revoked; ``bot_users`` are the bots whose. Ours goes; what was subscribed stays."""
        try:
            found = await self._serving(team, enterprise) if bot_users else None
        except SecretsUnavailable:
            return  # whose token it is nobody can say, and it is no use to anybody
        if found is None or (found.bot_user and found.bot_user not in bot_users) or _is_newer(found, event_time):
            return
        await self._leaving.add(Left(where=found.where, at=event_time, erases=False))
        await self._begin()

    async def _serving(self, team: str | None, enterprise: str | None) -> Installation | None:
        """The workspace's own installation, else the organization's."""
        for where in filter(None, (team, enterprise)):
            if (found := await self._installations.at(where)) is not None:
                return found
        return None

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


def _is_newer(found: Installation, event_time: datetime) -> bool:
    newer = event_time < found.installed_at.replace(microsecond=0)
    if newer:
        log.info("an event of an earlier installation is ignored", where=found.where)
    return newer
