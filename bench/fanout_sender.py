"""The sender's process of bench.fanout and bench.fanout_discord: sends what is due until it is told to stop, then
prints what it took.
"""

import asyncio
import json
import resource
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from bench.chat_adapter import ChatAdapter
from bench.chat_platform import parse_limits
from papers.adapters import Adapter
from papers.addresses import AddressBook
from papers.clock import SystemClock
from papers.deliveries import Ledger
from papers.delivery_attempt import Attempt
from papers.destinations import Platform
from papers.redis.connection import open_redis
from papers.sending import Sender
from papers.settings import DiscordSettings, RedisSettings, Settings
from papers.store import PaperStore
from papers.subscriptions import Subscriptions
from papers.vault import open_vault
from papers.writing import Writer
from workers.process import run_process

if TYPE_CHECKING:
    from redis.asyncio import Redis


async def _send(stop: asyncio.Event, settings: Settings, url: str, limits: str) -> int:
    async with open_redis(settings) as redis:
        subscriptions, ledger = Subscriptions(redis, settings), Ledger(redis, settings)
        addresses = AddressBook(redis, lambda: open_vault(settings))
        writer = Writer(PaperStore(redis, settings), subscriptions, addresses)
        adapter = _discord(settings, redis, url) if limits == "discord" else ChatAdapter(url, parse_limits(limits))
        adapters: dict[Platform, Adapter] = {adapter.platform: adapter}
        tries = settings.delivery.max_tries
        attempt = Attempt(ledger, writer, subscriptions, addresses, adapters, max_tries=tries)
        sender = Sender(ledger, attempt, adapters, SystemClock(), concurrency=settings.delivery.concurrency)
        began = time.time()
        await sender.run(stop)
        await adapter.close()
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu, peak = round(used.ru_utime + used.ru_stime, 2), round(used.ru_maxrss / 1024)
    print(json.dumps({"began": began, "cpu_s": cpu, "peak_mb": peak}))
    return 0


def _discord(settings: Settings, redis: "Redis", url: str) -> Adapter:
    from bot.discord.adapter import DiscordAdapter

    there = DiscordSettings(token=SecretStr("of.the.bench"), api_url=url)
    return DiscordAdapter(settings.model_copy(update={"discord": there}), redis)


if __name__ == "__main__":
    folder, url, limits = sys.argv[1:]
    where = Settings(data_dir=Path(folder), redis=RedisSettings(url=None))
    sys.exit(run_process(lambda stop: _send(stop, where, url, limits)))
