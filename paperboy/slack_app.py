"""The Slack app over the post office: built here, run by ``paperboy slack`` or ``paperboy web``."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING

from paperboy.post import Post
from papers.errors import BadInput, PaperboyError
from papers.redis.failures import REDIS_FAILS
from papers.settings import Settings, SlackSettings

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from bot.slack.app import SlackApp
    from bot.slack.installation import Installation

_NOT_SET_UP = (
    "Slack is not set up: set PAPERBOY_SLACK_BOT_TOKEN for one workspace, or PAPERBOY_SLACK_CLIENT_ID, "
    "PAPERBOY_SLACK_CLIENT_SECRET and PAPERBOY_WEB_URL for all that install the app"
)
_NO_INSTALLING = (
    "no workspace can install the app: set what is missing of PAPERBOY_SLACK_CLIENT_ID, PAPERBOY_SLACK_CLIENT_SECRET "
    "and PAPERBOY_WEB_URL, or none of them"
)
_NO_ADDRESS = "Slack does not reach us: set PAPERBOY_WEB_URL to where it calls paperboy web, as in the manifest"
_NO_WAY_IN = (
    "Slack cannot reach us: set PAPERBOY_SLACK_APP_TOKEN for Socket Mode, which needs no public address, or "
    "PAPERBOY_SLACK_SIGNING_SECRET for HTTP"
)


def check_settings(slack: SlackSettings) -> None:
    """Raises BadInput naming what is missing to run the app."""
    if not slack.can_post:
        raise BadInput(_NOT_SET_UP)
    if slack.app_token is None and slack.signing_secret is None:
        raise BadInput(_NO_WAY_IN)


def lacking(settings: Settings) -> str:
    """What is missing where Slack is set up in part, as a sentence; empty where it is whole, or not set up at all."""
    slack = settings.slack
    if not touched(slack):
        return ""
    try:
        check_settings(slack)
    except BadInput as error:
        return str(error)
    if slack.app_token is None and settings.web.url is None:
        return _NO_ADDRESS
    installing = [bool(slack.client_id), slack.client_secret is not None]
    if any(installing) and not (all(installing) and settings.web.url):
        return _NO_INSTALLING
    return ""


def touched(slack: SlackSettings) -> bool:
    """Whether any of it is set that concerns the app."""
    given = (slack.bot_token, slack.app_token, slack.signing_secret, slack.client_id, slack.client_secret)
    return any(given)


def over_http(slack: SlackSettings) -> bool:
    """Whether the web server is to take Slack's requests."""
    return slack.can_post and slack.signing_secret is not None


@asynccontextmanager
async def open_slack(post: Post) -> AsyncIterator["SlackApp"]:
    """The app. At the end it waits a little for what is under way."""
    from bot.commands import Commands
    from bot.slack.app import make_app
    from bot.slack.erasing import Erasing
    from bot.slack.leaving import Leaving
    from bot.slack.uninstalling import Uninstalling
    from paperboy.desk import desk_of

    desk = desk_of(post)
    leaving = Leaving(post.app.store.redis)
    erasing = Erasing(post.slack_installations, post.slack_web, leaving, partial(_erase, post), post.app.clock)
    app = make_app(
        Commands(desk),
        post.slack_installations,
        post.slack_web,
        desk.once,
        Uninstalling(post.slack_installations, leaving, erasing.begin),
    )
    behind = [asyncio.create_task(erasing.run()), asyncio.create_task(_ask_for_token(post))]
    try:
        yield app
    finally:
        for task in behind:
            task.cancel()
        await asyncio.gather(*behind, return_exceptions=True)
        await app.close()


def slack_routes(post: Post, slack: "SlackApp") -> "list[BaseRoute]":
    """Where Slack's requests come to, and where the app is installed."""
    from bot.slack.greeting import Greeting
    from bot.slack.http import routes
    from bot.slack.oauth import oauth_routes
    from papers.once import Once

    app, secret = post.app, post.app.settings.slack.signing_secret
    redis, once = app.store.redis, Once(app.store.redis)
    greeting = Greeting(post.slack_web, once)

    async def installed(installation: "Installation") -> None:
        await _enable(post, installation)
        await greeting.greet(installation)

    events = routes(slack.receiver, secret.get_secret_value(), once, app.clock) if secret else []
    pages = oauth_routes(
        app.settings, redis, post.vault, post.slack_web, app.clock, post.slack_installations, installed
    )
    return [*events, *pages]


async def _ask_for_token(post: Post) -> None:
    """Have a token of the settings that Slack does not take told in the log at once, not when somebody first asks.

    One that is good may be newer than that with which something was disabled.
    """
    token = post.app.settings.slack.bot_token
    if token is None:
        return
    with suppress(PaperboyError, *REDIS_FAILS, OSError):  # what passes is told by whoever needs the token
        async for first in post.slack_installations.all():
            if first.bot_token == token:
                await _enable(post, first)
            return


async def _enable(post: Post, installation: "Installation") -> None:
    from bot.slack.reinstalling import enable_again

    where = installation.where
    await enable_again(post.ledger, [where, *await post.slack_installations.workspaces(where)])


async def _erase(post: Post, prefix: str) -> object:
    from papers.votes import Votes
    from papers.workspaces import erase_workspace

    redis = post.app.store.redis
    votes = Votes(redis, post.app.settings)
    return await erase_workspace(prefix, redis, post.subscriptions, post.ledger, post.addresses, votes)
