"""One attempt to send one delivery, from its claim to what is recorded of it."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from papers.adapters import Adapter, NotOurs, Parcel, Sighting, seen
from papers.addresses import AddressBook
from papers.completing import Completing
from papers.deliveries import Claim, Ledger, Risk
from papers.delivery_models import Delivery, Disabled, Kind, State, memory_name
from papers.delivery_retries import CANNOT_TELL, Retries
from papers.delivery_steps import Outcome
from papers.destinations import Destination, Platform
from papers.disabling import LastResort, notice_for, passed_on
from papers.errors import (
    DestinationGone,
    Incomplete,
    MessageRefused,
    NotFound,
    PaperboyError,
    TryLater,
)
from papers.log import get_logger
from papers.logs import in_a_line
from papers.redis.failures import REDIS_FAILS, is_away
from papers.subscriptions import Subscriptions
from papers.writing import Writer, Written

_SETTLE = 1.0
_RECORD_PAUSES = (0.2, 1.0, 3.0)

log = get_logger("delivery")


class Attempt:
    """Sends claimed deliveries; what comes of each is recorded before ``make`` returns."""

    def __init__(
        self,
        ledger: Ledger,
        writer: Writer,
        subscriptions: Subscriptions,
        addresses: AddressBook,
        adapters: Mapping[Platform, Adapter],
        *,
        max_tries: int,
        last_resort: LastResort | None = None,
        seed: int | None = None,
    ) -> None:
        """``last_resort`` tells whom to notify of a destination that is gone, if nobody else can be."""
        self._ledger = ledger
        self._writer = writer
        self._subscriptions = subscriptions
        self._addresses = addresses
        self._adapters = adapters
        self._last_resort = last_resort
        self._retries = Retries(max_tries, seed)
        self._completing = Completing(writer, self._retries)

    async def make(self, claim: Claim, now: datetime) -> State | None:
        """Try it once. Returns the state that was recorded; None: it is in other hands, or not wanted any more.

        Cancelled before the message left, it gives the delivery back; after that, its claim is left to run out, and
        whoever takes it over asks the platform.
        """
        course = _Course(claim, now)
        try:
            outcome = await self._course(claim, now, course)
        except NotOurs:
            log.debug("not sent: in other hands, not wanted any more, or to wait", delivery=claim.delivery.id)
            return None
        except asyncio.CancelledError:
            if not course.committed:
                await self._record(claim, Outcome(State.DUE, look=course.may_be_there), now, patient=False)
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it is recorded
            outcome = self._broken_off(claim.delivery, course, error)
        return await self._record(claim, outcome, now)

    async def _course(self, claim: Claim, now: datetime, course: "_Course") -> Outcome:
        delivery = claim.delivery
        adapter = self._adapters[Platform(delivery.destination.partition(":")[0])]
        try:
            destination = await self._addresses.resolve(delivery.destination)
        except NotFound:
            return Outcome(State.DEAD, "its address was erased")
        if claim.risk is not Risk.NONE or delivery.message_id:
            found = await self._look(adapter, claim, destination, course)
            if found is not None:
                return found
            course.may_be_there = False
        try:
            written = await self._writer.write(delivery, now)
        except Exception as error:
            if is_away(error):
                raise
            return self._later(delivery, course, f"it cannot be written: {_sentence(error)}")
        if written is None:
            return Outcome(State.EMPTY)
        parcel = Parcel(delivery, destination, written.content, written.subscriptions, partial(self._still_ours, claim))
        return await self._send(adapter, claim, parcel, written, now, course)

    async def _look(
        self, adapter: Adapter, claim: Claim, destination: Destination, course: "_Course"
    ) -> Outcome | None:
        """What is known of a message that may be there already; None: it is not there."""
        delivery = claim.delivery
        certain = claim.risk is Risk.MAY_HAVE_LEFT
        try:
            async with asyncio.timeout(adapter.timeout):
                known = seen(delivery.message_id) if delivery.message_id else None
                sighting = known or await adapter.find(delivery, destination)
        except (DestinationGone, MessageRefused) as error:
            return Outcome(State.UNKNOWN if certain else State.DEAD, str(error))
        except Exception as error:  # noqa: BLE001 - whatever it is, we do not know
            return self._cannot_ask(delivery, course, error)
        if sighting.message_id is not None:
            course.may_be_there = True
            told = memory_name(delivery.kind, feed=delivery.feed, destination=delivery.destination)
            there = self._there(sighting.message_id, delivery.papers, told if delivery.feed else None)
            still_ours = partial(self._still_ours, claim)
            return await self._completing.found(adapter, delivery, destination, there, still_ours, lambda: course.now)
        if certain and not sighting.known:
            return Outcome(State.UNKNOWN, CANNOT_TELL)
        return None

    def _cannot_ask(self, delivery: Delivery, course: "_Course", error: Exception) -> Outcome:
        reason = f"cannot ask whether it is there: {_sentence(error)}"
        return self._later(delivery, course, reason, error if isinstance(error, TryLater) else None)

    def _there(self, message_id: str, papers: tuple[str, ...], told: str | None) -> Outcome:
        return Outcome(State.SENT, message_id=message_id, papers=papers, told=told, drop=papers)

    async def _still_ours(self, claim: Claim) -> None:
        asked = time.monotonic()
        lost = await self._ledger.renew([claim])
        if lost or time.monotonic() - asked > self._ledger.lease:
            raise NotOurs(claim.delivery.id)

    async def _send(
        self, adapter: Adapter, claim: Claim, parcel: Parcel, written: Written, now: datetime, course: "_Course"
    ) -> Outcome:
        delivery = claim.delivery

        async def commit() -> None:
            asked = time.monotonic()
            course.left = await self._ledger.commit(claim, written.papers, now)
            course.committed = course.may_be_there = True
            if time.monotonic() - asked > self._ledger.lease:
                # Frozen (SIGSTOP) since: another may have taken it over, looked for it and sent it.
                raise TryLater("the sender was held up before the message left")

        try:
            async with asyncio.timeout(2 * adapter.timeout):
                message_id = await adapter.send(parcel, commit)
        except NotOurs:
            raise
        except Incomplete as error:
            there = self._there(error.message_id, written.papers, written.told)
            return self._completing.later(delivery, there, str(error), course.now, error)
        except (TryLater, MessageRefused, DestinationGone) as error:
            return await self._not_sent(delivery, course, error, now)
        except Exception as error:
            if not course.committed:
                if isinstance(error, REDIS_FAILS):
                    raise
                return self._later(delivery, course, _sentence(error))
            return await self._settle(adapter, parcel, written, _sentence(error), course)
        return self._there(message_id, written.papers, written.told)

    async def _not_sent(
        self, delivery: Delivery, course: "_Course", error: TryLater | MessageRefused | DestinationGone, now: datetime
    ) -> Outcome:
        if isinstance(error, TryLater):
            course.may_be_there = False
            return self._later(delivery, course, str(error), error)
        if isinstance(error, MessageRefused):
            return Outcome(State.DEAD, str(error))
        return await self._gone(delivery, str(error), now)

    async def _settle(
        self, adapter: Adapter, parcel: Parcel, written: Written, reason: str, course: "_Course"
    ) -> Outcome:
        """The message was handed over and no answer came: ask, at once if that helps, else a little later."""
        delivery = parcel.delivery.model_copy(update={"left": course.left})
        await asyncio.sleep(min(_SETTLE, adapter.settles))
        try:
            async with asyncio.timeout(adapter.timeout):
                sighting = await adapter.find(delivery, parcel.destination)
        except Exception as error:  # noqa: BLE001 - whatever it is, we do not know
            log.debug("cannot ask yet", delivery=delivery.id, error=_sentence(error))
            if isinstance(error, TryLater) and error.seconds:
                return self._cannot_ask(delivery, course, error)
            sighting = Sighting(known=True)
        if sighting.message_id is not None:
            there = self._there(sighting.message_id, written.papers, written.told)
            parcel = replace(parcel, delivery=delivery)
            return await self._completing.complete(adapter, parcel, there, lambda: course.now)
        if not sighting.known:
            return Outcome(State.UNKNOWN, f"{reason}; {CANNOT_TELL}")
        return self._retries.ask_again(delivery, course.now, reason)

    def _broken_off(self, delivery: Delivery, course: "_Course", error: Exception) -> Outcome:
        """Something that has nothing to do with the platform went wrong."""
        if is_away(error):
            log.warning("not sent, Redis cannot be used", delivery=delivery.id, error=in_a_line(error))
            return Outcome(State.DUE, look=course.may_be_there)
        if not isinstance(error, PaperboyError):
            log.exception("an attempt broke off", delivery=delivery.id, exc_info=error)
        return self._later(delivery, course, _sentence(error))

    def _later(self, delivery: Delivery, course: "_Course", reason: str, error: TryLater | None = None) -> Outcome:
        return self._retries.later(delivery, course.now, reason, error, may_be_there=course.may_be_there)

    async def _gone(self, delivery: Delivery, reason: str, now: datetime) -> Outcome:
        """Nothing more is sent there, and whoever set it up hears of it once, elsewhere."""
        if delivery.kind is Kind.NOTICE:
            notice = await passed_on(delivery, now, self._last_resort)
        else:
            notice = await notice_for(self._subscriptions, delivery.destination, reason, now, self._last_resort)
        log.warning("destination disabled", destination=delivery.destination, reason=reason)
        return Outcome(State.DEAD, reason, disable=Disabled(reason=reason, at=now), notice=notice)

    async def _record(self, claim: Claim, outcome: Outcome, now: datetime, *, patient: bool = True) -> State | None:
        """Record what came of it, however long Redis is away. Returns the state; None: it was not ours to say."""
        pauses = iter(_RECORD_PAUSES)
        while True:
            try:
                async with asyncio.timeout(None if patient else 1.0):
                    answer = await self._ledger.finish(claim, outcome, now)
                break
            except Exception as error:
                if not patient:
                    return None
                if not is_away(error):
                    # Its claim runs out; whoever takes it over looks first, if it may be there.
                    log.exception("cannot be recorded", delivery=claim.delivery.id)
                    return None
                log.warning(
                    "not recorded yet, Redis cannot be used", delivery=claim.delivery.id, error=in_a_line(error)
                )
                await asyncio.sleep(next(pauses, _RECORD_PAUSES[-1]))
        if answer == "twice":
            log.error("sent twice: this sender was taken for dead while it sent", delivery=claim.delivery.id)
        self._tell(claim.delivery, outcome)
        return outcome.state if answer in {"ok", "twice"} else None

    def _tell(self, delivery: Delivery, outcome: Outcome) -> None:
        tell = log.info if outcome.state is State.SENT else log.debug
        if outcome.state in {State.DEAD, State.UNKNOWN, State.FAILED}:
            tell = log.warning
        why = {"reason": outcome.reason} if outcome.reason else {}
        tell(str(outcome.state), delivery=delivery.id, kind=str(delivery.kind), **why)


class _Course:
    """How far an attempt is."""

    def __init__(self, claim: Claim, now: datetime) -> None:
        self.committed = False
        self.may_be_there = claim.risk is Risk.MAY_HAVE_LEFT
        self.left: datetime | None = None
        """By Redis's clock."""
        self._began, self._started = now, time.monotonic()

    @property
    def now(self) -> datetime:
        """A retry waits from the moment of its failure, which may be long after the attempt began."""
        return self._began + timedelta(seconds=time.monotonic() - self._started)


def _sentence(error: BaseException) -> str:
    if isinstance(error, PaperboyError):
        return str(error)
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return in_a_line(error)
