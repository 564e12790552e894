"""The part of ``paperboy doctor`` that has Slack check the id and secret of an app that workspaces install."""

import asyncio

from bot.slack.answers import error_name
from paperboy.check import Check
from paperboy.post import Post

_NAME = "slack app secret"
_WRONG = {
    "invalid_client_id": "Slack knows no app with PAPERBOY_SLACK_CLIENT_ID",
    "bad_client_secret": "PAPERBOY_SLACK_CLIENT_SECRET is not that of the app",
}
_NO_CODE = "paperboy-doctor"
"""Slack gave nobody this code, so nothing is installed with it: only what comes before can be wrong, or this.

https://docs.slack.dev/reference/methods/oauth.v2.access#errors
"""


async def app_secret(post: Post) -> Check:
    """Both must be set."""
    import aiohttp
    from slack_sdk.errors import SlackApiError

    slack = post.app.settings.slack
    assert slack.client_secret is not None
    try:
        async with asyncio.timeout(post.slack_web.timeout):
            await post.slack_web.client().oauth_v2_access(
                client_id=slack.client_id, client_secret=slack.client_secret.get_secret_value(), code=_NO_CODE
            )
    except SlackApiError as error:
        code = error_name(error)
        if code in _WRONG:
            remedy = "copy both from Basic Information at https://api.slack.com/apps"
            return Check(_NAME, False, _WRONG[code], remedy)
        return Check(_NAME, True, "Slack takes it" if code == "invalid_code" else "Slack did not say")
    except (aiohttp.ClientError, TimeoutError, OSError, AttributeError):
        return Check(_NAME, True, "Slack did not say")
    return Check(_NAME, True, "Slack takes it")
