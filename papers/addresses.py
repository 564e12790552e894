"""References: how a destination is named in Redis. An e-mail address lies there only encrypted, named by a digest.

The digest is keyed (HMAC-SHA-256, RFC 2104) with a pepper that is itself kept encrypted: whoever reads Redis cannot
try addresses against it.
"""

import hmac
from base64 import b32encode
from collections.abc import Callable, Iterable
from secrets import token_bytes
from typing import TYPE_CHECKING, Any

from papers import keys
from papers.destinations import Destination, Platform
from papers.errors import NotFound
from papers.scripts import Script
from papers.vault import Vault

if TYPE_CHECKING:
    from redis.asyncio import Redis

_EMAIL = f"{Platform.EMAIL}:"
_LENGTH = 26
"""Characters of base32: 130 bits."""
_BATCH = 500
_reseal = Script("reseal_address")


class AddressBook:
    """Turns destinations into references and back. Raises redis-py's errors and SecretsUnavailable."""

    def __init__(self, redis: "Redis", vault_factory: Callable[[], Vault]) -> None:
        """``vault_factory`` is called once, when the first e-mail address comes: nobody else needs a key."""
        self._redis = redis
        self._vault_factory = vault_factory
        self._opened: Vault | None = None

    async def refer(self, destination: Destination) -> str:
        """The destination's reference; an e-mail address is kept, so that ``resolve`` finds it."""
        reference = await self.lookup(destination)
        if destination.platform is Platform.EMAIL:
            sealed = self._vault().seal_text(destination.address)
            await self._redis.execute_command("HSET", keys.ADDRESSES, reference, sealed)
        return reference

    async def lookup(self, destination: Destination) -> str:
        """The destination's reference, whether or not it is known; nothing of it is kept."""
        if destination.platform is not Platform.EMAIL:
            return str(destination)
        digest = hmac.digest(await self._pepper(), destination.address.encode(), "sha256")
        return _EMAIL + b32encode(digest).decode().lower()[:_LENGTH]

    async def resolve(self, reference: str) -> Destination:
        """Raises NotFound for an address that was forgotten, and for what is no reference."""
        found = await self.resolve_many([reference])
        if reference not in found:
            raise NotFound(f"nothing is known of {reference}: its address was erased, or never kept")
        return found[reference]

    async def resolve_many(self, references: Iterable[str]) -> dict[str, Destination]:
        """Those that are known, by reference."""
        asked = list(dict.fromkeys(references))
        found = {r: d for r in asked if not r.startswith(_EMAIL) and (d := _plain(r)) is not None}
        emails = [r for r in asked if r.startswith(_EMAIL)]
        for start in range(0, len(emails), _BATCH):
            batch = emails[start : start + _BATCH]
            rows: list[bytes | None] = await self._redis.execute_command("HMGET", keys.ADDRESSES, *batch)
            for reference, sealed in zip(batch, rows, strict=True):
                if sealed is not None:
                    address = self._vault().unseal_text(sealed)
                    found[reference] = Destination(platform=Platform.EMAIL, address=address)
        return found

    async def forget(self, reference: str) -> bool:
        """Erase the address for good. Returns whether it was known."""
        return bool(await self._redis.execute_command("HDEL", keys.ADDRESSES, reference))

    async def rotate(self) -> int:
        """Seal every address and the pepper with the newest key. Returns how many addresses there are.

        One that is forgotten or kept anew meanwhile stays as it is then.
        """
        count = 0
        cursor: int | bytes = 0
        while True:
            cursor, rows = await self._redis.execute_command("HSCAN", keys.ADDRESSES, cursor, "COUNT", _BATCH)
            pairs = rows.items() if isinstance(rows, dict) else zip(rows[::2], rows[1::2], strict=True)
            for reference, sealed in pairs:
                count += 1
                await self._reseal(keys.ADDRESSES, sealed, reference)
            if int(cursor) == 0:
                break
        pepper: bytes | None = await self._redis.execute_command("GET", keys.PEPPER)
        if pepper is not None:
            await self._reseal(keys.PEPPER, pepper)
        return count

    async def _reseal(self, key: str, sealed: bytes, *field: bytes) -> None:
        await _reseal.run(self._redis, [key], [sealed, self._vault().rotate(sealed), *field])

    async def _pepper(self) -> bytes:
        """Made by whoever needs it first. Read each time: it must be the one that is stored, whatever Redis lost."""
        sealed: bytes | None = await self._redis.execute_command("GET", keys.PEPPER)
        if sealed is None:
            fresh = self._vault().seal(token_bytes(32))
            before: Any = await self._redis.set(keys.PEPPER, fresh, nx=True, get=True)
            sealed = fresh if before is None else before
        return self._vault().unseal(sealed)

    def _vault(self) -> Vault:
        if self._opened is None:
            self._opened = self._vault_factory()
        return self._opened


def _plain(reference: str) -> Destination | None:
    name, colon, address = reference.partition(":")
    if not colon or name not in set(Platform) or not address:
        return None
    return Destination(platform=Platform(name), address=address)
