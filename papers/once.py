"""What is done once only, however often it is asked: an event that is delivered again, a card a day."""

from collections.abc import Mapping
from enum import Enum
from secrets import token_hex
from typing import TYPE_CHECKING

from papers import keys
from papers.delivery_models import short_digest

if TYPE_CHECKING:
    from redis.asyncio import Redis


_DONE = b"done"


class Before(Enum):
    """What is known of a thing that somebody is about to do."""

    NEVER = "never"
    UNDER_WAY = "under way"
    """Somebody has begun, and has not said that it is done: perhaps it never will be."""
    DONE = "done"


class Once:
    """A memory of what was done, in one Redis, for all processes. Raises redis-py's errors."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis

    async def first(self, *what: str, seconds: int) -> bool:
        """Whether nobody has asked this of the same thing in the last so many seconds. Atomic."""
        mine = _mark()
        return await self._redis.set(_key(what), mine, nx=True, get=True, ex=seconds) in {None, mine}

    async def begin(self, things: Mapping[tuple[str, ...], int]) -> list[Before]:
        """Of several things, in one round trip; whoever never heard of one has begun it, for so many seconds."""
        mine = _mark()
        async with self._redis.pipeline(transaction=False) as pipe:
            for what, seconds in things.items():
                pipe.set(_key(what), mine, nx=True, get=True, ex=seconds)
            found = await pipe.execute()
        return [
            Before.NEVER if one in {None, mine} else Before.DONE if one == _DONE else Before.UNDER_WAY for one in found
        ]

    async def done(self, *what: str, seconds: int) -> None:
        """What was begun is done, and remembered for so many seconds."""
        await self._redis.execute_command("SET", _key(what), _DONE, "EX", seconds)

    async def seldom(self, *what: str, most: int, seconds: int) -> bool:
        """Whether it may be done once more: at most so many times within so many seconds. Atomic."""
        for number in range(most):
            if await self.first(*what, str(number), seconds=seconds):
                return True
        return False

    async def undo(self, *what: str) -> None:
        """It was not done after all: the next may."""
        await self._redis.execute_command("DEL", _key(what))


def _key(what: tuple[str, ...]) -> str:
    return keys.once(short_digest("\n".join(what)))


def _mark() -> bytes:
    """A command whose connection breaks is sent again: it must not take its own mark for another's."""
    return token_hex(8).encode()
