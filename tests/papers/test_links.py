"""Web addresses as other people wrote them."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.links import web_address


@pytest.mark.parametrize(
    "url",
    [
        "https://arxiv.org/abs/2410.05258",
        "http://example.org",
        "https://github.com/a/b_c~d/",
        "https://doi.org/10.1000/a(b)?c=d&e=%20#f",
        "HTTPS://example.org/",
    ],
)
def test_an_address_stays_what_it_is(url: str) -> None:
    assert web_address(url) == url


@pytest.mark.parametrize(
    "url", [None, "", "https://", "https:///a", "javascript:alert(1)", "file:///etc/passwd", "https://[", "//a.org"]
)
def test_what_is_no_address_of_the_web_is_none(url: str | None) -> None:
    assert web_address(url) is None


def test_what_cannot_be_printed_is_written_as_an_address_writes_it() -> None:
    assert web_address("https://example.org/a b\n<ü>") == "https://example.org/a%20b%20%3C%C3%BC%3E"
    assert web_address("https://example.org/" + "a" * 2000) is None


@given(st.text("htps:/.-_~%?#[]@ab \n9<", max_size=30).map(lambda rest: f"https://{rest}"))
def test_what_is_kept_can_be_printed_and_names_a_host(url: str) -> None:
    kept = web_address(url)
    if kept is not None:
        assert kept.isascii()
        assert kept.isprintable()
        assert " " not in kept
        assert urlsplit(kept).hostname
        assert web_address(kept) == kept
