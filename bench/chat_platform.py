"""A chat platform: takes messages within its limits, says 429 beyond them, and remembers what came when.

    POST /messages {workspace, channel, delivery_id, text}    200 {id}; 429 with Retry-After and Retry-Scope
    GET  /messages?channel=&delivery_id=                      200 {ids}: those of that delivery, in that channel

``python -m bench.chat_platform --limits 'platform=50/50,…'`` serves until it is told to stop, and prints its port.
"""

import argparse
import asyncio
import json
import os
import signal
import time
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from bench.chat_http import Answer, Application, HangUp, Request, Silence, serving
from papers.adapters import Limits, Rate, Scope

_JITTER = 0.25
"""Seconds that a message may come early: senders keep time by another clock, and the way here is not always as long."""
_IN_FLIGHT = 1.0
"""Seconds after a Retry-After in which messages to others in the same scope may have been on their way already."""

Happened = Literal["taken", "refused", "violation"]


@dataclass(frozen=True)
class Event:
    """A line of the log."""

    kind: Happened
    at: float
    """Seconds since 1970."""
    channel: str
    delivery: str
    detail: str = ""


class ChatPlatform:
    """The platform's memory and limits. Everything that happens goes to the log at once."""

    def __init__(self, limits: Limits, log: Path | None = None) -> None:
        self._limits = limits
        self._log = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644) if log else None
        self._full: dict[tuple[Scope, str], float] = defaultdict(float)
        self._held: dict[tuple[Scope, str], tuple[float, float, str]] = {}
        self._messages: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._count = 0

    def answer(self, request: Request) -> Answer | HangUp | Silence:
        if request.path != "/messages":
            return Answer(404, {"error": "no such page"})
        if request.method == "GET":
            return Answer(
                200, {"ids": self._messages.get((request.query["channel"], request.query["delivery_id"]), [])}
            )
        return self.post(json.loads(request.body), request)

    def post(self, message: Mapping[str, str], request: Request) -> Answer | HangUp | Silence:
        now = time.time()
        self.check_pauses(message, float(request.headers.get("x-sent", now)), now)
        for scope, name in buckets(message):
            rate = self._limits.get(scope)
            if rate is None:
                continue
            early = self._full[scope, name] - now - (rate.burst - 1) / rate.per_second
            if early > _JITTER:
                return self.refuse(message, scope, name, early)
        for scope, name in buckets(message):
            if rate := self._limits.get(scope):
                self._full[scope, name] = max(self._full[scope, name], now) + 1 / rate.per_second
        return self.take(message)

    def take(self, message: Mapping[str, str]) -> Answer:
        self._count += 1
        self._messages[message["channel"], message["delivery_id"]].append(f"m{self._count}")
        self.note("taken", message)
        return Answer(200, {"id": f"m{self._count}"})

    def refuse(self, message: Mapping[str, str], scope: Scope, name: str, seconds: float) -> Answer:
        now = time.time()
        self._held[scope, name] = (now + seconds, now, message["delivery_id"])
        self.note("refused", message, f"{scope} for {seconds:.2f} s")
        headers = {"Retry-After": f"{seconds:.3f}", "Retry-Scope": scope}
        return Answer(429, {"error": "ratelimited"}, headers)

    def check_pauses(self, message: Mapping[str, str], sent: float, now: float) -> None:
        """A message before the end of a pause breaks a promise, unless it was on its way when the pause was told."""
        for bucket in buckets(message):
            until, since, whom = self._held.get(bucket, (0.0, 0.0, ""))
            knew = message["delivery_id"] == whom or sent > since + _IN_FLIGHT
            if now < until and knew:
                self.note("violation", message, f"{until - now:.2f} s before {bucket[0]} {bucket[1]} was free again")

    def note(
        self, kind: Literal["taken", "refused", "violation"], message: Mapping[str, str], detail: str = ""
    ) -> None:
        if self._log is not None:
            event = Event(kind, time.time(), message["channel"], message["delivery_id"], detail)
            os.write(self._log, json.dumps(asdict(event)).encode() + b"\n")


def buckets(message: Mapping[str, str]) -> list[tuple[Scope, str]]:
    return [
        (Scope.PLATFORM, ""),
        (Scope.WORKSPACE, message["workspace"]),
        (Scope.CHANNEL, f"{message['workspace']}/{message['channel']}"),
    ]


def read_log(path: Path) -> list[Event]:
    return [Event(**json.loads(line)) for line in path.read_text().splitlines()] if path.exists() else []


def limits_text(limits: Limits) -> str:
    return ",".join(f"{scope}={rate.per_second}/{rate.burst}" for scope, rate in limits.items())


def parse_limits(text: str) -> Limits:
    found = {}
    for part in filter(None, text.split(",")):
        scope, _, rate = part.partition("=")
        per_second, _, burst = rate.partition("/")
        found[Scope(scope)] = Rate(float(per_second), int(burst or 1))
    return found


async def serve_until_told(application: Application, port: int) -> None:
    """Prints the port; ends with SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with serving(application, port) as chosen:
        print(chosen, flush=True)
        await stop.wait()


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", type=Path, help="gets a line of JSON for each message that was taken or refused")
    parser.add_argument("--limits", default="channel=1/1", help="channel=PER_SECOND/BURST,workspace=…,platform=…")
    return parser


def main() -> None:
    asked: Any = arguments().parse_args()
    platform = ChatPlatform(parse_limits(asked.limits), asked.log)
    with suppress(KeyboardInterrupt):
        asyncio.run(serve_until_told(platform.answer, asked.port))


if __name__ == "__main__":
    main()
