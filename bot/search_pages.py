"""Pages of search results and of papers like a paper. Pure: results in, replies out."""

from datetime import datetime, time

from bot import asks
from bot.actions import Verb, action
from bot.caller import Caller
from bot.dates import long_day
from bot.paper_cards import hit_card, paper_card, quoted_title
from bot.replies import Button, Reply
from papers.display import one_line, shorten
from papers.models import Paper, SearchMode, SearchResult

PAGE = 5
LAST = 495
"""The offset of the last page: what comes after 500 papers is not what was looked for."""
_HEADED = 100
_HOW = {
    SearchMode.HYBRID: "by meaning and by words",
    SearchMode.SEMANTIC: "by meaning",
    SearchMode.KEYWORD: "by words",
}
_BY_WORDS = (
    "Paperboy cannot compare papers by meaning at the moment, so these were found by their words alone: ask again in a "
    "minute for more."
)


class Question(asks.Search):
    """A search as it is kept for its next page."""

    mode: SearchMode = SearchMode.HYBRID


def search_page(
    caller: Caller, question: Question, result: SearchResult, *, offset: int, question_key: str, topic_key: str
) -> Reply:
    """``result`` has one hit more than a page if there is a next one. The keys are those of papers/asked.py."""
    hits = result.hits[:PAGE]
    cards = tuple(
        hit_card(hit, rank, question.text, sharing=caller.may_share, language=caller.language or "en")
        for rank, hit in enumerate(hits, start=offset + 1)
    )
    turning = _turning(Verb.MORE, question_key, offset, more=len(result.hits) > PAGE)
    return Reply(
        heading=f"Papers on “{shorten(one_line(question.text), _HEADED)}”",
        text=f"{_places(offset, len(hits))}{_narrowed(caller, question)}, found {_HOW[result.mode]}.",
        cards=cards,
        notes=(_BY_WORDS,) if result.note else (),
        buttons=(*turning, Button(label="Follow this topic", action=action(Verb.FOLLOW, topic_key))),
        replaces=offset > 0,
    )


def meant_perhaps(caller: Caller, meant: str, found: Reply) -> Reply:
    """What was found, below the command that was perhaps mistyped."""
    offer = f"Did you mean: {caller.command} {one_line(meant)}"
    return found.model_copy(update={"text": "\n\n".join(filter(None, (offer, found.text)))})


def similar_page(caller: Caller, paper: Paper, result: SearchResult, *, offset: int) -> Reply:
    """``result`` begins with the most alike of all, and has one hit more than the page if there is a next one."""
    sharing = (Verb.SHARE,) if caller.may_share else ()
    hits = result.hits[offset : offset + PAGE]
    cards = tuple(
        paper_card(hit.paper, Verb.SIMILAR, Verb.SAVE, Verb.WHY, *sharing, rank=rank, language=caller.language or "en")
        for rank, hit in enumerate(hits, start=offset + 1)
    )
    by_words = result.mode is SearchMode.KEYWORD
    found = ", found by the words of its title" if by_words else ", the most alike first" if len(hits) > 1 else ""
    return Reply(
        heading=f"Papers like {quoted_title(paper)}",
        text=f"{_places(offset, len(hits))}{found}." if hits else "There is no paper like it here yet.",
        cards=cards,
        buttons=_turning(Verb.SIMILAR, paper.id, offset, more=len(result.hits) > offset + PAGE),
    )


def nothing_found(caller: Caller, question: Question, *, offset: int, empty_store: bool) -> Reply:
    """What to do where nothing was found."""
    asked = f"“{shorten(one_line(question.text), _HEADED)}”"
    if empty_store:
        text = "Paperboy knows no papers yet: they come when its worker fetches them. Ask again in a while."
    elif offset:
        text = f"There are no more papers on {asked}."
    elif narrowed := _narrowed(caller, question):
        text = f"No paper{narrowed} is on {asked}: try it without {_without(question)}, or other words."
    else:
        text = f"No paper here has the words {asked}: try other words, or fewer."
    return Reply(text=text, buttons=(Button(label="Trending this week", action=action(Verb.TRENDING, "week", "")),))


def _turning(verb: Verb, about: str, offset: int, *, more: bool) -> tuple[Button, ...]:
    before = Button(
        label="Previous page",
        action=action(verb, about, str(max(0, offset - PAGE))),
        hint=f"Back to the papers before number {offset + 1}",
    )
    after = Button(
        label="Next page",
        action=action(verb, about, str(offset + PAGE)),
        hint=f"On to the papers from number {offset + PAGE + 1}",
    )
    return (*((before,) if offset else ()), *((after,) if more and offset + PAGE <= LAST else ()))


def _places(offset: int, count: int) -> str:
    if count == 1:
        return "One paper" if not offset else f"Paper {offset + 1}"
    return f"Papers {offset + 1} to {offset + count}"


def _narrowed(caller: Caller, question: asks.Search) -> str:
    """`` in cs.CV by Yann LeCun since 1 March 2026``, as far as it is asked."""
    since = long_day(datetime.combine(question.since, time()), caller.language or "en") if question.since else ""
    parts = (
        f" in {' or '.join(map(one_line, question.categories))}" if question.categories else "",
        f" by {one_line(question.author)}" if question.author else "",
        f" since {since}" if since else "",
    )
    return "".join(parts)


def _without(question: asks.Search) -> str:
    named = (("the category", question.categories), ("the author", question.author), ("the date", question.since))
    return " or ".join(name for name, value in named if value)
