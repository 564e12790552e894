"""The code that Slack gives after a yes, changed for tokens (oauth.v2.access)."""

from datetime import datetime, timedelta
from typing import Any

from pydantic import SecretStr

from bot.slack.installation import Installation
from bot.slack.oauth_access import Refusal, oauth_access
from bot.slack.web_api import WebApi
from papers.errors import BadInput
from papers.settings import Settings

_SENTENCES = {
    "invalid_code": "its permission was used before, or is too old",
    "code_already_used": "its permission was used before",
    "code_expired": "its permission is too old",
    "bad_redirect_uri": "whoever runs Paperboy must add its redirect URL under OAuth & Permissions",
    "bad_client_secret": "whoever runs Paperboy must correct PAPERBOY_SLACK_CLIENT_SECRET",
    "invalid_client_id": "whoever runs Paperboy must correct PAPERBOY_SLACK_CLIENT_ID",
}


async def installed_by_code(
    web: WebApi, settings: Settings, code: str, redirect_uri: str, now: datetime
) -> Installation:
    """What was installed. Raises BadInput with the reason if Slack does not take the code, TryLater or AnswerLost if
    it is away."""
    try:
        answer = await oauth_access(web, settings, code=code, redirect_uri=redirect_uri)
    except Refusal as error:
        raise BadInput(_SENTENCES.get(error.code, "it gave no reason that is known to us")) from None
    return installation_of(answer, now)


def installation_of(answer: dict[str, Any], now: datetime) -> Installation:
    """Slack's answer, https://docs.slack.dev/reference/methods/oauth.v2.access. Raises BadInput for an odd one."""
    team, enterprise = (_id(answer.get(name)) for name in ("team", "enterprise"))
    if answer.get("is_enterprise_install"):
        team = None
    token, refresh, seconds = answer.get("access_token"), answer.get("refresh_token"), answer.get("expires_in")
    bot_user = answer.get("bot_user_id")
    if not (isinstance(token, str) and token and isinstance(bot_user, str) and bot_user and (team or enterprise)):
        raise BadInput("its answer names no bot and no workspace")
    return Installation(
        team=team,
        enterprise=enterprise,
        bot_token=SecretStr(token),
        refresh_token=SecretStr(refresh) if isinstance(refresh, str) and refresh else None,
        expires_at=now + timedelta(seconds=seconds) if isinstance(seconds, int) and refresh else None,
        bot_user=bot_user,
        app_id=str(answer.get("app_id") or ""),
        scopes=frozenset(filter(None, str(answer.get("scope") or "").split(","))),
        installer=_id(answer.get("authed_user")) or "",
        installed_at=now,
    )


def _id(value: object) -> str | None:
    found = value.get("id") if isinstance(value, dict) else None
    return found if isinstance(found, str) and found else None
