"""Personal names as reference managers sort them."""

from typing import NamedTuple

from papers.display import one_line
from papers.models import Paper

_SUFFIXES = {"jr", "sr", "ii", "iii", "iv"}
# Last words that tell a group from a person; a group's name is not turned round.
_GROUPS = {
    "collaboration", "collaborations", "community", "consortium", "contributors", "foundation", "group",
    "initiative", "institute", "lab", "labs", "network", "project", "research", "team", "university",
}  # fmt: skip
_NEVER_PERSONS = {"", "and", "others"}


class Name(NamedTuple):
    """``last`` alone is a group, or a person with one name. A suffix (Jr.) is told apart."""

    last: str
    first: str = ""
    suffix: str = ""
    group: bool = False


def author_names(paper: Paper) -> list[Name]:
    """Its authors in order; what holds neither letter nor digit is no name."""
    cleaned = map(one_line, paper.authors)
    return [parse_name(text) for text in cleaned if any(character.isalnum() for character in text)]


def parse_name(text: str) -> Name:
    """``Laurens van der Maaten`` -> last ``van der Maaten``, first ``Laurens``; ``Last, First`` is taken as it is.

    Particles are known by their small letter, as BibTeX knows them (N. Markey, "Tame the BeaST", section 11).
    """
    text = " ".join(text.split())
    pieces = [piece.strip() for piece in text.split(",")]
    if len(pieces) == 2 and all(pieces):
        if _is_suffix(pieces[1]):
            return parse_name(pieces[0])._replace(suffix=pieces[1])
        return Name(last=pieces[0], first=pieces[1])
    words = text.split()
    if len(pieces) > 1 or _is_group(words):
        return Name(last=text, group=True)
    suffix = words.pop() if len(words) > 2 and _is_suffix(words[-1]) else ""
    start = _start_of_last(words)
    return Name(last=" ".join(words[start:]), first=" ".join(words[:start]), suffix=suffix)


def _start_of_last(words: list[str]) -> int:
    """Where the last name begins: at its first particle, else at the last word. A first name always stays."""
    for place, word in enumerate(words[1:-1], start=1):
        if word[0].islower():
            return place
    return max(0, len(words) - 1)


def _is_group(words: list[str]) -> bool:
    lowered = [word.lower().strip(".()") for word in words]
    if not _NEVER_PERSONS.isdisjoint(lowered):
        return True
    # "Ai" is a family name, "AI" a business.
    return len(words) > 1 and (lowered[-1] in _GROUPS or words[-1] in {"AI", "ai"})


def _is_suffix(word: str) -> bool:
    return word.lower().rstrip(".") in _SUFFIXES
