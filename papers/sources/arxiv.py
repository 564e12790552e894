"""arXiv: what was announced in the watched categories, and the past of them."""

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

from papers.clock import Clock
from papers.errors import SourceError, SourceMalformed, SourceUnavailable
from papers.identity import arxiv_base_id
from papers.log import get_logger
from papers.models import Observation
from papers.settings import ArxivSettings
from papers.sources.arxiv_atom import NAME, AtomPage
from papers.sources.arxiv_client import ArxivClient
from papers.sources.arxiv_feed import MOST_ENTRIES
from papers.sources.fields import ARXIV_BEGAN, category
from papers.sources.pace import OneAtATime
from papers.sources.problems import log_problems
from papers.sources.tools import Tools

__all__ = ["NAME", "build"]

_IDS_AT_ONCE = 100
_BACKFILL_DAYS = 31
_INCORRECT_ID = re.compile(r"incorrect id format for (\S+)")

log = get_logger(__name__)


def build(tools: Tools) -> "Arxiv":
    settings = tools.settings.arxiv
    pace = OneAtATime(tools.redis, NAME, settings.interval)
    return Arxiv(settings, ArxivClient(settings, tools.http, pace, tools.clock), tools.clock)


class Arxiv:
    name = NAME

    def __init__(self, settings: ArxivSettings, client: ArxivClient, clock: Clock) -> None:
        self._categories = settings.categories
        self._interval = settings.interval
        self._client = client
        self._clock = clock
        self.skipped = 0

    async def fetch(self, since: date, until: date) -> AsyncIterator[Observation]:
        """Papers of the watched categories in these days, from up to two of arXiv's services.

        Today and yesterday come from the announcements, which also name papers that were held back; what lies before
        comes by date of submission. If one of the two fails the other is still yielded, and the error raised last.
        """
        self._check_categories()
        today = self._clock.now().date()
        first, last = max(since, ARXIV_BEGAN.date()), min(until, today)
        failure: SourceError | None = None
        recent = today - timedelta(days=1)
        parts = [self._announced()] if last >= recent and first <= last else []
        if first < recent and first <= last:
            parts.append(self._past(first, last, today))
        for pages in parts:
            try:
                async for page in pages:
                    for observation in self._counted(page):
                        yield observation
            except SourceError as error:
                failure = failure or error
        if failure:
            raise failure

    async def fetch_ids(self, ids: Sequence[str]) -> list[Observation]:
        wanted = list(dict.fromkeys(filter(None, map(arxiv_base_id, ids))))
        found: list[Observation] = []
        for start in range(0, len(wanted), _IDS_AT_ONCE):
            found += self._counted(await self._by_id(wanted[start : start + _IDS_AT_ONCE]))
        return found

    async def check(self) -> str:
        self._check_categories()
        await self._client.query({"search_query": f"cat:{self._categories[0]}"}, size=1)
        return (
            f"{NAME}: answers; asked at most once in {self._interval:g} s, {len(self._categories)} categories watched"
        )

    def _check_categories(self) -> None:
        wrong = next((name for name in self._categories if not category(name)), None)
        if wrong is not None or not self._categories:
            what = f"{wrong!r} is no category" if wrong else "no category is watched"
            raise SourceUnavailable(NAME, f"PAPERBOY_ARXIV_CATEGORIES: {what}; an example is cs.LG,stat.ML")

    async def _announced(self) -> AsyncIterator[AtomPage]:
        page = await self._client.announcements(self._categories)
        yield page
        if page.entries >= MOST_ENTRIES and len(self._categories) > 1:  # cut off: ask for each alone
            for one in self._categories:
                yield await self._client.announcements([one])

    async def _past(self, since: date, until: date, today: date) -> AsyncIterator[AtomPage]:
        """A long range that reaches to about now by OAI-PMH, which gives all that changed from a day on; any other
        by queries."""
        edge = timedelta(days=_BACKFILL_DAYS)
        start, end = datetime.combine(since, time.min, UTC), datetime.combine(until, time(23, 59), UTC)
        if until - since <= edge or until < today - edge:
            async for page in self._client.submitted(self._categories, start, end):
                yield page
            return
        for one in self._categories:
            async for page in self._client.changed(one, since):
                yield page.between(start, end)

    async def _by_id(self, ids: list[str]) -> AtomPage:
        while True:
            try:
                return await self._client.query({"id_list": ",".join(ids)}, size=len(ids))
            except SourceMalformed as error:
                # One id arXiv cannot read spoils the whole list.
                named = _INCORRECT_ID.search(str(error))
                if not named or named[1] not in ids or len(ids) == 1:
                    raise
                log.warning("id skipped", source=NAME, reason=str(error))
                self.skipped += 1
                ids = [known for known in ids if known != named[1]]

    def _counted(self, page: AtomPage) -> Iterator[Observation]:
        log_problems(NAME, page.problems)
        self.skipped += len(page.problems)
        yield from page.observations
