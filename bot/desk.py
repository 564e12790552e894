"""What commands work with; built by the composition root."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from papers.addresses import AddressBook
from papers.asked import AskedTexts
from papers.clock import Clock
from papers.deliveries import Ledger
from papers.once import Once
from papers.personal_data import PersonalData
from papers.preferences import PreferenceBook
from papers.saved import SavedPapers
from papers.search import Search
from papers.settings import Settings
from papers.subscriptions import Subscriptions
from papers.topic_desk import TopicDesk
from papers.votes import Votes

if TYPE_CHECKING:
    from papers.store import PaperStore


@dataclass(frozen=True)
class Desk:
    """Everything is over one Redis; no model is held here."""

    settings: Settings
    clock: Clock
    store: "PaperStore"
    search: Search
    subscriptions: Subscriptions
    ledger: Ledger
    addresses: AddressBook
    topics: TopicDesk
    """Makes, looks at and tunes topics."""
    preferences: PreferenceBook
    saved: SavedPapers
    votes: Votes
    asked: AskedTexts
    once: Once
    personal_data: PersonalData
