"""The one workspace whose token stands in the settings: whose it is, Slack is asked once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from pydantic import SecretStr

from bot.slack.installation import Installation
from bot.slack.web_api import WebApi
from bot.slack.whose_token import ENDED, Refused, TokenOwner, whose_token
from papers.clock import Clock
from papers.errors import TryLater
from papers.log import get_logger
from papers.settings import Settings

_ASK_AGAIN = timedelta(seconds=10)
"""After Slack could not be asked, or did not take the token."""
_UNKNOWN_TIME = datetime(1970, 1, 1, tzinfo=UTC)
"""Before every event, so that none is taken for an older installation's."""
_COPY = "copy the Bot User OAuth Token from Install App at https://api.slack.com/apps"

log = get_logger("slack")


class SettingsInstallation:
    """The installation of PAPERBOY_SLACK_BOT_TOKEN, which must be set. Only its own team is served."""

    def __init__(self, settings: Settings, web: WebApi, clock: Clock) -> None:
        self._settings = settings.slack
        self._web = web
        self._clock = clock
        self._asking = asyncio.Lock()
        self._known: Installation | None = None
        self._failure: TryLater | None = None
        self._asked_at: datetime | None = None
        self._told = ""
        self._seen: set[str] = set()
        """Workspaces of the organization, where the token is a whole one's."""

    async def find(self, team: str | None, enterprise: str | None = None) -> Installation | None:
        """Raises TryLater while nobody can say whose token it is; None once it was revoked."""
        own = await self._own()
        if own is None:
            return None
        if own.team is not None:
            return own if own.team == team else None
        if team is not None and enterprise == own.where:
            self._seen.add(team)
        # A button names its organization not always so that it can be believed: its workspace was seen before.
        return own if enterprise == own.where or (enterprise is None and team in self._seen) else None

    async def at(self, where: str) -> Installation | None:
        """It, if it serves exactly this workspace or organization. Raises TryLater while that is not known."""
        own = await self._own()
        return own if own is not None and own.where == where else None

    async def remove(self, where: str, found: Installation | None) -> bool:
        """It stays in the settings; but whether its token is still good is asked again. Returns False."""
        if self._known is not None and self._known == found:
            self._known, self._asked_at = None, None
        return False

    async def all(self) -> AsyncIterator[Installation]:
        own = await self._own()
        if own is not None:
            yield own

    async def _own(self) -> Installation | None:
        async with self._asking:
            if self._known is None and self._may_ask():
                await self._ask()
            if self._known is None and self._failure is not None:
                raise self._failure
            return self._known

    def _may_ask(self) -> bool:
        return self._asked_at is None or abs(self._clock.now() - self._asked_at) >= _ASK_AGAIN

    async def _ask(self) -> None:
        token = self._settings.bot_token
        assert token is not None
        self._failure = None
        try:
            found = await whose_token(self._web, token.get_secret_value())
        except TryLater as error:
            self._failure = error
        else:
            self._take(found, token)
        self._asked_at = self._clock.now()

    def _take(self, found: TokenOwner | Refused, token: SecretStr) -> None:
        if isinstance(found, TokenOwner):
            self._told = ""
            self._known = Installation(
                team=found.team,
                enterprise=found.enterprise,
                bot_token=token,
                bot_user=found.user,
                bot_id=found.bot_id,
                app_id=found.app_id,
                scopes=found.scopes,
                installed_at=_UNKNOWN_TIME,
            )
        elif found.code in ENDED:
            self._tell(
                "the app is not installed any more: install it again, and set PAPERBOY_SLACK_BOT_TOKEN anew", found
            )
        else:
            sentence = f"Slack does not take PAPERBOY_SLACK_BOT_TOKEN: {_COPY}"
            self._tell(sentence, found)
            self._failure = TryLater(sentence, scope="platform")

    def _tell(self, sentence: str, refused: Refused) -> None:
        """Once, not each time that somebody asks."""
        if self._told != refused.code:
            log.error(sentence, error=refused.code)
            self._told = refused.code
