"""Leaves out of the log that a shard "can't keep up" which has only waited for its turn.

discord.py beats as soon as a connection stands, and hears of nothing before the shard has identified: after a turn of
more than ten seconds it takes the first answer for a late one.
"""

import logging
import time
from collections.abc import Callable

_SOON = 5.0
"""Seconds after its turn in which a shard hears what it was told meanwhile."""


class LateAcks(logging.Filter):
    """For discord.py's gateway, while ``begin`` and ``end`` say so."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._now = now
        self._had_its_turn: dict[int | None, float] = {}
        self._log = logging.getLogger("discord.gateway")

    def begin(self) -> None:
        self._log.addFilter(self)

    def end(self) -> None:
        self._log.removeFilter(self)

    def had_its_turn(self, shard: int | None) -> None:
        """It identifies now."""
        self._had_its_turn[shard] = self._now()

    def filter(self, record: logging.LogRecord) -> bool:
        if not str(record.msg).startswith("Can't keep up") or not isinstance(record.args, tuple):
            return True
        shard = next(iter(record.args), None)
        at = self._had_its_turn.get(shard) if isinstance(shard, int) else None
        return at is None or self._now() - at > _SOON
