"""What jobs work with. Built by the composition root, handed in, and given to each job by taskiq."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from taskiq import AsyncBroker, TaskiqDepends, TaskiqState

from papers.clock import Clock
from papers.deliveries import Ledger
from papers.encoder import Encoder
from papers.sending import Sender
from papers.settings import Settings
from papers.sources.base import Source
from papers.store import PaperStore
from papers.subscriptions import Subscriptions
from papers.topic_book import TopicBook

if TYPE_CHECKING:
    from redis.asyncio import Redis


@dataclass(frozen=True)
class Resources:
    settings: Settings
    clock: Clock
    redis: "Redis"
    store: PaperStore
    encoder: Encoder
    """For papers: batches of seconds."""
    query_encoder: Encoder
    """For queries, which wait for an answer: a copy of the model on a thread of its own, so none waits for papers."""
    sources: Mapping[str, Source]
    """By name; only those that are configured."""
    subscriptions: Subscriptions
    ledger: Ledger
    book: TopicBook
    """Every topic that is followed, in memory."""
    sender: Sender
    """Sends to the platforms that are configured."""


def provide(broker: AsyncBroker, resources: Resources) -> None:
    """Give the broker's jobs these resources."""
    broker.state["resources"] = resources


def _provided(state: Annotated[TaskiqState, TaskiqDepends()]) -> Resources:
    resources: Resources = state["resources"]
    return resources


# A function in between, since taskiq would look into the class itself for further dependencies.
Provided = Annotated[Resources, TaskiqDepends(_provided)]
"""The type of a job's parameter that takes the resources."""
