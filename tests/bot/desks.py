"""A desk over the test's Redis, with a handful of papers on it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from redis.asyncio import Redis

from bot.caller import Caller
from bot.desk import Desk
from papers import layout
from papers.addresses import AddressBook
from papers.asked import AskedTexts
from papers.clock import Clock, FixedClock
from papers.deliveries import Ledger
from papers.models import Paper, SignalName
from papers.once import Once
from papers.personal_data import PersonalData
from papers.preferences import PreferenceBook
from papers.saved import SavedPapers
from papers.search import Search
from papers.settings import Settings
from papers.store import PaperStore
from papers.subscriptions import Subscriptions
from papers.topic_desk import TopicDesk
from papers.vault import Vault
from papers.votes import Votes
from tests.bot.samples import HOSTILE_TITLE
from tests.papers.builders import NOON, at, seen, signal
from tests.papers.word_encoder import WordEncoder

CALLER = Caller(person="slack:T1/U1", place="slack:T1/C1", place_name="#papers")
ALONE = Caller(person="slack:T1/U1")
ABSTRACT = "Learning is hard. A robot arm opens doors after watching videos of people. We propose a policy for it."


def papers(count: int = 8) -> list[Paper]:
    """On robots, the first with the most votes; the second has a hostile title; odd ones are in cs.RO, others cs.CV."""
    return [
        Paper(
            id=f"2603.{number:05}",
            title=HOSTILE_TITLE if number == 2 else f"A robot that opens doors of kind {number}",
            abstract=ABSTRACT,
            authors=("Ada Lovelace", "Alan Turing"),
            published=NOON - timedelta(hours=number),
            listed=NOON,
            categories=("cs.RO" if number % 2 else "cs.CV",),
        )
        for number in range(1, count + 1)
    ]


async def fill(store: PaperStore, stored: Sequence[Paper], encoder: WordEncoder | None = None) -> None:
    """The papers with votes: 100 for the first, 99 for the second …"""
    votes = (seen(one, 1, signal(SignalName.UPVOTES, 100 - i, 1)) for i, one in enumerate(stored))
    await store.ensure_index(dimension=encoder.size if encoder else None)
    vectors = {one.id: encoder.vector(layout.embedding_text(one)) for one in stored} if encoder else {}
    await store.write(await store.plan(list(votes)), vectors)


def desk(
    redis: Redis, settings: Settings, *, encoder: WordEncoder | None = None, clock: Clock | None = None, **parts: Any
) -> Desk:
    encoder, clock = encoder or WordEncoder(), clock or FixedClock(at(5))
    store, subscriptions = PaperStore(redis, settings), Subscriptions(redis, settings)
    ledger, addresses = Ledger(redis, settings), AddressBook(redis, lambda: Vault([]))
    saved, preferences, votes = SavedPapers(redis), PreferenceBook(redis), Votes(redis, settings)
    made: dict[str, Any] = {
        "settings": settings,
        "clock": clock,
        "store": store,
        "search": Search(redis, encoder, settings),
        "subscriptions": subscriptions,
        "ledger": ledger,
        "addresses": addresses,
        "topics": TopicDesk(store, subscriptions, encoder, clock),
        "preferences": preferences,
        "saved": saved,
        "votes": votes,
        "asked": AskedTexts(redis),
        "once": Once(redis),
        "personal_data": PersonalData(redis, subscriptions, ledger, addresses, saved, preferences, votes),
    }
    return Desk(**made | parts)
