import pytest

from papers.categories import families, in_any


@pytest.mark.parametrize(
    ("has", "wanted", "expected"),
    [
        (["cs.CL"], ["cs"], True),
        (["cs.CL"], ["CS.cl"], True),
        (["cs.CL"], ["cs.C"], False),
        (["math-ph"], ["math"], False),
        (["astro-ph.GA"], ["astro-ph"], True),
        (["cs"], ["cs.CL"], False),
        ([], ["cs"], False),
        (["cs.CL"], [], False),
        (["cs.CV", "stat.ML"], ["q-bio", "stat"], True),
    ],
)
def test_an_archive_stands_for_all_its_categories(has: list[str], wanted: list[str], expected: bool) -> None:
    assert in_any(has, wanted) is expected


def test_the_families_of_a_category_are_all_it_belongs_to() -> None:
    assert families(["cs.CL", ""]) == {"cs.cl", "cs"}
