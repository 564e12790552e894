"""arXiv's categories by name."""

import pytest

from papers.arxiv_archives import ARCHIVES
from papers.category_names import NAMES, like, spelt
from papers.settings import load_settings


def test_every_category_belongs_to_an_archive_and_has_a_name() -> None:
    assert {name.partition(".")[0] for name in NAMES} == ARCHIVES
    assert all(NAMES.values())
    assert set(load_settings().arxiv.categories) <= NAMES.keys()


@pytest.mark.parametrize(
    ("typed", "expected"), [("CS.cl", "cs.CL"), (" stat ", "stat"), ("COND-MAT.mtrl-sci", "cond-mat.mtrl-sci")]
)
def test_a_category_is_spelt_as_arxiv_spells_it(typed: str, expected: str) -> None:
    assert spelt(typed) == expected


@pytest.mark.parametrize("typed", ["", "cs.", "cs.XX", "cs.CL,cs.LG", "*"])
def test_what_arxiv_does_not_have_is_no_category(typed: str) -> None:
    assert spelt(typed) is None


def test_what_begins_so_comes_before_what_is_called_so() -> None:
    assert list(like("cs.c"))[:2] == ["cs.CC", "cs.CE"]
    assert list(like("machine learning")) == ["cs.LG", "stat.ML"]
    assert list(like("learning cs")) == ["cs.LG"]
    assert next(like("stat")) == "stat"
    assert len(list(like(""))) == len(NAMES)
    assert list(like("xyzzy")) == []
