import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.follow_form import TOPIC, read_topic
from bot.forms import FormName, Mistake
from bot.typed_topic import typed_topic
from papers.errors import BadInput
from papers.following import TopicOptions
from tests.bot.people import filled


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
        ("diffusion models (cs.CV)", "diffusion models (cs.CV)", []),
        ("robotics", "robotics", []),
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


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("https://arxiv.org/abs/2410.05258", "names a paper, and a topic is words"),
        ("2410.05258", "“2410.05258” names a paper"),
        ("cs.CL", "“cs.CL” is a category"),
        ("Computation and Language (cs.CL)", "choose the category beside them"),
    ],
)
def test_what_is_no_words_says_what_to_write(typed: str, told: str) -> None:
    with pytest.raises(BadInput, match=told):
        typed_topic(typed)
    mistake = read_topic(filled(FormName.FOLLOW, topic=typed), TopicOptions())
    assert isinstance(mistake, Mistake)
    assert mistake.field == TOPIC
    assert told in mistake.text
