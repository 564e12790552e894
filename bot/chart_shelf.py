"""The charts as a process shows them: their order is read once a while, for everybody who asks meanwhile.

Only ids are kept: of a thousand papers the few that are shown are read when they are.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from papers import charts
from papers.categories import in_any
from papers.clock import Clock
from papers.models import TrendingPaper, Window

if TYPE_CHECKING:
    from papers.store import PaperStore

_LIFE = 45.0
"""Seconds. The worker makes new charts every few minutes."""


@dataclass(frozen=True)
class ChartPage:
    """A part of a chart as of ``at``, ranked from the chart's beginning."""

    at: datetime
    items: list[TrendingPaper]
    more: bool
    """Whether there are papers after these."""


@dataclass
class _Order:
    at: datetime
    ids: tuple[str, ...]
    """The best first."""
    categories: "asyncio.Task[dict[str, tuple[str, ...]]] | None" = None
    """Read when somebody asks for some of them."""


class ChartShelf:
    """One chart a window, at most. Raises redis-py's errors."""

    def __init__(
        self, store: "PaperStore", clock: Clock, *, fresh: bool = False, timer: Callable[[], float] = time.monotonic
    ) -> None:
        """``fresh``: charts of the clock's time, whatever the worker has kept."""
        self._store, self._clock, self._fresh, self._timer = store, clock, fresh, timer
        self._shelf: dict[Window, tuple[float, asyncio.Task[_Order]]] = {}

    async def page(self, window: Window, *, categories: Sequence[str] = (), offset: int = 0, limit: int) -> ChartPage:
        """Some papers of a chart, of these categories if any (``cs`` takes all of ``cs.*``)."""
        order = await self._order(window)
        ids = await self._of(order, categories) if categories else order.ids
        shown = ids[offset : offset + limit]
        items = await charts.entries(self._store, shown, at=order.at, window=window, first_rank=offset + 1)
        return ChartPage(order.at, items, more=len(ids) > offset + limit)

    async def standing(self, paper_id: str) -> tuple[Window, datetime, TrendingPaper] | None:
        """Where a paper stands: on the chart of the day, else of the week, else of the month; None on none."""
        for window in Window:
            order = await self._order(window)
            if paper_id not in order.ids:
                continue
            rank = order.ids.index(paper_id) + 1
            for item in await charts.entries(self._store, [paper_id], at=order.at, window=window, first_rank=rank):
                return window, order.at, item
        return None

    async def _order(self, window: Window) -> _Order:
        kept = self._shelf.get(window)
        if kept is None or self._timer() - kept[0] > _LIFE or _failed(kept[1]):
            kept = self._shelf[window] = (self._timer(), asyncio.create_task(self._read(window)))
        # Whoever goes away must not take the chart from the others.
        return await asyncio.shield(kept[1])

    async def _read(self, window: Window) -> _Order:
        return _Order(*await charts.order(self._store, self._clock, window=window, fresh=self._fresh))

    async def _of(self, order: _Order, wanted: Sequence[str]) -> list[str]:
        if order.categories is None or _failed(order.categories):
            order.categories = asyncio.create_task(self._store.categories(order.ids))
        found = await asyncio.shield(order.categories)
        return [paper for paper in order.ids if in_any(found.get(paper, ()), wanted)]


def _failed(task: "asyncio.Task[_Order] | asyncio.Task[dict[str, tuple[str, ...]]]") -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)
