"""One call: a refresh token changed for a new token (oauth.v2.access).

https://docs.slack.dev/authentication/using-token-rotation
"""

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pydantic import SecretStr

from bot.slack.installation import Installation
from bot.slack.web_api import WebApi
from bot.slack.whose_token import ENDED, error_code
from papers.clock import Clock
from papers.settings import Settings

if TYPE_CHECKING:
    from slack_sdk.errors import SlackApiError
    from slack_sdk.web.async_slack_response import AsyncSlackResponse

_REFUSED = {"invalid_refresh_token", "refresh_token_expired", "invalid_grant", "authorization_not_found", *ENDED}
_NOT_US = {"invalid_client_id", "bad_client_secret", "invalid_client"}


class NotRenewed(Exception):
    """There is no new token. The old one is what it was."""

    def __init__(self, reason: str, *, for_good: bool = False) -> None:
        """``for_good``: Slack takes this refresh token for none."""
        super().__init__(reason)
        self.for_good = for_good


async def renewed(web: WebApi, settings: Settings, installation: Installation, clock: Clock) -> Installation:
    """The installation with the token that Slack gives for its refresh token, which is spent then.

    Raises NotRenewed; also where an answer was lost, after which the refresh token may be spent as well.
    """
    import aiohttp
    from slack_sdk.errors import SlackApiError

    assert installation.refresh_token is not None
    secret = settings.slack.client_secret
    try:
        async with asyncio.timeout(web.timeout):
            answer = await web.client().oauth_v2_access(
                client_id=settings.slack.client_id,
                client_secret=secret.get_secret_value() if secret else "",
                grant_type="refresh_token",
                refresh_token=installation.refresh_token.get_secret_value(),
            )
    except SlackApiError as error:
        raise _refusal(error) from None
    except (aiohttp.ClientError, TimeoutError, OSError):
        raise NotRenewed("Slack cannot be reached") from None
    return _with_new_token(installation, answer, clock.now())


def _refusal(error: "SlackApiError") -> NotRenewed:
    code = error_code(error)
    if code in _REFUSED:
        return NotRenewed(code, for_good=True)
    if code in _NOT_US:
        return NotRenewed("PAPERBOY_SLACK_CLIENT_ID or PAPERBOY_SLACK_CLIENT_SECRET is not the app's any more")
    return NotRenewed("Slack is busy")


def _with_new_token(before: Installation, answer: "AsyncSlackResponse", now: datetime) -> Installation:
    token, refresh, seconds = answer.get("access_token"), answer.get("refresh_token"), answer.get("expires_in")
    if not isinstance(token, str) or not token or answer.get("token_type", "bot") != "bot":
        raise NotRenewed("Slack answered without a token")
    scopes = frozenset(filter(None, str(answer.get("scope") or "").split(",")))
    return before.model_copy(
        update={
            "bot_token": SecretStr(token),
            "refresh_token": SecretStr(refresh) if isinstance(refresh, str) and refresh else None,
            "expires_at": now + timedelta(seconds=seconds) if isinstance(seconds, int) else None,
            "scopes": scopes or before.scopes,
        }
    )
