"""Subscriptions as a person makes and changes them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from bot.wishes import describe
from paperboy.post import Post
from papers.delivery_models import Delivery, Kind, delivery_id
from papers.delivery_steps import Planned
from papers.destinations import Destination, Platform, parse_destination
from papers.errors import BadInput
from papers.following import DigestOptions, Subscription, TopicOptions
from papers.models import Frozen
from papers.schedule import Schedule
from papers.shown import Shown
from papers.shown import show_all as show_subscriptions
from papers.subscriptions import Saved
from papers.wishes import digest_subscription, topic_subscription

MOST_LETTERS = 5
"""Letters a day that ask an address for confirmation: whoever types a stranger's address must not flood it."""


class Done(Frozen):
    saved: Saved
    shown: Shown


async def subscribe(
    post: Post,
    to: str,
    rhythm: Callable[[Schedule | None], Schedule],
    options: Callable[[DigestOptions], DigestOptions],
    *,
    owner: str | None,
    notify: str | None,
) -> Done:
    """Subscribe a destination to a digest. Raises BadInput.

    ``rhythm`` and ``options`` make what was asked for of what there is already: what was not said stays.
    """
    place, now = await _place(post, to, owner, notify), post.app.clock.now()
    wish = digest_subscription(schedule=rhythm(None), options=options(DigestOptions()), now=now, **place)
    known = await post.subscriptions.known(wish.id)
    if known is not None and known.digest is not None:
        wish = digest_subscription(schedule=rhythm(known.schedule), options=options(known.digest), now=now, **place)
    return await _save(post, wish)


async def follow(
    post: Post,
    to: str,
    rhythm: Callable[[Schedule | None], Schedule],
    topic: TopicOptions,
    vector: bytes | None,
    *,
    owner: str | None,
    notify: str | None,
) -> Done:
    """Follow a topic for a destination; a rhythm that was not said stays as it is. Raises BadInput."""
    place, now = await _place(post, to, owner, notify), post.app.clock.now()
    wish = topic_subscription(schedule=rhythm(None), topic=topic, now=now, **place)
    known = await post.subscriptions.known(wish.id)
    if known is not None:
        wish = topic_subscription(schedule=rhythm(known.schedule), topic=topic, now=now, **place)
    return await _save(post, wish, vector)


async def _place(post: Post, to: str, owner: str | None, notify: str | None) -> dict[str, Any]:
    """Destination, owner and whom to notify, as they are stored; and whether the destination has said yes."""
    destination = parse_destination(to)
    post.check(destination)
    reference = await post.addresses.refer(destination)
    return {
        "destination": reference,
        "owner": reference if owner is None else await _owner(post, owner),
        "notify": None if notify is None else await _other(post, notify),
        "confirmed": await _has_confirmed(post, destination, reference),
    }


async def _owner(post: Post, owner: str) -> str:
    if ":" not in owner:
        return await post.reference(owner)
    return await post.addresses.refer(parse_destination(owner))


async def _other(post: Post, notify: str) -> str:
    destination = parse_destination(notify)
    post.check(destination)
    if destination.platform is Platform.EMAIL and not await _has_confirmed(
        post, destination, await post.addresses.lookup(destination)
    ):
        raise BadInput("--notify takes an e-mail address only after something was subscribed and confirmed for it")
    return await post.addresses.refer(destination)


async def _has_confirmed(post: Post, destination: Destination, reference: str) -> bool:
    """Whoever owns an e-mail address must say yes; once is enough."""
    if destination.platform is not Platform.EMAIL:
        return True
    return any(s.confirmed for s in await post.subscriptions.of_destination(reference))


async def _save(post: Post, wish: Subscription, vector: bytes | None = None) -> Done:
    now = post.app.clock.now()
    if not wish.confirmed:
        await _check_letters(post, wish.destination, now)
    saved, subscription = await post.subscriptions.save(wish, now, vector=vector)
    if not subscription.confirmed:
        await ask_for_confirmation(post, subscription, now)
    return Done(saved=saved, shown=await show(post, subscription))


async def ask_for_confirmation(post: Post, subscription: Subscription, now: datetime) -> None:
    """Have a letter sent that asks for a yes; one a day for a subscription."""
    period = f"{now.date().isoformat()} {subscription.id}"
    identity = delivery_id(destination=subscription.destination, feed="", period=period, kind=Kind.CONFIRMATION)
    letter = Delivery(
        id=identity,
        kind=Kind.CONFIRMATION,
        destination=subscription.destination,
        period=period,
        due=now,
        about=subscription.id,
    )
    await post.ledger.plan([Planned(letter)], now)


async def _check_letters(post: Post, destination: str, now: datetime) -> None:
    today = now.date().isoformat()
    sent = [d for d in await post.ledger.of_destination(destination) if d.kind is Kind.CONFIRMATION]
    if len([d for d in sent if d.period.startswith(today)]) >= MOST_LETTERS:
        raise BadInput(f"this address was asked {MOST_LETTERS} times today: confirm one of the letters first")


async def show(post: Post, subscription: Subscription) -> Shown:
    return (await show_all(post, [subscription]))[0]


async def show_all(post: Post, subscriptions: Sequence[Subscription]) -> list[Shown]:
    """Subscriptions with all that people want to see of them."""
    return await show_subscriptions(subscriptions, post.ledger, post.addresses, post.app.store.redis)


def shown_json(shown: Shown) -> dict[str, Any]:
    """What ``--json`` prints of a subscription."""
    one = shown.subscription
    fields = one.model_dump(mode="json", exclude={"destination", "owner", "digest", "topic", "notify"})
    return {
        **fields,
        "to": shown.destination,
        "owner": shown.owner,
        "state": shown.state,
        "next_due": shown.next_due.isoformat() if shown.next_due else None,
        "description": describe(one),
        "digest": one.digest.model_dump(mode="json") if one.digest else None,
        "topic": one.topic.model_dump(mode="json") if one.topic else None,
    }


def shown_line(shown: Shown) -> str:
    """One line for people."""
    due = f", next {shown.next_due:%Y-%m-%d %H:%M} UTC" if shown.next_due else ""
    return f"{shown.subscription.id}  {describe(shown.subscription)} to {shown.destination}: {shown.state}{due}"
