"""The ledger of deliveries: what is due, in whose hands, sent or not. Nothing twice, nothing lost.

Each step is one script in Redis (papers/scripts). A delivery's way: made by ``plan`` (once, whoever plans), given to
one sender by ``claim`` under a lease, ``commit``-ted immediately before the message leaves, and ended by ``finish``.
A claim whose lease ran out goes to another sender; if the message may have left by then, its platform is asked first.
"""

import json
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from papers import keys
from papers.adapters import Limits, NotOurs
from papers.delivery_layout import from_hash, outcome_json, planned_json, seconds
from papers.delivery_models import Delivery, Disabled, State, short_digest
from papers.delivery_steps import Outcome, Planned
from papers.destinations import Platform
from papers.errors import NotFound
from papers.holders import is_dead
from papers.scripts import Script
from papers.settings import Settings

if TYPE_CHECKING:
    from redis.asyncio import Redis

LEASE = 8.0
"""Seconds without a sign of life after which a sender's deliveries are given to others. One that is just being sent
is given away after two leases."""
MOST_TAKEOVERS = 20
"""Senders that may die with a delivery in hand. Most of what a sender held when it died was not the cause of it."""
_PAGE = 500


def _script(name: str) -> Script:
    return Script(name, prelude="ledger")


_plan, _claim, _renew = _script("plan_deliveries"), _script("claim_deliveries"), _script("renew_claims")
_commit, _finish, _retry = _script("commit_delivery"), _script("finish_delivery"), _script("retry_delivery")
_abandon = _script("abandon_claims")
_forget, _forget_some = _script("forget_destination"), _script("forget_deliveries")
_add_matches = _script("add_matches")


class Risk(IntEnum):
    """Whether the message of a claimed delivery may be there already."""

    NONE = 0
    RECORD_LOST = 1
    """Redis restarted: should it have been sent in the moments before, that was forgotten."""
    MAY_HAVE_LEFT = 2
    """A sender was about to send it, and has not said what came of it."""


@dataclass(frozen=True)
class Claim:
    """A delivery in a sender's hands."""

    delivery: Delivery
    turn: int
    """Counts how often the delivery was given away: what a sender does in a turn that is over is refused."""
    risk: Risk = Risk.NONE


@dataclass(frozen=True)
class Claims:
    claims: tuple[Claim, ...]
    wait: float | None
    """Seconds until it is worth asking again; None: nothing waits anywhere."""


