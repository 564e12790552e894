"""What a delivery says: chosen when it is sent, from what its feed has not told of yet."""

import asyncio
import json
from collections import OrderedDict
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from papers import charts, keys
from papers.addresses import AddressBook
from papers.arxiv_calendar import why_quiet
from papers.contents import ConfirmationContent, Content, DigestContent, Match, NoticeContent, TopicsContent, paper_ids
from papers.delivery_models import Delivery, Kind, memory_name
from papers.errors import NotFound
from papers.following import DigestOptions, Subscription, may_resume
from papers.inbox import drop_told
from papers.models import TrendingPaper, Window
from papers.news import read_news
from papers.schedule import Cadence, Schedule, period
from papers.store import PaperStore
from papers.subscriptions import Subscriptions

if TYPE_CHECKING:
    from redis.asyncio import Redis

MOST_MATCHES = 20
"""Papers that one message on topics tells of; the rest is counted."""
_MOST_READ = 500
_STEP = timedelta(minutes=5)
_CHARTS_KEPT = 8
_SINCE = {Window.DAY: "today", Window.WEEK: "this week", Window.MONTH: "this month"}


@dataclass(frozen=True)
class Written:
    """A message's content, and what is remembered of it once it is sent."""

    content: Content
    subscriptions: tuple[Subscription, ...] = ()
    told: str | None = None
    """Name of the set that remembers the papers."""
    papers: tuple[str, ...] = ()
    """What it tells of and what it only counts, by name of the news."""


class Writer:
    """Writes what deliveries say. Raises redis-py's errors and StoreError."""

    def __init__(self, store: PaperStore, subscriptions: Subscriptions, addresses: AddressBook) -> None:
        self._store = store
        self._redis: Redis = store.redis
        self._subscriptions = subscriptions
        self._addresses = addresses
        self._charts: OrderedDict[tuple[Window, datetime], asyncio.Task[list[TrendingPaper]]] = OrderedDict()

    async def write(
        self,
        delivery: Delivery,
        now: datetime,
        *,
        news: Mapping[str, Mapping[str, float]] | None = None,
        again: frozenset[str] = frozenset(),
    ) -> Written | None:
        """What this delivery says at ``now``, or None if there is nothing to say.

        ``news`` is what a preview adds to the inbox: name -> {topic: score}. ``again``: what this very message has
        told of, if it is there: that is no less news, and nothing else is.
        """
        if delivery.kind is Kind.DIGEST:
            return await self._digest(delivery, now, again)
        if delivery.kind is Kind.TOPICS:
            return await self._topics(delivery, now, news or {}, again)
        if delivery.kind is Kind.CONFIRMATION:
            return await self._confirmation(delivery)
        return await self._notice(delivery)

    async def write_again(self, delivery: Delivery, now: datetime) -> Written | None:
        """What a delivery that may have left said then, unless papers or subscriptions have changed since."""
        return await self.write(delivery, delivery.written or now, again=frozenset(delivery.papers))

    async def digest(
        self, options: DigestOptions, *, window: Window, at: datetime, zone: str, told: frozenset[str] = frozenset()
    ) -> DigestContent | None:
        """The digest of ``at``, without the papers that were told of; None if nothing is left and nothing is asked."""
        chart = [t for t in await self._chart(window, at) if t.paper.id not in told]
        if options.minimum_score is not None:
            chart = [t for t in chart if t.score >= options.minimum_score]
        chosen = charts.select(chart, limit=options.top, categories=options.categories)
        if not chosen and not options.say_when_empty:
            return None
        note = None if chosen else f"Nothing new {_SINCE[window]}. {why_quiet(at) or ''}".strip()
        return DigestContent(chart=tuple(chosen), at=at, window=window, zone=zone, options=options, note=note)

    async def told(self, name: str) -> frozenset[str]:
        """The papers that a feed, or a person, was told of."""
        rows: list[bytes] = await self._redis.execute_command("ZRANGE", keys.told(name), 0, -1)
        return frozenset(row.decode() for row in rows)

    async def _digest(self, delivery: Delivery, now: datetime, again: frozenset[str]) -> Written | None:
        subscription = next(iter(await self._subscriptions.of_feed(delivery.feed)), None)
        if subscription is None or subscription.digest is None or subscription.paused or not subscription.confirmed:
            return None
        told = memory_name(delivery.kind, feed=delivery.feed, destination=delivery.destination)
        content = await self.digest(
            subscription.digest,
            window=window_of(subscription.schedule, delivery.due),
            at=moment_of(delivery.due, now),
            zone=subscription.schedule.zone,
            told=await self.told(told) - again,
        )
        if content is None:
            return None
        return Written(content, (subscription,), told=told, papers=paper_ids(content))

    async def _topics(
        self, delivery: Delivery, now: datetime, news: Mapping[str, Mapping[str, float]], again: frozenset[str]
    ) -> Written | None:
        followed = {s.id: s for s in await self._subscriptions.of_feed(delivery.feed) if not s.paused and s.confirmed}
        told = memory_name(delivery.kind, feed=delivery.feed, destination=delivery.destination)
        # What another feed of the same person has told of since it was put here is no news any more.
        known = await self.told(told) - again
        waiting = await drop_told(self._redis, delivery.feed, known)
        waiting |= {name: topics for name, topics in news.items() if name not in known}
        if again:
            waiting = {name: topics for name, topics in waiting.items() if name in again}
        matches = _best_first(waiting, followed.keys())[:_MOST_READ]
        papers = await self._store.get_many(paper for paper, _, _ in matches)
        found = [
            Match(paper=papers[paper], score=score, topics=topics)
            for paper, score, topics in matches
            if paper in papers
        ]
        if not found:
            return None
        shown = tuple(found[:MOST_MATCHES])
        named = tuple(followed[topic] for topic in dict.fromkeys(topic for m in shown for topic in m.topics))
        content = TopicsContent(
            matches=shown,
            subscriptions=named,
            more=len(found) - len(shown),
            at=now,
            zone=next(iter(followed.values())).schedule.zone,
        )
        names = tuple(name for name in waiting if read_news(name)[0] in {m.paper.id for m in found})
        return Written(content, tuple(followed.values()), told=told, papers=names)

    async def _confirmation(self, delivery: Delivery) -> Written | None:
        """One yes is enough for all that was asked for at this address so far."""
        here = await self._subscriptions.of_destination(delivery.destination)
        asked = tuple(s for s in here if not s.confirmed)
        return Written(ConfirmationContent(subscriptions=asked), asked) if asked else None

    async def _notice(self, delivery: Delivery) -> Written | None:
        about: dict[str, str] = json.loads(delivery.about)
        affected = tuple(await self._subscriptions.of_destination(about["destination"]))
        try:
            destination = str(await self._addresses.resolve(about["destination"]))
        except NotFound:
            return None
        content = NoticeContent(
            destination=destination,
            reason=about["reason"],
            subscriptions=affected,
            resumable=frozenset(one.id for one in affected if may_resume(delivery.destination, one)),
        )
        return Written(content, affected) if affected else None

    async def _chart(self, window: Window, at: datetime) -> list[TrendingPaper]:
        """One computation for all who need the same chart at the same time."""
        key = (window, at)
        if key not in self._charts or _failed(self._charts[key]):
            self._charts[key] = asyncio.create_task(charts.compute(self._store, at=at, window=window))
        self._charts.move_to_end(key)
        while len(self._charts) > _CHARTS_KEPT:
            self._charts.popitem(last=False)
        return await asyncio.shield(self._charts[key])


