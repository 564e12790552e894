"""How a process reaches Redis: the one at PAPERBOY_REDIS_URL, or one of its own in the data folder."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import quote

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import BusyLoadingError, ConnectionError, NoPermissionError

from papers.errors import EmbeddedRedisError, StoreUnavailable
from papers.log import get_logger
from papers.redis.clients import open_client
from papers.redis.diagnosis import why_unusable
from papers.redis.embedded import embedded_redis, socket_path
from papers.redis.failures import store_failures
from papers.redis.inspection import check_query_engine, loading_progress
from papers.redis.location import Kind, Location, parse_location
from papers.settings import Settings

LOADING_PATIENCE = 600.0
"""Seconds that Redis is given to load its data; a million papers take minutes."""
_LOADING_POLL, _LOADING_POLL_CAP = 0.005, 0.25

logger = get_logger(__name__)


@asynccontextmanager
async def open_redis(settings: Settings) -> AsyncIterator[Redis]:
    """A client of a Redis that has loaded its data and has the Query Engine. Answers are bytes, in RESP2's shapes.

    For ``redis+cluster://`` it is a RedisCluster, which has the same commands. A command whose connection breaks
    is sent again, for about 3 seconds in the case of the embedded Redis, which is being restarted then: writes
    must bear being done twice. A command not answered within ``settings.redis.timeout`` seconds fails; those
    that block must ask for less.

    Raises BadInput (the URL), EmbeddedRedisError, StoreUnavailable, StoreError; what commands raise inside is
    redis-py's, for ``store_failures`` to translate.
    """
    if settings.redis.url is None:
        async with embedded_redis(settings) as socket:
            location = Location(Kind.SERVER, path=str(socket))
            # 3 s in all: for the guard to restart the server, or for another process to replace the guard.
            retry = Retry(ExponentialBackoff(cap=0.25, base=0.005), 16, (ConnectionError,))
            async with open_client(location, settings.redis.timeout, retry) as client:
                try:
                    await _make_sure(client, str(location))
                except ConnectionError as error:
                    raise EmbeddedRedisError(why_unusable(socket.parent, "it ends while it loads its data")) from error
                yield client
    else:
        location = parse_location(settings.redis.url.get_secret_value())
        retry = Retry(ExponentialBackoff(cap=0.5, base=0.02), 3, (ConnectionError,))
        async with open_client(location, settings.redis.timeout, retry) as client:
            with store_failures(str(location)):
                await _make_sure(client, str(location))
            yield client


def redis_url(settings: Settings) -> str:
    """Where another library finds the same Redis while ``open_redis`` is entered. Holds the password, if any.

    ``unix://PATH`` for the embedded one, else PAPERBOY_REDIS_URL as it is; ``parse_location`` takes it apart.
    """
    if settings.redis.url is None:
        return f"unix://{quote(str(socket_path(settings)))}"
    return settings.redis.url.get_secret_value()


async def _make_sure(client: Redis, where: str) -> None:
    """Redis has loaded its data and can search. Raises redis-py's errors, StoreError, StoreUnavailable."""
    deadline = time.monotonic() + LOADING_PATIENCE
    pause = _LOADING_POLL
    while True:
        try:
            await client.ping()
            break
        except NoPermissionError:
            break  # it answers, if not us
        except BusyLoadingError:
            progress = await loading_progress(client)
            if time.monotonic() > deadline:
                raise StoreUnavailable(f"Redis at {where} is still loading its data ({progress}); try later") from None
            if pause >= _LOADING_POLL_CAP:
                logger.info("redis_is_loading", progress=progress)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LOADING_POLL_CAP)
    await check_query_engine(client, where)
