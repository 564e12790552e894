"""The time by Redis's clock, by which the ledger tells when a message left."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from papers import keys
from papers.scripts import Script

if TYPE_CHECKING:
    from redis.asyncio import Redis

_time = Script("server_time", prelude="ledger")


async def server_time(redis: "Redis") -> datetime:
    """Of the node that keeps the ledger, if there are many. Raises redis-py's errors."""
    return datetime.fromtimestamp(int(await _time.run(redis, [keys.LEDGER], [])) / 1000, UTC)
