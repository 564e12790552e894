import asyncio
from collections.abc import Mapping

from bot.button_names import ButtonNames


class Hand:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


async def told(names: Mapping[str, str], older: bool) -> Mapping[str, str]:
    return names


async def test_what_somebody_else_was_told_a_moment_ago_stays() -> None:
    recent = ButtonNames()
    await recent.change(1, {"up|a": "👍 1"}, told)
    assert await recent.change(1, {"up|b": "👍 1"}, told) == {"up|a": "👍 1", "up|b": "👍 1"}
    assert await recent.change(1, {"up|a": "👍 2"}, told) == {"up|a": "👍 2", "up|b": "👍 1"}
    assert await recent.change(2, {"up|a": "👍 7"}, told) == {"up|a": "👍 7"}


async def test_nothing_is_remembered_for_long_nor_of_many() -> None:
    clock = Hand()
    recent = ButtonNames(seconds=10, most=2, timer=clock)
    await recent.change(1, {"a": "1"}, told)
    clock.now = 11
    assert await recent.change(1, {"b": "1"}, told) == {"b": "1"}
    for message in (2, 3):
        await recent.change(message, {"a": "1"}, told)
    assert await recent.change(1, {"c": "1"}, told) == {"c": "1"}


async def test_a_message_is_written_by_one_at_a_time_and_the_last_writes_all() -> None:
    recent, shown, go = ButtonNames(), dict[str, str](), asyncio.Event()
    writing, most, written = 0, 0, 0

    async def write(names: Mapping[str, str], older: bool) -> None:
        nonlocal writing, most, written
        writing, most = writing + 1, max(most, writing + 1)
        await go.wait()
        shown.clear()
        shown.update(names)
        writing, written = writing - 1, written + 1

    pressing = [asyncio.create_task(recent.change(1, {"up|a": f"👍 {n}"}, write)) for n in range(1, 9)]
    pressing.append(asyncio.create_task(recent.change(1, {"up|b": "👍 1"}, write)))
    await asyncio.sleep(0)
    go.set()
    await asyncio.gather(*pressing)
    assert shown == {"up|a": "👍 8", "up|b": "👍 1"}
    assert (most, written) == (1, 2)


async def test_who_stops_waiting_leaves_the_turn_to_the_next() -> None:
    recent, go = ButtonNames(), asyncio.Event()

    async def slow(names: Mapping[str, str], older: bool) -> Mapping[str, str]:
        await go.wait()
        return names

    first = asyncio.create_task(recent.change(1, {"a": "1"}, slow))
    await asyncio.sleep(0)
    second = asyncio.create_task(recent.change(1, {"b": "1"}, slow))
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.sleep(0)
    third = asyncio.create_task(recent.change(1, {"c": "1"}, slow))
    go.set()
    assert await first == {"a": "1"}
    assert await third == {"a": "1", "b": "1", "c": "1"}


async def test_of_two_names_the_later_holds_though_it_comes_first() -> None:
    recent = ButtonNames()
    await recent.change(1, {"up|a": "👍 4"}, told, at=4)
    assert await recent.change(1, {"up|a": "👍 3", "up|b": "👍 1"}, told, at=3) == {"up|a": "👍 4", "up|b": "👍 1"}
    assert await recent.change(1, {"up|a": "👍 5"}, told, at=5) == {"up|a": "👍 5", "up|b": "👍 1"}
