"""A Discord that keeps its limits: 50 calls a second in all, five messages in five seconds in a channel.

    POST /api/v10/channels/ID/messages, …/threads, GET …; 429 as Discord words it

``python -m bench.discord_platform LOG`` serves until it is told to stop, prints its port, and writes a line of JSON to
LOG for each call: when, what, in which channel, how it was answered.
"""

import asyncio
import json
import os
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.chat_http import Answer, Request
from bench.chat_platform import serve_until_told

CALLS_A_SECOND = 50
_MESSAGES, _SECONDS = 5, 5.0


@dataclass
class _Window:
    """So many calls from the first one on, until its time is over."""

    most: int
    seconds: float
    used: int = 0
    ends: float = 0.0

    def take(self, now: float) -> float:
        """0, or the seconds until there is room again."""
        if now >= self.ends:
            self.used, self.ends = 0, now + self.seconds
        if self.used >= self.most:
            return self.ends - now
        self.used += 1
        return 0.0


@dataclass
class DiscordPlatform:
    log: int
    """A file's descriptor."""
    _all: _Window = field(default_factory=lambda: _Window(CALLS_A_SECOND, 1.0))
    _channels: dict[str, _Window] = field(default_factory=dict)
    _ids: int = 10**17

    def answer(self, request: Request) -> Answer:
        now = time.time()
        parts = request.path.removeprefix("/api/v10/").split("/")
        kind = f"{request.method} {parts[-1] if not parts[-1].isdigit() else parts[0]}"
        answer = self._limited(parts, kind, now) or _asked(request.method, parts) or self._done()
        told = {"at": now, "kind": kind, "channel": parts[1], "status": answer.status}
        os.write(self.log, json.dumps(told).encode() + b"\n")
        return answer

    def _limited(self, parts: list[str], kind: str, now: float) -> Answer | None:
        if wait := self._all.take(now):
            return _too_many(wait, everywhere=True)
        if kind != "POST messages":
            return None
        window = self._channels.setdefault(parts[1], _Window(_MESSAGES, _SECONDS))
        if wait := window.take(now):
            return _too_many(wait, everywhere=False)
        left = window.most - window.used
        return self._done({"X-RateLimit-Remaining": str(left), "X-RateLimit-Reset-After": f"{window.ends - now:.3f}"})

    def _done(self, headers: dict[str, str] | None = None) -> Answer:
        self._ids += 1
        return Answer(200, {"id": str(self._ids)}, headers or {})


def _asked(method: str, parts: list[str]) -> Answer | None:
    """Each channel is in a server of its own, with the same id, where the bot may do everything."""
    if method != "GET":
        return None
    match parts:
        case ["channels", channel]:
            return Answer(200, {"id": channel, "type": 0, "guild_id": channel, "name": "papers"}, {})
        case ["guilds", guild, "roles"]:
            return Answer(200, [{"id": guild, "permissions": "8"}], {})
        case ["guilds", _, "members", _]:
            return Answer(200, {"roles": []}, {})
    return None


def _too_many(wait: float, *, everywhere: bool) -> Answer:
    body: dict[str, Any] = {"message": "You are being rate limited.", "retry_after": wait, "global": everywhere}
    scope = "global" if everywhere else "user"
    return Answer(429, body, {"Retry-After": f"{wait:.3f}", "X-RateLimit-Scope": scope})


def read_calls(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


if __name__ == "__main__":
    file = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    asyncio.run(serve_until_told(DiscordPlatform(file).answer, 0))
