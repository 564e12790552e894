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
    author_keys: frozenset[str]
    """A paper of one of the authors has one of these: the family name (the longest word of it), or the ORCID."""

    @classmethod
    def of(cls, topic: TopicOptions) -> "Rules | None":
        """None if the topic has no rules."""
        excluded = tuple(dict.fromkeys(_phrase(folded) for e in topic.excluded if (folded := fold(e))))
        categories = frozenset(c.lower() for c in topic.categories)
        if not (excluded or categories or topic.authors):
            return None
        return cls(excluded, categories, topic.authors, frozenset(k for a in topic.authors for k in _keys(a)))


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
        """Every word of its authors' names, and their ORCIDs; see ``Rules.author_keys``."""
        words = {word for name in self.paper.authors for word in fold(name).split()}
        return frozenset(words | {orcid for o in self.paper.orcids.values() if (orcid := normalize_orcid(o))})


def allows(rules: Rules, paper: Facts) -> bool:
    """Whether the paper keeps all the rules."""
    if rules.categories and rules.categories.isdisjoint(paper.categories):
        return False
    if rules.authors and not _by_any(rules, paper):
        return False
    for phrase in rules.excluded:  # noqa: SIM110 - this runs for every pair, and a generator takes as long as the search
        if phrase in paper.text:
            return False
    return True


def _by_any(rules: Rules, paper: Facts) -> bool:
    return not rules.author_keys.isdisjoint(paper.author_keys) and any(is_on(a, paper.paper) for a in rules.authors)


def _keys(author: FollowedAuthor) -> Sequence[str]:
    family = name_words(author.name)[1]
    orcid = normalize_orcid(author.orcid) if author.orcid else None
    return [*([max(family, key=len)] if family else []), *([orcid] if orcid else [])]


def _phrase(folded: str) -> str:
    """Scripts that put no space between words have no whole words to look for."""
    unspaced = any(not c.isascii() and unicodedata.name(c, "").startswith(_UNSPACED) for c in folded)
    return folded if unspaced else f" {folded} "