class Ledger:
    """The ledger in one Redis. Methods raise redis-py's errors; each may be repeated without harm."""

    def __init__(self, redis: "Redis", settings: Settings, *, lease: float = LEASE) -> None:
        self._redis = redis
        self.lease = lease
        self._lease_ms = int(lease * 1000)
        self.history = int(timedelta(days=settings.delivery.history_days).total_seconds())

    async def _run(self, script: Script, *args: str | bytes | int | float) -> Any:
        return await script.run(self._redis, [keys.LEDGER], list(args))

    # becoming due

    async def plan(self, planned: Sequence[Planned], now: datetime) -> list[str]:
        """Make the deliveries that are not made yet and move their feeds on. Returns the ids of those made."""
        if not planned:
            return []
        made: list[bytes] = await self._run(_plan, seconds(now), self.history, planned_json(planned))
        return [one.decode() for one in made]

    async def add_matches(
        self, feed: str, told: str, papers: Mapping[str, Mapping[str, float]], *, due: datetime | None
    ) -> int:
        """Put papers (id -> {topic: score}) into a feed's inbox, but for those it was told of; ``due``: make it due.

        Returns how many are new there; -1 if the feed was removed.
        """
        pairs = [part for paper, topics in papers.items() for part in (paper, json.dumps(dict(topics)))]
        moment = "" if due is None else int(due.timestamp())
        return int(await self._run(_add_matches, feed, told, moment, *pairs))

    # in a sender's hands

    async def claim(self, holder: str, limits: Mapping[Platform, Limits], count: int, now: datetime) -> Claims:
        """At most ``count`` deliveries that are due, of these platforms, within their limits."""
        rules = {
            platform.value: {scope.value: [1000 / rate.per_second, rate.burst] for scope, rate in of.items()}
            for platform, of in limits.items()
        }
        wait, *rows = await self._run(
            _claim, seconds(now), holder, count, self._lease_ms, json.dumps(rules), self.history, MOST_TAKEOVERS
        )
        claims = tuple(Claim(from_hash(one.decode(), fields), turn, Risk(risk)) for one, turn, risk, fields in rows)
        return Claims(claims, None if wait < 0 else wait / 1000)

    async def renew(self, claims: Iterable[Claim]) -> set[str]:
        """Say that their sender is alive. Returns the deliveries it has lost to others."""
        pairs = [part for claim in claims for part in (claim.delivery.id, claim.turn)]
        lost: list[bytes] = await self._run(_renew, self._lease_ms, *pairs)
        return {one.decode() for one in lost}

    async def free_the_dead(self, settles: Mapping[Platform, float]) -> int:
        """Take claims from senders that can be seen to have died, without waiting for their leases.

        ``settles`` are the seconds after which a message whose sender died is there, or never will be.
        """
        async with self._redis.pipeline(transaction=False) as pipe:
            for platform in settles:
                pipe.zrange(keys.claimed(platform), 0, -1)
            claimed = [one for ids in await pipe.execute() for one in ids]
            for one in claimed:
                pipe.hget(keys.delivery(one.decode()), "holder")
            holders = {holder.decode() for holder in await pipe.execute() if holder}
        dead = [holder for holder in holders if is_dead(holder)]
        rules = json.dumps({platform.value: int(of * 1000) for platform, of in settles.items()})
        return int(await self._run(_abandon, rules, *dead)) if dead else 0

    async def commit(self, claim: Claim, papers: Sequence[str], now: datetime) -> datetime:
        """Right before the message leaves, which tells of these papers. Raises NotOurs if it must not leave.

        Returns the time by Redis's clock.
        """
        arguments = (claim.delivery.id, claim.turn, self._lease_ms, self.history, "\n".join(papers))
        left: int = await self._run(_commit, seconds(now), *arguments)
        if not left:
            raise NotOurs(claim.delivery.id)
        return datetime.fromtimestamp(left / 1000, UTC)

    async def finish(self, claim: Claim, outcome: Outcome, now: datetime) -> str:
        """Record what came of it: ``ok``; ``lost`` (in other hands), ``twice`` (another sent it too), ``gone``."""
        answer: bytes = await self._run(
            _finish, seconds(now), claim.delivery.id, claim.turn, self.history, outcome_json(outcome)
        )
        return answer.decode()

    # for people to look at

    async def get(self, typed: str) -> Delivery:
        """The delivery of this id. Raises NotFound."""
        wanted = typed.strip().lower()
        fields: dict[bytes, bytes] = {}
        if wanted.isascii():
            fields = await self._redis.execute_command("HGETALL", keys.delivery(wanted))
        if b"state" not in fields:
            raise NotFound(f"no delivery {typed[:60]!r}; `paperboy deliveries list` shows those there are")
        return from_hash(wanted, fields)

    async def listed(self, state: State, *, limit: int, offset: int = 0) -> list[Delivery]:
        """Deliveries in a state, the last changed first."""
        key, last = keys.delivery_state(state), offset + limit - 1
        ids: list[bytes] = await self._redis.execute_command("ZREVRANGE", key, offset, last)
        return await self._read(ids)

    async def of_destination(self, destination: str) -> list[Delivery]:
        """Everything the ledger remembers for a destination, oldest first."""
        key = keys.deliveries(short_digest(destination))
        found = await self._read(await self._redis.execute_command("ZRANGE", key, 0, -1))
        return [one for one in found if one.destination == destination]  # not the notices that others got of it

    async def _read(self, ids: Sequence[bytes]) -> list[Delivery]:
        found: list[Delivery] = []
        for start in range(0, len(ids), _PAGE):
            async with self._redis.pipeline(transaction=False) as pipe:
                for one in ids[start : start + _PAGE]:
                    pipe.hgetall(keys.delivery(one.decode()))
                rows = await pipe.execute()
            page = ids[start : start + _PAGE]
            found += [from_hash(i.decode(), row) for i, row in zip(page, rows, strict=True) if b"state" in row]
        return found

    async def counts(self) -> dict[State, int]:
        """How many deliveries are in each state."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for state in State:
                pipe.zcard(keys.delivery_state(state))
            return dict(zip(State, await pipe.execute(), strict=True))

    async def outstanding(self, platforms: Iterable[Platform], now: datetime) -> int:
        """How many deliveries to these platforms may be sent at ``now``, or are in somebody's hands."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for platform in set(platforms):
                pipe.zrange(keys.lanes(platform), 0, -1)
                pipe.zcard(keys.claimed(platform))
            answers = await pipe.execute()
            for lane in (lane for lanes in answers[::2] for lane in lanes):
                pipe.zcount(keys.waiting(lane.decode()), "-inf", seconds(now))
            waiting: list[int] = await pipe.execute()
        claimed: list[int] = answers[1::2]
        return sum(waiting) + sum(claimed)

    async def retry(self, typed: str, now: datetime) -> State:
        """Make a delivery that failed, died, ended unknown or was empty due now. Returns its state until then."""
        delivery = await self.get(typed)
        was: bytes = await self._run(_retry, seconds(now), delivery.id)
        return State(was.decode())

    async def disabled(self, destination: str) -> Disabled | None:
        """Why nothing is sent to a destination any more."""
        found: bytes | None = await self._redis.execute_command("HGET", keys.DISABLED, destination)
        return Disabled.model_validate_json(found) if found else None

    async def disabled_among(self, destinations: Iterable[str]) -> dict[str, Disabled]:
        """The same of those of many destinations that are disabled."""
        asked = list(dict.fromkeys(destinations))
        found: dict[str, Disabled] = {}
        for start in range(0, len(asked), _PAGE):
            page = asked[start : start + _PAGE]
            rows = await self._redis.execute_command("HMGET", keys.DISABLED, *page)
            found |= {d: Disabled.model_validate_json(row) for d, row in zip(page, rows, strict=True) if row}
        return found

    async def disable(self, destination: str, why: Disabled) -> None:
        """Send nothing there any more. What is known already stays."""
        await self._redis.execute_command("HSETNX", keys.DISABLED, destination, why.model_dump_json())

    async def disabled_in(self, prefix: str) -> AsyncIterator[tuple[str, Disabled]]:
        """The destinations that begin so and are disabled; one may come twice."""
        async for place, why in self._redis.hscan_iter(keys.DISABLED, match=f"{prefix}*", count=_PAGE):
            yield place.decode(), Disabled.model_validate_json(why)

    async def enable(self, destination: str) -> None:
        """What falls due from now on is sent there again."""
        await self._redis.execute_command("HDEL", keys.DISABLED, destination)

    # keeping house

    async def trim(self, now: datetime) -> None:
        """Let go of what is older than the history."""
        for state in (State.SENT, State.EMPTY, State.DEAD, State.UNKNOWN):
            await self._redis.zremrangebyscore(keys.delivery_state(state), "-inf", seconds(now) - self.history)

    async def forget(self, destination: str) -> None:
        """Erase everything kept for a destination; what is being sent there at this moment is not recorded."""
        while await self._run(_forget, destination, short_digest(destination), _PAGE):
            continue

    async def forget_deliveries(self, ids: Sequence[str]) -> None:
        """Erase some deliveries; one that is being sent at this moment is not recorded."""
        for start in range(0, len(ids), _PAGE):
            await self._run(_forget_some, *ids[start : start + _PAGE])
