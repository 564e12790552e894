"""What ``paperboy worker``, ``scheduler``, ``web``, ``slack``, ``discord`` and ``up`` run, given what they need."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from paperboy.post import Post, open_post
from paperboy.wiring import open_app
from papers.log import get_logger
from papers.logs import configure_logs
from papers.settings import Settings, load_settings
from workers.broker import make_broker
from workers.process import run_process
from workers.resources import Resources
from workers.scheduler import run_scheduler
from workers.supervisor import run_tree

_MOST_OF_SLACK = 1000
"""Connections: many machines of Slack keep some open."""


def work() -> int:
    """A worker, until it is told to stop. Returns the exit code."""
    from workers.worker import run_worker

    settings = _start("worker")

    async def main(stop: asyncio.Event) -> int:
        async with _resources(settings) as resources:
            await run_worker(resources, stop)
        return 0

    return run_process(main)


def schedule() -> int:
    """A scheduler, until it is told to stop. Returns the exit code."""
    settings = _start("scheduler")

    async def main(stop: asyncio.Event) -> int:
        async with open_app(settings) as app:
            await run_scheduler(make_broker(app.store.redis), settings, app.clock, stop)
        return 0

    return run_process(main)


def serve_web() -> int:
    """The web server, until it is told to stop. Returns the exit code."""
    from bot.web import make_web
    from bot.web_server import serve
    from paperboy.slack_app import over_http
    from paperboy.web_actions import actions

    settings = _start("web")

    async def main(stop: asyncio.Event) -> int:
        async with open_app(settings) as app, open_post(app) as post:
            if over_http(settings.slack):
                await _serve_http(post, stop, "web")
            else:
                web = make_web(app.store.redis, post.vault, app.clock, actions(post, app.clock))
                await serve(web, settings, stop, on_ready=_ready("web"))
        return 0

    return run_process(main)


def serve_slack() -> int:
    """The Slack app, until it is told to stop. Returns the exit code. Raises BadInput for a setting that is missing."""
    from paperboy.slack_app import check_settings, open_slack

    settings = _start("slack")
    check_settings(settings.slack)

    async def main(stop: asyncio.Event) -> int:
        async with open_app(settings) as app, open_post(app) as post:
            if settings.slack.app_token is None:
                await _serve_http(post, stop, "slack")
                return 0
            from bot.slack.socket_mode import run_socket_mode

            async with open_slack(post) as slack:
                await run_socket_mode(
                    slack.receiver, settings, post.slack_web, stop, on_ready=lambda: _settled("slack", by="socket")
                )
        return 0

    return run_process(main)


def serve_discord() -> int:
    """The Discord app, until it is told to stop. Returns the exit code. Raises BadInput for a setting that is missing.

    A token that Discord does not take ends it not: ``paperboy up`` would end with it, and all else that it runs.
    """
    from paperboy.discord_app import check_settings, run_app

    settings = _start("discord")
    check_settings(settings.discord)

    async def main(stop: asyncio.Event) -> int:
        async with open_app(settings) as app, open_post(app) as post:
            await run_app(post, stop)
        return 0

    return run_process(main)


async def _serve_http(post: Post, stop: asyncio.Event, name: str) -> None:
    """The web server with Slack on it."""
    from bot.web import make_web
    from bot.web_server import serve
    from paperboy.slack_app import open_slack, slack_routes
    from paperboy.web_actions import actions

    app = post.app
    async with open_slack(post) as slack:
        more = slack_routes(post, slack)
        web = make_web(app.store.redis, post.vault, app.clock, actions(post, app.clock), more)
        await serve(web, app.settings, stop, on_ready=_ready(name), at_once=_MOST_OF_SLACK)


def _ready(name: str) -> Callable[[str], None]:
    return lambda address: _settled(name, at=address)


def _settled(name: str, **told: str) -> None:
    from bot.settling import settle

    settle()
    get_logger(name).info(f"{name} ready", **told)


def run_all() -> int:
    """All that is configured as one process tree, until it is told to stop; a warning says what is so in part only.

    Returns the exit code.
    """
    from paperboy.slack_app import lacking

    settings = _start("up")
    if missing := lacking(settings):
        get_logger("slack").warning(f"Slack is set up in part, and does not work as it is: {missing}")
    parts = parts_of(settings)

    async def main(stop: asyncio.Event) -> int:
        async with open_app(settings):  # the embedded Redis outlives a part that dies
            return await run_tree(parts, stop, prefix=settings.log.format == "text")

    return run_process(main)


def parts_of(settings: Settings) -> dict[str, list[str]]:
    """Name -> command line of each process of ``paperboy up``."""
    slack = settings.slack.app_token is not None and settings.slack.can_post
    discord = settings.discord.processes if settings.discord.token is not None else 0
    configured = {"web": int(bool(settings.web.url)), "slack": int(slack), "discord": discord}
    return {
        name if number == 1 else f"{name}-{number}": [sys.executable, "-m", "paperboy", name]
        for name, processes in {"worker": 1, "scheduler": 1, **configured}.items()
        for number in range(1, processes + 1)
    }


def _start(process: str) -> Settings:
    settings = load_settings()
    configure_logs(settings.log, process=process)
    return settings


@asynccontextmanager
async def _resources(settings: Settings) -> AsyncIterator[Resources]:
    async with open_app(settings) as app, open_post(app) as post:
        yield Resources(
            settings=settings,
            clock=app.clock,
            redis=app.store.redis,
            store=app.store,
            encoder=app.encoder,
            query_encoder=app.new_encoder(),
            sources=await app.sources(settings.worker.sources),
            subscriptions=post.subscriptions,
            ledger=post.ledger,
            book=post.book,
            sender=post.sender(app.clock),
        )
