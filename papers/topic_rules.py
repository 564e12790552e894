"""What a paper must have, or must not have, to match a topic besides being about it: looked at pair by pair. Pure."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from papers.authors import is_on
from papers.categories import families
from papers.filters import name_words
from papers.following import FollowedAuthor, TopicOptions
from papers.identity import fold
from papers.models import Paper
from papers.orcid import normalize_orcid

_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI", "LAO", "KHMER", "MYANMAR")


@dataclass(frozen=True)
class Rules:
    """A topic's, in the form in which they are compared."""

    excluded: tuple[str, ...]
    """Folded; with a space at both ends where words are separated by spaces."""
    categories: frozenset[str]
    authors: tuple[FollowedAuthor, ...]

    @classmethod
    def of(cls, topic: TopicOptions) -> "Rules | None":
        """None if the topic has no rules."""
        excluded = tuple(dict.fromkeys(_phrase(folded) for e in topic.excluded if (folded := fold(e))))
        categories = frozenset(c.lower() for c in topic.categories)
        if not (excluded or categories or topic.authors):
            return None
        return cls(excluded, categories, topic.authors)


class Facts:
    """What rules ask of a paper, found out when it is first asked for."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper

    @cached_property
    def text(self) -> str:
        """Title and abstract, folded; a phrase never reaches from one into the other."""
        return f" {fold(self.paper.title)} \n {fold(self.paper.abstract)} "

    @cached_property
    def categories(self) -> frozenset[str]:
        return families(self.paper.categories)

    @cached_property
    def author_keys(self) -> frozenset[str]:
        """Under which a followed author may be on the paper; see ``author_keys``."""
        words = {word for name in self.paper.authors for word in fold(name).split()}
        return frozenset(words | {orcid for o in self.paper.orcids.values() if (orcid := normalize_orcid(o))})


def allows(rules: Rules, paper: Facts) -> bool:
    """Whether the paper keeps all the rules."""
    if rules.categories and rules.categories.isdisjoint(paper.categories):
        return False
    if rules.authors and not any(_is_on(author, paper) for author in rules.authors):
        return False
    return not any(phrase in paper.text for phrase in rules.excluded)


def author_keys(author: FollowedAuthor) -> Sequence[str]:
    """The family name (the longest word of it), and the ORCID if known: a paper of the author has one of them."""
    family = name_words(author.name)[1]
    orcid = normalize_orcid(author.orcid) if author.orcid else None
    return [*([max(family, key=len)] if family else []), *([orcid] if orcid else [])]


def _is_on(author: FollowedAuthor, paper: Facts) -> bool:
    return not paper.author_keys.isdisjoint(author_keys(author)) and is_on(author, paper.paper)


def _phrase(folded: str) -> str:
    """Scripts that put no space between words have no whole words to look for."""
    unspaced = any(not c.isascii() and unicodedata.name(c, "").startswith(_UNSPACED) for c in folded)
    return folded if unspaced else f" {folded} "
