"""What a person set comes back; what cannot be read any more is as if nothing was set."""

from datetime import time

import pytest
from redis.asyncio import Redis

from papers import keys
from papers.preferences import PreferenceBook, Preferences

ADA = "slack:T1/U1"


@pytest.fixture
def book(redis: Redis) -> PreferenceBook:
    return PreferenceBook(redis)


async def test_what_was_set_comes_back_and_is_set_anew_as_a_whole(book: PreferenceBook) -> None:
    assert await book.get(ADA) == Preferences()
    mine = Preferences(zone="Asia/Tokyo", at=time(7, 30), language="pt-BR")
    await book.keep(ADA, mine)
    assert await book.get(ADA) == mine
    await book.keep(ADA, Preferences(language="de"))
    assert await book.get(ADA) == Preferences(language="de")
    assert await book.get("slack:T1/U2") == Preferences()


async def test_of_whom_nothing_is_set_nothing_is_kept(book: PreferenceBook, redis: Redis) -> None:
    await book.keep(ADA, Preferences(zone="UTC"))
    await book.keep(ADA, Preferences())
    assert await redis.exists(keys.preferences(ADA)) == 0
    await book.keep(ADA, Preferences(zone="UTC"))
    await book.forget(ADA)
    assert await redis.exists(keys.preferences(ADA)) == 0


@pytest.mark.parametrize("stored", [b"", b"{", b"[]", b'{"at": "25:00"}', b'{"at": "09:00+02:00"}', b"\xff\xfe"])
async def test_what_cannot_be_read_is_as_if_nothing_was_set(book: PreferenceBook, redis: Redis, stored: bytes) -> None:
    await redis.set(keys.preferences(ADA), stored)
    assert await book.get(ADA) == Preferences()
