import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.paper_mentions import is_reference, linked_paper, mentioned, without_links


@pytest.mark.parametrize(
    ("url", "paper"),
    [
        ("https://arxiv.org/abs/2410.05258", "2410.05258"),
        ("http://www.arxiv.org/pdf/2410.05258v2.pdf", "2410.05258"),
        ("https://export.arxiv.org/abs/hep-th/9901001v1?context=math#x", "hep-th/9901001"),
        ("https://arxiv.org/html/2410.05258v1/", "2410.05258"),
        ("HTTPS://ArXiv.org/abs/2410.05258", "2410.05258"),
        ("https://huggingface.co/papers/2410.05258#community", "2410.05258"),
        ("https://arxiv.org/abs/math.GT%2F0309136", "math/0309136"),
        ("https://huggingface.co/models/2410.05258", None),
        ("https://arxiv.org/2410.05258", None),
        ("https://arxiv.org/list/cs.CL/recent", None),
        ("https://arxiv.org@evil.example/abs/2410.05258", None),
        ("https://evil.example/https://arxiv.org/abs/2410.05258", None),
        ("ftp://arxiv.org/abs/2410.05258", None),
        ("https://arxiv.org:99999999/abs/2410.05258", "2410.05258"),
        ("https://[arxiv.org/abs/2410.05258", None),
        ("https://arxiv.org/abs/" + "2" * 5000, None),
        ("", None),
    ],
)
def test_links_lead_to_papers_or_not(url: str, paper: str | None) -> None:
    assert linked_paper(url) == paper


def test_a_text_names_papers_by_links_and_ids() -> None:
    text = "See 2410.05258v2, arXiv:2401.00001 (https://arxiv.org/abs/2402.00002), https://doi.org/10.1/x. 3141.59265"
    assert mentioned(text) == ("2402.00002", "https://doi.org/10.1/x", "2410.05258", "2401.00001", "3141.59265")
    assert without_links("read https://arxiv.org/abs/2402.00002 2410.05258 now") == "read now"
    assert mentioned("call 030/1234567 at 10:30, version 2.1") == ()


@pytest.mark.parametrize(
    ("typed", "is_one"),
    [
        ("2410.05258", True),
        ("arXiv:2410.5", True),
        ("10.1000/182", True),
        ("hep-th/9901001", True),
        ("https://example.org", True),
        ("GPT-4", False),
        ("BERT", False),
        ("attention is all you need", False),
        ("2410.05258 or so", False),
    ],
)
def test_an_id_is_told_from_a_title(typed: str, is_one: bool) -> None:
    assert is_reference(typed) is is_one


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    linked_paper(text)
    linked_paper(f"https://arxiv.org{text}")
    mentioned(text)
    is_reference(text)
    assert "https://" not in without_links(f"{text} https://x")
