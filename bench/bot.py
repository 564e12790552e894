"""How soon a bot acknowledges and answers when a thousand workspaces ask 200 things a second.

``paperboy slack`` runs as its own process over HTTP, on a Redis of its own, and is sent what Slack sends: signed
commands, presses and mentions. Goals: acknowledged within 100 ms at p99, a search answered within 500 ms at p95, the
process under 120 MB and ready in 2 s. ``ack_to_bare`` is its p50 against a route that only checks the signature, at
the same rate on the same machine. Papers have made-up vectors, and a stand-in for the worker embeds the queries. The
limit is the processor: load, Slack, Redis and the bot share it.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from bench.bot_load import load, percentile
from bench.bot_process import cpu_seconds, memory, running
from bench.chat_http import serving
from bench.corpus import corpus_name, papers, word_vector
from bench.scratch import scratch_settings
from bench.slack_stub import SlackStub
from bench.slack_traffic import installation, interactions
from bot.slack.installations import RedisInstallations
from bot.slack.web_api import WebApi
from papers import charts, layout
from papers.clock import SystemClock
from papers.embedding_server import serve_embeddings
from papers.ingestion import Ingestion
from papers.layout import Vector
from papers.models import Observation, Signal, SignalName
from papers.redis.connection import open_redis
from papers.settings import Settings
from papers.store import PaperStore
from papers.vault import open_vault

if TYPE_CHECKING:
    from redis.asyncio import Redis

_TEAMS = 1000
_RATE = 200
_SECONDS = 20
_BARE_SECONDS = 5
_WARM_UP = 200
_SECRET = "a signing secret of the benchmark"
_DIMENSION = 384
_PATIENCE = 5.0
"""Seconds for the last answers to come in."""


async def run(count: int = 2000) -> dict[str, Any]:
    """Measure with ``count`` papers."""
    with scratch_settings() as settings:
        async with open_redis(settings) as redis:
            await _fill(redis, settings, count)
            stop, stub = asyncio.Event(), SlackStub()
            worker = asyncio.create_task(serve_embeddings(redis, WordEncoder(settings), stop=stop, name="bench"))
            try:
                async with serving(stub.answer) as port:
                    return await _measure(redis, settings, stub, f"http://127.0.0.1:{port}", count)
            finally:
                stop.set()
                await worker


async def _measure(redis: "Redis", settings: Settings, stub: SlackStub, slack: str, count: int) -> dict[str, Any]:
    traffic = list(interactions(_WARM_UP + _RATE * _SECONDS, _TEAMS, list(papers(count)), f"{slack}/answers"))
    warm_up, real = traffic[:_WARM_UP], traffic[_WARM_UP:]
    async with running("-m", "bench.bare_route", "--secret", _SECRET, port_option="--port") as bare:
        least = await load(bare.url, real[: _RATE * _BARE_SECONDS], _RATE, _SECRET)
    environment = {
        "PAPERBOY_DATA_DIR": str(settings.data_dir),
        "PAPERBOY_REDIS_URL": "",
        "PAPERBOY_SLACK_API_URL": f"{slack}/api",
        "PAPERBOY_SLACK_SIGNING_SECRET": _SECRET,
        "PAPERBOY_SLACK_CLIENT_ID": "1.2",
        "PAPERBOY_SLACK_CLIENT_SECRET": "bench",
        "PAPERBOY_LOG_LEVEL": "warning",
    }
    async with running("-m", "paperboy", "slack", environment=environment) as bot:
        idle = memory(bot.pid, "VmRSS")
        await load(bot.url, warm_up, _RATE, _SECRET)
        used, used_here, used_there = cpu_seconds(bot.pid), time.process_time(), await redis_cpu(redis)
        measured = await load(bot.url, real, _RATE, _SECRET)
        searches = [number for number, kind in measured.kinds.items() if kind == "search" and number in measured.sent]
        await _answers(stub, searches)
        used = cpu_seconds(bot.pid) - used
        used_here, used_there = time.process_time() - used_here, await redis_cpu(redis) - used_there
        rss, most = memory(bot.pid, "VmRSS"), memory(bot.pid, "VmHWM")
    answered = [1000 * (stub.answered[n] - measured.sent[n]) for n in searches if n in stub.answered]
    return {
        "bench": "bot",
        "papers": count,
        "corpus": corpus_name(),
        "workspaces": _TEAMS,
        "interactions": len(real),
        "per_s": _RATE,
        "ready_s": round(bot.ready, 2),
        "ack_p50_ms": percentile(measured.acknowledged, 50),
        "ack_p95_ms": percentile(measured.acknowledged, 95),
        "ack_p99_ms": percentile(measured.acknowledged, 99),
        "bare_p50_ms": percentile(least.acknowledged, 50),
        "bare_p99_ms": percentile(least.acknowledged, 99),
        "ack_to_bare": round(percentile(measured.acknowledged, 50) / (percentile(least.acknowledged, 50) or 1.0), 1),
        "search_p50_ms": percentile(answered, 50),
        "search_p95_ms": percentile(answered, 95),
        "searches": len(searches),
        "searches_unanswered": len(searches) - len(answered),
        "cpu_ms_each": round(1000 * used / len(real), 2),
        "redis_cpu_ms_each": round(1000 * used_there / len(real), 2),
        "load_cpu_ms_each": round(1000 * used_here / len(real), 2),
        "rss_idle_mb": idle,
        "rss_mb": rss,
        "rss_most_mb": most,
        "errors": dict(measured.errors),
        "slack_calls": dict(stub.calls),
        "limit": "the processor, which load, Slack, Redis and the bot share",
    }


async def redis_cpu(redis: "Redis") -> float:
    """Seconds that the server has used, of its one thread."""
    info = await redis.info("cpu")
    return float(info["used_cpu_user"]) + float(info["used_cpu_sys"])


async def _answers(stub: SlackStub, numbers: Iterable[int]) -> None:
    """Until all are answered, or patience ends."""
    waiting = set(numbers)
    with suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE):
            while waiting - stub.answered.keys():  # noqa: ASYNC110 - there is nothing to be woken by
                await asyncio.sleep(0.05)


class WordEncoder:
    """In place of the worker's model: the made-up vectors that the papers have too."""

    def __init__(self, settings: Settings) -> None:
        self.model = settings.embedding.model

    async def dimension(self) -> int:
        return _DIMENSION

    async def encode(self, texts: Sequence[str]) -> Vector:
        return np.stack([word_vector(text) for text in texts])


async def fill_papers(redis: "Redis", settings: Settings, count: int) -> None:
    """Papers with vectors, seen lately, and their charts."""
    store = PaperStore(redis, settings)
    await Ingestion(store, None).run(_seen_lately(count, datetime.now(UTC)))
    await charts.refresh(store, SystemClock())


async def _fill(redis: "Redis", settings: Settings, count: int) -> None:
    await fill_papers(redis, settings, count)
    vault = partial(open_vault, settings)
    installations = RedisInstallations(redis, vault, WebApi(settings), SystemClock(), settings)
    for number in range(_TEAMS):
        await installations.save(installation(number))


async def _seen_lately(count: int, now: datetime) -> AsyncIterator[Observation]:
    """Papers of the last week with upvotes, so that there is something to chart."""
    for number, paper in enumerate(papers(count)):
        seen = now - timedelta(hours=1 + number % 160)
        votes = Signal(name=SignalName.UPVOTES, value=number % 97, at=seen)
        dated = paper.model_copy(update={"published": seen, "listed": seen})
        vector = layout.pack_vector(word_vector(layout.embedding_text(paper)))
        yield Observation(source="bench", seen_at=seen, paper=dated, signals=(votes,), embedding=vector)
