"""Which paper is meant: by an id, a link, words of its title, a button, or by somebody's message."""

from contextlib import suppress
from typing import TYPE_CHECKING

from bot.actions import Action
from bot.caller import Caller
from bot.paper_mentions import is_reference, linked_paper, mentioned, without_links
from bot.pressed import part
from papers.display import one_line, shorten
from papers.errors import BadInput, NotFound
from papers.identity import arxiv_base_id, fold
from papers.models import Paper, SearchMode
from papers.query import SearchQuery, words_of
from papers.search import Search

if TYPE_CHECKING:
    from papers.store import PaperStore

_LOOKED_AT = 5
"""Papers whose titles are compared with what was typed."""
_MOST_MENTIONS = 5
_MOST_WORDS = 500
"""Characters of a message that are searched for: a model reads little more."""
_FEW_WORDS = 3
"""A message with a link to a paper and no more words than these says nothing but: look at this."""
_SHOWN = 60


class NamedPapers:
    """Raises NotFound with a sentence for a chat, and redis-py's errors."""

    def __init__(self, store: "PaperStore", search: Search) -> None:
        self._store = store
        self._search = search

    async def of_button(self, action: Action) -> Paper:
        """The paper that a button is of: the first of the parts it is about."""
        paper = await self._store.get(part(action, 0))
        if paper is None:
            raise NotFound("this paper is not known here any more")
        return paper

    async def meant(self, caller: Caller, text: str) -> Paper:
        """The paper of an id or a link, else the one whose title has most of these words, and more than half."""
        typed = one_line(text)
        paper = await self._known(typed)
        if paper is None and is_reference(typed):
            raise NotFound(_unknown(caller, typed))
        return paper or await self._titled(caller, typed)

    async def in_message(self, caller: Caller, text: str) -> Paper | str:
        """The first paper that a message links to, or names by its id, and that is known; else its words.

        Raises BadInput if it has none.
        """
        named = mentioned(text)[:_MOST_MENTIONS]
        for one in named:
            if paper := await self._known(one):
                return paper
        words = without_links(one_line(text))[:_MOST_WORDS]
        unknown = next((one for one in named if arxiv_base_id(one)), None)
        count = len(words_of(words))
        if unknown and count <= _FEW_WORDS:
            raise NotFound(_unknown(caller, unknown))
        if not count:
            raise BadInput(
                "this message has no words that papers could be about: choose one that says something, or write "
                f"{caller.command} search and what you look for"
            )
        return words

    async def referred(self, typed: str) -> Paper | None:
        """The paper of an id or a link, if it is known here."""
        return await self._known(one_line(typed)) if is_reference(one_line(typed)) else None

    async def _known(self, typed: str) -> Paper | None:
        with suppress(NotFound):
            return await self._store.find(linked_paper(typed) or typed)
        return None

    async def _titled(self, caller: Caller, words: str) -> Paper:
        found = await self._search.search(SearchQuery(text=words, limit=_LOOKED_AT, mode=SearchMode.KEYWORD))
        wanted = frozenset(fold(" ".join(words_of(words))).split())
        shared = [len(wanted & frozenset(fold(hit.paper.title).split())) for hit in found.hits]
        if not shared or max(shared) * 2 <= len(wanted):
            raise NotFound(
                f"no paper here is called “{shorten(words, _SHOWN)}”: name it by its arXiv id or a link, or look it up "
                f"with {caller.command} search"
            )
        return found.hits[shared.index(max(shared))].paper


def _unknown(caller: Caller, typed: str) -> str:
    return (
        f"no paper “{shorten(typed, _SHOWN)}” is known here: look for it with {caller.command} search and words of its "
        "title"
    )
