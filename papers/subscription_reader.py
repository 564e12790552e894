"""Subscriptions as they lie in Redis, for everybody who only reads them."""

from collections.abc import AsyncIterator, Container, Iterable, Sequence
from typing import TYPE_CHECKING

from pydantic import ValidationError

from papers import keys, layout
from papers.delivery_models import short_digest
from papers.errors import BadInput, NotFound, StoreError
from papers.following import Subscription
from papers.log import get_logger
from papers.settings import Settings
from papers.wishes import is_active

if TYPE_CHECKING:
    from redis.asyncio import Redis

_PAGE = 500
_SHORTEST_PREFIX = 4

log = get_logger("subscriptions")


class SubscriptionReader:
    """Reads subscriptions. Raises redis-py's errors, and StoreError for one that is damaged."""

    def __init__(self, redis: "Redis", settings: Settings) -> None:
        self._redis = redis
        self._settings = settings

    async def get(self, subscription_id: str) -> Subscription:
        """Raises NotFound."""
        found = await self.known(subscription_id)
        if found is None:
            raise not_found(subscription_id)
        return found

    async def find(self, typed: str) -> Subscription:
        """The one a person means by its id, or by the beginning of it. Raises NotFound, BadInput if it is several."""
        wanted = typed.strip().lower()
        if not wanted.isascii():
            raise not_found(typed)
        found = await self.known(wanted)
        if found is not None or len(wanted) < _SHORTEST_PREFIX:
            return found or await self.get(wanted)
        ids: list[bytes] = await self._redis.execute_command("ZRANGE", keys.SUBSCRIPTIONS, 0, -1)
        matching = [one.decode() for one in ids if one.decode().startswith(wanted)]
        if len(matching) > 1:
            raise BadInput(f"{len(matching)} subscriptions begin with {wanted!r}: write more of the id")
        return await self.get(matching[0] if matching else wanted)

    async def of_owner(self, owner: str) -> list[Subscription]:
        """Those of one owner, oldest first."""
        return await self._members(keys.owner(short_digest(owner)))

    async def of_destination(self, destination: str) -> list[Subscription]:
        """Those for one destination, oldest first."""
        return await self._members(keys.destination(short_digest(destination)))

    async def of_feed(self, feed: str) -> list[Subscription]:
        """Those that come as one message, oldest first."""
        return await self._members(keys.members(feed))

    async def all(self) -> AsyncIterator[Subscription]:
        """Every subscription, oldest first; what is made or removed meanwhile hides none of the others."""
        ids: list[bytes] = await self._redis.execute_command("ZRANGE", keys.SUBSCRIPTIONS, 0, -1)
        for start in range(0, len(ids), _PAGE):
            for one in await self._read(ids[start : start + _PAGE]):
                yield one

    async def notifying(self, places: Container[str]) -> AsyncIterator[Subscription]:
        """Those of which somebody at one of these places hears when their destination is disabled."""
        async for one in self.all():
            if one.notify is not None and one.notify in places:
                yield one

    async def vectors(self, ids: Sequence[str]) -> dict[str, bytes]:
        """Topics' vectors by the configured model, of those that have one."""
        field = layout.vector_field(self._settings.embedding.model)
        rows = await self._fields(ids, field)
        return {i: row for i, row in zip(ids, rows, strict=True) if row}

    async def elsewhere(self, destination: str) -> str | None:
        """Another destination that is to hear that this one is disabled: the one named for it, else the owner's."""
        for mine in await self.of_destination(destination):
            candidates = [mine.notify] if mine.notify else []
            candidates += [s.destination for s in await self.of_owner(mine.owner) if is_active(s)]
            for candidate in candidates:
                if candidate != destination and not await self._redis.hexists(keys.DISABLED, candidate):
                    return candidate
        return None

    async def _members(self, key: str) -> list[Subscription]:
        ids: Iterable[bytes] = await self._redis.execute_command("SMEMBERS", key)
        return sorted(await self._read(list(ids)), key=lambda s: (s.created, s.id))

    async def known(self, subscription_id: str) -> Subscription | None:
        row, _ = await self.stored(subscription_id)
        return parsed(subscription_id, row) if row else None

    async def stored(self, subscription_id: str) -> tuple[bytes | None, bytes | None]:
        """Its JSON and its vector by the configured model, as they lie there."""
        if not subscription_id.isascii():
            return None, None
        field = layout.vector_field(self._settings.embedding.model)
        row, vector = await self._redis.execute_command("HMGET", keys.subscription(subscription_id), "data", field)
        return row, vector

    async def _read(self, ids: Sequence[bytes]) -> list[Subscription]:
        """Those that are there and can be read: a damaged one must not stop all others."""
        names = [one.decode() for one in ids]
        found = []
        for name, row in zip(names, await self._fields(names, "data"), strict=True):
            try:
                found += [parsed(name, row)] if row else []
            except StoreError as error:
                log.warning("passed over", error=str(error))
        return found

    async def _fields(self, ids: Sequence[str], field: str) -> list[bytes | None]:
        rows: list[bytes | None] = []
        for start in range(0, len(ids), _PAGE):
            async with self._redis.pipeline(transaction=False) as pipe:
                for one in ids[start : start + _PAGE]:
                    pipe.hget(keys.subscription(one), field)
                rows += await pipe.execute()
        return rows


def parsed(subscription_id: str, row: bytes) -> Subscription:
    """Raises StoreError."""
    try:
        return Subscription.model_validate_json(row)
    except ValidationError as error:
        raise StoreError(f"the stored subscription {subscription_id} is damaged: ask for it anew") from error


def not_found(typed: str) -> NotFound:
    return NotFound(f"no subscription {typed[:40]!r}; `paperboy subscriptions list` shows those there are")
