"""When a failed delivery is tried again."""

from datetime import timedelta

import pytest

from papers.delivery_models import Delivery, Kind, State
from papers.delivery_retries import ASK_AGAIN, FIRST_RETRY, LONGEST_RETRY, Retries
from papers.errors import TryLater
from tests.papers.builders import NOON


def delivery(tries: int = 0) -> Delivery:
    return Delivery(id="d", kind=Kind.DIGEST, feed="f", destination="slack:T1/C1", period="p", due=NOON, tries=tries)


def test_backoff_doubles_with_each_failure_and_has_jitter() -> None:
    retries = Retries(100, seed=1)
    shares = set()
    for tries in range(12):
        found = retries.later(delivery(tries), NOON, "slow down", may_be_there=False)
        assert found.state is State.FAILED
        assert found.retry_at is not None
        pause, longest = (found.retry_at - NOON).total_seconds(), min(LONGEST_RETRY, FIRST_RETRY * 2**tries)
        assert longest / 2 <= pause <= longest
        shares.add(round(pause / longest, 3))
    assert len(shares) > 10


@pytest.mark.parametrize(
    ("scope", "bucket"),
    [("channel", "channel:slack:T1/C1"), ("workspace", "workspace:slack:T1"), ("platform", "platform:slack")],
)
def test_a_retry_after_is_kept_to_and_holds_for_its_scope(scope: str, bucket: str) -> None:
    error = TryLater("slow down", seconds=100, scope=scope)
    found = Retries(100, seed=1).later(delivery(), NOON, "slow down", error, may_be_there=False)
    assert found.retry_at == NOON + timedelta(seconds=100)
    assert found.pause is not None
    assert (found.pause.bucket, found.pause.length) == (bucket, timedelta(seconds=100))


@pytest.mark.parametrize(("may_be_there", "end"), [(False, State.DEAD), (True, State.UNKNOWN)])
def test_after_the_last_try_it_is_given_up_and_told_apart_whether_it_may_be_there(
    may_be_there: bool, end: State
) -> None:
    assert Retries(3).later(delivery(1), NOON, "away", may_be_there=may_be_there).state is State.FAILED
    found = Retries(3).later(delivery(2), NOON, "away", may_be_there=may_be_there)
    assert (found.state, found.reason) == (end, "failed 3 times, at last: away")


def test_a_platform_is_asked_again_at_growing_pauses_and_not_for_ever() -> None:
    pauses = [Retries(100).ask_again(delivery(tries), NOON, "no answer").retry_at for tries in range(3)]
    assert pauses == [NOON + timedelta(seconds=ASK_AGAIN * 2**tries) for tries in range(3)]
    assert Retries(3).ask_again(delivery(2), NOON, "no answer").state is State.UNKNOWN
