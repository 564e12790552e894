"""Sources as the composition root builds them, pointed at fakes on loopback."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from papers.clock import FixedClock
from papers.errors import PaperboyError
from papers.models import Observation
from papers.settings import ArxivSettings, HttpSettings, HuggingFaceSettings, Settings
from papers.sources.base import Source
from papers.sources.http import Http, open_http
from papers.sources.registry import sources
from tests.fakes.arxiv import FakeArxiv, generated
from tests.fakes.huggingface import FakeHuggingFace, days_of_items
from tests.fakes.server import serve

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)  # a Thursday
TODAY = NOW.date()
YESTERDAY = TODAY - timedelta(days=1)


@dataclass
class World:
    """Two fake upstreams, and the sources that ask them."""

    huggingface: FakeHuggingFace
    arxiv: FakeArxiv
    sources: dict[str, Source]
    http: Http


async def fetched(source: Source, since: date, until: date) -> list[Observation]:
    return [observation async for observation in source.fetch(since, until)]


async def fetched_until_error(
    source: Source, since: date, until: date
) -> tuple[list[Observation], PaperboyError | None]:
    """What was yielded, and the error that ended it."""
    found = []
    try:
        async for observation in source.fetch(since, until):
            found.append(observation)
    except PaperboyError as error:
        return found, error
    return found, None


Urls = tuple[str, str]
"""Of the fakes of Hugging Face and arXiv."""
Build = Callable[..., Awaitable[World]]


@pytest.fixture
def huggingface() -> FakeHuggingFace:
    return FakeHuggingFace(days_of_items(TODAY, 7, 3), today=TODAY)


@pytest.fixture
def arxiv() -> FakeArxiv:
    return FakeArxiv(generated(TODAY, 10, 4), today=TODAY, interval=0)


@pytest.fixture
def urls(huggingface: FakeHuggingFace, arxiv: FakeArxiv) -> Iterator[Urls]:
    with ExitStack() as stack:
        yield stack.enter_context(serve(huggingface)), stack.enter_context(serve(arxiv))


@pytest.fixture
async def build(
    redis: Redis, urls: Urls, huggingface: FakeHuggingFace, arxiv: FakeArxiv, tmp_path: Path
) -> AsyncIterator[Build]:
    """Builds the world with settings of the test: ``await build(http={"attempts": 1}, arxiv={"interval": 0.5})``."""
    async with AsyncExitStack() as stack:

        async def make(**groups: dict[str, Any]) -> World:
            settings = Settings(
                data_dir=tmp_path,
                now=NOW,
                http=HttpSettings(**{"timeout": 5, "attempts": 3, "max_wait": 2, **groups.get("http", {})}),
                huggingface=HuggingFaceSettings(**{"url": urls[0], **groups.get("huggingface", {})}),
                arxiv=ArxivSettings(
                    **{
                        "api_url": f"{urls[1]}/api/query",
                        "feed_url": f"{urls[1]}/atom",
                        "oai_url": f"{urls[1]}/oai",
                        "interval": 0,
                        "categories": ("cs.LG", "cs.AI"),
                        **groups.get("arxiv", {}),
                    }
                ),
            )
            http = await stack.enter_async_context(open_http(settings, backoff=0.01))
            return World(huggingface, arxiv, sources(settings, redis, http, FixedClock(NOW)), http)

        yield make


@pytest.fixture
async def world(build: Build) -> World:
    return await build()


@pytest.fixture
def redis_socket(redis: Redis) -> str:
    """Where the session's Redis listens, for another process."""
    return str(redis.connection_pool.connection_kwargs["path"])
