from hypothesis import given
from hypothesis import strategies as st

from bot.discord.choices import choices
from bot.forms import Option

TEXTS = st.text(max_size=150)
OPTIONS = st.lists(st.builds(lambda v, label: Option.model_construct(value=v, label=label), TEXTS, TEXTS), max_size=40)


@given(OPTIONS, st.lists(st.text(alphabet="abc.", min_size=1, max_size=10), max_size=12))
def test_discord_takes_whatever_is_suggested(options: list[Option], before: list[str]) -> None:
    made = choices(options, before)
    assert len(made) <= 25
    for choice in made:
        assert 1 <= len(choice.name) <= 100
        assert 1 <= len(choice.value) <= 100


def test_what_was_typed_before_stays() -> None:
    (made,) = choices([Option(value="cs.CL", label="cs.CL: Computation and Language")], ["cs.RO"])
    assert made.value == "cs.RO cs.CL"
    assert made.name == "cs.RO + cs.CL: Computation and Language"


def test_an_id_that_would_have_to_be_cut_is_not_suggested() -> None:
    assert choices([Option.model_construct(value="x" * 101, label="Long")]) == []
