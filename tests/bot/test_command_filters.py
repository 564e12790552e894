from datetime import date

import pytest

from bot.command_filters import Filters, read_filters
from papers.errors import BadInput


def test_filters_that_were_given_each_by_itself() -> None:
    assert read_filters("cs.CL, stat cs.CL", " Yann LeCun ", "2026-03") == Filters(
        categories=("cs.CL", "stat"), author="Yann LeCun", since=date(2026, 3, 1)
    )
    assert read_filters() == Filters()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (("cs.NOPE", "", ""), "“cs.NOPE” is none of arXiv’s categories"),
        (("", "1234", ""), "“1234” is no name of an author"),
        (("", "", "2026-13-40"), "“2026-13-40” is no date"),
        (("", "", "tomorrow"), "“tomorrow” is no date"),
    ],
)
def test_one_that_cannot_be_understood_says_what_would_do(given: tuple[str, str, str], told: str) -> None:
    with pytest.raises(BadInput, match=told):
        read_filters(*given)
