"""A refresh token changed for a new token.

https://docs.slack.dev/authentication/using-token-rotation
"""

import asyncio
from datetime import datetime, timedelta
from typing import Any

from pydantic import SecretStr

from bot.slack.installation import Installation
from bot.slack.oauth_access import Refusal, oauth_access
from bot.slack.web_api import WebApi
from bot.slack.whose_token import ENDED
from papers.clock import Clock
from papers.errors import AnswerLost, TryLater
from papers.settings import Settings

_REFUSED = {"invalid_refresh_token", "refresh_token_expired", "invalid_grant", "authorization_not_found", *ENDED}
_NOT_US = {"invalid_client_id", "bad_client_secret", "invalid_client"}
_AGAIN_SECONDS = 1.0


class NotRenewed(Exception):
    """There is no new token. The old one is what it was."""

    def __init__(self, reason: str, *, for_good: bool = False) -> None:
        """``for_good``: Slack takes this refresh token for none."""
        super().__init__(reason)
        self.for_good = for_good


async def renewed(web: WebApi, settings: Settings, installation: Installation, clock: Clock) -> Installation:
    """The installation with the token that Slack gives for its refresh token, which is spent then. Raises NotRenewed.

    Where the answer was lost it is asked for once more: the refresh token may be spent, but "is revoked after a short
    grace period", as Slack says. How short that is, it does not say; what was lost is then one of two active tokens,
    which is what Slack allows.
    """
    assert installation.refresh_token is not None
    given = {"grant_type": "refresh_token", "refresh_token": installation.refresh_token.get_secret_value()}
    try:
        try:
            answer = await oauth_access(web, settings, **given)
        except AnswerLost:
            await asyncio.sleep(_AGAIN_SECONDS)
            answer = await oauth_access(web, settings, **given)
    except Refusal as error:
        raise _not_renewed(error) from None
    except (TryLater, AnswerLost) as error:
        raise NotRenewed(str(error)) from None
    return _with_new_token(installation, answer, clock.now())


def longest(web: WebApi) -> float:
    """Seconds that it may take."""
    return 2 * web.timeout + _AGAIN_SECONDS


def _not_renewed(error: Refusal) -> NotRenewed:
    if error.code in _REFUSED:
        return NotRenewed(error.code, for_good=True)
    if error.code in _NOT_US:
        return NotRenewed("PAPERBOY_SLACK_CLIENT_ID or PAPERBOY_SLACK_CLIENT_SECRET is not the app's any more")
    return NotRenewed("Slack is busy")


def _with_new_token(before: Installation, answer: dict[str, Any], now: datetime) -> Installation:
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
