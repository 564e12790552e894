"""What a source is built with."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from papers.clock import Clock
    from papers.settings import Settings
    from papers.sources.http import Http


@dataclass(frozen=True)
class Tools:
    settings: "Settings"
    redis: "Redis"
    """Where the pace of requests is shared."""
    http: "Http"
    clock: "Clock"
