import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.category_words import half_typed, named_categories, only_categories
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
        ("machine learning", ("cs.LG", "stat.ML")),
        ("nlp", ("cs.CL",)),
        ("NLP, Computer  Vision", ("cs.CL", "cs.CV")),
        ("ml ai ir", ("cs.LG", "stat.ML", "cs.AI", "cs.IR")),
        ("natural language processing and robotics", ("cs.CL", "cs.RO")),
        ("crypto; hci", ("cs.CR", "cs.HC")),
        ("nlp/cv", ("cs.CL", "cs.CV")),
        ("cs cl", ("cs.CL",)),
        ("cs and stat", ("cs", "stat")),
        ("Data Structures & Algorithms", ("cs.DS",)),
        ("human computer interaction", ("cs.HC",)),
        ("optics", ("physics.optics",)),
    ],
)
def test_categories_are_known_by_their_names_too(typed: str, meant: tuple[str, ...]) -> None:
    assert named_categories(typed) == meant


@pytest.mark.parametrize(
    ("pasted", "meant"),
    [
        ("Computation and Language (cs.CL)", ("cs.CL",)),
        ("Computation and Language (cs.CL); Machine Learning (cs.LG)", ("cs.CL", "cs.LG")),
        ("Distributed, Parallel, and Cluster Computing (cs.DC)", ("cs.DC",)),
        ("Distributed, Parallel, and Cluster Computing", ("cs.DC",)),
        ("cs.CL: Computation and Language", ("cs.CL",)),
        ("cs.DC: Distributed, Parallel, and Cluster Computing", ("cs.DC",)),
        ("cs.CL + cs.LG: Machine Learning", ("cs.CL", "cs.LG")),
        ("in:cs.CL", ("cs.CL",)),
        ("https://arxiv.org/list/cs.CL/recent", ("cs.CL",)),
    ],
)
def test_labels_are_pasted_as_arxiv_and_our_own_suggestions_have_them(pasted: str, meant: tuple[str, ...]) -> None:
    assert named_categories(pasted) == meant


def test_a_name_of_several_says_which_and_what_is_none_says_how_to_write_one() -> None:
    with pytest.raises(BadInput, match=r"“ds” .* cs\.DS \(Data Structures and Algorithms\), math\.DS"):
        named_categories("ds")
    with pytest.raises(BadInput, match=r"“robotcs” .* one of these: cs\.RO \(Robotics\)$"):
        named_categories("robotcs")
    with pytest.raises(BadInput, match=r"“cs\.ML” .* stat\.ML"):
        named_categories("cs.ML")
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
    assert half_typed("nlp rob") == (("cs.CL",), "rob")


def test_every_category_is_meant_by_its_name_and_by_both_together() -> None:
    for category, name in NAMES.items():
        assert category in named_categories(name)
        assert named_categories(f"{name} ({category})") == named_categories(f"{category}: {name}") == (category,)


@given(st.lists(st.one_of(st.sampled_from(["cs.CL", "nlp", "(cs.CL)", ":", ",", "and", "cs."]), st.text(max_size=9))))
def test_whatever_is_typed_means_categories_of_arxivs_or_says_why_not(typed: list[str]) -> None:
    line = " ".join(typed)
    assert set(half_typed(line)[0]) <= NAMES.keys()
    try:
        assert set(named_categories(line)) <= NAMES.keys()
    except BadInput:
        with pytest.raises(BadInput, match="none of arXiv’s categories"):
            named_categories(line)


@pytest.mark.parametrize(
    ("typed", "only"),
    [
        ("cs.CL", ("cs.CL",)),
        ("cs.CL and cs.LG", ("cs.CL", "cs.LG")),
        ("Distributed, Parallel, and Cluster Computing (cs.DC); cs.LG: Machine Learning", ("cs.DC", "cs.LG")),
        ("diffusion models (cs.CV)", ()),
        ("robotics", ()),
        ("stat", ()),
        ("node.js", ()),
        ("", ()),
    ],
)
def test_a_text_that_is_nothing_but_categories_is_known(typed: str, only: tuple[str, ...]) -> None:
    assert only_categories(typed) == only
