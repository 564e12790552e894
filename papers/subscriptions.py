"""Who wants what, where and when: the only writer of subscriptions and of the feeds they make."""

import json
from collections.abc import Callable, Container, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from pydantic import ValidationError

from papers import keys, layout
from papers.delivery_models import short_digest
from papers.errors import BadInput, NotFound, StoreError
from papers.following import Subscription, TopicOptions
from papers.schedule import end_of_quiet, next_due, spread
from papers.scripts import Script
from papers.subscription_reader import SubscriptionReader, not_found, parsed
from papers.wishes import again, feed_of, identity, is_active, is_timed, means_other, topics_feed

_ATTEMPTS = 20
_TOO_MANY = -1
_CHANGEABLE = frozenset({"owner", "schedule", "digest", "topic", "paused", "confirmed", "notify"})
_save = Script("save_subscription", prelude="ledger")


class Saved(StrEnum):
    MADE = "made"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


class _Overtaken(Exception):
    """What was to be changed is no longer what it was read as."""


class Subscriptions(SubscriptionReader):
    """Subscriptions in one Redis. Each change is one atomic step and may be repeated. Raises redis-py's errors."""

    async def save(
        self, wish: Subscription, now: datetime, *, vector: bytes | None = None
    ) -> tuple[Saved, Subscription]:
        """Make a subscription, or change the one of this id. Returns what was done and what is there now.

        ``vector`` is a topic's, by the configured model, as ``layout.pack_vector`` packs it. Raises BadInput when the
        owner has too many.
        """

        def wanted(known: Subscription | None) -> Subscription:
            return again(wish, known) if known else wish

        known, saved = await self._update(wish.id, wanted, now, vector=vector)
        if saved == known:
            return Saved.UNCHANGED, wish if saved is None else saved
        return (Saved.CHANGED if known else Saved.MADE), wish if saved is None else saved

    async def change(
        self, subscription_id: str, now: datetime, *, vector: bytes | None = None, **fields: Any
    ) -> Subscription:
        """Change fields of a subscription (what it is for stays), and a topic's vector. Raises NotFound.

        A topic whose words, likeness or feedback change without a new vector has none until it is given one. Raises
        BadInput if it would become what another is already.
        """
        return await self._change(subscription_id, now, fields, vector=vector)

    async def retopic(
        self, known: Subscription, now: datetime, *, topic: TopicOptions, vector: bytes
    ) -> Subscription | None:
        """Give a topic subscription the topic that was made of ``known``'s; its words and authors stay.

        None if the topic was changed since ``known`` was read: make it anew of what is there now. Raises NotFound.
        """

        def wanted(found: Subscription | None) -> Subscription:
            if found is None:
                raise not_found(known.id)
            if found.topic != known.topic:
                raise _Overtaken
            return found.model_copy(update={"topic": topic})

        with suppress(_Overtaken):
            return (await self._update(known.id, wanted, now, vector=vector))[1]
        return None

    async def _change(
        self,
        subscription_id: str,
        now: datetime,
        fields: Mapping[str, Any],
        *,
        vector: bytes | None = None,
        enable: bool = False,
    ) -> Subscription:
        if not fields.keys() <= _CHANGEABLE:
            raise TypeError(f"these make a subscription what it is: {sorted(fields.keys() - _CHANGEABLE)}")

        def wanted(known: Subscription | None) -> Subscription:
            if known is None:
                raise not_found(subscription_id)
            changed = known.model_copy(update=fields)
            # A topic moves to the feed of its new rhythm.
            feed = topics_feed(changed.destination, changed.schedule) if changed.topic else changed.feed
            return changed.model_copy(update={"feed": feed})

        if "schedule" in fields or "digest" in fields or "topic" in fields:
            await self._check_twin(wanted(await self.known(subscription_id)))
        _, changed = await self._update(subscription_id, wanted, now, vector=vector, enable=enable)
        if changed is None:
            raise not_found(subscription_id)
        return changed

    async def _check_twin(self, changed: Subscription) -> None:
        """Raises BadInput if there is another that brings the same to the same place: it would be told twice."""
        twin = identity(changed)
        there = await self.known(twin) if twin != changed.id else None
        if there is not None and identity(there) == twin:
            raise BadInput(f"{twin} is such a subscription already: change that one, or remove it first")

    async def pause(self, subscription_id: str, now: datetime) -> Subscription:
        """Send nothing for it until it is resumed. Raises NotFound."""
        return await self.change(subscription_id, now, paused=True)

    async def resume(self, subscription_id: str, now: datetime) -> Subscription:
        """Go on with it, also if its destination had been disabled. Raises NotFound."""
        return await self._change(subscription_id, now, {"paused": False}, enable=True)

    async def confirm(self, subscription_id: str, now: datetime) -> Subscription:
        """Whoever owns the address has said yes. Raises NotFound."""
        return await self.change(subscription_id, now, confirmed=True)

    async def remove(self, subscription_id: str) -> bool:
        """Forget it, and what waits for it. Returns whether there was one."""
        known, _ = await self._update(subscription_id, lambda known: None, datetime.fromtimestamp(0, UTC))
        return known is not None

    async def erase(self, subscription_id: str) -> bool:
        """Remove it and leave no trace of its id: whoever has it in memory reads all topics anew."""
        removed = await self.remove(subscription_id)
        await self._redis.execute_command("ZREM", keys.TOPICS_GONE, subscription_id)
        return removed

    async def notify_no_more(self, places: Container[str]) -> None:
        """Nobody at these places hears of it any more when another's destination is disabled."""
        async for one in self.notifying(places):
            with suppress(NotFound):  # removed meanwhile
                await self.change(one.id, one.created, notify=None)  # the rhythm stays: the time does not matter

    async def _update(
        self,
        subscription_id: str,
        wanted: Callable[[Subscription | None], Subscription | None],
        now: datetime,
        *,
        vector: bytes | None = None,
        enable: bool = False,
    ) -> tuple[Subscription | None, Subscription | None]:
        """From what is there to what is wanted of it, however many others do the same. Returns both."""
        for _ in range(_ATTEMPTS):
            row, held = await self.stored(subscription_id)
            known = parsed(subscription_id, row) if row else None
            after = wanted(known)
            if after == known and vector in {None, held} and not enable:
                return known, after
            if await self._write(row or b"", known, after, now, vector, enable=enable):
                return known, after
        raise StoreError(f"the subscription {subscription_id} is being changed by others all the time: try again")

    async def _write(
        self,
        before: bytes,
        known: Subscription | None,
        after: Subscription | None,
        now: datetime,
        vector: bytes | None,
        *,
        enable: bool,
    ) -> bool:
        """One atomic step. False: another was quicker. Raises BadInput when the owner has too many."""
        one = after or known
        assert one is not None
        most = self._settings.delivery.max_subscriptions
        step: dict[str, str | float | bool] = {
            "owner": short_digest(one.owner),
            "place": short_digest(one.destination),
            "kind": one.kind.value,
            "feed": one.feed,
        }
        if after is not None:
            step |= {
                "data": _json(after),
                "made": after.created.timestamp(),
                "feed_json": feed_of(after).model_dump_json(),
                "active": is_active(after),
                "most": most,
                "due": await self._due(after, now),
                "timed": is_timed(after),
                "new_rhythm": known is not None and known.schedule != after.schedule,
                "drop_vectors": vector is not None or (known is not None and means_other(known, after)),
            }
            if enable:
                step["enable"] = after.destination
        arguments: list[str | bytes | int | float] = [one.id, before, json.dumps(step)]
        if vector is not None:
            arguments += [layout.vector_field(self._settings.embedding.model), vector]
        answer = int(await _save.run(self._redis, [keys.LEDGER], arguments))
        if answer == _TOO_MANY:
            raise BadInput(f"{most} subscriptions are the most one owner may have: remove one first")
        return bool(answer)

    async def _due(self, subscription: Subscription, now: datetime) -> int:
        """When its feed is due next, in seconds since 1970; an instant one when something waits for it."""
        if not is_timed(subscription):
            return int(end_of_quiet(subscription.schedule, now).timestamp())
        crowd = int(await self._redis.zcard(keys.FEEDS))
        apart = spread(subscription.feed, crowd, self._settings.delivery.spread_seconds)
        return int(next_due(subscription.schedule, now).timestamp()) + apart


def _json(subscription: Subscription) -> str:
    """As it is stored. Raises BadInput for what could not be read again: that would stand in the way of all others."""
    text = subscription.model_dump_json()
    try:
        Subscription.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise BadInput(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    return text
