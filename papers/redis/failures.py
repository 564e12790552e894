"""redis-py's errors, turned into sentences that say how to mend what is wrong."""

import builtins
import re
from collections.abc import Iterator
from contextlib import contextmanager

from redis.exceptions import (
    AuthenticationError,
    AuthorizationError,
    BusyLoadingError,
    ClusterDownError,
    ConnectionError,
    MasterDownError,
    MaxConnectionsError,
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisClusterException,
    RedisError,
    SlotNotCoveredError,
    TimeoutError,
)

from papers.errors import StoreError, StoreUnavailable

REDIS_FAILS = (RedisError, RedisClusterException)
"""What redis-py raises: when no node of a cluster answers, that is none of its RedisErrors."""
_UNAVAILABLE = {
    "MISCONF": "Redis cannot write its data to disk, which is most likely full: free some space there",
    "BUSY": "Redis is busy with a long script; try again in a moment",
    "OOM": "Redis has no memory left: raise its maxmemory, or remove data",
    "LOADING": "Redis is still loading its data; try again in a moment",
    "READONLY": "this Redis is a replica, which takes no writes: name the primary in PAPERBOY_REDIS_URL",
    "NOREPLICAS": "Redis has too few replicas to take writes; see its min-replicas-to-write",
    "TRYAGAIN": "the Redis Cluster is moving its data; try again in a moment",
    "CLUSTERDOWN": "the Redis Cluster is down: some of its nodes are missing",
    "MASTERDOWN": "this Redis is a replica that has lost its primary",
}
_CODES: dict[type[Exception], str] = {
    # redis-py cuts the code off the messages it has a class for.
    BusyLoadingError: "LOADING",
    ReadOnlyError: "READONLY",
    OutOfMemoryError: "OOM",
    MasterDownError: "MASTERDOWN",  # before its base class
    ClusterDownError: "CLUSTERDOWN",
    SlotNotCoveredError: "CLUSTERDOWN",
}
_REFUSED = "Redis refuses the user or the password in PAPERBOY_REDIS_URL (redis://user:password@host), or wants one"


@contextmanager
def store_failures(where: str = "") -> Iterator[None]:
    """Whatever redis-py raises inside comes out as StoreUnavailable or StoreError; the rest passes."""
    try:
        yield
    except REDIS_FAILS as error:
        raise translated(error, where) from error


def is_away(error: Exception) -> bool:
    """Whether Redis cannot be used for a while, so that trying again helps."""
    if isinstance(error, REDIS_FAILS):
        error = translated(error)
    return isinstance(error, StoreUnavailable | builtins.ConnectionError | builtins.TimeoutError)


def translated(error: RedisError | RedisClusterException, where: str = "") -> StoreError:
    """The same failure with a sentence for people; ``where`` as they know it, without a password."""
    at = f" at {where}" if where else ""
    if isinstance(error, NoPermissionError):
        return StoreError(f"the Redis user may not do this ({_command(error)}): grant it, or name another user")
    if isinstance(error, AuthenticationError | AuthorizationError):
        return StoreError(_REFUSED)
    if "slots are not covered" in str(error).lower():
        return StoreUnavailable(_UNAVAILABLE["CLUSTERDOWN"])
    code = next((code for kind, code in _CODES.items() if isinstance(error, kind)), _code(error))
    if code in _UNAVAILABLE:
        return StoreUnavailable(_UNAVAILABLE[code])
    if isinstance(error, ConnectionError | TimeoutError) or "cannot be connected" in str(error):
        return StoreUnavailable(_unreachable(error, at))
    return StoreError(f"Redis refused a command: {_first_line(error)}")


def _code(error: Exception) -> str:
    """The word Redis's own message begins with; redis-py puts the failed command of a pipeline before it."""
    in_pipeline = re.search(r"of pipeline caused error: \W*(\w+)", str(error))
    return in_pipeline[1] if in_pipeline else str(error).partition(" ")[0]


def _unreachable(error: Exception, at: str) -> str:
    text = " ".join(str(cause) for cause in (error, error.__cause__, error.__context__) if cause)
    if isinstance(error, MaxConnectionsError):
        return f"too many connections to Redis{at} at once; try again in a moment"
    if isinstance(error, TimeoutError):
        return f"Redis{at} did not answer in time: check address and TLS (rediss://), or raise PAPERBOY_REDIS_TIMEOUT"
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return f"the TLS certificate of Redis{at} is not trusted: name its authority with ?ssl_ca_certs=FILE"
    if "SSL" in text or "WRONG_VERSION_NUMBER" in text:
        return f"no TLS connection to Redis{at}: check whether it wants rediss:// or redis://"
    if "No master found" in text:
        return f"the Sentinels know no primary for {at.removeprefix(' at ') or 'this service'}, or none of them answers"
    return f"no Redis answers{at}: start it, or correct PAPERBOY_REDIS_URL"


def _command(error: Exception) -> str:
    match = re.search(r"'([\w.|-]+)' command", str(error))
    return match[1] if match else "see its ACL"


def _first_line(error: Exception) -> str:
    """Without the arguments that Redis repeats of a command it does not know."""
    line = (str(error).splitlines() or [type(error).__name__])[0]
    return line.partition(", with args beginning")[0][:200]
