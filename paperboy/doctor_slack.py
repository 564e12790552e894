"""The part of ``paperboy doctor`` that looks at Slack: tokens, scopes, installations, the way in."""

import asyncio
from collections.abc import AsyncIterator

from bot.slack.installation import Installation
from bot.slack.scopes import missing
from bot.slack.whose_token import ENDED, NOT_THE_API, Refused, TokenOwner, error_code, unanswered, whose_token
from paperboy.check import Check
from paperboy.doctor_slack_channels import slack_channels
from paperboy.doctor_slack_secret import app_secret
from paperboy.post import Post
from paperboy.slack_app import lacking, touched
from papers.errors import PaperboyError, SecretsUnavailable

_APPS = "https://api.slack.com/apps"
_CHECK_NETWORK = "check network, proxy and PAPERBOY_SLACK_API_URL"
_REQUESTS = "slack requests"


async def examine_slack(post: Post) -> AsyncIterator[Check]:
    """Every check, as it is done; none where Slack is not set up."""
    slack = post.app.settings.slack
    if not touched(slack):
        return
    if not slack.can_post:
        found, _, remedy = lacking(post.app.settings).partition(": ")
        yield Check("slack settings", False, found, remedy)
    answers = True
    if slack.bot_token:
        async for check in _token("slack token", post, slack.bot_token.get_secret_value()):
            yield check
            answers = answers and check.remedy != _CHECK_NETWORK
    if slack.client_id or slack.client_secret:
        async for check in _installations(post):
            yield check
    yield await _way_in(post)
    if slack.can_post and answers:
        yield await slack_channels(post)


async def _token(name: str, post: Post, token: str) -> AsyncIterator[Check]:
    try:
        found = await whose_token(post.slack_web, token)
    except PaperboyError as error:
        yield Check(name, False, str(error), _CHECK_NETWORK)
        return
    if isinstance(found, Refused):
        gone = found.code in ENDED
        remedy = f"{'install the app again' if gone else 'copy it again'}: Install App at {_APPS}"
        yield Check(name, False, f"Slack does not take it ({found.code})", remedy)
        return
    where = f"{found.team_name} ({found.team or found.enterprise})"
    yield Check(name, True, f"@{found.user_name} in {where}")
    yield _scopes(found)


def _scopes(owner: TokenOwner) -> Check:
    if not owner.scopes:
        return Check("slack scopes", True, "Slack did not say which were granted")
    lacking = missing(owner.scopes)
    if not lacking:
        return Check("slack scopes", True, "all that is needed")
    found = "; ".join(f"without {scope} no {reason}" for scope, reason in lacking.items())
    return Check("slack scopes", False, found, f"paste paperboy slack manifest at {_APPS}, then install the app again")


async def _installations(post: Post) -> AsyncIterator[Check]:
    settings = post.app.settings
    named = {
        "PAPERBOY_SLACK_CLIENT_ID": settings.slack.client_id,
        "PAPERBOY_SLACK_CLIENT_SECRET": settings.slack.client_secret,
        "PAPERBOY_WEB_URL": settings.web.url,
    }
    unset = [name for name, value in named.items() if not value]
    if unset:
        yield Check("slack install page", False, f"not set: {', '.join(unset)}", "set what is missing, or none of them")
    else:
        yield Check("slack install page", True, f"{settings.web.url}/slack/install")
        yield await app_secret(post)
    good, unreadable, again, reason = 0, [], [], ""
    async for where in post.slack_installations.places():
        try:
            found = await post.slack_installations.at(where)
        except SecretsUnavailable as error:
            unreadable.append(where)
            reason = str(error)
            continue
        if found is None:
            continue
        if _ended(found) or (found.scopes and missing(found.scopes)):
            again.append(where)
        else:
            good += 1
    counted = f"{good:,} in order"
    if unreadable:
        yield Check("slack installations", False, f"{counted}; unreadable: {_some(unreadable)}", reason)
    if again:
        remedy = "somebody there must open the install page; what is subscribed stays"
        yield Check("slack installations", False, f"{counted}; to be installed again: {_some(again)}", remedy)
    if not (unreadable or again):
        yield Check("slack installations", True, counted)


def _ended(installation: Installation) -> bool:
    return installation.expires_at is not None and installation.refresh_token is None


async def _way_in(post: Post) -> Check:
    slack = post.app.settings.slack
    if slack.app_token is not None:
        return await _socket(post, slack.app_token.get_secret_value())
    if slack.signing_secret is None:
        remedy = "set PAPERBOY_SLACK_APP_TOKEN for Socket Mode, or PAPERBOY_SLACK_SIGNING_SECRET for HTTP"
        return Check(_REQUESTS, False, "there is no way in for commands and buttons", remedy)
    url = post.app.settings.web.url
    if url is None:
        return Check(_REQUESTS, False, "Slack knows no address of ours", "set PAPERBOY_WEB_URL to where it is reached")
    return Check(_REQUESTS, True, f"over HTTP, signed, at {url}/slack/events")


async def _socket(post: Post, token: str) -> Check:
    import aiohttp
    from slack_sdk.errors import SlackApiError

    try:
        async with asyncio.timeout(post.slack_web.timeout):
            await post.slack_web.client().apps_connections_open(app_token=token)
    except SlackApiError as error:
        code = error_code(error)
        remedy = f"make an app-level token with the scope connections:write: Basic Information at {_APPS}"
        if code:
            return Check(_REQUESTS, False, f"Slack does not take PAPERBOY_SLACK_APP_TOKEN ({code})", remedy)
        return Check(_REQUESTS, False, unanswered(error), _CHECK_NETWORK)
    except AttributeError:  # slack_sdk's, of an answer that is plain text
        return Check(_REQUESTS, False, NOT_THE_API, _CHECK_NETWORK)
    except (aiohttp.ClientError, TimeoutError, OSError):
        return Check(_REQUESTS, False, "Slack cannot be reached", _CHECK_NETWORK)
    return Check(_REQUESTS, True, "by Socket Mode")


def _some(names: list[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5:,} more" if len(names) > 5 else "")
