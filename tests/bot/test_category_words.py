import pytest

from bot.category_words import category_parts, half_typed, named_categories
from papers.category_names import NAMES, like
from papers.errors import BadInput


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", ()),
        ("cs.cl", ("cs.CL",)),
        ("cs.CL cs.CV", ("cs.CL", "cs.CV")),
        ("cs.CL, cs.CV,", ("cs.CL", "cs.CV")),
        ("robotics", ("cs.RO",)),
        ("robotics cs.CL", ("cs.RO", "cs.CL")),
        ("computer vision", ("cs.CV",)),
        ("quantum physics", ("quant-ph",)),
        ("computation and language, cs.LG", ("cs.CL", "cs.LG")),
    ],
)
def test_categories_are_known_by_their_names_too(typed: str, meant: tuple[str, ...]) -> None:
    assert named_categories(typed) == meant


def test_a_name_of_several_says_which_and_what_is_none_says_how_to_write_one() -> None:
    with pytest.raises(BadInput, match=r"“machine learning” .* cs\.LG, stat\.ML"):
        named_categories("machine learning")
    with pytest.raises(BadInput, match="“nonsense” is none of arXiv’s categories: write"):
        named_categories("cs.CL nonsense")


@pytest.mark.parametrize("typed", ["machine learning", "computer vision", "quantum physics", "computation and la"])
def test_words_of_a_name_are_typed_together(typed: str) -> None:
    assert half_typed(typed) == ((), typed)
    assert list(like(typed))


def test_of_what_is_half_typed_only_categories_stand() -> None:
    assert half_typed("cs.CL sta") == (("cs.CL",), "sta")
    assert half_typed("cs.CL, machine le") == (("cs.CL",), "machine le")
    assert half_typed("nonsense, cs.CV, ") == (("cs.CV",), "")
    assert half_typed("robotics, cs") == (("cs.RO",), "cs")


def test_every_name_is_one_part() -> None:
    for name in NAMES.values():
        if "," not in name:
            assert category_parts(name) in {(name,), tuple(name.split())}
