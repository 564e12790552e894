"""The signed links in letters: made when a letter is written, read when somebody opens one (bot/web.py).

A link names subscriptions. So that the header that carries it keeps to a line of mail (998 characters, RFC 5322,
section 2.1.1), one that would name more than fit names all of its kind at the reader's address instead.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from papers.delivery_models import Kind
from papers.following import Subscription
from papers.models import Frozen
from papers.vault import Vault

CONFIRM_WITHIN = timedelta(days=7)
CONFIRM, UNSUBSCRIBE = "confirm", "unsubscribe"
_LONGEST_LIST = 400
"""Characters of ids: encrypted and with an address of 100 characters, the header stays under 900."""


class Chosen(Frozen):
    """What a link is about."""

    destination: str
    """A reference."""
    kind: Kind
    """DIGEST or TOPICS; CONFIRMATION: both."""
    subscriptions: tuple[str, ...]
    """Ids; if none: all of this kind at the destination."""


class Links:
    """Makes links that lead to ``base``, and reads their tokens."""

    def __init__(self, vault: Vault, base: str) -> None:
        """``base`` is PAPERBOY_WEB_URL, without a slash at its end."""
        self._vault = vault
        self._base = base

    def confirm(self, destination: str, subscriptions: Sequence[Subscription], *, now: datetime) -> str:
        """Where the reader says yes, for 7 days."""
        return self._link(CONFIRM, destination, Kind.CONFIRMATION, subscriptions, now)

    def unsubscribe(self, destination: str, kind: Kind, subscriptions: Sequence[Subscription], *, now: datetime) -> str:
        """Where the reader says stop, for good."""
        return self._link(UNSUBSCRIBE, destination, kind, subscriptions, now)

    def _link(self, purpose: str, destination: str, kind: Kind, about: Sequence[Subscription], now: datetime) -> str:
        ids = " ".join(subscription.id for subscription in about)
        payload = {"to": destination, "kind": str(kind), "ids": ids if len(ids) <= _LONGEST_LIST else ""}
        return f"{self._base}/{purpose}/{self._vault.sign(purpose, payload, now=now)}"


def read_confirm(vault: Vault, token: str, *, now: datetime) -> Chosen:
    """Raises BadInput for a token that is forged, or older than 7 days."""
    return _chosen(vault.read(token, CONFIRM, now=now, max_age=CONFIRM_WITHIN))


def read_unsubscribe(vault: Vault, token: str, *, now: datetime) -> Chosen:
    """Raises BadInput for a token that is forged; it does not expire."""
    return _chosen(vault.read(token, UNSUBSCRIBE, now=now, max_age=None))


def _chosen(payload: dict[str, str]) -> Chosen:
    ids = tuple(payload["ids"].split())
    return Chosen(destination=payload["to"], kind=Kind(payload["kind"]), subscriptions=ids)
