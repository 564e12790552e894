"""Words come back from their key, and nothing else does."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from papers import keys
from papers.asked import AskedTexts


@pytest.fixture
def asked(redis: Redis) -> AskedTexts:
    return AskedTexts(redis)


@settings(max_examples=50)
@given(text=st.text())
async def test_any_text_comes_back(asked: AskedTexts, text: str) -> None:
    key = await asked.keep(text)
    assert re.fullmatch("[a-z2-7]{24}", key)
    assert await asked.text(key) == text


async def test_half_a_character_comes_back_as_a_question_mark(asked: AskedTexts) -> None:
    assert await asked.text(await asked.keep("robots \ud83e learn")) == "robots ? learn"


async def test_it_is_kept_from_the_last_time_it_was_asked(asked: AskedTexts, redis: Redis) -> None:
    key = await asked.keep("robots that learn")
    await redis.expire(keys.asked(key), 10)
    assert await asked.keep("robots that learn") == key
    assert await redis.ttl(keys.asked(key)) > 89 * 86_400


@pytest.mark.parametrize("forged", ["", "*", "a b", "../once:x", "ünknown", "x" * 24, "\x00", "a:b", "\ud800"])
async def test_a_key_that_was_never_given_out_leads_to_nothing(asked: AskedTexts, forged: str) -> None:
    assert await asked.text(forged) is None


async def test_nothing_of_the_text_is_in_its_key(asked: AskedTexts, redis: Redis) -> None:
    await asked.keep("secretproject")
    assert [b"secret" in key async for key in redis.scan_iter()] == [False]
