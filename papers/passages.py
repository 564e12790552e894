"""The sentence of an abstract that answers a query best: chosen, never written. Pure."""

import math
import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from papers.display import one_line, shorten
from papers.gist import LIMIT, gist
from papers.identity import fold
from papers.models import Paper
from papers.query import words_of
from papers.sentences import sentences

_ABSTRACT_LIMIT = 6_000
_FEW_WORDS = 2
"""Of a query with more words than these, a sentence must have as many to be preferred to the gist."""
_PHRASE = 0.5
"""What two words of the query side by side are worth, beside what each is worth."""
_COMFORTABLE = 220
_WORD = re.compile(r"\S+")
_BEFORE = 60
"""Characters shown before the first word that was asked for, where a sentence is too long to be shown whole."""
_ENDINGS = (
    *("ations", "ation", "ating", "ators", "ator", "ated", "ates", "ate"),
    *("ingly", "ings", "ing", "ions", "ion", "ers", "ies", "ed", "er", "es", "ly", "s", "y", "e"),
)
_SHORTEST_STEM = 4


def best_sentence(query: str, paper: Paper) -> str:
    """At most 240 characters of the paper's abstract; its gist where no sentence speaks of what was asked.

    A sentence is worth the query's words that it has, in whatever form, the more the fewer sentences have them, and a
    half more for each two that stand side by side as in the query; of equals the earlier. (The sum of inverse
    document frequencies of S. Robertson and K. Spärck Jones, 1976, with sentences for documents.)
    """
    wanted = _wanted(query)
    candidates = sentences(one_line(paper.abstract[:_ABSTRACT_LIMIT]))
    if not wanted or not candidates:
        return gist(paper)
    folded = map(fold, candidates)
    # A stem begins its word: most sentences have none that is wanted, and need not be cut into words.
    stems = [[*map(stem, text.split())] if any(word in text for word in wanted) else [] for text in folded]
    worth = _worth(wanted, stems)
    points = [
        _points(wanted, worth, words) / _length_cost(text) if words else 0.0
        for words, text in zip(stems, candidates, strict=True)
    ]
    best = points.index(max(points))
    if len(set(stems[best]) & set(wanted)) < min(_FEW_WORDS, len(wanted)):
        return gist(paper)
    return _cut(candidates[best], frozenset(wanted))


@lru_cache(maxsize=16)
def _wanted(query: str) -> tuple[str, ...]:
    """The stems of the query's words, remembered for the other papers of its page."""
    return tuple(dict.fromkeys(stem(word) for word in fold(" ".join(words_of(query))).split()))


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """What English forms of a word share, crudely: ``diffusing``, ``diffusion`` -> ``diffus``. Of a folded word."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return word


def _worth(wanted: Sequence[str], stems: Sequence[Sequence[str]]) -> dict[str, float]:
    """What each word of the query is worth: 1 if all sentences have it, up to 1 + ln of their number."""
    sets = [frozenset(words) for words in stems]
    having = {word: sum(word in words for words in sets) for word in wanted}
    return {word: 1 + math.log(len(stems) / count) for word, count in having.items() if count}


def _points(wanted: Sequence[str], worth: dict[str, float], words: Sequence[str]) -> float:
    has = frozenset(words)
    pairs = set(pairwise(words))
    phrases = sum(pair in pairs for pair in pairwise(wanted))
    return sum(value for word, value in worth.items() if word in has) + _PHRASE * phrases


def _length_cost(text: str) -> float:
    """A long sentence has more words by chance, and is cut."""
    return math.sqrt(max(len(text), _COMFORTABLE) / _COMFORTABLE)


def _cut(text: str, wanted: frozenset[str]) -> str:
    """The part of a sentence that begins shortly before what was asked, if that is too far from its beginning."""
    if len(text) <= LIMIT:
        return text
    places = [m.span() for m in _WORD.finditer(text) if any(stem(word) in wanted for word in fold(m[0]).split())]
    if not places or places[-1][1] < LIMIT:
        return shorten(text, LIMIT)
    start = max(0, min(places[0][0] - _BEFORE, len(text) - LIMIT + 1))
    start = text.find(" ", start) + 1 if start else 0
    return shorten(f"…{text[start:]}" if start else text, LIMIT)
