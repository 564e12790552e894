"""Time as it passes in a Discord, and ids, which tell when they were given."""

import itertools
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

EPOCH = 1_420_070_400
"""Seconds: where Discord's ids begin to count (discord.com/developers/docs/reference#snowflakes)."""


@dataclass
class Clock:
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _last_id: int = 0
    _shift: float = 0.0

    def now(self) -> float:
        return time.time() + self._shift

    def forward(self, seconds: float) -> None:
        """Let time pass."""
        self._shift += seconds

    def snowflake(self, at: float | None = None) -> int:
        """An id of this moment; each is greater than the last, as far as they are of now."""
        milliseconds = int(((self.now() if at is None else at) - EPOCH) * 1000)
        if at is not None:
            return (milliseconds << 22) + next(self._numbers) % (1 << 22)
        self._last_id = max(self._last_id + 1, milliseconds << 22)
        return self._last_id

    def old_id(self) -> int:
        """Of something that is there since years: servers spread over shards."""
        number = next(self._numbers)
        return ((200_000_000_000 + number * 1000 + random.Random(number).randrange(1000)) << 22) + 7
