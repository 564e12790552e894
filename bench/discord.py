"""How soon a bot answers on Discord when 2,500 servers ask 200 things a second, and what memory it takes.

``paperboy discord`` runs as its own process on a Redis of its own, connected to a gateway (bench/discord_stub.py) that
tells it of servers with 40 channels each, and of commands, presses and what is typed into options. Goals: answered or
deferred within 100 ms at p99, suggestions within 150 ms at p95, under 120 MB, ready in 2 s. ``ready_s`` is from the
start of the process to its first answer with one server, ``ready_full_s`` with all. Papers have made-up vectors, and a
stand-in for the worker embeds the queries. The limit is the processor: load, Discord, Redis and the bot share it;
``load_average`` tells how busy the machine was.
"""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Coroutine, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench.bot import WordEncoder, fill_papers, redis_cpu
from bench.bot_load import percentile
from bench.bot_process import cpu_seconds, memory
from bench.corpus import corpus_name, papers
from bench.discord_stub import TOKEN, DiscordStub
from bench.discord_traffic import AUTOCOMPLETE, Asked, help_asked, interactions
from bench.scratch import scratch_settings
from papers.embedding_server import serve_embeddings
from papers.redis.connection import open_redis
from papers.settings import Settings

if TYPE_CHECKING:
    from redis.asyncio import Redis

GUILDS, CHANNELS = 2500, 40
_RATE = 200
_SECONDS = 20
_WARM_UP = 400
_START = 60.0
_PATIENCE = 5.0
"""Seconds for the last answers to come in."""
_SETTLING = 3.0
"""Seconds after which a process that has nothing to do is looked at."""


@dataclass(frozen=True)
class _Bot:
    pid: int
    ready: float
    """Seconds from its start to its first answer."""


async def run(count: int = 2000) -> dict[str, Any]:
    """Measure with ``count`` papers."""
    with scratch_settings() as settings:
        async with open_redis(settings) as redis:
            await fill_papers(redis, settings, count)
            stop = asyncio.Event()
            worker = asyncio.create_task(serve_embeddings(redis, WordEncoder(settings), stop=stop, name="bench"))
            try:
                return await _measure(redis, settings, count)
            finally:
                stop.set()
                await worker


async def _measure(redis: "Redis", settings: Settings, count: int) -> dict[str, Any]:
    known = list(papers(count))
    async with DiscordStub(guilds=1, channels=CHANNELS).serving() as stub, _running(settings, stub, 0) as bot:
        await asyncio.sleep(_SETTLING)
        small, idle = bot.ready, memory(bot.pid, "VmRSS")
    await redis.delete("pb:discord:identify:0")  # the next one need not wait for its turn
    async with (
        DiscordStub(guilds=GUILDS, channels=CHANNELS).serving() as stub,
        _running(settings, stub, 1) as bot,
    ):
        await asyncio.sleep(_SETTLING)
        full = memory(bot.pid, "VmRSS")
        await _ask(stub, interactions(_WARM_UP, GUILDS, known, first=2))
        cpu, here, there = cpu_seconds(bot.pid), time.process_time(), await redis_cpu(redis)
        real = list(interactions(_RATE * _SECONDS, GUILDS, known, first=2 + _WARM_UP))
        asked = await _ask(stub, real)
        cpu = cpu_seconds(bot.pid) - cpu
        here, there = time.process_time() - here, await redis_cpu(redis) - there
        rss, most = memory(bot.pid, "VmRSS"), memory(bot.pid, "VmHWM")
    kinds = {one.number: one.kind for one in real}
    acknowledged = _milliseconds(asked, stub.acknowledged, asked)
    typed = _milliseconds(asked, stub.answered, [number for number in asked if kinds[number] in AUTOCOMPLETE])
    searched = _milliseconds(asked, stub.answered, [number for number in asked if kinds[number] == "search"])
    return {
        "bench": "discord",
        "papers": count,
        "corpus": corpus_name(),
        "servers": GUILDS,
        "channels_each": CHANNELS,
        "interactions": len(real),
        "per_s": _RATE,
        "ready_s": round(small, 2),
        "ready_full_s": round(bot.ready, 2),
        "ack_p50_ms": percentile(acknowledged, 50),
        "ack_p95_ms": percentile(acknowledged, 95),
        "ack_p99_ms": percentile(acknowledged, 99),
        "suggested_p50_ms": percentile(typed, 50),
        "suggested_p95_ms": percentile(typed, 95),
        "search_p50_ms": percentile(searched, 50),
        "search_p95_ms": percentile(searched, 95),
        "unanswered": len(asked) - len(asked.keys() & stub.answered.keys()),
        "cpu_ms_each": round(1000 * cpu / len(real), 2),
        "redis_cpu_ms_each": round(1000 * there / len(real), 2),
        "load_cpu_ms_each": round(1000 * here / len(real), 2),
        "rss_idle_mb": idle,
        "rss_full_idle_mb": full,
        "rss_mb": rss,
        "rss_most_mb": most,
        "load_average": round(os.getloadavg()[0], 1),
        "discord_calls": dict(stub.calls),
        "limit": "the processor, which load, Discord, Redis and the bot share",
    }


@asynccontextmanager
async def _running(settings: Settings, stub: DiscordStub, number: int) -> AsyncIterator[_Bot]:
    """The bot, connected, with its first answer given: to the interaction of this number."""
    environment = {
        **os.environ,
        "PAPERBOY_DATA_DIR": str(settings.data_dir),
        "PAPERBOY_REDIS_URL": "",
        "PAPERBOY_DISCORD_API_URL": f"http://{stub.url}/api",
        "PAPERBOY_DISCORD_TOKEN": TOKEN,
        "PAPERBOY_LOG_LEVEL": "warning",
    }
    start = time.perf_counter()
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "paperboy", "discord", env=environment)
    try:
        async with asyncio.timeout(_START):
            await _either(stub.told.wait(), process.wait())
            if process.returncode is not None:
                raise RuntimeError(f"the bot ended with {process.returncode}")
            await stub.ask(help_asked(number))
            while not stub.answered and process.returncode is None:  # noqa: ASYNC110 - there is nothing to be woken by
                await asyncio.sleep(0.005)
        yield _Bot(process.pid, time.perf_counter() - start)
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def _either(*waits: Coroutine[Any, Any, Any]) -> None:
    tasks = [asyncio.create_task(one) for one in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()


async def _ask(stub: DiscordStub, traffic: Iterable[Asked]) -> dict[int, float]:
    """Tell of them at a steady rate, and wait for the last answers. Number -> when it was told."""
    asked: dict[int, float] = {}
    start = time.perf_counter()
    for place, one in enumerate(traffic):
        await asyncio.sleep(max(0.0, start + place / _RATE - time.perf_counter()))
        asked[one.number] = await stub.ask(one)
    with suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE):
            while asked.keys() - stub.answered.keys() - stub.acknowledged.keys():  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    return asked


def _milliseconds(asked: Mapping[int, float], then: Mapping[int, float], numbers: Iterable[int]) -> list[float]:
    return [1000 * (then[number] - asked[number]) for number in numbers if number in then]
