"""Answers wait for a quick event loop, one after another, but not for ever."""

import asyncio
import time

import pytest

from bot.answer_turns import AnswerTurns

NEVER = 60.0
"""Seconds that no test waits."""


async def test_no_more_are_made_at_once_than_there_are_turns() -> None:
    turns, made, most = AnswerTurns(2, quick=NEVER), 0, 0

    async def answer() -> None:
        nonlocal made, most
        async with turns:
            made += 1
            most = max(most, made)
            for _ in range(20):
                await asyncio.sleep(0)
            made -= 1

    await asyncio.gather(*(answer() for _ in range(10)))
    assert (made, most) == (0, 2)


async def test_none_is_begun_while_the_loop_is_slow() -> None:
    turns, begun = AnswerTurns(3, quick=-1.05, patience=NEVER), asyncio.Event()

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


async def test_a_loop_that_stays_slow_is_not_waited_for_without_end() -> None:
    turns = AnswerTurns(1, quick=-1.0, patience=0.01)
    async with asyncio.timeout(NEVER), turns:
        pass


async def test_a_turn_is_given_back_by_whoever_is_cancelled_while_waiting() -> None:
    turns = AnswerTurns(1, quick=-1.0, patience=NEVER)
    for _ in range(3):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01), turns:
                pass
    assert not turns._places.locked()
