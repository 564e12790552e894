"""What follows a message that is there, as its thread: what its sender could not send any more is added later.

A message counts as sent when all that follows it is there, or will not come. Until then its delivery is tried again,
which sends the message itself no second time.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from papers.adapters import Adapter, Completes, NotOurs, Parcel, StillOurs
from papers.delivery_models import Delivery, State
from papers.delivery_retries import Retries
from papers.delivery_steps import Outcome
from papers.destinations import Destination
from papers.errors import DestinationGone, Incomplete, MessageRefused, TryLater
from papers.log import get_logger
from papers.logs import in_a_line
from papers.redis.failures import is_away
from papers.writing import Writer

log = get_logger("delivery")


class Completing:
    """``there`` is what is to be recorded of a message that is there once it is complete."""

    def __init__(self, writer: Writer, retries: Retries) -> None:
        self._writer = writer
        self._retries = retries

    async def found(
        self,
        adapter: Adapter,
        delivery: Delivery,
        destination: Destination,
        there: Outcome,
        still_ours: StillOurs,
        now: Callable[[], datetime],
    ) -> Outcome:
        """For a message of another sender, who may have died while it sent the rest: that is written again.

        Raises NotOurs, and what says that Redis cannot be used.
        """
        if not isinstance(adapter, Completes):
            return there
        try:
            written = await self._writer.write_again(delivery, now())
        except Exception as error:
            if is_away(error):
                raise
            log.warning("what follows a message cannot be written", delivery=delivery.id, error=in_a_line(error))
            return there
        if written is None:
            log.info("nothing follows a message that nobody wants any more", delivery=delivery.id)
            return there
        parcel = Parcel(delivery, destination, written.content, written.subscriptions, still_ours)
        return await self.complete(adapter, parcel, there, now)

    async def complete(self, adapter: Adapter, parcel: Parcel, there: Outcome, now: Callable[[], datetime]) -> Outcome:
        """Raises NotOurs, and what says that Redis cannot be used."""
        if not isinstance(adapter, Completes) or there.message_id is None:
            return there
        try:
            async with asyncio.timeout(adapter.timeout):
                await adapter.complete(parcel, there.message_id)
        except NotOurs:
            raise
        except (TryLater, Incomplete) as error:
            return self.later(parcel.delivery, there, str(error), now(), error)
        except (DestinationGone, MessageRefused) as error:
            log.warning("what follows a message is left out", delivery=parcel.delivery.id, reason=str(error))
            return there
        except TimeoutError:
            return self.later(parcel.delivery, there, "what follows it took too long", now())
        except Exception as error:
            if is_away(error):
                raise
            log.exception("what follows a message cannot be sent", delivery=parcel.delivery.id)
            return self.later(parcel.delivery, there, in_a_line(error), now())
        return there

    def later(
        self, delivery: Delivery, there: Outcome, reason: str, now: datetime, error: TryLater | Incomplete | None = None
    ) -> Outcome:
        """What follows is tried again, as often as a message is; then the message stays as it is."""
        again = self._retries.later(delivery, now, reason, error, may_be_there=True)
        if again.state is State.FAILED:
            return replace(again, message_id=there.message_id, papers=there.papers, told=there.told, drop=there.drop)
        log.warning("what follows a message is left out", delivery=delivery.id, reason=again.reason)
        return replace(there, pause=again.pause)
