"""Words that a button asks again (the next page, follow this) and that do not fit into a button.

They lie there without a name, once for all who asked the same: nobody can tell from them who asked. To erase a person's
own would take a list of what each person searched, which is worse to keep than words of nobody's (docs/delivery.md).
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from papers import keys
from papers.delivery_models import short_digest

if TYPE_CHECKING:
    from redis.asyncio import Redis

KEPT = timedelta(days=90)


class AskedTexts:
    """Texts by a short key that says nothing of them. Raises redis-py's errors."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis

    async def keep(self, text: str, *, kept: timedelta = KEPT) -> str:
        """The key of a text, 24 letters and digits; kept for 90 days from the last time it was asked.

        What is no character (half of a surrogate pair) is kept as a question mark.
        """
        return (await self.keep_all([text], kept=kept))[0]

    async def keep_all(self, texts: Sequence[str], *, kept: timedelta = KEPT) -> list[str]:
        """The same for several, in one round trip."""
        found = list(map(short_digest, texts))
        async with self._redis.pipeline(transaction=False) as pipe:
            for key, text in zip(found, texts, strict=True):
                pipe.set(keys.asked(key), text.encode("utf-8", "replace"), ex=kept)
            await pipe.execute()
        return found

    async def text(self, key: str) -> str | None:
        """The text, or None if it was let go of, or never kept."""
        if not (key.isascii() and key.isalnum()):
            return None
        found: bytes | None = await self._redis.execute_command("GET", keys.asked(key))
        return None if found is None else found.decode()
