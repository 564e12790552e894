"""All installations: in Redis those of workspaces that installed the app, in the settings that of one."""

from collections.abc import AsyncIterator, Callable, Coroutine
from typing import TYPE_CHECKING, Any, Protocol

from bot.slack.installation import Installation, Installations
from bot.slack.own_installation import SettingsInstallation
from bot.slack.stored_installations import RedisInstallations
from bot.slack.web_api import WebApi
from papers.clock import Clock
from papers.errors import TryLater
from papers.settings import Settings
from papers.vault import Vault

if TYPE_CHECKING:
    from redis.asyncio import Redis

_Found = Coroutine[Any, Any, Installation | None]

__all__ = ["BothInstallations", "OpenInstallations", "RedisInstallations", "open_installations"]


class OpenInstallations(Installations, Protocol):
    """What ``open_installations`` opens: whoever opened it closes it."""

    async def at(self, where: str) -> Installation | None:
        """What is kept for this workspace or organization itself, tokens as they are kept."""
        ...

    async def kept(self, team: str | None, enterprise: str | None = None) -> Installation | None:
        """As ``find``, with its token as it is kept, which may have expired."""
        ...

    def places(self) -> AsyncIterator[str]:
        """Every workspace and organization that something is kept for, readable or not; a few more than once."""
        ...

    async def workspaces(self, organization: str) -> tuple[str, ...]:
        """The workspaces that were seen to be served by an organization's installation."""
        ...

    async def organization(self, team: str) -> str | None:
        """The organization whose installation was seen to serve a workspace."""
        ...

    async def forget_workspaces(self, organization: str) -> None: ...

    async def forget_organization(self, team: str) -> None:
        """An organization's installation does not serve the workspace any more."""
        ...

    async def rotate(self) -> int:
        """Seal everything with the newest key. Returns how many there are.

        Raises SecretsUnavailable at the end if some cannot be opened; the others are sealed anew by then.
        """
        ...

    async def close(self) -> None:
        """Wait for tokens that are being renewed, or they would be lost."""
        ...


class BothInstallations:
    """The token of the settings for its own workspace, the store for all others."""

    def __init__(self, own: SettingsInstallation, stored: RedisInstallations) -> None:
        self._own = own
        self._stored = stored

    async def find(self, team: str | None, enterprise: str | None = None) -> Installation | None:
        return await _either(self._own.find(team, enterprise), self._stored.find(team, enterprise))

    async def kept(self, team: str | None, enterprise: str | None = None) -> Installation | None:
        return await _either(self._own.find(team, enterprise), self._stored.kept(team, enterprise))

    async def at(self, where: str) -> Installation | None:
        return await _either(self._own.at(where), self._stored.at(where))

    def places(self) -> AsyncIterator[str]:
        return self._stored.places()

    async def workspaces(self, organization: str) -> tuple[str, ...]:
        return await self._stored.workspaces(organization)

    async def organization(self, team: str) -> str | None:
        return await self._stored.organization(team)

    async def forget_workspaces(self, organization: str) -> None:
        await self._stored.forget_workspaces(organization)

    async def forget_organization(self, team: str) -> None:
        await self._stored.forget_organization(team)

    async def save(self, installation: Installation) -> None:
        await self._stored.save(installation)

    async def remove(self, where: str, found: Installation | None) -> bool:
        own = await self._own.remove(where, found)
        return await self._stored.remove(where, found) or own

    async def rotate(self) -> int:
        return await self._stored.rotate()

    async def all(self) -> AsyncIterator[Installation]:
        own: str | None = None
        async for installation in self._own.all():
            own = installation.where
            yield installation
        async for installation in self._stored.all():
            if installation.where != own:
                yield installation

    async def close(self) -> None:
        await self._stored.close()


async def _either(own: _Found, stored: _Found) -> Installation | None:
    """That of the settings, else that of the store."""
    away: TryLater | None = None
    try:
        if (found := await own) is not None:
            stored.close()
            return found
    except TryLater as error:
        # Whose token it is is not known yet; that must not stop those whose token is in the store.
        away = error
    found = await stored
    if found is None and away is not None:
        raise away
    return found


def open_installations(
    settings: Settings, redis: "Redis", vault_factory: Callable[[], Vault], web: WebApi, clock: Clock
) -> OpenInstallations:
    """Those of the store, and the one workspace of PAPERBOY_SLACK_BOT_TOKEN if it is set. No key is needed for that."""
    stored = RedisInstallations(redis, vault_factory, web, clock, settings)
    if settings.slack.bot_token is None:
        return stored
    return BothInstallations(SettingsInstallation(settings, web, clock), stored)
