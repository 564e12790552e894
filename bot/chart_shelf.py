"""The charts as a process shows them: read once a while, for everybody who asks meanwhile."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from papers import charts
from papers.clock import Clock
from papers.models import TrendingPaper, Window

if TYPE_CHECKING:
    from papers.store import PaperStore

_LIFE = 45.0
"""Seconds. The worker makes new charts every few minutes."""

Chart = tuple[datetime, list[TrendingPaper]]


class ChartShelf:
    """One chart a window, at most. Raises redis-py's errors."""

    def __init__(
        self, store: "PaperStore", clock: Clock, *, fresh: bool = False, timer: Callable[[], float] = time.monotonic
    ) -> None:
        """``fresh``: charts of the clock's time, whatever the worker has kept."""
        self._store, self._clock, self._fresh, self._timer = store, clock, fresh, timer
        self._shelf: dict[Window, tuple[float, asyncio.Task[Chart]]] = {}

    async def read(self, window: Window) -> Chart:
        """A chart, best first, and the moment it is of."""
        kept = self._shelf.get(window)
        if kept is None or self._timer() - kept[0] > _LIFE or _failed(kept[1]):
            reading = charts.read(self._store, self._clock, window=window, fresh=self._fresh)
            kept = self._shelf[window] = (self._timer(), asyncio.create_task(reading))
        # Whoever goes away must not take the chart from the others.
        return await asyncio.shield(kept[1])

    async def standing(self, paper_id: str) -> tuple[Window, datetime, TrendingPaper] | None:
        """Where a paper stands: on the chart of the day, else of the week, else of the month; None on none."""
        for window in Window:
            at, chart = await self.read(window)
            if item := next((item for item in chart if item.paper.id == paper_id), None):
                return window, at, item
        return None


def _failed(task: asyncio.Task[Chart]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)
