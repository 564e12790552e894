from datetime import date

import pytest

from papers.errors import BadInput
from papers.filters import author_matches, filter_expression
from papers.query import SearchQuery


def expression(**filters: object) -> str | None:
    return filter_expression(SearchQuery.model_validate({"text": "x", **filters}))


def test_without_filters_there_is_no_expression() -> None:
    assert expression() is None


def test_both_days_are_included() -> None:
    # 2026-03-05T00:00:00Z and 2026-03-05T23:59:59Z
    assert expression(since=date(2026, 3, 5), until=date(2026, 3, 5)) == "@date:[1772668800 1772755199]"
    assert expression(since=date(2026, 3, 5)) == "@date:[1772668800 +inf]"


def test_days_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(BadInput, match="exchange"):
        expression(since=date(2026, 3, 5), until=date(2026, 3, 4))


def test_an_archive_stands_for_all_its_categories() -> None:
    assert expression(categories=("cs.CL", "stat")) == r"@categories:{cs\.CL|stat|stat\.*}"


@pytest.mark.parametrize("category", ["", " ", "*", "{}|"])
def test_a_category_without_letters_is_refused(category: str) -> None:
    with pytest.raises(BadInput, match="category"):
        expression(categories=(category,))


@pytest.mark.parametrize("author", ["", "…", "\u202e", "x" * 201])
def test_an_author_without_letters_or_end_is_refused(author: str) -> None:
    with pytest.raises(BadInput, match="author"):
        expression(author=author)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("LeCun", "Yann LeCun"),
        ("lecun", "Y. LeCun"),
        ("Y. LeCun", "Yann LeCun"),
        ("Yann LeCun", "Y. LeCun"),
        ("LeCun, Yann", "Yann LeCun"),
        ("LeCun, Y.", "Yann André LeCun"),
        ("Yann LeCun", "Yann André LeCun"),
        ("Jose Diaz", "José Díaz"),
        ("José Díaz", "Jose Diaz"),
        ("Yang Li", "Li Yang"),
        ("J.-L. Dupont", "Jean-Luc Dupont"),
        ("O'Brien", "Conan O’Brien"),
        ("王伟", "王伟"),
        ("A. An", "An An"),
    ],
)
def test_a_person_is_found_by_any_usual_form_of_the_name(query: str, name: str) -> None:
    assert author_matches(query, ["Somebody Else", name])


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("LeCun", "Yann Lecunoff"),
        ("Z. LeCun", "Yann LeCun"),
        ("Yves LeCun", "Yann LeCun"),
        ("Yann LeCun", "Yann L."),
        ("Yang Li", "Yang Liu"),
        ("", "Yann LeCun"),
        ("...", "Yann LeCun"),
    ],
)
def test_others_are_not(query: str, name: str) -> None:
    assert not author_matches(query, [name])


def test_the_words_of_a_query_must_belong_to_one_person() -> None:
    assert not author_matches("Yann Bengio", ["Yann LeCun", "Yoshua Bengio"])
