"""When a subscription ends: what was kept for it alone goes too, an e-mail address above all."""

from datetime import datetime, timedelta

from papers.addresses import AddressBook
from papers.subscriptions import Subscriptions

UNCONFIRMED_KEPT = timedelta(days=8)
"""A day longer than the link in the letter that asks for a yes."""


async def end_subscription(subscriptions: Subscriptions, addresses: AddressBook, subscription_id: str) -> bool:
    """Remove a subscription, and the address it was for if nothing else needs it. Returns whether there was one."""
    known = await subscriptions.known(subscription_id)
    removed = await subscriptions.remove(subscription_id)
    if known is not None:
        await forget_unneeded_address(subscriptions, addresses, known.destination)
    return removed


async def forget_unneeded_address(subscriptions: Subscriptions, addresses: AddressBook, reference: str) -> None:
    """Erase an address that nothing is subscribed for, and that owns nothing."""
    if not await subscriptions.of_destination(reference) and not await subscriptions.of_owner(reference):
        await addresses.forget(reference)


async def drop_unconfirmed(subscriptions: Subscriptions, addresses: AddressBook, now: datetime) -> int:
    """End what nobody has said yes to in time. Returns how many that were."""
    late = [s.id async for s in subscriptions.all() if not s.confirmed and now - s.created > UNCONFIRMED_KEPT]
    for one in late:
        await end_subscription(subscriptions, addresses, one)
    return len(late)
