"""The one workspace whose token stands in the settings: whose it is, Slack is asked once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.slack.installation import Installation
from bot.slack.web_api import WebApi
from papers.clock import Clock
from papers.errors import TryLater
from papers.log import get_logger
from papers.settings import Settings

if TYPE_CHECKING:
    from slack_sdk.errors import SlackApiError
    from slack_sdk.web.async_slack_response import AsyncSlackResponse

_ASK_AGAIN = timedelta(seconds=10)
"""After Slack could not be asked, or did not take the token."""
_GONE = {"account_inactive", "token_revoked", "token_expired", "team_access_not_granted", "user_removed_from_team"}
"""The token was good once: the app was uninstalled. Not so ``invalid_auth``: that is a token that was never one.

https://docs.slack.dev/reference/methods/auth.test#errors
"""
_UNKNOWN_TIME = datetime(1970, 1, 1, tzinfo=UTC)
_COPY = "copy the Bot User OAuth Token from OAuth & Permissions at https://api.slack.com/apps"

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
        self._gone = False
        self._asked_at: datetime | None = None
        self._told = ""

    async def find(self, team: str | None, enterprise: str | None = None) -> Installation | None:
        """Raises TryLater while nobody can say whose token it is; None once it was revoked."""
        own = await self._own()
        if own is None:
            return None
        return own if own.where == (team if own.team else enterprise) else None

    async def save(self, installation: Installation) -> None:
        """Nothing to do: it stands in the settings."""

    async def remove(self, where: str) -> bool:
        """It stays in the settings; but whether its token is still good is asked again. Returns False."""
        if self._known is not None and self._known.where == where:
            self._known, self._asked_at = None, None
        return False

    async def all(self) -> AsyncIterator[Installation]:
        own = await self._own()
        if own is not None:
            yield own

    async def close(self) -> None:
        """Nothing is open."""

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
        import aiohttp
        from slack_sdk.errors import SlackApiError

        token = self._settings.bot_token
        assert token is not None
        self._failure = None
        try:
            async with asyncio.timeout(self._web.timeout):
                answer = await self._web.client(token.get_secret_value()).auth_test()
            self._known = self._read(answer)
            self._told = ""
        except SlackApiError as error:
            self._refused(error)
        except (aiohttp.ClientError, TimeoutError, OSError):
            self._failure = TryLater("Slack cannot be reached: this works again when it can be", scope="platform")
        self._asked_at = self._clock.now()

    def _read(self, answer: "AsyncSlackResponse") -> Installation:
        organization = bool(answer.get("is_enterprise_install"))
        assert self._settings.bot_token is not None
        return Installation(
            team=None if organization else answer.get("team_id"),
            enterprise=answer.get("enterprise_id"),
            bot_token=self._settings.bot_token,
            bot_user=answer.get("user_id") or "",
            bot_id=answer.get("bot_id") or "",
            app_id=answer.get("app_id") or "",
            scopes=granted(answer),
            installed_at=_UNKNOWN_TIME,
        )

    def _refused(self, error: "SlackApiError") -> None:
        code = str(error.response.get("error") or "no reason given")
        if code in _GONE:
            self._tell("the app is no longer installed: install it again, then set PAPERBOY_SLACK_BOT_TOKEN anew", code)
            return
        if code == "ratelimited" or error.response.status_code >= 500:
            self._failure = TryLater("Slack is busy: this works again in a moment", scope="platform")
            return
        self._tell(f"Slack does not take PAPERBOY_SLACK_BOT_TOKEN: {_COPY}", code)
        self._failure = TryLater(f"Slack does not take PAPERBOY_SLACK_BOT_TOKEN ({code}): {_COPY}", scope="platform")

    def _tell(self, sentence: str, code: str) -> None:
        if self._told != code:
            log.error(sentence, error=code)
            self._told = code


def granted(answer: "AsyncSlackResponse") -> frozenset[str]:
    """What a token may do, as Slack says with every answer."""
    headers = {str(name).lower(): str(value) for name, value in (answer.headers or {}).items()}
    return frozenset(filter(None, (scope.strip() for scope in headers.get("x-oauth-scopes", "").split(","))))
