"""redis-py's errors as sentences; the errors themselves are provoked in a real server wherever it can be made to."""

import pytest
from redis import exceptions
from redis.asyncio import Redis

from papers.errors import NotFound, StoreError, StoreUnavailable
from papers.redis.failures import store_failures


async def test_a_full_memory_is_told(redis: Redis) -> None:
    await redis.config_set("maxmemory", "1kb")
    try:
        with pytest.raises(StoreUnavailable, match="Redis has no memory left: raise its maxmemory"), store_failures():
            await redis.set("key", "value")
    finally:
        await redis.config_set("maxmemory", "0")


async def test_a_replica_takes_no_writes(redis: Redis) -> None:
    await redis.replicaof("127.0.0.1", "9")
    try:
        with pytest.raises(StoreUnavailable, match="name the primary in PAPERBOY_REDIS_URL"), store_failures():
            await redis.set("key", "value")
    finally:
        await redis.replicaof("NO", "ONE")


async def test_an_unknown_command_is_named_without_its_arguments(redis: Redis) -> None:
    with pytest.raises(StoreError, match="unknown command 'NOSUCH'") as caught, store_failures():
        await redis.execute_command("NOSUCH", "private text")
    assert "private" not in str(caught.value)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (exceptions.BusyLoadingError("Redis is loading the dataset in memory"), "still loading its data"),
        (
            exceptions.ResponseError("MISCONF Errors writing to the AOF file: No space left"),
            "cannot write its data to disk",
        ),
        (exceptions.ResponseError("BUSY Redis is busy running a script"), "busy with a long script"),
        (exceptions.ResponseError("NOREPLICAS Not enough good replicas to write."), "too few replicas"),
        (exceptions.MasterDownError("Link with MASTER is down"), "a replica that has lost its primary"),
        (exceptions.ClusterDownError("CLUSTERDOWN The cluster is down"), "the Redis Cluster is down"),
        (exceptions.SlotNotCoveredError("slot not covered"), "the Redis Cluster is down"),
        (exceptions.MaxConnectionsError("Too many connections"), "too many connections to Redis at here"),
        (exceptions.TimeoutError("Timeout reading from socket"), "Redis at here did not answer in time"),
        (exceptions.ConnectionError("Connection reset by peer"), "no Redis answers at here: start it"),
    ],
)
def test_what_passes_by_itself_is_unavailable(error: Exception, sentence: str) -> None:
    with pytest.raises(StoreUnavailable, match=sentence), store_failures("here"):
        raise error


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            exceptions.AuthenticationError("WRONGPASS invalid username-password pair"),
            "refuses the user or the password",
        ),
        (exceptions.AuthenticationError("NOAUTH Authentication required."), "or wants one"),
        (exceptions.NoPermissionError("User x has no permissions to run the 'ft.search' command"), r"\(ft.search\)"),
        (exceptions.ResponseError("WRONGTYPE Operation against a key"), "Redis refused a command: WRONGTYPE"),
        (exceptions.RedisClusterException("No way to dispatch this command"), "refused a command: No way"),
    ],
)
def test_what_does_not_pass_by_itself_is_a_store_error(error: Exception, sentence: str) -> None:
    with pytest.raises(StoreError, match=sentence) as caught, store_failures("here"):
        raise error
    assert not isinstance(caught.value, StoreUnavailable)


def test_other_errors_pass_untouched() -> None:
    with pytest.raises(NotFound), store_failures():
        raise NotFound("no such paper")
