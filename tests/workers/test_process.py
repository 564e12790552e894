"""How a process ends."""

import time

from tests.workers.conftest import Start

SAMPLE = "tests.workers.sample_process"


async def test_a_signal_lets_the_work_end_in_order(start: Start) -> None:
    process = await start(SAMPLE, "orderly")
    await process.says("ready")
    process.terminate()
    assert await process.end() == 0
    assert process.lines[-1] == "ended in order"


async def test_a_thread_that_cannot_be_interrupted_does_not_hold_up_the_end(start: Start) -> None:
    process = await start(SAMPLE, "busy-thread")
    await process.says("ready")
    process.terminate()
    begin = time.monotonic()
    assert await process.end() == 0
    assert time.monotonic() - begin < 15


async def test_work_that_does_not_end_is_ended_hard_and_says_so_by_its_exit_code(start: Start) -> None:
    process = await start(SAMPLE, "stuck")
    await process.says("ready")
    process.terminate()
    begin = time.monotonic()
    assert await process.end() == 1
    assert time.monotonic() - begin < 15
