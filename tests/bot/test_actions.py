import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.actions import Action, Verb, action, decode
from papers.errors import BadInput


@given(st.sampled_from(Verb), st.lists(st.text(min_size=1, max_size=20), max_size=3))
def test_what_a_button_says_is_read_again(verb: Verb, about: list[str]) -> None:
    wanted = Action(verb=verb, about=tuple(about))
    text = wanted.encode()
    if len(text) <= 255:
        assert decode(text) == wanted


@given(st.sampled_from(Verb), st.lists(st.text(max_size=20), max_size=3))
def test_a_platform_can_carry_what_a_button_says(verb: Verb, about: list[str]) -> None:
    text = Action(verb=verb, about=tuple(about)).encode()
    assert text.isascii()
    assert text.isprintable()


@given(st.text(max_size=400))
def test_a_forged_text_is_an_action_or_bad_input(text: str) -> None:
    try:
        found = decode(text)
    except BadInput:
        return
    assert found.verb in Verb


@pytest.mark.parametrize(
    "text", ["", "|", "explode|2410.05258", "save|a|b|c|d", "save|" + "x" * 300, "SAVE|2410.05258"]
)
def test_no_button_of_ours_says(text: str) -> None:
    with pytest.raises(BadInput, match="ask again"):
        decode(text)


def test_ids_of_papers_stay_readable() -> None:
    assert action(Verb.SAVE, "astro-ph/0601001").encode() == "save|astro-ph/0601001"
    assert action(Verb.WHY, "doi:10.1000/182").encode() == "why|doi:10.1000/182"
