"""The papers of the last week, kept for a minute: whoever chooses a threshold looks at them again and again."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from papers.layout import Vector
from papers.models import Paper
from papers.store import PaperStore
from papers.topic_preview import papers_of_the_week

FRESH = timedelta(minutes=1)
MOST = 5_000
"""Papers that are kept, the newest: about 30 MB. A week that has more is looked at from its end."""


@dataclass(frozen=True)
class Week:
    at: datetime
    papers: Sequence[Paper]
    vectors: Mapping[str, Vector]
    """float32[dim] by id, of the papers that have one."""

    def serves(self, now: datetime) -> bool:
        return timedelta(0) <= now - self.at < FRESH


class RecentWeek:
    """Reads the week at most once a minute, however many ask. Raises redis-py's errors."""

    def __init__(self, store: PaperStore) -> None:
        self._store = store
        self._kept: Week | None = None
        self._reading: asyncio.Task[Week] | None = None

    async def at(self, now: datetime) -> Week:
        """The week that ended at ``now``, or up to a minute before."""
        while self._kept is None or not self._kept.serves(now):
            if self._reading is None:
                self._kept = None  # before the next is read: two at once would be too much
                self._reading = asyncio.create_task(self._read(now))
                self._reading.add_done_callback(_heard)
            # Whoever cannot wait so long does not stop it: the next one finds it read.
            week = await asyncio.shield(self._reading)
            if week.serves(now):
                return week
        return self._kept

    async def _read(self, now: datetime) -> Week:
        try:
            self._kept = Week(now, *await papers_of_the_week(self._store, now, most=MOST))
            return self._kept
        finally:
            self._reading = None


def _heard(reading: "asyncio.Task[Week]") -> None:
    """What went wrong was told to those who waited; asyncio is not to complain if nobody did."""
    if not reading.cancelled():
        reading.exception()
