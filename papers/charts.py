"""The charts of trending papers, one a window: computed by the worker, kept as sorted sets, read by everybody.

A kept chart is the order of the papers as of one moment; what is shown of a paper, score and reasons, is
computed from its signals as of that same moment, so that the parts always add up.
"""

from collections.abc import Sequence
from datetime import datetime

from papers import keys
from papers.categories import in_any
from papers.clock import Clock, parse_time
from papers.models import TrendingPaper, Window
from papers.store import PaperStore
from papers.trending import SPANS, rank, score

_KEPT_SECONDS = 3600
_LENGTH = 1000


async def compute(store: PaperStore, *, at: datetime, window: Window) -> list[TrendingPaper]:
    """The whole chart of a window that ends at ``at``, from the signals in the store."""
    return rank(await store.candidates(at - SPANS[window], at), at=at, window=window)


async def refresh(store: PaperStore, clock: Clock) -> None:
    """Compute and keep the charts of now."""
    at = clock.now()
    for window in Window:
        await _keep(store, window, at, await compute(store, at=at, window=window))


async def read(
    store: PaperStore, clock: Clock, *, window: Window, fresh: bool = False
) -> tuple[datetime, list[TrendingPaper]]:
    """A chart, best first, and the moment it is of: the kept one, else (or if ``fresh``) as of the clock's time."""
    kept = None if fresh else await _kept(store, window)
    if kept is None:
        at = clock.now()
        return at, await compute(store, at=at, window=window)
    at, ids = kept
    return at, rank(await store.candidates_among(ids, at), at=at, window=window)


async def order(
    store: PaperStore, clock: Clock, *, window: Window, fresh: bool = False
) -> tuple[datetime, tuple[str, ...]]:
    """As ``read``, but only the ids: a few bytes of each paper. ``entries`` makes a page of them."""
    kept = None if fresh else await _kept(store, window)
    if kept is not None:
        return kept[0], tuple(kept[1])
    at, chart = await read(store, clock, window=window, fresh=True)
    return at, tuple(item.paper.id for item in chart[:_LENGTH])


async def entries(
    store: PaperStore, ids: Sequence[str], *, at: datetime, window: Window, first_rank: int = 1
) -> list[TrendingPaper]:
    """These papers of a chart as of ``at``, in this order, with ranks from ``first_rank`` on."""
    scored = [score(candidate, at=at, window=window) for candidate in await store.candidates_among(ids, at)]
    return [item.model_copy(update={"rank": place}) for place, item in enumerate(scored, start=first_rank)]


def select(chart: Sequence[TrendingPaper], *, limit: int, categories: Sequence[str] = ()) -> list[TrendingPaper]:
    """The first ``limit`` papers, of the given categories if any (``cs`` takes all of ``cs.*``), ranked anew."""
    chosen = [t for t in chart if not categories or in_any(t.paper.categories, categories)][:limit]
    return [t.model_copy(update={"rank": place}) for place, t in enumerate(chosen, start=1)]


async def _keep(store: PaperStore, window: Window, at: datetime, chart: Sequence[TrendingPaper]) -> None:
    key, at_key = keys.chart(window), keys.chart_time(window)
    async with store.redis.pipeline(transaction=True) as pipe:
        pipe.delete(key)
        if chart:
            pipe.zadd(key, {t.paper.id: t.score for t in chart[:_LENGTH]})
            pipe.expire(key, _KEPT_SECONDS)
        pipe.set(at_key, at.isoformat(), ex=_KEPT_SECONDS)
        await pipe.execute()


async def _kept(store: PaperStore, window: Window) -> tuple[datetime, list[str]] | None:
    at: bytes | None = await store.redis.execute_command("GET", keys.chart_time(window))
    if at is None:
        return None
    ids: list[bytes] = await store.redis.execute_command("ZREVRANGE", keys.chart(window), 0, -1)
    return parse_time(at.decode()), [member.decode() for member in ids]


async def why_empty(store: PaperStore, clock: Clock, window: Window) -> str:
    """A sentence for people who see an empty chart: what to do about it."""
    newest = await store.newest_signal(clock.now())
    if newest is None:
        return "Nothing is trending yet: no votes, comments or stars are stored. Try: paperboy ingest"
    if newest <= clock.now() - SPANS[window]:
        return f"Nothing in this window: the newest signal is of {newest:%Y-%m-%d}. Try: --at {newest:%Y-%m-%dT%H:%MZ}"
    return "No paper of this window matches."
