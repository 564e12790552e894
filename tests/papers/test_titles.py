from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from papers.settings import Settings
from papers.store import PaperStore
from papers.titles import title_expression, titled
from tests.bot.desks import fill
from tests.papers.builders import paper


async def _stored(redis: Redis, settings: Settings) -> None:
    titles = ("Attention is all you need", "Attention, please", "Robots that open doors")
    await fill(PaperStore(redis, settings), [paper(f"2603.0000{n}", title) for n, title in enumerate(titles)])


async def test_papers_are_found_while_their_titles_are_typed(redis: Redis, settings: Settings) -> None:
    await _stored(redis, settings)
    for typed, expected in (
        ("att", {"Attention is all you need", "Attention, please"}),
        ("attention is all you ne", {"Attention is all you need"}),
        ("doors rob", {"Robots that open doors"}),
        ("ATTENTION, pl", {"Attention, please"}),
        ("nothing like it", set()),
        ("a", set()),
    ):
        found = await titled(redis, settings.embedding.model, typed, most=25)
        assert {one.title for one in found} == expected, typed


async def test_no_more_are_found_than_asked_for(redis: Redis, settings: Settings) -> None:
    await _stored(redis, settings)
    assert len(await titled(redis, settings.embedding.model, "attention", most=1)) == 1


async def test_without_an_index_nothing_is_found(redis: Redis, settings: Settings) -> None:
    assert await titled(redis, settings.embedding.model, "attention", most=25) == ()


@given(st.text(max_size=200))
def test_whatever_is_typed_only_words_reach_the_engine(typed: str) -> None:
    expression = title_expression(typed)
    if expression is not None:
        inside = expression.removeprefix("@title:(").removesuffix(")")
        assert not set(inside) & set("@{}[]\"~-=$%\\:;,<>!&'")
