"""The scheduler's other half: turns feeds that are due into deliveries, and keeps the ledger's house."""

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from papers.addresses import AddressBook
from papers.clock import Clock
from papers.deliveries import Ledger
from papers.leaving import drop_unconfirmed
from papers.log import get_logger
from papers.planning import plan_due
from papers.redis.failures import REDIS_FAILS
from papers.settings import Settings
from papers.subscriptions import Subscriptions
from papers.vault import open_vault

if TYPE_CHECKING:
    from redis.asyncio import Redis

_EVERY = 1.0
"""Seconds between two looks at what is due."""
_TRIM_EVERY = timedelta(hours=1)

log = get_logger("scheduler")


async def plan_deliveries(redis: "Redis", settings: Settings, clock: Clock, *, ledger: Ledger | None = None) -> None:
    """Plan what is due, each second, until cancelled. Outlasts a Redis that is away."""
    ledger = ledger or Ledger(redis, settings)
    subscriptions, addresses = Subscriptions(redis, settings), AddressBook(redis, lambda: open_vault(settings))
    trimmed = clock.now() - _TRIM_EVERY
    reachable = True
    while True:
        now = clock.now()
        try:
            made = await plan_due(redis, ledger, settings, now)
            if abs(now - trimmed) >= _TRIM_EVERY:
                await ledger.trim(now)
                await drop_unconfirmed(subscriptions, addresses, now)
                trimmed = now
        except (*REDIS_FAILS, OSError) as error:
            if reachable:
                log.warning("Redis cannot be used, nothing is planned until it can", error=str(error))
            reachable = False
        else:
            if made:
                log.info("planned", deliveries=made)
            reachable = True
        await asyncio.sleep(_EVERY)
