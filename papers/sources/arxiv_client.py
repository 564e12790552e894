"""Requests to arXiv's three services, all at the one pace, and the paging of each."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar

from papers.clock import Clock
from papers.errors import SourceMalformed
from papers.log import get_logger
from papers.settings import ArxivSettings
from papers.sources.arxiv_atom import NAME, AtomPage, parse_query
from papers.sources.arxiv_feed import parse_announcements
from papers.sources.arxiv_oai import OaiPage, parse_records, set_of
from papers.sources.http import Http
from papers.sources.pace import Pace

SLICE = 1000  # 2,000 is the limit (info.arxiv.org/help/api/user-manual.html), but such pages often time out
MOST_RESULTS = 30_000  # of one query, whatever its paging
_EMPTY_PAGE_TRIES = 4
_ACCEPT = "application/atom+xml, application/xml;q=0.9, text/xml;q=0.8"
_BAD_REQUEST = 400  # comes with an Atom entry that says why
_MINUTE = timedelta(minutes=1)

log = get_logger(__name__)
Page = TypeVar("Page")


class ArxivClient:
    def __init__(
        self, settings: ArxivSettings, http: Http, pace: Pace, clock: Clock, *, most_results: int = MOST_RESULTS
    ) -> None:
        self._settings = settings
        self._http = http
        self._pace = pace
        self._clock = clock
        self._most_results = most_results

    async def announcements(self, categories: Sequence[str]) -> AtomPage:
        """The latest announcement of these categories."""
        url = f"{self._settings.feed_url.rstrip('/')}/{'+'.join(categories)}"
        return await self._get(url, {}, parse_announcements)

    async def query(self, query: Mapping[str, str], start: int = 0, size: int = SLICE) -> AtomPage:
        """One page. An empty one where there should be entries, a known fault of the API, is asked for again;
        raises SourceMalformed if it stays empty."""
        asked = {**query, "start": str(start), "max_results": str(size)}
        for attempt in range(_EMPTY_PAGE_TRIES):
            page = await self._get(self._settings.api_url, asked, parse_query, fresh=attempt > 0)
            if page.entries or start >= (page.total or 0):
                return page
            log.info("empty page", source=NAME, start=start, total=page.total)
        raise SourceMalformed(
            NAME, f"answered only {start} of {page.total} papers, then empty pages; those that came are kept"
        )

    async def submitted(self, categories: Sequence[str], since: datetime, until: datetime) -> AsyncIterator[AtomPage]:
        """All pages of papers submitted from ``since`` to ``until``, to the minute, oldest first. A range with more
        papers than a query gives is asked in halves."""
        chosen = " OR ".join(f"cat:{category}" for category in categories)
        span = f"submittedDate:[{since:%Y%m%d%H%M} TO {until:%Y%m%d%H%M}]"
        query = {"search_query": f"({chosen}) AND {span}", "sortBy": "submittedDate", "sortOrder": "ascending"}
        page = await self.query(query)
        if (page.total or 0) > self._most_results and until - since > _MINUTE:
            middle = (since + (until - since) / 2).replace(second=0, microsecond=0)
            for first, last in ((since, middle), (middle + _MINUTE, until)):
                async for part in self.submitted(categories, first, last):
                    yield part
            return
        start = 0
        while page.entries:
            yield page
            start += page.entries
            if start >= (page.total if page.total is not None else start + 1):
                return
            if start >= self._most_results:
                raise SourceMalformed(NAME, f"has {page.total} papers of one minute and gives only {start}")
            page = await self.query(query, start)

    async def changed(self, category: str, since: date) -> AsyncIterator[AtomPage]:
        """All pages of records of a category that were added or changed on or after ``since``."""
        asked = {"metadataPrefix": "arXiv", "set": set_of(category), "from": since.isoformat()}
        seen: set[str] = set()
        while True:
            answer: OaiPage = await self._get(
                self._settings.oai_url, {"verb": "ListRecords", **asked}, parse_records, fresh=bool(seen)
            )
            yield answer.page
            if answer.resumption is None:
                return
            if answer.resumption in seen:
                raise SourceMalformed(NAME, "OAI-PMH gives the same resumption token again; what came is kept")
            seen.add(answer.resumption)
            asked = {"resumptionToken": answer.resumption}

    async def _get(
        self, url: str, query: Mapping[str, str], parse: Callable[..., Page], *, fresh: bool = False
    ) -> Page:
        answer = await self._http.get(
            url,
            source=NAME,
            pace=self._pace,
            accept=_ACCEPT,
            params=query or None,
            passing=frozenset({_BAD_REQUEST}),
            fresh=fresh,
        )
        # A page of a thousand papers takes a quarter of a second: not on the event loop.
        page = await asyncio.to_thread(parse, answer.body, seen_at=self._clock.now())
        if answer.status == _BAD_REQUEST:
            raise SourceMalformed(NAME, "answers HTTP 400 without a reason")
        return page
