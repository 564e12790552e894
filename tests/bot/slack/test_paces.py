import asyncio

import pytest

from bot.slack.paces import Paces
from papers.errors import TryLater


async def test_a_conversation_is_written_to_in_turns_and_others_need_not_wait() -> None:
    paces, loop = Paces(seconds=0.05), asyncio.get_running_loop()
    start = loop.time()
    await asyncio.gather(*(paces.turn("T1", "D1") for _ in range(4)))
    assert loop.time() - start >= 0.15
    slow, start = Paces(seconds=5), loop.time()
    for team, channel in (("T1", "D1"), ("T1", "D2"), ("T2", "D1")):
        await slow.turn(team, channel)
    assert loop.time() - start < 5


async def test_a_turn_that_is_too_far_off_is_refused_at_once_and_takes_nobody_elses() -> None:
    paces = Paces(seconds=5)
    await paces.turn("T1", "D1")
    waiting = asyncio.create_task(paces.turn("T1", "D1"))
    await asyncio.sleep(0)
    for _ in range(3):
        with pytest.raises(TryLater, match="too much"):
            await paces.turn("T1", "D1")
    assert not waiting.done()
    waiting.cancel()
