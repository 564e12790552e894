"""What is sent of a delivery: how it is divided, named and marked."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from bot.discord.bundle import LONGEST_TITLE, Bundle, bundled
from bot.discord.marks import LONGEST_NONCE, is_marked
from papers.asked import AskedTexts
from papers.contents import DigestContent, NoticeContent
from papers.delivery_models import short_digest
from papers.following import DigestOptions
from papers.models import Window
from tests.bot.samples import trending
from tests.papers.builders import NOON

ID = short_digest("a delivery")


async def bundle_of(redis: Redis, count: int, title: str = "A paper") -> Bundle:
    chart = tuple(trending(n, id=f"2410.{n:05d}", title=f"{title} {n}") for n in range(1, count + 1))
    options = DigestOptions(top=max(count, 1))
    content = DigestContent(chart=chart, at=NOON, window=Window.DAY, zone="UTC", options=options, note="Nothing new.")
    return await bundled(content, ID, AskedTexts(redis))


@pytest.mark.parametrize(
    ("count", "more", "rest"), [(0, 0, False), (1, 0, False), (10, 1, False), (20, 2, True), (50, 2, True)]
)
async def test_at_most_three_messages_stand_in_the_channel(redis: Redis, count: int, more: int, rest: bool) -> None:
    found = await bundle_of(redis, count)
    assert (len(found.more), bool(found.rest)) == (more, rest)
    bodies = [found.first, *found.more, *found.rest, *found.details]
    nonces = [body["nonce"] for body in bodies]
    assert nonces[0] == ID
    assert len(set(nonces)) == len(nonces)
    assert max(map(len, nonces)) <= LONGEST_NONCE
    assert [is_marked(body, ID, part) for part, body in enumerate(bodies)] == [True] * len(bodies)


async def test_the_last_message_in_the_channel_says_that_the_rest_stands_below(redis: Redis) -> None:
    found = await bundle_of(redis, 50)
    first, second, third = map(str, (found.first, *found.more))
    assert "more follow." in first
    assert "more follow." in second
    assert "more stand below." in third
    assert all("below" not in str(body) for body in (*found.rest, *found.details))


async def test_a_notice_is_one_message(redis: Redis) -> None:
    notice = NoticeContent(destination="discord:1", reason="Paperboy may not write", subscriptions=())
    found = await bundled(notice, ID, AskedTexts(redis))
    assert (found.more, found.rest, found.details) == ((), (), ())
    assert is_marked(found.first, ID)
    assert 1 <= len(found.title) <= LONGEST_TITLE


@settings(max_examples=40)
@given(title=st.text(max_size=300))
def test_whatever_a_title_says_nobody_is_pinged_and_threads_have_names(title: str) -> None:
    found = asyncio.run(bundle_of(_Nowhere(), 1, title))  # type: ignore[arg-type]  # no button needs it
    assert all(body["allowed_mentions"] == {"parse": []} for body in (found.first, *found.details))
    assert all(1 <= len(name) <= LONGEST_TITLE for name in (found.title, found.about))


class _Nowhere:
    """A Redis that nobody asks: all buttons of a digest carry what they do."""
