"""What is answered when, with a Discord that only notes what it is asked."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import discord
import pytest
from redis.asyncio import Redis

from bot.discord.answering import Answering
from bot.discord.quiet import heard
from bot.discord.replying import Replies
from bot.discord.turns import Turns
from bot.errands import BUSY, Errands
from bot.replies import Reply
from papers.asked import AskedTexts
from papers.once import Once


class _Response:
    """As aiohttp's, for discord.py's errors."""

    def __init__(self, status: int) -> None:
        self.status, self.reason = status, ""


@dataclass
class Asked:
    """An interaction with a command; ``code``: what each of its first answers is refused with."""

    id: int = 1
    status: int = 0
    code: int = 0
    told: list[tuple[str, Any]] = field(default_factory=list)
    message: None = None
    guild_id: int = 1

    @property
    def response(self) -> "Asked":
        return self

    @property
    def followup(self) -> "Asked":
        return self

    async def defer(self, *, ephemeral: bool, thinking: bool) -> None:
        self._note("defer", (ephemeral, thinking))

    async def send_message(self, *, view: Any, ephemeral: bool) -> None:
        self._note("answer", view)

    async def edit_original_response(self, *, view: Any) -> None:
        self._note("edit", view)

    async def send(self, *, view: Any, ephemeral: bool, wait: bool) -> None:
        self._note("follow", view)

    @property
    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.told]

    @property
    def said(self) -> str:
        return str(self.told[-1][1].to_components())

    def _note(self, kind: str, what: Any) -> None:
        self.told.append((kind, what))
        if self.status:
            raise discord.HTTPException(_Response(self.status), {"code": self.code, "message": ""})


@pytest.fixture
def errands() -> Errands:
    return Errands(most=2, seconds=5)


@pytest.fixture
def turns(redis: Redis, errands: Errands) -> Turns:
    return Turns(Replies(AskedTexts(redis)), Once(redis), errands, seconds=1)


async def _soon(at: Answering) -> Reply:
    return Reply(text="Here it is.")


async def _late(at: Answering) -> Reply:
    await asyncio.sleep(0.1)
    return Reply(text="Here it is.")


async def test_what_is_quick_is_answered_directly(turns: Turns, errands: Errands) -> None:
    asked: Any = Asked()
    turns.take(asked, "test", _soon)
    await errands.close()
    assert asked.kinds == ["answer"]
    assert "Here it is." in asked.said


async def test_what_takes_longer_is_announced_first(turns: Turns, errands: Errands) -> None:
    asked: Any = Asked()
    turns.take(asked, "test", _late, soon=0.02)
    await errands.close()
    assert asked.told[0] == ("defer", (True, True))
    assert asked.kinds == ["defer", "edit"]


async def test_in_a_crowd_what_takes_its_time_is_announced_at_once(redis: Redis) -> None:
    errands = Errands(most=100, seconds=5)
    turns = Turns(Replies(AskedTexts(redis)), Once(redis), errands, seconds=1)
    people = [Asked(id=number) for number in range(1, 61)]

    async def slow(at: Answering) -> Reply:
        await asyncio.sleep(0.5)
        return Reply(text="Found.")

    for asked in people:
        turns.take(asked, "test", slow)  # type: ignore[arg-type]
    await errands.close(5)
    assert people[0].kinds == ["defer", "edit"]
    assert people[-1].kinds == ["defer", "edit"]


async def test_the_same_interaction_is_answered_once(turns: Turns, errands: Errands) -> None:
    first: Any = Asked(id=7)
    again: Any = Asked(id=7)
    turns.take(first, "test", _soon)
    await errands.close()
    turns.take(again, "test", _soon)
    await errands.close()
    assert (first.kinds, again.kinds) == (["answer"], [])


@pytest.mark.parametrize(("status", "code"), [(404, 10062), (400, 40060), (404, 10015), (401, 50027), (403, 50013)])
async def test_nobody_hears_of_an_answer_that_comes_too_late(
    turns: Turns, errands: Errands, status: int, code: int
) -> None:
    asked: Any = Asked(status=status, code=code)
    turns.take(asked, "test", _soon)
    await errands.close()
    assert asked.kinds == ["answer"]


async def test_an_answer_that_discord_refuses_is_followed_by_an_apology(turns: Turns, errands: Errands) -> None:
    asked: Any = Asked(status=400, code=50035)
    turns.take(asked, "test", _soon)
    await errands.close()
    assert asked.kinds == ["answer", "answer"]
    assert "Discord did not take this answer" in asked.said


async def test_what_nobody_would_hear_of_is_not_done(turns: Turns, errands: Errands) -> None:
    """The announcement comes too late: whoever asked has been told that it failed."""
    done = asyncio.Event()

    async def work(at: Answering) -> Reply:
        await asyncio.sleep(0.1)
        done.set()
        return Reply(text="Done.")

    asked: Any = Asked(status=404, code=10062)
    turns.take(asked, "test", work, soon=0.02)
    await errands.close()
    assert not done.is_set()
    assert asked.kinds == ["defer"]


async def test_what_changes_something_waits_for_the_announcement_that_is_on_its_way(
    turns: Turns, errands: Errands
) -> None:
    done = asyncio.Event()

    class Slow(Asked):
        async def defer(self, *, ephemeral: bool, thinking: bool) -> None:
            await asyncio.sleep(0.2)
            await super().defer(ephemeral=ephemeral, thinking=thinking)

    async def work(at: Answering) -> Reply:
        await asyncio.sleep(0.1)  # meanwhile it is announced
        await at.defer()
        done.set()
        return Reply(text="Done.")

    late: Any = Slow(id=1, status=404, code=10062)
    turns.take(late, "test", work, soon=0.02)
    await errands.close()
    assert not done.is_set()
    in_time: Any = Slow(id=2)
    turns.take(in_time, "test", work, soon=0.02)
    await errands.close()
    assert done.is_set()
    assert in_time.kinds == ["defer", "edit"]


@pytest.mark.parametrize(("code", "taken"), [(40060, True), (10062, False)])
async def test_an_announcement_whose_answer_is_lost_is_made_again_to_hear_what_became_of_it(
    turns: Turns, errands: Errands, code: int, taken: bool
) -> None:
    done = asyncio.Event()

    class Lost(Asked):
        async def defer(self, *, ephemeral: bool, thinking: bool) -> None:
            if not self.told:
                self.told.append(("lost", None))
                raise ConnectionResetError
            self.status, self.code = 400 if taken else 404, code
            try:
                await super().defer(ephemeral=ephemeral, thinking=thinking)
            finally:
                self.status = 0

    async def work(at: Answering) -> Reply:
        with heard("a test"):
            await at.defer()
        done.set()
        return Reply(text="Done.")

    asked: Any = Lost()
    turns.take(asked, "test", work)
    await errands.close()
    assert done.is_set() is taken
    assert asked.kinds == ["lost", "defer", *(["edit"] if taken else [])]


async def test_beyond_what_can_be_done_people_are_told_so(turns: Turns, errands: Errands) -> None:
    crowd: Any = [Asked(id=number) for number in range(10, 14)]
    for asked in crowd:
        turns.take(asked, "test", _late)
    await errands.close()
    busy = [BUSY in asked.said for asked in crowd]
    assert busy == [False, False, True, True]


async def test_a_great_crowd_is_told_so_to_the_last(turns: Turns, errands: Errands) -> None:
    crowd: Any = [Asked(id=number) for number in range(20, 1220)]
    for asked in crowd:
        turns.take(asked, "test", _late)
    await errands.close(20)
    assert all(asked.told for asked in crowd)
    assert sum(BUSY in asked.said for asked in crowd) == 1198


async def test_a_failure_is_told_without_its_inside(turns: Turns, errands: Errands) -> None:
    async def fail(at: Answering) -> Reply:
        raise RuntimeError("hunter2")

    asked: Any = Asked()
    turns.take(asked, "test", fail)
    await errands.close()
    assert "went wrong" in asked.said
    assert "hunter2" not in asked.said
