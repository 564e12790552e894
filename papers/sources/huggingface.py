"""Hugging Face Daily Papers: a hand-picked list of each day, with votes."""

import json
from collections.abc import AsyncIterator, Sequence
from datetime import date, timedelta
from urllib.parse import quote

from papers.clock import Clock
from papers.errors import SourceMalformed
from papers.identity import arxiv_base_id
from papers.models import Observation
from papers.settings import HuggingFaceSettings
from papers.sources.daily_papers import NAME, ParsedPage, parse_daily_papers
from papers.sources.http import Answer, Http
from papers.sources.pace import Pace, Quota
from papers.sources.problems import log_problems
from papers.sources.tools import Tools

__all__ = ["NAME", "build"]

FIRST_DAY = date(2023, 5, 4)
_PAGE = 100  # the most that is answered
_MOST_PAGES = 20
# Calls in five minutes, for an address or for a token (huggingface.co/docs/hub/rate-limits).
_CALLS_ANONYMOUS, _CALLS_WITH_TOKEN, _WINDOW = 500, 1000, 300.0
_MOST_BAD_DAYS = 3
_ABOUT_THE_QUERY = frozenset({400, 404, 422})


def build(tools: Tools) -> "HuggingFace":
    settings = tools.settings.huggingface
    calls = _CALLS_WITH_TOKEN if settings.token else _CALLS_ANONYMOUS
    return HuggingFace(settings, tools.http, Quota(tools.redis, NAME, calls, _WINDOW), tools.clock)


class HuggingFace:
    name = NAME

    def __init__(self, settings: HuggingFaceSettings, http: Http, pace: Pace, clock: Clock) -> None:
        self._url = settings.url.rstrip("/")
        self._token = settings.token
        self._http = http
        self._pace = pace
        self._clock = clock
        self.skipped = 0

    async def fetch(self, since: date, until: date) -> AsyncIterator[Observation]:
        """The lists of these days, oldest first. A day without papers may answer an earlier day's list: what it
        says is still true, and each paper carries its own time of listing."""
        day, last = max(since, FIRST_DAY), min(until, self._clock.now().date())
        unreadable: list[str] = []
        while day <= last:
            try:
                async for observation in self._day(day):
                    yield observation
            except SourceMalformed as error:
                unreadable.append(f"{day}: {error}")
                if len(unreadable) >= _MOST_BAD_DAYS:
                    break
            day += timedelta(days=1)
        if unreadable:
            raise SourceMalformed(NAME, f"not all days could be read ({'; '.join(unreadable)})")

    async def fetch_ids(self, ids: Sequence[str]) -> list[Observation]:
        found: list[Observation] = []
        for base in dict.fromkeys(filter(None, map(arxiv_base_id, ids))):
            answer = await self._ask(f"/api/papers/{quote(base, safe='')}", passing=frozenset({404}))
            if answer.status != 404:
                page = parse_daily_papers([_json(answer)], seen_at=self._clock.now())
                found += self._counted(page).observations
        return found

    async def check(self) -> str:
        page = await self._page({"limit": "1"})
        who = "with a token" if self._token else "without a token"
        return f"{NAME}: answers {who} ({page.items} paper asked for and read)"

    async def _day(self, day: date) -> AsyncIterator[Observation]:
        seen: set[str] = set()
        for number in range(_MOST_PAGES):
            query = {"date": day.isoformat(), "p": str(number), "limit": str(_PAGE)}
            page = await self._page(query)
            fresh = [o for o in page.observations if o.paper.id not in seen]
            for observation in fresh:
                yield observation
            seen.update(o.paper.id for o in fresh)
            # A full page that brings nothing new: the server does not know of pages.
            if page.items < _PAGE or not fresh:
                return

    def _counted(self, page: ParsedPage) -> ParsedPage:
        log_problems(NAME, page.problems)
        self.skipped += len(page.problems)
        return page

    async def _page(self, query: dict[str, str]) -> ParsedPage:
        """Raises SourceMalformed also for a date the upstream does not take: that is no reason to give up the rest."""
        answer = await self._ask("/api/daily_papers", query, passing=_ABOUT_THE_QUERY)
        if answer.status in _ABOUT_THE_QUERY:
            raise SourceMalformed(NAME, f"HTTP {answer.status} for the list of {query.get('date', 'today')}")
        return self._counted(parse_daily_papers(_json(answer), seen_at=self._clock.now()))

    async def _ask(
        self, path: str, query: dict[str, str] | None = None, *, passing: frozenset[int] = frozenset()
    ) -> Answer:
        return await self._http.get(
            self._url + path,
            source=NAME,
            pace=self._pace,
            accept="application/json",
            params=query,
            headers={"Authorization": f"Bearer {self._token.get_secret_value()}"} if self._token else {},
            passing=passing,
        )


def _json(answer: Answer) -> object:
    try:
        payload: object = json.loads(answer.body)
    except (ValueError, RecursionError):
        kind = answer.headers.get("content-type", "").split(";")[0][:40] or "unknown content"
        raise SourceMalformed(NAME, f"answered {kind} that is no JSON") from None
    return payload
