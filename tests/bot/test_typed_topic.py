import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.typed_topic import typed_topic


@pytest.mark.parametrize(
    ("typed", "about", "authors"),
    [
        ("world models by Yann LeCun", "world models", ["Yann LeCun"]),
        ("papers by Fei-Fei Li", "", ["Fei-Fei Li"]),
        ("quantization, by Laurens van der Maaten.", "quantization", ["Laurens van der Maaten"]),
        ("learning by doing", "learning by doing", []),
        ("chips by Google", "chips by Google", []),
        ("robots by Ada Lovelace that open doors", "robots by Ada Lovelace that open doors", []),
        ("step by step reasoning", "step by step reasoning", []),
    ],
)
def test_a_name_at_the_end_is_an_author(typed: str, about: str, authors: list[str]) -> None:
    topic = typed_topic(typed)
    assert (topic.text, [author.name for author in topic.authors]) == (about, authors)


@given(st.text(max_size=300))
def test_whatever_is_typed_is_followed_in_some_way(typed: str) -> None:
    topic = typed_topic(f"x {typed}")
    assert topic.text or topic.authors


def test_a_long_line_is_read_at_once() -> None:
    assert typed_topic("by A " * 20_000).text
