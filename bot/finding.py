"""Finding papers: searches, charts, papers like a paper, and cards for links."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from pydantic import ValidationError

from bot import asks
from bot.actions import Action, Verb
from bot.caller import Caller
from bot.chart_pages import PAGE as CHART_PAGE
from bot.chart_pages import nothing_trends, trending_page, why_reply
from bot.chart_shelf import ChartShelf
from bot.desk import Desk
from bot.paper_cards import link_card, paper_card
from bot.paper_mentions import is_reference, linked_paper, mentioned, without_links
from bot.replies import Card, Reply
from bot.search_pages import LAST, PAGE, Question, nothing_found, search_page, similar_page
from papers import charts
from papers.arxiv_archives import category_named
from papers.display import one_line, shorten
from papers.errors import BadInput, NotFound
from papers.identity import fold
from papers.models import Paper, SearchMode, Window
from papers.query import SearchQuery, words_of
from papers.trending import SPANS, score

_A_DAY = int(timedelta(days=1).total_seconds())
_MOST_LINKS = 20
_MOST_MENTIONS = 5
_MOST_WORDS = 500
"""Characters of a message that are searched for: a model reads little more."""
_SHOWN = 60
_OLD_BUTTON = "this button is not known any more: ask again"


class Finding:
    """Raises BadInput, NotFound and redis-py's errors."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._charts = ChartShelf(desk.store, desk.clock, fresh=bool(desk.settings.now))

    # searches

    async def search(self, caller: Caller, ask: asks.Search) -> Reply:
        """The first page of what was found."""
        return await self._page(caller, Question(**ask.model_dump() | {"text": one_line(ask.text)}), 0)

    async def more(self, caller: Caller, action: Action) -> Reply:
        """Another page, in place of the one whose button was pressed."""
        kept = await self._desk.asked.text(_part(action, 0))
        if kept is None:
            raise NotFound(f"this search is too long ago: ask it again with {caller.command} search")
        try:
            question = Question.model_validate_json(kept)
        except ValidationError:
            raise BadInput(_OLD_BUTTON) from None
        reply = await self._page(caller, question, _offset(action, 1))
        return reply.model_copy(update={"replaces": True})

    async def _page(self, caller: Caller, question: Question, offset: int) -> Reply:
        query = SearchQuery(**question.model_dump(), limit=PAGE + 1, offset=offset)
        result = await self._desk.search.search(query)
        if not result.hits:
            return nothing_found(caller, question, offset=offset, empty_store=await self._store_is_empty())
        keep = self._desk.asked.keep
        question_key, topic_key = await keep(question.model_dump_json()), await keep(question.text)
        return search_page(caller, question, result, offset=offset, question_key=question_key, topic_key=topic_key)

    async def _store_is_empty(self) -> bool:
        return not [page async for page in self._desk.store.ids() if page]

    # papers like a paper

    async def similar(self, caller: Caller, ask: asks.Similar) -> Reply:
        """Papers like the one that is meant. Raises NotFound."""
        typed = one_line(ask.paper)
        paper = await self._known(typed)
        if paper is None and is_reference(typed):
            raise NotFound(_unknown(caller, typed))
        paper = paper or await self._titled(caller, typed)
        return await self._like(caller, paper, 0)

    async def similar_to(self, caller: Caller, action: Action) -> Reply:
        """The same for a paper whose button was pressed; of its later pages each replaces the one before."""
        offset = _offset(action, 1)
        reply = await self._like(caller, await self._paper(action), offset)
        return reply.model_copy(update={"replaces": len(action.about) > 1})

    async def like_text(self, caller: Caller, text: str) -> Reply:
        """Papers like the first one that a message links to and that is known, else those that are about its words."""
        named = mentioned(text)[:_MOST_MENTIONS]
        for one in named:
            if paper := await self._known(one):
                return await self._like(caller, paper, 0)
        words = without_links(one_line(text))[:_MOST_WORDS]
        if words_of(words):
            return await self._page(caller, Question(text=words, mode=SearchMode.SEMANTIC), 0)
        if named:
            raise NotFound(_unknown(caller, named[0]))
        raise BadInput(
            "this message has no words that papers could be about: choose one that says something, or write "
            f"{caller.command} search and what you look for"
        )

    async def _like(self, caller: Caller, paper: Paper, offset: int) -> Reply:
        result = await self._desk.search.similar(paper.id, limit=offset + PAGE + 1)
        return similar_page(caller, paper, result, offset=offset)

    async def _known(self, typed: str) -> Paper | None:
        with suppress(NotFound):
            return await self._desk.store.find(linked_paper(typed) or typed)
        return None

    async def _titled(self, caller: Caller, words: str) -> Paper:
        """The paper whose title has most of these words."""
        result = await self._desk.search.search(SearchQuery(text=words, limit=PAGE, mode=SearchMode.KEYWORD))
        wanted = frozenset(fold(" ".join(words_of(words))).split())
        shared = [len(wanted & frozenset(fold(hit.paper.title).split())) for hit in result.hits]
        if not wanted or not shared or max(shared) * 2 <= len(wanted):
            raise NotFound(
                f"no paper here is called “{shorten(words, _SHOWN)}”: name it by its arXiv id or a link, or look it up "
                f"with {caller.command} search"
            )
        return result.hits[shared.index(max(shared))].paper

    async def _paper(self, action: Action) -> Paper:
        paper = await self._desk.store.get(_part(action, 0))
        if paper is None:
            raise NotFound("this paper is not known here any more")
        return paper

    # one paper

    async def why(self, caller: Caller, action: Action) -> Reply:
        """Why a paper trends, in words and in numbers that add up, and what else is known of it."""
        paper = await self._paper(action)
        standing = await self._charts.standing(paper.id)
        if standing:
            window, at, item = standing
            return why_reply(caller, paper, item, standing=(window, at))
        now = self._desk.clock.now()
        (candidate,) = await self._desk.store.candidates_among([paper.id], now)
        return why_reply(caller, paper, score(candidate, at=now, window=Window.MONTH), standing=None)

    async def share(self, caller: Caller, action: Action) -> Reply:
        """A paper for everybody in the place; who shared it is for the adapter to say."""
        if caller.place is None:
            raise BadInput("there is nobody else here: share a paper from a channel")
        paper = await self._paper(action)
        card = paper_card(paper, Verb.SIMILAR, Verb.SAVE, Verb.WHY, language=caller.language or "en")
        return Reply(cards=(card,), private=False)

    async def unfurl(self, caller: Caller, urls: Sequence[str]) -> dict[str, Card]:
        """A card for each paper that is linked to and known, under its first link: once a paper a place a day."""
        linked = {i: url for url in reversed(urls[:_MOST_LINKS]) if (i := linked_paper(url))}
        now, cards = self._desk.clock.now(), {}
        for candidate in await self._desk.store.candidates_among(list(reversed(linked)), now):
            paper = candidate.paper
            if await self._desk.once.first("unfurl", caller.place or caller.person, paper.id, seconds=_A_DAY):
                item = score(candidate, at=now, window=Window.MONTH)
                cards[linked[paper.id]] = link_card(paper, item.signals, language=caller.language or "en")
        return cards

    # charts

    async def trending(self, caller: Caller, ask: asks.Trending) -> Reply:
        """The first page of a chart."""
        return await self._chart(caller, ask, 0)

    async def trending_again(self, caller: Caller, action: Action) -> Reply:
        """Another page, or another chart, in place of the one whose button was pressed."""
        named = [category_named(word) for word in _part(action, 1, "").split()]
        try:
            window = Window(_part(action, 0, Window.WEEK))
        except ValueError:
            raise BadInput(_OLD_BUTTON) from None
        ask = asks.Trending(window=window, categories=tuple(name for name in named if name))
        reply = await self._chart(caller, ask, _offset(action, 2))
        return reply.model_copy(update={"replaces": True})

    async def _chart(self, caller: Caller, ask: asks.Trending, offset: int) -> Reply:
        at, whole = await self._charts.read(ask.window)
        chosen = charts.select(whole, limit=offset + CHART_PAGE + 1, categories=ask.categories)
        shown = chosen[offset : offset + CHART_PAGE]
        now = self._desk.clock.now()
        newest = None if shown else await self._desk.store.newest_signal(now)
        return trending_page(
            caller,
            shown,
            window=ask.window,
            at=at,
            categories=ask.categories,
            offset=offset,
            more=len(chosen) > offset + CHART_PAGE,
            nothing=nothing_trends(ask.window, ask.categories, newest, now - SPANS[ask.window]),
        )


def _unknown(caller: Caller, typed: str) -> str:
    return (
        f"no paper “{shorten(typed, _SHOWN)}” is known here: look for it with {caller.command} search and words of its "
        "title"
    )


def _part(action: Action, place: int, otherwise: str | None = None) -> str:
    if place < len(action.about):
        return action.about[place]
    if otherwise is None:
        raise BadInput(_OLD_BUTTON)
    return otherwise


def _offset(action: Action, place: int) -> int:
    """Of a page; the first if none is named. Raises BadInput for what no button of ours says."""
    text = _part(action, place, "0")
    if not (text.isascii() and text.isdigit() and len(text) < 4 and int(text) <= LAST):
        raise BadInput(_OLD_BUTTON)
    return int(text)
