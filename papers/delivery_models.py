"""What is delivered, to whom, and how far it is: the values of the ledger.

A *feed* is what one destination receives at one rhythm: a digest, or the topics followed there. A *delivery* is one
message of a feed for one period. A *reference* is a destination as it is stored: ``slack:T1/C1`` itself, but of an
e-mail address only a keyed digest (papers/addresses.py).
"""

from base64 import b32encode
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b

from papers.models import Frozen
from papers.schedule import Schedule


class Kind(StrEnum):
    """What a message is."""

    DIGEST = "digest"
    TOPICS = "topics"
    CONFIRMATION = "confirmation"
    """Asks whoever owns an address whether they want to hear from us."""
    NOTICE = "notice"
    """Tells an owner that another destination of theirs was disabled."""


class Feed(Frozen):
    """What one destination receives at one rhythm."""

    id: str
    kind: Kind
    destination: str
    """A reference."""
    schedule: Schedule


class State(StrEnum):
    """How far a delivery is. The first three go on by themselves, the others are ends."""

    DUE = "due"
    CLAIMED = "claimed"
    FAILED = "failed"
    """To be tried again."""
    SENT = "sent"
    EMPTY = "empty"
    """There was nothing to say."""
    DEAD = "dead"
    """Given up, with a reason."""
    UNKNOWN = "unknown"
    """Handed over, but nobody can say whether it arrived: shown, never sent again by itself."""


FINAL = (State.SENT, State.EMPTY, State.DEAD, State.UNKNOWN)


class Delivery(Frozen):
    """One message to one destination, as the ledger has it. Times are the application's clock's."""

    id: str
    kind: Kind
    feed: str = ""
    """Empty for what is sent once: confirmations and notices."""
    destination: str
    """A reference."""
    period: str
    """What makes it one of a kind in its feed: a local date, or the time of an instant message."""
    due: datetime
    state: State = State.DUE
    tries: int = 0
    """How often sending it failed."""
    retry_at: datetime | None = None
    changed: datetime | None = None
    left: datetime | None = None
    """When its message last may have left, by Redis's clock, which nobody sets back with ``--at``."""
    written: datetime | None = None
    """When what may have left was written, by the application's clock: written as of then it says the same again."""
    reason: str | None = None
    message_id: str | None = None
    """What the platform calls the message that was sent; of one that is not sent yet: what follows it is missing."""
    papers: tuple[str, ...] = ()
    """Ids of the papers it told of."""
    about: str = ""
    """What a confirmation or notice is about: ids, as its writer understands them."""


class Disabled(Frozen):
    """Why nothing is sent to a destination any more."""

    reason: str
    at: datetime


def delivery_id(*, destination: str, feed: str, period: str, kind: Kind) -> str:
    """The delivery's identity: 24 letters and digits, the same whoever computes it and whenever."""
    return short_digest("\n".join((destination, feed, period, kind)))


def short_digest(text: str) -> str:
    """120 bits of ``text`` as 24 lower-case letters and digits (Discord takes a nonce of 25 characters)."""
    return b32encode(blake2b(text.encode("utf-8", "replace"), digest_size=15).digest()).decode().lower()


def memory_name(kind: Kind, *, feed: str, destination: str) -> str:
    """Where it is remembered what was told of: a person's topics share one memory, each digest has its own."""
    return feed if kind is Kind.DIGEST else short_digest(destination)


def lane(destination: str) -> str:
    """Whose turn it is when many wait: a Slack workspace; elsewhere the platform as a whole."""
    platform, _, address = destination.partition(":")
    return f"{platform}:{address.partition('/')[0]}" if platform == "slack" else platform
