"""When a delivery that failed is tried again, and when it is given up. Pure but for the jitter."""

import random
from datetime import datetime, timedelta

from papers.adapters import Scope
from papers.delivery_models import Delivery, State, lane
from papers.delivery_steps import Outcome, Pause
from papers.errors import Incomplete, TryLater

FIRST_RETRY, LONGEST_RETRY = 15.0, 3600.0
"""Seconds: the pause doubles with each failure, as in exponential backoff, and is shortened by up to half at random."""
ASK_AGAIN = 10.0
"""Seconds until a platform is asked whether a message is there whose answer was lost; they double too."""
CANNOT_TELL = "it was handed over, and nobody can say whether it arrived"


class Retries:
    """The policy of one installation."""

    def __init__(self, max_tries: int, seed: int | None = None) -> None:
        self._max_tries = max_tries
        self._random = random.Random(seed)

    def later(
        self,
        delivery: Delivery,
        now: datetime,
        reason: str,
        error: TryLater | Incomplete | None = None,
        *,
        may_be_there: bool,
    ) -> Outcome:
        """What is recorded of a failure at ``now``; ``error`` may carry a Retry-After, which is kept to."""
        asked = error.seconds if error and error.seconds else 0.0
        pause = Pause(_bucket(delivery, error.scope), timedelta(seconds=asked)) if error and asked else None
        if delivery.tries + 1 >= self._max_tries:
            end = State.UNKNOWN if may_be_there else State.DEAD
            return Outcome(end, f"failed {delivery.tries + 1} times, at last: {reason}", pause=pause)
        backoff = min(LONGEST_RETRY, FIRST_RETRY * 2.0**delivery.tries) * self._random.uniform(0.5, 1)
        retry_at = now + timedelta(seconds=max(asked, backoff))
        return Outcome(State.FAILED, reason, retry_at=retry_at, look=may_be_there, pause=pause)

    def ask_again(self, delivery: Delivery, now: datetime, reason: str) -> Outcome:
        """What is recorded when the platform did not find a message of which it may only hear later."""
        if delivery.tries + 1 >= self._max_tries:
            return Outcome(State.UNKNOWN, f"{reason}; {CANNOT_TELL}")
        pause = timedelta(seconds=min(LONGEST_RETRY, ASK_AGAIN * 2.0**delivery.tries))
        return Outcome(State.FAILED, reason, retry_at=now + pause, look=True)


def _bucket(delivery: Delivery, scope: str) -> str:
    names = {
        Scope.CHANNEL: delivery.destination,
        Scope.WORKSPACE: lane(delivery.destination),
        Scope.PLATFORM: delivery.destination.partition(":")[0],
    }
    return f"{scope}:{names[Scope(scope)]}"
