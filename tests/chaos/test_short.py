"""A short run of what ``make chaos`` does for a quarter of an hour."""

import sys

import pytest

from tests.chaos.answers import lost_answers, told_to_wait
from tests.chaos.clocks import jumping_clock
from tests.chaos.erased import erased
from tests.chaos.kills import kills
from tests.chaos.lost_moments import forgotten_claim
from tests.chaos.month import month
from tests.chaos.outages import cut_back, outages
from tests.chaos.stops import frozen_at, orderly_stops, ten_planners
from tests.chaos.threads import threads
from tests.chaos.verdict import Verdict

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")


def as_promised(*verdicts: Verdict) -> None:
    for verdict in verdicts:
        assert verdict.good, verdict


async def test_kills_at_every_step_lose_nothing_and_send_nothing_twice() -> None:
    verdict = await kills(40, 8, lease=2.0)
    as_promised(verdict)
    assert verdict.kills >= 8


async def test_kills_while_threads_are_written_lose_no_part_and_send_none_twice() -> None:
    verdict = await threads(4, 5, lease=2.0)
    as_promised(verdict)
    assert verdict.kills >= 3


async def test_a_message_whose_answer_is_lost_is_looked_for_or_told_of() -> None:
    as_promised(*await lost_answers(6))


async def test_ten_planners_make_each_delivery_once() -> None:
    as_promised(await ten_planners(10))


async def test_processes_end_in_time_when_they_are_told_to() -> None:
    as_promised(await orderly_stops(20, 4))


async def test_nothing_is_sent_before_its_retry_after() -> None:
    as_promised(await told_to_wait(8))


async def test_a_frozen_sender_sends_nothing_that_others_took_over() -> None:
    as_promised(await frozen_at("committed", 4, lease=1.0))


async def test_a_file_that_lost_its_last_seconds_is_made_up_for() -> None:
    as_promised(await cut_back(40, 1, lost_seconds=1.0))


async def test_a_claim_that_redis_forgot_is_of_another_turn() -> None:
    as_promised(await forgotten_claim())


async def test_a_redis_in_trouble_is_waited_for() -> None:
    as_promised(*await outages(20, 2.0, ["Redis gone", "Redis OOM", "Redis READONLY"]))


async def test_a_clock_that_jumps_makes_nothing_come_twice() -> None:
    as_promised(await jumping_clock(20, 4))


async def test_nothing_comes_back_of_people_who_were_erased() -> None:
    as_promised(await erased(8))


async def test_each_day_brings_one_message_though_the_command_is_killed() -> None:
    as_promised(await month(destinations=2, days=2))
