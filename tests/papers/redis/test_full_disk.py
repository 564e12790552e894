"""A full disk: one clear line, and nothing lost of what was done."""

import asyncio
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from redis.asyncio import Redis

from papers.errors import StoreError
from papers.redis.connection import open_redis
from papers.redis.failures import store_failures
from papers.settings import load_settings
from tests.papers.redis.test_troubles import trouble


@pytest.fixture
def small_disk(data_dir: Path) -> Iterator[Path]:
    """A file system of 256 KB."""
    disk = data_dir / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    if (
        mount is None
        or subprocess.run([mount, "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk], check=False).returncode
    ):
        pytest.skip("may not mount a small file system")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


def fill(disk: Path) -> Path:
    filler = disk / "filler"
    with suppress(OSError), open(filler, "wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)
    return filler


async def test_a_full_disk_is_told_at_the_start(small_disk: Path) -> None:
    fill(small_disk)
    assert f"the disk of {small_disk}/redis is full: free some space" in await trouble(small_disk)


async def test_a_disk_that_fills_up_refuses_writes_and_keeps_what_was_done(small_disk: Path) -> None:
    settings = load_settings(data_dir=small_disk)
    async with open_redis(settings) as redis:
        await redis.set("done", "value")
        filler = fill(small_disk)
        with pytest.raises(StoreError, match="cannot write its data to disk"):
            await write_on_and_on(redis)
        assert await redis.get("done") == b"value"
        filler.unlink()
        for _ in range(1000):  # Redis tries its file again every second
            with suppress(Exception):
                await redis.set("after", "value")
                break
            await asyncio.sleep(0.02)
    async with open_redis(settings) as redis:
        assert await redis.mget("done", "after") == [b"value", b"value"]


async def write_on_and_on(redis: Redis) -> None:
    with store_failures():
        for _ in range(400):
            await redis.set("more", "x" * 8192)
            await asyncio.sleep(0.005)
