"""The app as it is installed in one workspace, or in all of an organization's (Enterprise Grid)."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Protocol

from pydantic import SecretStr

from papers.models import Frozen


class Installation(Frozen):
    team: str | None
    """T…; None for a whole organization's."""
    enterprise: str | None = None
    """E…, of a workspace in an organization, and of the organization."""
    bot_token: SecretStr
    refresh_token: SecretStr | None = None
    """Where tokens are rotated."""
    expires_at: datetime | None = None
    bot_user: str
    """U…: mentions of it are meant for us."""
    bot_id: str = ""
    """B…"""
    app_id: str = ""
    scopes: frozenset[str] = frozenset()
    """What the token may do; empty where that is not known."""
    installer: str = ""
    """U…, who hears of what must be mended."""
    installed_at: datetime

    @property
    def where(self) -> str:
        """The key it is kept under: the workspace's id, else the organization's."""
        return self.team or self.enterprise or ""


class Installations(Protocol):
    """Where installations are kept, and their tokens kept fresh."""

    async def find(self, team: str | None, enterprise: str | None = None) -> Installation | None:
        """The installation that serves a workspace: its own, else its organization's; with a token that is valid now.

        Which organization a workspace belongs to is remembered, so that ``team`` alone is enough later on. Raises
        SecretsUnavailable, TryLater if a token cannot be refreshed at the moment, and redis-py's errors.
        """
        ...

    async def save(self, installation: Installation) -> None: ...

    async def remove(self, where: str, found: Installation | None) -> bool:
        """Forget what is kept there if it still is what was ``found``; None: what cannot be read.

        Returns whether it was: not so where it was installed again meanwhile.
        """
        ...

    def all(self) -> AsyncIterator[Installation]:
        """Each, tokens as they are kept."""
        ...

    async def close(self) -> None:
        """Wait for what is under way."""
        ...
