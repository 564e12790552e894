from papers.authors import homonyms, is_on
from papers.following import FollowedAuthor
from papers.models import Paper
from tests.papers.builders import paper

ONE, OTHER = "0000-0002-1825-0097", "0000-0002-1694-233X"


def by(number: int, *names: str, **orcids: str) -> Paper:
    return paper(f"2603.{number:05d}", authors=names, orcids={k.replace("_", " "): v for k, v in orcids.items()})


def test_a_followed_author_is_found_whatever_the_accents_and_initials() -> None:
    assert is_on(FollowedAuthor(name="Jose Diaz"), by(1, "J. Díaz", "Ann Lee"))
    assert not is_on(FollowedAuthor(name="Jose Diaz"), by(1, "Juana Díaz"))


def test_if_coauthors_are_given_one_of_them_must_be_there_too() -> None:
    author = FollowedAuthor(name="Wei Zhang", coauthors=("Ann Lee", "Bo Chen"))
    assert is_on(author, by(1, "Wei Zhang", "B. Chen"))
    assert not is_on(author, by(1, "Wei Zhang", "Carl Roe"))


def test_another_orcid_is_another_person() -> None:
    author = FollowedAuthor(name="Wei Zhang", orcid=ONE)
    assert not is_on(author, by(1, "Wei Zhang", Wei_Zhang=OTHER))
    assert is_on(author, by(1, "Wei Zhang", Wei_Zhang=ONE))
    assert is_on(author, by(1, "Wei Zhang"))  # not known: the name decides


def test_the_same_orcid_is_the_same_person_under_another_name() -> None:
    other_name = paper(authors=("Eve Miller",), orcids={"Eve Miller": ONE})
    assert is_on(FollowedAuthor(name="Wei Zhang", orcid=f"https://orcid.org/{ONE}"), other_name)


def test_papers_that_share_a_coauthor_are_of_one_person() -> None:
    papers = [by(1, "Wei Zhang", "Ann Lee"), by(2, "Wei Zhang", "Carl Roe"), by(3, "W. Zhang", "Ann Lee", "Bo Chen")]
    papers += [by(4, "Bo Chen", "Wei Zhang"), by(5, "Ann Lee")]
    first, second = homonyms("Wei Zhang", papers)
    assert first.papers == ("2603.00001", "2603.00003", "2603.00004")
    assert first.name == "Wei Zhang"
    assert set(first.coauthors) == {"Ann Lee", "Bo Chen"}
    assert second.papers == ("2603.00002",)


def test_two_orcids_are_two_people_even_with_a_common_coauthor() -> None:
    papers = [by(1, "Wei Zhang", "Ann Lee", Wei_Zhang=ONE), by(2, "Wei Zhang", "Ann Lee", Wei_Zhang=OTHER)]
    assert [person.orcid for person in homonyms("Wei Zhang", papers)] == [ONE, OTHER]


def test_one_orcid_is_one_person_without_a_common_coauthor() -> None:
    papers = [by(1, "Wei Zhang", "Ann Lee", Wei_Zhang=ONE), by(2, "Wei Zhang", "Bo Chen", Wei_Zhang=ONE)]
    assert [person.papers for person in homonyms("Wei Zhang", papers)] == [("2603.00001", "2603.00002")]


def test_nobody_of_that_name_is_nobody() -> None:
    assert homonyms("Wei Zhang", [by(1, "Ann Lee")]) == []
