"""Who is who among authors: a followed person on a paper, and the different people of one name. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence

from papers.filters import author_matches
from papers.following import FollowedAuthor
from papers.identity import fold
from papers.models import Frozen, Paper
from papers.orcid import normalize_orcid

_SHOWN = 3


class Homonym(Frozen):
    """One person, as far as papers tell, of those who share a name."""

    name: str
    """As most of the papers write it."""
    orcid: str | None
    coauthors: tuple[str, ...]
    """Whom they write with most, three at most."""
    papers: tuple[str, ...]
    """Ids."""


def is_on(author: FollowedAuthor, paper: Paper) -> bool:
    """Whether the followed person is an author of the paper, and, if co-authors are given, one of these as well.

    Where both ORCIDs are known they decide, whatever the spelling of the name.
    """
    return bool(_spellings(author, paper)) and (
        not author.coauthors or any(author_matches(other, paper.authors) for other in author.coauthors)
    )


def homonyms(name: str, papers: Iterable[Paper]) -> list[Homonym]:
    """Everyone of that name among the papers' authors, whoever has most papers first.

    Papers that share a co-author, or the ORCID of that name, are taken to be of one person; two ORCIDs are two people.
    """
    theirs = [(paper, spelling) for paper in papers for spelling in paper.authors if author_matches(name, [spelling])]
    people = _People([_orcid_of(paper, spelling) for paper, spelling in theirs])
    seen: dict[str, int] = {}
    for number, (paper, spelling) in enumerate(theirs):
        orcid = _orcid_of(paper, spelling)
        for clue in (*([f"orcid {orcid}"] if orcid else []), *map(fold, _others(paper, name))):
            people.join(seen.setdefault(clue, number), number)
    groups = [_homonym(name, [theirs[number] for number in members]) for members in people.groups()]
    return sorted(groups, key=lambda group: (-len(group.papers), group.papers))


def _spellings(author: FollowedAuthor, paper: Paper) -> list[str]:
    """The names on the paper that may be this person's."""
    wanted = normalize_orcid(author.orcid) if author.orcid else None
    found = []
    for name in paper.authors:
        has = _orcid_of(paper, name)
        if has == wanted if wanted and has else author_matches(author.name, [name]):
            found.append(name)
    return found


def _orcid_of(paper: Paper, name: str) -> str | None:
    return normalize_orcid(paper.orcids.get(name, ""))


def _others(paper: Paper, name: str) -> list[str]:
    return [other for other in paper.authors if not author_matches(name, [other])]


def _homonym(name: str, works: Sequence[tuple[Paper, str]]) -> Homonym:
    spellings = Counter(spelling for _, spelling in works)
    coauthors = Counter(other for paper, _ in works for other in _others(paper, name))
    return Homonym(
        name=spellings.most_common(1)[0][0],
        orcid=next((found for paper, spelling in works if (found := _orcid_of(paper, spelling))), None),
        coauthors=tuple(other for other, _ in coauthors.most_common(_SHOWN)),
        papers=tuple(dict.fromkeys(paper.id for paper, _ in works)),
    )


class _People:
    """Disjoint sets of works by one person each; none ever holds two ORCIDs."""

    def __init__(self, orcids: Sequence[str | None]) -> None:
        self._sets = [[number] for number in range(len(orcids))]
        self._orcids = list(orcids)

    def join(self, one: int, other: int) -> None:
        mine, theirs = self._sets[one], self._sets[other]
        if mine is theirs or len({orcid for n in (one, other) if (orcid := self._orcids[n])}) > 1:
            return
        if len(mine) < len(theirs):
            mine, theirs = theirs, mine
        orcid = self._orcids[one] or self._orcids[other]
        mine += theirs
        for number in theirs:
            self._sets[number] = mine
        for number in mine:
            self._orcids[number] = orcid

    def groups(self) -> list[list[int]]:
        """Each set's members in ascending order."""
        return [sorted(members) for members in {id(members): members for members in self._sets}.values()]
