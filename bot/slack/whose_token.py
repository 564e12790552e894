"""Whose a token is and what it may do, as Slack says (auth.test)."""

import asyncio
from typing import TYPE_CHECKING

from bot.slack.answers import error_name
from bot.slack.web_api import WebApi
from papers.errors import TryLater
from papers.models import Frozen

if TYPE_CHECKING:
    from slack_sdk.errors import SlackApiError
    from slack_sdk.web.async_slack_response import AsyncSlackResponse

ENDED = frozenset(
    {"account_inactive", "token_revoked", "token_expired", "team_access_not_granted", "user_removed_from_team"}
)
"""The token was good once. Not so ``invalid_auth``: that may be no token at all.

https://docs.slack.dev/reference/methods/auth.test#errors
"""
NOT_THE_API = "no Slack answers at PAPERBOY_SLACK_API_URL: it is like https://slack.com/api, with /api at its end"
_BUSY = {"ratelimited", "internal_error", "fatal_error", "service_unavailable", "team_added_to_org", "request_timeout"}


class TokenOwner(Frozen):
    team: str | None
    """T…; None for a whole organization's token."""
    team_name: str
    enterprise: str | None
    user: str
    """U…, the bot."""
    user_name: str
    bot_id: str
    app_id: str
    scopes: frozenset[str]


class Refused(Frozen):
    code: str
    """What Slack says is wrong with the token."""


async def whose_token(web: WebApi, token: str) -> TokenOwner | Refused:
    """Ask Slack. Raises TryLater if it is away or busy, or something else answers in its place."""
    import aiohttp
    from slack_sdk.errors import SlackApiError

    try:
        async with asyncio.timeout(web.timeout):
            answer = await web.client(token).auth_test()
    except SlackApiError as error:
        code = error_code(error)
        if not code:
            raise TryLater(unanswered(error), scope="platform") from None
        return Refused(code=code)
    except AttributeError:  # slack_sdk's, of an answer that is plain text
        raise TryLater(NOT_THE_API, scope="platform") from None
    except (aiohttp.ClientError, TimeoutError, OSError):
        raise TryLater("Slack cannot be reached: try again in a moment", scope="platform") from None
    organization = bool(answer.get("is_enterprise_install"))
    return TokenOwner(
        team=None if organization else answer.get("team_id"),
        team_name=str(answer.get("team") or ""),
        enterprise=answer.get("enterprise_id"),
        user=str(answer.get("user_id") or ""),
        user_name=str(answer.get("user") or ""),
        bot_id=str(answer.get("bot_id") or ""),
        app_id=str(answer.get("app_id") or ""),
        scopes=_granted(answer),
    )


def error_code(error: "SlackApiError") -> str:
    """The word by which Slack names what is wrong; empty where it is busy, or something between it and us answers."""
    code = error_name(error)
    return "" if code in _BUSY or getattr(error.response, "status_code", 200) >= 500 else code


def unanswered(error: "SlackApiError") -> str:
    """What an error without ``error_code`` says."""
    status = getattr(error.response, "status_code", None) or getattr(error.response, "status", None) or 0
    if error_name(error) or status == 429 or status >= 500:
        return "Slack is busy: try again in a moment"
    return NOT_THE_API


def _granted(answer: "AsyncSlackResponse") -> frozenset[str]:
    """Slack names a token's scopes in a header of every answer."""
    headers = {str(name).lower(): str(value) for name, value in (answer.headers or {}).items()}
    return frozenset(filter(None, (scope.strip() for scope in headers.get("x-oauth-scopes", "").split(","))))
