"""Subscriptions as people see them: where they go by name, how they stand, when they are due next."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from papers import keys
from papers.addresses import AddressBook
from papers.deliveries import Ledger
from papers.delivery_models import Disabled
from papers.following import Subscription
from papers.models import Frozen

if TYPE_CHECKING:
    from redis.asyncio import Redis

_PAGE = 1000


class Shown(Frozen):
    """A subscription as people see it: its destination by name, and when it is due next."""

    subscription: Subscription
    destination: str
    owner: str
    state: str
    """active, paused, unconfirmed, or disabled with the reason."""
    next_due: datetime | None
    """UTC; None for what is not active, and for a topic that is told of at once while nothing waits."""


async def show_all(
    subscriptions: Sequence[Subscription], ledger: Ledger, addresses: AddressBook, redis: "Redis"
) -> list[Shown]:
    """The same subscriptions, in the same order, with all that people want to see of them.

    Three round trips for a thousand of them. Raises redis-py's errors, and SecretsUnavailable if one goes to an
    e-mail address that cannot be read here.
    """
    references = {s.destination for s in subscriptions} | {s.owner for s in subscriptions}
    names = {reference: str(place) for reference, place in (await addresses.resolve_many(references)).items()}
    disabled = await ledger.disabled_among(s.destination for s in subscriptions)
    due = await _due([s.feed for s in subscriptions], redis)
    shown = []
    for one in subscriptions:
        state = state_of(one, disabled.get(one.destination))
        shown.append(
            Shown(
                subscription=one,
                destination=names.get(one.destination, one.destination),
                owner=names.get(one.owner, one.owner.removeprefix("user:")),
                state=state,
                next_due=due.get(one.feed) if state == "active" else None,
            )
        )
    return shown


def state_of(subscription: Subscription, disabled: Disabled | None) -> str:
    """How it stands, in a word or with the reason. What stops all that goes to its destination comes first."""
    if disabled:
        return f"disabled: {disabled.reason}"
    if not subscription.confirmed:
        return "unconfirmed"
    return "paused" if subscription.paused else "active"


async def _due(feeds: Sequence[str], redis: "Redis") -> dict[str, datetime]:
    """When each of the feeds is due next, of those that are due by the clock."""
    asked = list(dict.fromkeys(feeds))
    found: dict[str, datetime] = {}
    for start in range(0, len(asked), _PAGE):
        page = asked[start : start + _PAGE]
        scores = await redis.execute_command("ZMSCORE", keys.FEEDS, *page)
        found |= {f: datetime.fromtimestamp(int(s), UTC) for f, s in zip(page, scores, strict=True) if s is not None}
    return found
