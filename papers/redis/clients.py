"""Clients of redis-py for a Location. Every choice that redis-py would otherwise make for us is made here."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, cast

from redis.asyncio import (
    BlockingConnectionPool,
    Connection,
    Redis,
    RedisCluster,
    Sentinel,
    SSLConnection,
    UnixDomainSocketConnection,
)
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.retry import Retry

from papers.redis.cancellation import heed_cancellation
from papers.redis.location import Kind, Location

PROTOCOL = 2
"""RESP2: FT.SEARCH answers its documented flat list. redis-py 8 would speak RESP3, where it answers maps."""
CONNECTIONS = 64
"""In one process. Whoever needs one more waits for it, instead of failing."""


@asynccontextmanager
async def open_client(location: Location, patience: float, retry: Retry) -> AsyncIterator[Redis]:
    """A client that connects at its first command; ``patience`` in seconds, for connecting and for each answer."""
    heed_cancellation()
    options: dict[str, Any] = {
        "socket_timeout": patience,
        "socket_connect_timeout": patience,
        # Half-open connections of bots that sleep for hours are found before they are used.
        "health_check_interval": 30,
        **location.options,
        "protocol": PROTOCOL,
        "retry": retry,
    }
    async with AsyncExitStack() as stack:
        if location.kind is Kind.CLUSTER:
            nodes = [ClusterNode(host, port) for host, port in location.hosts]
            cluster = RedisCluster(startup_nodes=nodes, ssl=location.tls, **options)
            client = cast(Redis, await stack.enter_async_context(_closing(cluster)))
        elif location.kind is Kind.SENTINEL:
            client = await stack.enter_async_context(_from_sentinel(location, options))
        else:
            client = await stack.enter_async_context(Redis.from_pool(_pool(location, options, patience)))
        yield client


def _pool(location: Location, options: dict[str, Any], patience: float) -> BlockingConnectionPool:
    kind: type[Connection | UnixDomainSocketConnection]
    place: dict[str, Any]
    if location.path:
        kind, place = UnixDomainSocketConnection, {"path": location.path}
    else:
        host, port = location.hosts[0]
        kind, place = SSLConnection if location.tls else Connection, {"host": host, "port": port}
    return BlockingConnectionPool(
        **{"max_connections": CONNECTIONS, "timeout": patience, **options, **place}, connection_class=kind
    )


@asynccontextmanager
async def _from_sentinel(location: Location, options: dict[str, Any]) -> AsyncIterator[Redis]:
    tls = {name: value for name, value in options.items() if name.startswith(("ssl_", "socket_"))}
    sentinel = Sentinel(
        list(location.hosts),
        sentinel_kwargs={"ssl": location.tls, "protocol": PROTOCOL, "retry": options["retry"], **tls}
        | location.sentinel_options,
        ssl=location.tls,
        **options,
    )
    async with AsyncExitStack() as stack:
        for one in sentinel.sentinels:
            await stack.enter_async_context(_closing(one))
        yield await stack.enter_async_context(sentinel.master_for(location.service))


@asynccontextmanager
async def _closing(client: Any) -> AsyncIterator[Any]:
    """Closes without having connected on entry, as ``async with client`` would."""
    try:
        yield client
    finally:
        await client.aclose()
