"""Many answers are made at once where the event loop keeps up, and few where it does not."""

import asyncio
import time

import pytest

from bot.answer_turns import AnswerTurns

NEVER = 60.0
"""Seconds that no test waits."""


async def most_at_once(turns: AnswerTurns) -> int:
    """Of ten answers."""
    made, most = 0, 0

    async def answer() -> None:
        nonlocal made, most
        async with turns:
            made += 1
            most = max(most, made)
            for _ in range(100):
                await asyncio.sleep(0)
            made -= 1

    async with asyncio.timeout(NEVER):
        await asyncio.gather(*(answer() for _ in range(10)))
    assert made == 0
    return most


async def test_no_more_are_made_at_once_than_there_are_turns() -> None:
    assert await most_at_once(AnswerTurns(4, few=2, quick=NEVER)) == 4


async def test_while_the_loop_is_slow_few_are_made_and_all_in_the_end() -> None:
    assert await most_at_once(AnswerTurns(4, few=2, quick=-1.0)) == 2


async def test_when_the_loop_keeps_up_again_others_are_begun() -> None:
    turns, begun = AnswerTurns(3, few=0, quick=0.05), asyncio.Event()

    async def answer() -> None:
        async with turns:
            begun.set()

    answering = asyncio.create_task(answer())
    for _ in range(5):
        time.sleep(0.1)  # noqa: ASYNC251 - what keeps the loop from going round
        await asyncio.sleep(0)
        assert not begun.is_set()
    async with asyncio.timeout(NEVER):
        await answering


async def test_a_turn_is_given_back_by_whoever_is_cancelled_while_waiting() -> None:
    turns = AnswerTurns(1, few=0, quick=-1.0)
    for _ in range(3):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01), turns:
                pass
    assert not turns._places.locked()
