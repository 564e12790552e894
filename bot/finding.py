"""Finding papers: searches, charts, papers like a paper, and cards for links."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from pydantic import ValidationError

from bot import asks
from bot.actions import Action, Verb
from bot.caller import Caller
from bot.chart_pages import PAGE as CHART_PAGE
from bot.chart_pages import nothing_trends, trending_page, why_reply
from bot.chart_shelf import ChartShelf
from bot.desk import Desk
from bot.forms import Option
from bot.named_papers import NamedPapers
from bot.paper_cards import link_card, paper_card
from bot.paper_mentions import linked_paper
from bot.pressed import OLD_BUTTON, offset, part
from bot.replies import Card, Reply
from bot.search_pages import PAGE, Question, meant_perhaps, nothing_found, search_page, similar_page
from papers.arxiv_archives import category_named
from papers.display import one_line, shorten
from papers.errors import BadInput, NotFound
from papers.models import Paper, SearchMode, Window
from papers.query import SearchQuery
from papers.titles import Titled, titled
from papers.trending import SPANS, Candidate, score

_A_DAY = int(timedelta(days=1).total_seconds())
_A_MOMENT = 10
"""Seconds in which a button that is pressed twice was meant once."""
_MOST_SHARES = 5
_SHARES_SECONDS = 600
_SHARED_ENOUGH = (
    f"you have shared {_MOST_SHARES} papers here within {_SHARES_SECONDS // 60} minutes: save this one, and share it "
    "in a few minutes"
)
_MOST_LINKS = 20
_MOST_SUGGESTED = 25
_LONGEST_LABEL = 100


class Finding:
    """Raises BadInput, NotFound and redis-py's errors."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._named = NamedPapers(desk.store, desk.search)
        self._charts = ChartShelf(desk.store, desk.clock, fresh=bool(desk.settings.now))

    # searches

    async def search(self, caller: Caller, ask: asks.Search) -> Reply:
        """The first page of what was found."""
        found = await self._page(
            caller, Question(**ask.model_dump(exclude={"meant"}) | {"text": one_line(ask.text)}), 0
        )

        return meant_perhaps(caller, ask.meant, found) if ask.meant else found

    async def more(self, caller: Caller, action: Action) -> Reply:
        """Another page, in place of the one whose button was pressed."""
        kept = await self._desk.asked.text(part(action, 0))
        if kept is None:
            raise NotFound(f"this search is too long ago: ask it again with {caller.command} search")
        try:
            question = Question.model_validate_json(kept)
        except ValidationError:
            raise BadInput(OLD_BUTTON) from None
        reply = await self._page(caller, question, offset(action, 1))
        return reply.model_copy(update={"replaces": True})

    async def _page(self, caller: Caller, question: Question, start: int) -> Reply:
        query = SearchQuery(**question.model_dump(exclude={"meant"}), limit=PAGE + 1, offset=start)
        result = await self._desk.search.search(query)
        if not result.hits:
            return nothing_found(caller, question, offset=start, empty_store=await self._store_is_empty())
        question_key, topic_key = await self._desk.asked.keep_all([question.model_dump_json(), question.text])
        return search_page(caller, question, result, offset=start, question_key=question_key, topic_key=topic_key)

    async def _store_is_empty(self) -> bool:
        async for _ in self._desk.store.ids():
            return False
        return True

    # papers like a paper

    async def similar(self, caller: Caller, ask: asks.Similar) -> Reply:
        """Papers like the one that is meant. Raises NotFound."""
        return await self._like(caller, await self._named.meant(caller, ask.paper), 0)

    async def similar_to(self, caller: Caller, action: Action) -> Reply:
        """The same for a paper whose button was pressed; of its later pages each replaces the one before."""
        reply = await self._like(caller, await self._named.of_button(action), offset(action, 1))
        return reply.model_copy(update={"replaces": len(action.about) > 1})

    async def like_text(self, caller: Caller, text: str) -> Reply:
        """Papers like the first one that a message links to and that is known, else those that are about its words."""
        found = await self._named.in_message(caller, text)
        if isinstance(found, Paper):
            return await self._like(caller, found, 0)
        return await self._page(caller, Question(text=found, mode=SearchMode.SEMANTIC), 0)

    async def _like(self, caller: Caller, paper: Paper, start: int) -> Reply:
        result = await self._desk.search.similar(paper.id, limit=start + PAGE + 1)
        return similar_page(caller, paper, result, offset=start)

    async def suggest(self, typed: str) -> tuple[Option, ...]:
        """The paper of an id or a link, or those with these words in their titles; before that, what trends."""
        if typed.strip():
            model = self._desk.settings.embedding.model
            if (referred := await self._named.referred(typed)) is not None:
                return (_paper_option(referred),)
            found = await titled(self._desk.store.redis, model, typed, most=_MOST_SUGGESTED)
            return tuple(map(_paper_option, found))
        page = await self._charts.page(Window.WEEK, limit=_MOST_SUGGESTED)
        return tuple(_paper_option(item.paper) for item in page.items)

    # one paper

    async def why(self, caller: Caller, action: Action) -> Reply:
        """Why a paper trends, in words and in numbers that add up, and what else is known of it."""
        return await self._why(caller, await self._named.of_button(action))

    async def look(self, caller: Caller, ask: asks.Look) -> Reply:
        """The same of a paper that is named in words."""
        return await self._why(caller, await self._named.meant(caller, ask.paper))

    async def _why(self, caller: Caller, paper: Paper) -> Reply:
        standing = await self._charts.standing(paper.id)
        if standing:
            window, at, item = standing
            return why_reply(caller, paper, item, standing=(window, at))
        now = self._desk.clock.now()
        signals = await self._desk.store.signals([paper.id], until=now)
        item = score(Candidate(paper, signals[paper.id]), at=now, window=Window.MONTH)
        return why_reply(caller, paper, item, standing=None)

    async def share(self, caller: Caller, action: Action) -> Reply:
        """A paper for everybody in the place; who shared it is for the adapter to say."""
        if caller.place is None:
            raise BadInput("there is nobody else here: share a paper from a channel")
        if not caller.may_speak:
            raise BadInput(f"you may not write in {caller.place_name}: share this paper where you may, or save it")
        paper = await self._named.of_button(action)
        shared, sharing = ("share", caller.person, caller.place, paper.id), ("shares", caller.person, caller.place)
        if not await self._desk.once.first(*shared, seconds=_A_MOMENT):
            raise BadInput("you shared this paper here a moment ago")
        if not await self._desk.once.seldom(*sharing, most=_MOST_SHARES, seconds=_SHARES_SECONDS):
            await self._desk.once.undo(*shared)
            raise BadInput(_SHARED_ENOUGH)
        card = paper_card(paper, Verb.SIMILAR, Verb.SAVE, Verb.WHY)
        return Reply(cards=(card,), private=False)

    async def unfurl(self, caller: Caller, urls: Sequence[str]) -> dict[str, Card]:
        """A card for each paper that is linked to and known, under its first link: once a paper a place a day."""
        linked = {i: url for url in reversed(urls[:_MOST_LINKS]) if (i := linked_paper(url))}
        now, cards = self._desk.clock.now(), {}
        for candidate in await self._desk.store.candidates_among(list(reversed(linked)), now):
            paper = candidate.paper
            if await self._desk.once.first("unfurl", caller.place or caller.person, paper.id, seconds=_A_DAY):
                item = score(candidate, at=now, window=Window.MONTH)
                cards[linked[paper.id]] = link_card(paper, item.signals)
        return cards

    async def not_unfurled(self, caller: Caller, urls: Iterable[str]) -> None:
        """These links got no card after all: the next may."""
        for paper in filter(None, map(linked_paper, urls)):
            await self._desk.once.undo("unfurl", caller.place or caller.person, paper)

    # charts

    async def trending(self, caller: Caller, ask: asks.Trending) -> Reply:
        """The first page of a chart."""
        return await self._chart(caller, ask, 0)

    async def trending_again(self, caller: Caller, action: Action) -> Reply:
        """Another page, or another chart, in place of the one whose button was pressed."""
        named = [category_named(word) for word in part(action, 1, "").split()]
        try:
            window = Window(part(action, 0, Window.WEEK))
        except ValueError:
            raise BadInput(OLD_BUTTON) from None
        ask = asks.Trending(window=window, categories=tuple(name for name in named if name))
        reply = await self._chart(caller, ask, offset(action, 2))
        return reply.model_copy(update={"replaces": True})

    async def _chart(self, caller: Caller, ask: asks.Trending, start: int) -> Reply:
        page = await self._charts.page(ask.window, categories=ask.categories, offset=start, limit=CHART_PAGE)
        now = self._desk.clock.now()
        newest = None if page.items else await self._desk.store.newest_signal(now)
        return trending_page(
            caller,
            page.items,
            window=ask.window,
            at=page.at,
            categories=ask.categories,
            offset=start,
            more=page.more,
            nothing=nothing_trends(caller, ask.window, ask.categories, newest, now - SPANS[ask.window]),
        )


def _paper_option(paper: Paper | Titled) -> Option:
    return Option(value=paper.id, label=shorten(one_line(paper.title), _LONGEST_LABEL) or "(no title)")