def window_of(schedule: Schedule, due: datetime) -> Window:
    """What a digest looks back over: back to its last one, at least.

    A week for a weekly one, and for the first of the week of one on weekdays, so that a weekend is not left out (what
    was told of already is); else a day.
    """
    after_a_weekend = schedule.cadence is Cadence.WEEKDAYS and date.fromisoformat(period(schedule, due)).weekday() == 0
    return Window.WEEK if schedule.cadence is Cadence.WEEKLY or after_a_weekend else Window.DAY


def moment_of(due: datetime, now: datetime) -> datetime:
    """The time whose chart a digest shows: when it was due, or for one that is late, about now.

    After an outage the papers of the time were only seen afterwards; in steps of five minutes, so that the many that
    are late together share a chart.
    """
    steps = max((now - due) // _STEP, 0)
    return due + steps * _STEP


def _best_first(
    waiting: Mapping[str, Mapping[str, float]], followed: Container[str]
) -> list[tuple[str, float, tuple[str, ...]]]:
    by_paper: dict[str, dict[str, float]] = {}
    for name, topics in waiting.items():
        # A paper and its new version are one line.
        by_paper.setdefault(read_news(name)[0], {}).update({t: s for t, s in topics.items() if t in followed})
    matches = []
    for paper, topics in by_paper.items():
        best = sorted(((score, topic) for topic, score in topics.items()), reverse=True)
        if best:
            matches.append((paper, best[0][0], tuple(topic for _, topic in best)))
    return sorted(matches, key=lambda match: (-match[1], match[0]))


def _failed(task: asyncio.Task[list[TrendingPaper]]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)
