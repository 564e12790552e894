"""Workspaces, and all that is kept of one: erased when the app is taken out of it.

A reference of a place or a person in a workspace begins with the workspace's: ``slack:T1/`` of ``slack:T1/C1``.
"""

import re
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

from papers import keys
from papers.addresses import AddressBook
from papers.deliveries import Ledger
from papers.delivery_models import State
from papers.destinations import Platform
from papers.errors import NotFound
from papers.following import Subscription
from papers.leaving import forget_unneeded_address
from papers.models import Frozen
from papers.personal_data import rewrite_log
from papers.subscriptions import Subscriptions
from papers.votes import Votes

if TYPE_CHECKING:
    from redis.asyncio import Redis

_PREFIX = re.compile(r"[a-z]+:\w+/", re.ASCII)
_PAGE = 1000


class Erased(Frozen):
    """How much there was."""

    subscriptions: int = 0
    places: int = 0
    """Of which something was subscribed, or the ledger knew something."""
    people: int = 0
    """Who had saved, set or voted something."""


def workspace_of(reference: str) -> str | None:
    """What all references of the same workspace begin with, slash included; None where there are no workspaces."""
    platform, _, address = reference.partition(":")
    workspace, slash, _ = address.partition("/")
    return f"{platform}:{workspace}/" if platform == Platform.SLACK and workspace and slash else None


async def erase_workspace(
    prefix: str,
    redis: "Redis",
    subscriptions: Subscriptions,
    ledger: Ledger,
    addresses: AddressBook,
    votes: Votes,
) -> Erased:
    """Erase what is kept of a workspace, its places and its people, for good; ``prefix`` as ``workspace_of`` gives it.

    Reads all subscriptions, deliveries and the names of all keys: seconds for millions, in small steps. May be
    interrupted and repeated. A message that is leaving at this moment may still arrive. Raises redis-py's errors.
    """
    if not _PREFIX.fullmatch(prefix):
        raise ValueError(f"{prefix!r} is not what references of a workspace begin with, like slack:T1/")
    wishes = [s async for s in subscriptions.all() if s.destination.startswith(prefix) or s.owner.startswith(prefix)]
    places = {wish.destination for wish in wishes if wish.destination.startswith(prefix)}
    # Before the subscriptions, which lead here should this be interrupted, and after them: nothing is planned any more.
    await _forget(places, ledger)
    for wish in wishes:
        if not wish.destination.startswith(prefix):
            await _forget_elsewhere(wish, subscriptions, ledger)
        await subscriptions.erase(wish.id)
        await forget_unneeded_address(subscriptions, addresses, wish.destination)
    await _notify_no_more(prefix, subscriptions)
    places |= {place async for place in _disabled(prefix, redis)} | {place async for place in _told(prefix, redis)}
    await _forget(places, ledger)
    people = await _erase_people(prefix, redis, votes)
    await rewrite_log(redis)
    return Erased(subscriptions=len(wishes), places=len(places), people=people)


async def end_places(places: Iterable[str], subscriptions: Subscriptions, ledger: Ledger) -> int:
    """Erase what is subscribed for these places, for good; returns how much that was.

    For platforms whose references of places do not tell where they belong to. Raises redis-py's errors.
    """
    ended = 0
    for place in places:
        wishes = await subscriptions.of_destination(place)
        if not wishes:
            continue
        # Before the subscriptions, which lead here should this be interrupted, and after them: nothing is planned then.
        await ledger.forget(place)
        for wish in wishes:
            await subscriptions.erase(wish.id)
        await ledger.forget(place)
        ended += len(wishes)
    return ended


async def _forget(places: Iterable[str], ledger: Ledger) -> None:
    for place in places:
        await ledger.forget(place)


async def _forget_elsewhere(wish: Subscription, subscriptions: Subscriptions, ledger: Ledger) -> None:
    """Erase what was sent for one wish to a place outside of the workspace, unless others got it too."""
    others = {s.feed for s in await subscriptions.of_destination(wish.destination) if s.id != wish.id}
    found = await ledger.of_destination(wish.destination)
    gone = [one.id for one in found if (one.feed == wish.feed and one.feed not in others) or one.about == wish.id]
    await ledger.forget_deliveries(gone)


async def _notify_no_more(prefix: str, subscriptions: Subscriptions) -> None:
    """Nobody there hears of it any more when a destination elsewhere is disabled."""
    async for one in subscriptions.all():
        if one.notify is not None and one.notify.startswith(prefix):
            with suppress(NotFound):  # removed meanwhile
                await subscriptions.change(one.id, one.created, notify=None)


async def _disabled(prefix: str, redis: "Redis") -> AsyncIterator[str]:
    """Places of the workspace that are disabled; one may come twice."""
    async for place, _ in redis.hscan_iter(keys.DISABLED, match=f"{prefix}*", count=_PAGE):
        yield place.decode()


async def _told(prefix: str, redis: "Redis") -> AsyncIterator[str]:
    """Places of the workspace that the ledger has deliveries for; one may come many times."""
    for state in State:
        page: list[str] = []
        async for one, _ in redis.zscan_iter(keys.delivery_state(state), count=_PAGE):
            page.append(one.decode())
            if len(page) == _PAGE:
                for place in await _places(page, prefix, redis):
                    yield place
                page = []
        for place in await _places(page, prefix, redis):
            yield place


async def _places(deliveries: list[str], prefix: str, redis: "Redis") -> set[str]:
    async with redis.pipeline(transaction=False) as pipe:
        for one in deliveries:
            pipe.hget(keys.delivery(one), "destination")
        rows: list[bytes | None] = await pipe.execute() if deliveries else []
    return {place for row in rows if row is not None and (place := row.decode()).startswith(prefix)}


async def _erase_people(prefix: str, redis: "Redis", votes: Votes) -> int:
    """Erase what people of the workspace saved, set and voted, and all votes in its places. Returns how many people."""
    saved, preferences = keys.saved(prefix).rstrip("}"), keys.preferences(prefix).rstrip("}")
    voted, cast = keys.voted(prefix).rstrip("}"), keys.votes(prefix, "").rstrip("}:")
    people = set()
    async for raw in redis.scan_iter(match=f"{keys.PREFIX}*:{{{prefix}*", count=_PAGE):
        key = raw.decode()
        if not key.startswith((saved, preferences, voted, cast)):
            continue
        if not key.startswith(cast):
            person = key[key.index("{") + 1 : -1]
            people.add(person)
            if key.startswith(voted):
                await votes.forget(person)  # also in places of other workspaces
        await redis.unlink(key)
    return len(people)
