import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.identity import (
    _NO_DECOMPOSITION,
    arxiv_base_id,
    canonical_id,
    fold,
    normalize_doi,
    normalize_title,
    parse_arxiv_id,
)


@pytest.mark.parametrize(
    ("typed", "base", "version"),
    [
        ("2401.01234", "2401.01234", None),
        ("2401.01234v2", "2401.01234", 2),
        ("arXiv:0704.0001", "0704.0001", None),
        ("http://arxiv.org/abs/2401.01234v12", "2401.01234", 12),
        ("https://arxiv.org/pdf/2401.01234v1.pdf", "2401.01234", 1),
        ("https://huggingface.co/papers/2401.01234", "2401.01234", None),
        ("astro-ph/0601001", "astro-ph/0601001", None),
        ("math.GT/0309136v3", "math/0309136", 3),
        ("http://arxiv.org/abs/quant-ph/0201082v1", "quant-ph/0201082", 1),
    ],
)
def test_an_arxiv_id_is_known_in_every_usual_form(typed: str, base: str, version: int | None) -> None:
    assert parse_arxiv_id(typed) == (base, version)


@pytest.mark.parametrize("typed", ["", "abc", "24010.1234", "2401.123", "2401.01234v", "'; DROP", "٢٤٠١.٠١٢٣٤"])
def test_other_text_is_no_arxiv_id(typed: str) -> None:
    assert arxiv_base_id(typed) is None


def test_a_doi_is_one_whatever_its_prefix_and_case() -> None:
    assert normalize_doi("https://doi.org/10.1000/ABC.") == normalize_doi("doi:10.1000/abc") == "10.1000/abc"
    assert canonical_id("https://dx.doi.org/10.1000/ABC") == "doi:10.1000/abc"


def test_titles_compare_without_accents_case_and_punctuation() -> None:
    assert normalize_title("Gödel, Escher & Bach: revisited") == normalize_title("GODEL ESCHER BACH — Revisited!")


def test_a_short_title_identifies_nothing() -> None:
    assert normalize_title("Introduction") is None


@given(st.text(max_size=300))
def test_any_text_can_be_looked_at(text: str) -> None:
    fold(text)
    normalize_title(text)
    canonical = canonical_id(text)
    assert canonical_id(canonical) == canonical or canonical == text.strip()


@given(st.text(max_size=100))
def test_folding_keeps_letters_and_digits_and_nothing_else(text: str) -> None:
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_NO_DECOMPOSITION))
    kept = "".join(c if c.isalnum() else " " for c in decomposed if not unicodedata.combining(c))
    assert fold(text) == " ".join(kept.split())
