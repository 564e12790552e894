"""What ``paperboy worker``, ``scheduler``, ``web`` and ``up`` run, given what they work with."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from paperboy.post import open_post
from paperboy.wiring import open_app
from papers.log import get_logger
from papers.logs import configure_logs
from papers.settings import Settings, load_settings
from workers.broker import make_broker
from workers.process import run_process
from workers.resources import Resources
from workers.scheduler import run_scheduler
from workers.supervisor import run_tree


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
    from paperboy.web_actions import actions

    settings = _start("web")

    async def main(stop: asyncio.Event) -> int:
        async with open_app(settings) as app, open_post(app) as post:
            web = make_web(app.store.redis, post.vault, app.clock, actions(post, app.clock))
            await serve(web, settings, stop, on_ready=lambda address: get_logger("web").info("web ready", at=address))
        return 0

    return run_process(main)


def run_all() -> int:
    """All that is configured as one process tree, until it is told to stop. Returns the exit code."""
    settings = _start("up")
    names = ["worker", "scheduler", *(["web"] if settings.web.url else [])]
    parts = {name: [sys.executable, "-m", "paperboy", name] for name in names}

    async def main(stop: asyncio.Event) -> int:
        async with open_app(settings):  # the embedded Redis outlives a part that dies
            return await run_tree(parts, stop, prefix=settings.log.format == "text")

    return run_process(main)


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
