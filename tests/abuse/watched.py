"""What a bot leaves behind: memory, keys in Redis, lines in its log."""

import json
import re
from collections import Counter
from pathlib import Path

from papers.redis.connection import open_redis
from papers.settings import load_settings

_ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
_LOGGED = re.compile(r"^\S+ \[(\w+) *\] (.*?)(?:  |$)")
_NEVER = ("Traceback", "answer_failed", "never retrieved", "never awaited", "Exception in ASGI", "Task exception")


def megabytes(pid: int, name: str = "VmRSS") -> float:
    """Of a process, out of /proc; 0 off Linux."""
    status = Path(f"/proc/{pid}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((round(int(line.split()[1]) / 1024, 1) for line in lines if line.startswith(f"{name}:")), 0.0)


async def keys_in(data_dir: Path) -> set[str]:
    """Every key of the Redis in that folder."""
    async with open_redis(load_settings(data_dir=data_dir)) as redis:
        return {key.decode() async for key in redis.scan_iter(count=5000)}


def unexpected(log: Path) -> list[str]:
    """Lines that tell of an error nobody thought of."""
    return [line[:300] for line in log.read_text(errors="replace").splitlines() if any(word in line for word in _NEVER)]


def logged(log: Path) -> Counter[str]:
    """Event -> how often it was logged as a warning or an error."""
    found: Counter[str] = Counter()
    for line in log.read_text(errors="replace").splitlines():
        try:
            said = json.loads(line)
        except ValueError:
            plain = _LOGGED.match(_ESCAPES.sub("", line))
            said = {"level": plain[1], "event": plain[2].strip()} if plain else {}
        if said.get("level") in {"warning", "error", "critical"}:
            found[f"{said['level']}: {said.get('event')}"] += 1
    return found
