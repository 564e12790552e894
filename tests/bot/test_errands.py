import asyncio

import pytest

from bot.errands import Errands
from bot.replies import Reply


async def test_no_more_is_taken_than_can_be_done_and_later_again() -> None:
    errands, go, done = Errands(most=2), asyncio.Event(), list[int]()

    async def work(number: int) -> None:
        await go.wait()
        done.append(number)

    assert [errands.start(work(number), "work") for number in range(4)] == [True, True, False, False]
    assert errands.start(work(9), "busy", more=1)
    go.set()
    await errands.close()
    assert done == [0, 1, 9]
    assert errands.start(work(5), "work")
    await errands.close()


async def test_one_workspace_leaves_room_for_others() -> None:
    errands, go, done = Errands(most=9, of_one=2), asyncio.Event(), list[str]()

    async def work(who: str) -> None:
        await go.wait()
        done.append(who)

    assert [errands.start(work("T1"), "work", whose="T1") for _ in range(3)] == [True, True, False]
    assert [errands.start(work("T2"), "work", whose="T2") for _ in range(3)] == [True, True, False]
    assert errands.start(work("told"), "busy", whose="T1", more=1)
    go.set()
    await errands.close()
    assert done == ["T1", "T1", "T2", "T2", "told"]
    assert errands.start(work("T1"), "work", whose="T1")
    await errands.close()


async def test_nobody_waits_for_others_to_be_done() -> None:
    errands, done = Errands(), asyncio.Event()
    for _ in range(200):
        assert errands.start(asyncio.sleep(60), "waits for its turn in a conversation", whose="T1")

    async def work() -> None:
        done.set()

    assert errands.start(work(), "work", whose="T2")
    async with asyncio.timeout(10):
        await done.wait()
    await errands.close(seconds=0)


async def test_what_takes_too_long_is_ended_and_told() -> None:
    errands, told = Errands(seconds=0.05), list[str]()

    async def tell(reply: Reply) -> None:
        told.append(reply.text)

    errands.start(asyncio.sleep(60), "sleep", tell)
    await asyncio.sleep(0.2)
    assert told == ["That took too long, so I stopped. Try again in a minute."]


async def test_a_failure_is_told_in_a_sentence_without_its_inside() -> None:
    errands, told = Errands(), list[str]()

    async def tell(reply: Reply) -> None:
        told.append(reply.text)

    async def fail() -> None:
        raise RuntimeError("hunter2")

    errands.start(fail(), "fail", tell)
    await errands.close()
    assert len(told) == 1
    assert "hunter2" not in told[0]


async def test_at_the_end_what_is_under_way_is_waited_for_a_little() -> None:
    errands, done = Errands(), list[str]()

    async def short() -> None:
        await asyncio.sleep(0.05)
        done.append("short")

    errands.start(short(), "short")
    errands.start(asyncio.sleep(60), "long")
    await errands.close(seconds=0.2)
    assert done == ["short"]


async def test_whose_errand_is_stopped_at_the_end_is_told_so() -> None:
    errands, told, begun = Errands(), list[str](), asyncio.Event()

    async def long() -> None:
        begun.set()
        await asyncio.sleep(60)

    async def tell(reply: Reply) -> None:
        await asyncio.sleep(0)
        told.append(reply.text)

    errands.start(long(), "long", tell)
    await begun.wait()
    await errands.close(seconds=0)
    assert told == ["I am being restarted, and stopped that. Look whether it was done, and ask again in a minute."]


async def test_a_crowd_that_is_refused_is_one_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    errands = Errands(most=1)
    assert errands.start(asyncio.sleep(60), "sleep")
    assert not any(errands.start(asyncio.sleep(60), "sleep") for _ in range(100))
    assert caplog.text.count("too much at once") == 1
    await errands.close(seconds=0)
