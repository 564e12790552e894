"""One call of oauth.v2.access, with the app's credentials: a code or a refresh token is changed for tokens.

https://docs.slack.dev/reference/methods/oauth.v2.access
"""

import asyncio
from typing import TYPE_CHECKING, Any

from bot.slack.answers import error_name
from bot.slack.web_api import WebApi
from bot.slack.whose_token import error_code
from papers.errors import AnswerLost, TryLater
from papers.settings import Settings

if TYPE_CHECKING:
    from slack_sdk.errors import SlackApiError

_ASKS_TO_WAIT = "ratelimited"


class Refusal(Exception):
    """Slack does not give tokens for this."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        """Slack's word for why."""


async def oauth_access(web: WebApi, settings: Settings, **given: str) -> dict[str, Any]:
    """Slack's answer. Raises Refusal; TryLater if it asks to wait; AnswerLost if nobody can say what it did."""
    import aiohttp
    from slack_sdk.errors import SlackApiError

    secret = settings.slack.client_secret
    try:
        async with asyncio.timeout(web.timeout):
            answer = await web.client().oauth_v2_access(
                client_id=settings.slack.client_id,
                client_secret=secret.get_secret_value() if secret else "",
                **given,
            )
    except SlackApiError as error:
        raise _meaning(error) from None
    except (aiohttp.ClientError, TimeoutError, OSError):
        raise AnswerLost("Slack cannot be reached") from None
    return answer.data if isinstance(answer.data, dict) else {}


def _meaning(error: "SlackApiError") -> Exception:
    if code := error_code(error):
        return Refusal(code)
    if error_name(error) == _ASKS_TO_WAIT:
        return TryLater("Slack is busy", scope="platform")
    return AnswerLost("Slack is busy")  # of some of its errors it says that a part may have succeeded
