"""A Redis of a benchmark's own, gone when it ends."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

from papers.settings import RedisSettings, Settings

if TYPE_CHECKING:
    from redis.asyncio import Redis


@contextmanager
def scratch_settings() -> Iterator[Settings]:
    """Settings of an embedded Redis in a new folder."""
    with tempfile.TemporaryDirectory(prefix="pb-") as folder:
        yield Settings(data_dir=Path(folder), redis=RedisSettings(url=None))


async def used_memory(redis: "Redis") -> int:
    """Bytes in use by Redis, its index included."""
    info = cast(dict[str, int], await redis.info("memory"))
    return info["used_memory"]
