"""What the links in letters do, given the post office."""

from collections.abc import Mapping
from datetime import datetime

from bot.email.links import Chosen
from bot.web import Actions
from paperboy.post import Post
from papers.clock import Clock
from papers.delivery_models import Kind
from papers.destinations import Platform
from papers.following import Subscription
from papers.leaving import end_subscription


def actions(post: Post, clock: Clock) -> Actions:
    async def confirm(chosen: Chosen) -> int:
        found = await _chosen(post, chosen)
        for subscription in found:
            await post.subscriptions.confirm(subscription.id, clock.now())
        return len(found)

    async def unsubscribe(chosen: Chosen) -> int:
        found = await _chosen(post, chosen)
        for subscription in found:
            await end_subscription(post.subscriptions, post.addresses, subscription.id)
        return len(found)

    async def counts() -> Mapping[str, int]:
        return {state.value: count for state, count in (await post.ledger.counts()).items()}

    return Actions(confirm=confirm, unsubscribe=unsubscribe, counts=counts)


async def bounced(post: Post, raw: bytes, now: datetime) -> str:
    """Take a returned letter or a complaint; returns a sentence that says what was done."""
    from bot.email.bounces import read_bounce
    from papers.disabling import disable
    from papers.errors import NotFound

    bounce = read_bounce(raw)
    if bounce is None or bounce.delivery_id is None:
        return "This is no report on a letter of ours; nothing was done."
    try:
        delivery = await post.ledger.get(bounce.delivery_id)
    except NotFound:
        return "This is about a letter that is no longer remembered; nothing was done."
    if not delivery.destination.startswith(f"{Platform.EMAIL}:"):
        return "This names a delivery that was no letter; nothing was done."
    if not (bounce.permanent or bounce.complaint):
        return f"{delivery.destination} did not take a letter ({bounce.reason}); that may pass, so nothing was done."
    await disable(post.ledger, post.subscriptions, delivery.destination, bounce.reason, now)
    return f"{delivery.destination} is disabled: {bounce.reason}"


async def _chosen(post: Post, chosen: Chosen) -> list[Subscription]:
    """The subscriptions that a link is about, as far as they still are."""
    here = await post.subscriptions.of_destination(chosen.destination)
    if chosen.subscriptions:
        return [s for s in here if s.id in chosen.subscriptions]
    return [s for s in here if chosen.kind in {Kind.CONFIRMATION, s.kind}]
