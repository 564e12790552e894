"""Workspaces that the app was taken out of, until all that was kept of them is erased: Redis remembers which."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from papers import keys
from papers.models import Frozen

if TYPE_CHECKING:
    from redis.asyncio import Redis


class Left(Frozen):
    """A workspace (T…) or organization (E…) to be erased."""

    where: str
    at: datetime
    """When Slack says that the app was taken out; whole seconds."""
    enterprise: str | None = None
    """The organization whose installation may serve the workspace still."""


class Leaving:
    """Raises redis-py's errors."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis

    async def add(self, where: Iterable[str], at: datetime, enterprise: str | None = None) -> None:
        for one in where:
            left = Left(where=one, at=at, enterprise=enterprise)
            await self._redis.execute_command("HSET", keys.SLACK_LEAVING, one, left.model_dump_json())

    async def all(self) -> tuple[Left, ...]:
        """Workspaces before organizations, whose list of workspaces is needed until these are done."""
        rows = await self._redis.hvals(keys.SLACK_LEAVING)
        found = (Left.model_validate_json(row) for row in rows)
        return tuple(sorted(found, key=lambda left: (left.where.startswith("E"), left.where)))

    async def done(self, where: str) -> None:
        await self._redis.execute_command("HDEL", keys.SLACK_LEAVING, where)
