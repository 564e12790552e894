import pytest

from papers.orcid import normalize_orcid


@pytest.mark.parametrize(
    "text",
    [
        "0000-0002-1825-0097",
        "0000000218250097",
        "https://orcid.org/0000-0002-1825-0097",
        "http://www.orcid.org/0000-0002-1825-0097/",
        " orcid:0000-0002-1825-0097 ",
    ],
)
def test_every_usual_form_is_one(text: str) -> None:
    assert normalize_orcid(text) == "0000-0002-1825-0097"


def test_the_last_digit_may_be_an_x() -> None:
    assert normalize_orcid("0000-0002-1694-233x") == "0000-0002-1694-233X"


@pytest.mark.parametrize("text", ["", "0000-0002-1825-0098", "0000-0002-1825", "x", "٠٠٠٠-0002-1825-0097"])
def test_others_are_none(text: str) -> None:
    assert normalize_orcid(text) is None
