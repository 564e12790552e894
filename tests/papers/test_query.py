from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from redis.asyncio import Redis

from papers import keys
from papers.errors import BadInput
from papers.filters import filter_expression
from papers.index import ensure_index
from papers.query import MAX_TEXT, MAX_WORDS, SearchQuery, clean_text, keyword_expression, words_of
from papers.settings import Settings

SYNTAX = st.text("@{}[]()|-~*%$\"'\\:;=>< _abcOR19.é漢\u202e\x00\n", max_size=60)
ANYTHING = st.text(max_size=60) | SYNTAX


@pytest.mark.parametrize("text", ["", " \n\t ", "\x00\x01", "\u202e\u200f\u200b", "\ud800"])
def test_a_query_with_nothing_to_read_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="empty"):
        clean_text(text)


def test_control_and_direction_characters_are_left_out() -> None:
    assert clean_text("a\x01b\u202e \n c") == "ab c"


def test_an_endless_query_is_cut() -> None:
    assert len(clean_text("x" * 20_000)) == MAX_TEXT
    assert len(words_of(clean_text(" ".join(f"w{i}" for i in range(20_000))))) == MAX_WORDS
    assert keyword_expression("x" * 4000) is None


def test_words_are_cut_as_the_engine_cuts_texts() -> None:
    assert words_of("In-context C++ learning: GPT_4, (2.5+1)D") == [
        "context",
        "c",
        "learning",
        "gpt_4",
        "2",
        "5",
        "1",
        "d",
    ]


def test_words_that_say_nothing_are_not_looked_for() -> None:
    assert words_of("We propose a method for the pruning of networks") == ["pruning", "networks"]
    assert keyword_expression("of the") is None
    assert keyword_expression("@#!* _ __ -") is None


def test_any_of_the_words_is_enough() -> None:
    assert keyword_expression("graph networks") == "@title|abstract:(graph|networks)"


def test_words_in_quotation_marks_count_once_more_together() -> None:
    assert keyword_expression('fast “graph networks"') == "@title|abstract:(fast|graph|networks|(graph networks))"


def test_letters_outside_ascii_are_looked_for_in_either_case() -> None:
    assert keyword_expression("École") == "@title|abstract:((école|École|ÉCOLE))"


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("network", "networks"),
        ("networks", "network"),
        ("study", "studies"),
        ("studies", "study"),
        ("losses", "loss"),
        ("boxes", "box"),
    ],
)
def test_singular_and_plural_are_looked_for_on_demand(word: str, other: str) -> None:
    assert keyword_expression(word, inflected=True) == f"@title|abstract:({word}|{other})"


@pytest.mark.parametrize("word", ["loss", "corpus", "gpt4", "bus"])
def test_words_without_a_clear_plural_stay_as_they_are(word: str) -> None:
    assert f"({word}|{word[:-1]})" not in (keyword_expression(word, inflected=True) or "")


@examples(max_examples=300)
@given(text=ANYTHING, category=ANYTHING, author=ANYTHING)
async def test_no_text_whatever_is_a_syntax_error_to_the_engine(
    redis: Redis, settings: Settings, text: str, category: str, author: str
) -> None:
    await ensure_index(redis, "m", None, settings)
    expressions = []
    with suppress(BadInput):
        expressions = [keyword_expression(clean_text(text)), keyword_expression(clean_text(text), inflected=True)]
    for filters in ({"categories": (category,)}, {"author": author}):
        try:
            expressions.append(filter_expression(SearchQuery.model_validate({"text": "x", **filters})))
        except BadInput:
            continue
    for expression in filter(None, expressions):
        answer = await redis.execute_command("FT.SEARCH", keys.index("m"), expression, "DIALECT", "2")
        assert answer == [0]
        knn = f"({expression})=>[KNN 2 @nothing $v AS d]"
        await redis.execute_command("FT.SEARCH", keys.index("m"), knn, "PARAMS", "2", "v", b"\0" * 8, "DIALECT", "2")


@pytest.mark.parametrize("word", ["inf", "nan", "or", "and", "not", "1e5", "0x1f", "-1", "true", "null", "isempty"])
async def test_words_with_a_meaning_to_parsers_are_plain_words(redis: Redis, settings: Settings, word: str) -> None:
    await ensure_index(redis, "m", None, settings)
    await redis.execute_command("HSET", keys.paper("1"), "title", f"about {word} here")
    expression = keyword_expression(f"{word} zebra")
    answer = await redis.execute_command("FT.SEARCH", keys.index("m"), expression, "NOCONTENT", "DIALECT", "2")
    assert answer[0] == (0 if word in {"or", "and", "not"} else 1)
