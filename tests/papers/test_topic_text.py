import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.errors import BadInput
from papers.topic_text import LONGEST, MOST_UNWANTED, TopicText, language_hint, parse_topic


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [
        ("diffusion models for proteins, not images", "diffusion models for proteins", ("images",)),
        ("diffusion models for proteins but not images", "diffusion models for proteins", ("images",)),
        ("diffusion for proteins, except surveys or reviews", "diffusion for proteins", ("surveys", "reviews")),
        ("robots, without wheels", "robots", ("wheels",)),
        ("retrieval - not images", "retrieval", ("images",)),
        ("deep learning—not images", "deep learning", ("images",)),
        ("models (not images) for proteins", "models for proteins", ("images",)),
        ("LLM agents; no games", "LLM agents", ("games",)),
        ("proteins, not images, not video", "proteins", ("images", "video")),
        ("proteins, not images, or video", "proteins", ("images", "video")),
        (
            "language models, not images or video, but speech too",
            "language models, but speech too",
            ("images", "video"),
        ),
        ("not images, proteins", "proteins", ("images",)),
        ("RNA (structure), not DNA.", "RNA (structure)", ("DNA",)),
        ('graph learning -molecules -"drug design"', "graph learning", ("molecules", "drug design")),
        ("I like proteins but I don't want images", "I like proteins", ("images",)),
    ],
)
def test_a_clause_that_begins_with_a_negation_is_unwanted(text: str, wanted: str, unwanted: tuple[str, ...]) -> None:
    assert parse_topic(text) == TopicText(wanted=wanted, unwanted=unwanted)


@pytest.mark.parametrize(
    "text",
    [
        "why transformers do not generalise",
        "learning without labels",
        "robots without wheels",
        "not only images, but video",
        "models that are not only accurate but also fast",
        "what attention is not, and why",
        "no free lunch theorems",
        "bandits, no regret learning",
        "state-of-the-art few-shot GPT-4",
        "temperatures of -5 degrees",
        "vision, language, and audio",
        "everything except vision",
        "RNA (structure) and DNA",
    ],
)
def test_a_negation_inside_a_clause_is_part_of_the_meaning(text: str) -> None:
    assert parse_topic(text) == TopicText(wanted=text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is empty"),
        (" \u202e\n", "is empty"),
        ("the of and", "no word that tells papers apart"),
        ("…", "no word that tells papers apart"),
        ("not images", "only what is not wanted"),
        ("-images", "only what is not wanted"),
        ("x" * 10_000, "10,000 characters"),
    ],
)
def test_what_says_nothing_is_refused_with_what_to_write(text: str, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence) as refused:
        parse_topic(text)
    assert "\n" not in str(refused.value)


def test_other_languages_are_taken_and_said_to_work_less_well() -> None:
    assert parse_topic("扩散模型 蛋白质").wanted == "扩散模型 蛋白质"
    assert "English" in (language_hint("扩散模型") or "")
    assert language_hint("naïve Bayes") is None
    assert language_hint("42") is None


@given(st.text(max_size=LONGEST))
def test_whatever_is_written_is_understood_or_refused(text: str) -> None:
    try:
        topic = parse_topic(text)
    except BadInput:
        return
    assert topic.wanted.strip()
    assert len(topic.unwanted) <= MOST_UNWANTED
    assert all(unwanted.strip() for unwanted in topic.unwanted)


_WORD = st.text("abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=8).map("q".__add__)


@given(
    st.lists(_WORD, min_size=1, max_size=5), _WORD, st.sampled_from([", not {}", " but not {}", ", except {}", " -{}"])
)
def test_a_negated_ending_leaves_what_stood_before_it(words: list[str], unwanted: str, ending: str) -> None:
    wanted = " ".join(words)
    expected = () if unwanted == wanted else (unwanted,)
    assert parse_topic(wanted + ending.format(unwanted)) == TopicText(wanted=wanted, unwanted=expected)
