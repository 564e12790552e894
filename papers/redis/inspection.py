"""What can be asked of a Redis: whether it is fit for Paperboy, and how it fares."""

from typing import Any

from redis.asyncio import Redis, RedisCluster
from redis.exceptions import NoPermissionError, RedisError

from papers.errors import StoreError

_OLDEST_ENGINE = 21_000
"""Query Engine 2.10, the first with float16 vectors, in its own numbering."""


async def check_query_engine(redis: Redis, where: str) -> None:
    """Raises StoreError, with what to install, if Redis cannot search by meaning."""
    try:
        found = await _ask(redis, "COMMAND INFO", "FT.SEARCH")
    except NoPermissionError:
        return  # a search will tell
    if not found or not found[0]:
        raise StoreError(
            f"the Redis at {where} has no Query Engine (no FT.SEARCH): use Redis 8 with its search module or Redis "
            "Stack, or leave PAPERBOY_REDIS_URL unset for the embedded one"
        )
    version = await _engine_version(redis)
    if version is not None and version < _OLDEST_ENGINE:
        raise StoreError(
            f"the Query Engine of the Redis at {where} is too old (2.10 is needed): use Redis 8 or Redis Stack"
        )


async def loading_progress(redis: Redis) -> str:
    try:
        about = await _info(redis)
    except RedisError:
        return "?"
    return f"{about.get('loading_loaded_perc', '?')} %, about {about.get('loading_eta_seconds', '?')} s to go"


async def describe(redis: Redis) -> dict[str, str]:
    """How Redis fares, for ``paperboy doctor``: label -> what to print. Raises redis-py's errors."""
    about = await _info(redis)
    version = await _engine_version(redis)
    folder = await _config(redis, "dir")
    limit = int(about.get("maxmemory", "0"))
    persistent = about.get("aof_enabled") == "1"
    written = about.get("aof_last_write_status", "?")
    lines = {
        "server": f"Redis {about.get('redis_version', '?')}, {about.get('redis_mode', '?')}, {about.get('role', '?')}",
        "query engine": _dotted(version) if version is not None else "there (its version is not shown to this user)",
        "memory": about.get("used_memory_human", "?") + (f" of {about.get('maxmemory_human')}" if limit else ""),
        "eviction": about.get("maxmemory_policy", "?"),
        "data": folder or "(not shown to this user)",
        "append-only file": f"on, last write {written}" if persistent else "off: what is not in a snapshot can be lost",
        "clients": about.get("connected_clients", "?"),
        "up for": f"{about.get('uptime_in_seconds', '?')} s",
    }
    if about.get("aof_current_size"):
        lines["append-only file"] += f", {int(about['aof_current_size']) / 2**20:.1f} MB"
    return lines


async def _info(redis: Redis) -> dict[str, str]:
    return {name: str(value) for name, value in (await _ask(redis, "INFO")).items()}


async def _engine_version(redis: Redis) -> int | None:
    try:
        modules = await _ask(redis, "MODULE LIST")
    except RedisError:
        return None
    return next((int(facts[b"ver"]) for facts in modules if facts.get(b"name") in {b"search", b"ft"}), None)


async def _config(redis: Redis, name: str) -> str:
    try:
        answer = await _ask(redis, "CONFIG GET", name)
    except RedisError:
        return ""
    return str(answer.get(name, b""))


async def _ask(redis: Redis, command: str, *arguments: str) -> Any:
    """The answer of one node, whichever it is, of a cluster."""
    if isinstance(redis, RedisCluster):
        await redis.initialize()
        return await redis.execute_command(command, *arguments, target_nodes=redis.get_random_node())
    return await redis.execute_command(command, *arguments)


def _dotted(version: int) -> str:
    return f"{version // 10_000}.{version // 100 % 100}.{version % 100}"
