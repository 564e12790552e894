"""A chat platform that misbehaves as it is told to.

    python -m tests.fakes.chat --port 9100 --log FILE --refuse 0.3 --drop 0.1 --delay 0.02

Channels whose ids begin with CH hang, those with CG are gone (404 channel_not_found), those with CB are broken (500).
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.chat_http import Answer, HangUp, Request, Silence
from bench.chat_platform import arguments, buckets, parse_limits, serve_until_told
from bench.fanout_server import PartlyBroken
from papers.adapters import Limits, Scope


@dataclass(frozen=True)
class Misbehaviour:
    """Shares are of the messages that come, from 0 to 1."""

    refuse: float = 0.0
    """Answered 429, with a Retry-After of ``retry_after`` seconds."""
    retry_after: float = 2.0
    retry_scope: Scope = Scope.CHANNEL
    drop: float = 0.0
    """Taken, but the connection is closed instead of an answer."""
    lose: float = 0.0
    """Not taken, and the connection is closed."""
    drops_per_delivery: int = 1
    """How often one delivery's answer is dropped at most, so that it ends at some time."""
    delay: float = 0.0
    """Seconds until an answer, after the message was taken."""


class FaultyChat(PartlyBroken):
    def __init__(self, limits: Limits, log: Path | None, faults: Misbehaviour, *, seed: int = 0) -> None:
        super().__init__(limits, log)
        self.faults = faults
        self._random = random.Random(seed)
        self._dropped: Counter[str] = Counter()

    def post(self, message: Mapping[str, str], request: Request) -> Answer | HangUp | Silence:
        delivery, faults = message["delivery_id"], self.faults
        chance = self._random.random()
        if chance < faults.refuse:
            scope, name = next(bucket for bucket in buckets(message) if bucket[0] == faults.retry_scope)
            self.check_pauses(message, float(request.headers.get("x-sent", time.time())), time.time())
            return self.refuse(message, scope, name, faults.retry_after * self._random.uniform(0.5, 1.0))
        if self._dropped[delivery] < faults.drops_per_delivery and chance > 1 - faults.drop - faults.lose:
            self._dropped[delivery] += 1
            if chance > 1 - faults.drop:
                super().post(message, request)
            return HangUp()
        answer = super().post(message, request)
        return replace(answer, after=faults.delay) if isinstance(answer, Answer) else answer


def main() -> None:
    parser = arguments()
    for name in ("refuse", "retry-after", "drop", "lose", "delay"):
        parser.add_argument(f"--{name}", type=float, default=getattr(Misbehaviour, name.replace("-", "_")))
    parser.add_argument("--retry-scope", type=Scope, default=Scope.CHANNEL)
    asked: Any = parser.parse_args()
    faults = Misbehaviour(
        refuse=asked.refuse,
        retry_after=asked.retry_after,
        retry_scope=asked.retry_scope,
        drop=asked.drop,
        lose=asked.lose,
        delay=asked.delay,
    )
    platform = FaultyChat(parse_limits(asked.limits), asked.log, faults)
    with suppress(KeyboardInterrupt):
        asyncio.run(serve_until_told(platform.answer, asked.port))


if __name__ == "__main__":
    main()
