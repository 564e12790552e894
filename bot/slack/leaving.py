"""Installations of which Slack says that they ended, until all that follows is done: Redis remembers which."""

from datetime import datetime
from typing import TYPE_CHECKING

from papers import keys
from papers.models import Frozen
from papers.scripts import Script

if TYPE_CHECKING:
    from redis.asyncio import Redis

_forget = Script("forget_unchanged")


class Left(Frozen):
    """A workspace (T…) or organization (E…) that the app was taken out of, or whose token was revoked."""

    where: str
    at: datetime
    """When Slack says that it happened; whole seconds."""
    enterprise: str | None = None
    """The organization whose installation may serve the workspace still."""
    erases: bool = True
    """Whether all that was kept there goes, not the token only."""


class Leaving:
    """Raises redis-py's errors."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis

    async def add(self, left: Left) -> None:
        """What erases goes before what does not, and what is newer before what is older."""
        command = "HSET" if left.erases else "HSETNX"
        await self._redis.execute_command(command, keys.SLACK_LEAVING, left.where, left.model_dump_json())

    async def all(self) -> tuple[Left, ...]:
        """Workspaces before organizations, whose list of workspaces is needed until these are done."""
        rows = await self._redis.hvals(keys.SLACK_LEAVING)
        found = (Left.model_validate_json(row) for row in rows)
        return tuple(sorted(found, key=lambda left: (left.where.startswith("E"), left.where)))

    async def done(self, left: Left) -> None:
        """Unless something else has happened there since."""
        kept: bytes | None = await self._redis.execute_command("HGET", keys.SLACK_LEAVING, left.where)
        if kept is not None and Left.model_validate_json(kept) == left:
            await _forget.run(self._redis, [keys.SLACK_LEAVING], [kept, left.where])

    async def forget(self, where: str) -> None:
        """It is installed again."""
        await self._redis.execute_command("HDEL", keys.SLACK_LEAVING, where)
