"""How long a shard waits until it connects again.

discord.py waits up to 1,024 s, at random, and forgets earlier failures after 34 minutes only: after an outage of some
minutes a shard may be deaf for a quarter of an hour more. It has no option for that, and keeps the class where each
shard takes it from.
"""

import discord.shard
from discord.backoff import ExponentialBackoff

LONGEST = 60.0
"""Seconds. Each try is a session at most, of 1,000 a day; starts take their turn among all processes besides."""
_MOST_DOUBLINGS = 6
_FORGOTTEN_AFTER = 180.0
"""Seconds without a failure; a try itself may take 60."""


class ShortWaits(ExponentialBackoff[bool]):
    """Doubles as discord.py's does, up to a minute."""

    def __init__(self) -> None:
        super().__init__()
        self._max = _MOST_DOUBLINGS
        self._reset_time = int(_FORGOTTEN_AFTER)

    def delay(self) -> float:
        """Seconds."""
        return min(super().delay(), LONGEST)


def shorten_waits() -> None:
    """For all clients of this process."""
    discord.shard.ExponentialBackoff = ShortWaits  # type: ignore[attr-defined, assignment]
