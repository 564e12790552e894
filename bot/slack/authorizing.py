"""Which installation serves a request: asked of the store, remembered for a minute, never of Slack."""

from typing import TYPE_CHECKING

from bot.slack.installation import Installation, Installations
from bot.slack.remembering import Remembered

if TYPE_CHECKING:
    from slack_bolt.authorization import AuthorizeResult

_SECONDS = 60.0
_MOST = 5000


class NotInstalled(Exception):
    """No installation serves the workspace, or no more."""


class Authorizing:
    def __init__(self, installations: Installations, *, seconds: float = _SECONDS) -> None:
        self._installations = installations
        self._found: Remembered[tuple[str | None, str | None], Installation] = Remembered(seconds=seconds, most=_MOST)

    async def authorize(self, enterprise_id: str | None, team_id: str | None) -> "AuthorizeResult":
        """For Bolt. Raises NotInstalled, and what ``Installations.find`` does."""
        from slack_bolt.authorization import AuthorizeResult

        found = await self.find(team_id, enterprise_id)
        if found is None:
            raise NotInstalled
        return AuthorizeResult(
            enterprise_id=found.enterprise,
            team_id=team_id or found.team,
            bot_token=found.bot_token.get_secret_value(),
            bot_user_id=found.bot_user or None,
            bot_id=found.bot_id or None,
        )

    async def find(self, team: str | None, enterprise: str | None) -> Installation | None:
        """Raises what ``Installations.find`` does."""
        known = self._found.get((team, enterprise))
        if known is not None:
            return known
        found = await self._installations.find(team, enterprise)
        if found is not None:
            self._found.keep((team, enterprise), found)
        return found

    def forget_all(self) -> None:
        """After an installation ended: which requests it served is not known."""
        self._found.clear()
