"""What is done once only, however often it is asked: an event that is delivered again, a card a day."""

from collections.abc import Mapping
from secrets import token_hex
from typing import TYPE_CHECKING

from papers import keys
from papers.delivery_models import short_digest

if TYPE_CHECKING:
    from redis.asyncio import Redis


class Once:
    """A memory of what was done, in one Redis, for all processes. Raises redis-py's errors."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis

    async def first(self, *what: str, seconds: int) -> bool:
        """Whether nobody has asked this of the same thing in the last so many seconds. Atomic."""
        mine = _mark()
        return await self._redis.set(_key(what), mine, nx=True, get=True, ex=seconds) in {None, mine}

    async def firsts(self, things: Mapping[tuple[str, ...], int]) -> list[bool]:
        """The same of several things, each with its seconds, in one round trip."""
        mine = _mark()
        async with self._redis.pipeline(transaction=False) as pipe:
            for what, seconds in things.items():
                pipe.set(_key(what), mine, nx=True, get=True, ex=seconds)
            return [found in {None, mine} for found in await pipe.execute()]

    async def undo(self, *what: str) -> None:
        """It was not done after all: the next may."""
        await self._redis.execute_command("DEL", _key(what))


def _key(what: tuple[str, ...]) -> str:
    return keys.once(short_digest("\n".join(what)))


def _mark() -> bytes:
    """A command whose connection breaks is sent again: it must not take its own mark for another's."""
    return token_hex(8).encode()
