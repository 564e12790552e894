"""A process of a scenario: a sender or a planner, opened as the command line opens them.

``python -m tests.chaos.sender ORDERS`` runs one; ORDERS is the JSON of ``Orders``.
"""

import asyncio
import dataclasses
import os
import sys
from pathlib import Path
from typing import Literal

from pydantic import SecretStr, TypeAdapter

from bench.chat_adapter import ChatAdapter
from bench.chat_platform import parse_limits
from paperboy.post import Post, open_post
from paperboy.wiring import open_app
from papers.adapters import Adapter
from papers.destinations import Platform
from papers.logs import configure_logs
from papers.settings import EmailSettings, LogSettings, RedisSettings, Settings, SlackSettings, WebSettings
from tests.chaos.clock import SharedClock
from tests.chaos.steps import Ambush, Steps
from tests.chaos.traced import TracedLedger, TracedWriter, traced
from workers.due import plan_deliveries
from workers.process import run_process

Role = Literal["sender", "planner"]


@dataclasses.dataclass(frozen=True)
class Orders:
    role: Role
    data_dir: Path
    clock: Path
    track: Path
    log: Path
    lease: float
    smtp_port: int = 0
    chat_url: str = ""
    chat_limits: str = ""
    slack_url: str = ""
    """Of a Slack, in place of the chat server."""
    slack_token: str = ""
    ambush: Ambush | None = None


def settings_of(data_dir: Path, smtp_port: int = 0, slack: SlackSettings | None = None) -> Settings:
    """Settings of all processes of a scenario, whatever the environment says."""
    email = EmailSettings(
        host="127.0.0.1" if smtp_port else "",
        port=smtp_port or 25,
        security="none",
        sender="Paperboy <papers@example.org>",
        per_second=1000,
        timeout=5,
    )
    web = WebSettings(url="https://papers.example.org")
    slack = slack or SlackSettings(bot_token=None)
    redis = RedisSettings(url=None, timeout=5)
    return Settings(data_dir=data_dir, redis=redis, email=email, web=web, slack=slack, now=None)


def run(orders: Orders) -> None:
    """Work until SIGTERM; ends this process."""
    log = os.open(orders.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.dup2(log, 1)
    os.dup2(log, 2)
    configure_logs(LogSettings(level="info", format="text"), process=f"{orders.role} {os.getpid()}")
    sys.exit(run_process(lambda stop: _work(orders, stop)))


async def _work(orders: Orders, stop: asyncio.Event) -> int:
    clock = SharedClock(orders.clock)
    steps = Steps(orders.role, orders.track, orders.ambush, orders.data_dir)
    slack = None
    if orders.slack_url:
        slack = SlackSettings(bot_token=SecretStr(orders.slack_token), api_url=orders.slack_url, timeout=5)
    settings = settings_of(orders.data_dir, orders.smtp_port, slack)
    async with open_app(settings) as app, open_post(app) as post:
        post.ledger = TracedLedger(app.store.redis, app.settings, steps, lease=orders.lease)
        if orders.role == "planner":
            planning = asyncio.create_task(plan_deliveries(app.store.redis, app.settings, clock, ledger=post.ledger))
            await stop.wait()
            planning.cancel()
            return 0
        post.writer = TracedWriter(app.store, post.subscriptions, post.addresses, steps=steps)
        post.adapters = {platform: traced(one, steps) for platform, one in _adapters(orders, post).items()}
        await post.sender(clock).run(stop)
        for one in post.adapters.values():
            await one.close()
    return 0


def _adapters(orders: Orders, post: Post) -> dict[Platform, Adapter]:
    adapters: dict[Platform, Adapter] = {
        platform: one for platform, one in post.adapters.items() if platform is not Platform.CONSOLE
    }
    if orders.chat_url and not orders.slack_url:
        adapters[Platform.SLACK] = ChatAdapter(orders.chat_url, parse_limits(orders.chat_limits), settles=1.0)
    return adapters


if __name__ == "__main__":
    run(TypeAdapter(Orders).validate_json(sys.argv[1]))
