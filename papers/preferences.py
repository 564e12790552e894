"""A person's own settings: what is filled in already when they subscribe to something."""

from typing import TYPE_CHECKING

from pydantic import ValidationError

from papers import keys
from papers.models import Frozen
from papers.schedule import WallTime

if TYPE_CHECKING:
    from redis.asyncio import Redis


class Preferences(Frozen):
    """None: as the platform says, or as is usual."""

    zone: str | None = None
    """IANA name."""
    at: WallTime | None = None
    """The hour at which something comes."""
    language: str | None = None
    """BCP 47 tag, of dates."""


class PreferenceBook:
    """Preferences in one Redis, by the reference of a person. Raises redis-py's errors."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis

    async def get(self, person: str) -> Preferences:
        """What the person set; all None if nothing, or nothing that can be read any more."""
        found: bytes | None = await self._redis.execute_command("GET", keys.preferences(person))
        try:
            return Preferences.model_validate_json(found) if found else Preferences()
        except ValidationError:
            return Preferences()

    async def keep(self, person: str, preferences: Preferences) -> None:
        """Instead of what was set before; of whom nothing is set, nothing is kept."""
        if preferences == Preferences():
            await self.forget(person)
        else:
            await self._redis.execute_command("SET", keys.preferences(person), preferences.model_dump_json())

    async def forget(self, person: str) -> None:
        await self._redis.execute_command("DEL", keys.preferences(person))
