"""The address that Slack gives with a command or a press: five answers in thirty minutes, wherever it was."""

import json
from typing import TYPE_CHECKING, Any

from papers.errors import AnswerLost, MessageRefused

if TYPE_CHECKING:
    from bot.slack.web_api import WebApi

_LONGEST_ANSWER = 2000


async def respond(web: "WebApi", url: str, message: dict[str, Any]) -> None:
    """Answer. Raises MessageRefused if it is used up or does not take this, AnswerLost where nobody can say."""
    from aiohttp import ClientConnectorError, ClientError

    try:
        async with web.session.post(url, json=message, allow_redirects=False) as answer:
            said = (await answer.content.read(_LONGEST_ANSWER)).decode("utf-8", "replace")
            if answer.status >= 500:
                raise AnswerLost(f"Slack answered {answer.status}")
            if answer.status != 200 or _refusal(said):
                raise MessageRefused(f"Slack answered {answer.status} {_refusal(said)[:60]!r}")
    except ClientConnectorError:
        raise MessageRefused("Slack cannot be reached") from None
    except (ClientError, TimeoutError, OSError, ValueError):
        raise AnswerLost("Slack did not answer") from None


def _refusal(said: str) -> str:
    """``{"ok":false,"error":"used_url"}``; Slack says no more than ``ok`` when it is well."""
    try:
        found = json.loads(said)
    except ValueError:
        return ""
    if isinstance(found, dict) and found.get("ok") is False:
        return str(found.get("error") or "no reason")
    return ""
