"""Fixtures for every test: a real Redis of our own, and settings under which nothing leaves the machine."""

import asyncio
import os
import shutil
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import hypothesis
import pytest
from redis.asyncio import Redis

from papers.redis.connection import open_redis
from papers.settings import Settings, load_settings

NOWHERE = "http://127.0.0.1:9"
"""The discard port: a test that forgets to name its own upstream fails at once."""

# The same examples each time, however long they take here: a run tells of the code, not of chance or of the machine.
# ``--hypothesis-profile=default`` looks for others.
hypothesis.settings.register_profile(
    "steady",
    derandomize=True,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.function_scoped_fixture],
)
hypothesis.settings.load_profile("steady")


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither the developer's environment nor a .env in the working folder may change what is tested."""
    for name in [name for name in os.environ if name.startswith("PAPERBOY_")]:
        monkeypatch.delenv(name)
    for name in (
        "HUGGINGFACE_URL",
        "ARXIV_API_URL",
        "ARXIV_FEED_URL",
        "ARXIV_OAI_URL",
        "SLACK_API_URL",
        "DISCORD_API_URL",
    ):
        monkeypatch.setenv(f"PAPERBOY_{name}", NOWHERE)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def same_day() -> None:
    """For tests and processes of theirs that must agree what day it is: it does not change in the next minute."""
    now = datetime.now(UTC)
    if (now + timedelta(minutes=1)).date() != now.date():
        time.sleep(61 - now.second)


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """An empty data folder with a path short enough for a unix socket, which pytest's own may not be."""
    folder = short_folder()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Path]:
    """The data folder of an embedded Redis that runs as long as the test session (of each xdist worker)."""
    folder = short_folder()
    ready, done = threading.Event(), threading.Event()
    failures: list[BaseException] = []

    async def hold() -> None:
        async with open_redis(load_settings(data_dir=folder)):
            ready.set()
            await asyncio.to_thread(done.wait)

    def run() -> None:
        try:
            asyncio.run(hold())
        except BaseException as error:  # noqa: BLE001 - shown to whoever asked for the server
            failures.append(error)
        finally:
            ready.set()

    thread = threading.Thread(target=run, name="redis-server")
    thread.start()
    ready.wait(60)
    if failures:
        raise failures[0]
    yield folder
    done.set()
    thread.join(30)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def settings(redis_server: Path) -> Settings:
    """Defaults, with the session's Redis; upstreams point nowhere until a test sets their environment."""
    return load_settings(data_dir=redis_server)


@pytest.fixture
async def redis(settings: Settings) -> AsyncIterator[Redis]:
    """A client of the session's Redis, emptied: neither keys nor indexes."""
    async with open_redis(settings) as client:
        for index in await client.execute_command("FT._LIST"):
            await client.execute_command("FT.DROPINDEX", index)
        await client.flushall()
        yield client


def short_folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="pb-", dir="/tmp" if os.path.isdir("/tmp") else None))
