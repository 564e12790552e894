"""What a person types -> an expression of the Query Engine, which never has a syntax error in it.

Nothing of a query is passed on but words of letters, digits and underscores, cut the way the engine cuts texts;
every other character separates words or is left out. So nothing needs escaping, and no operator gets through.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date

from pydantic import Field

from papers.errors import BadInput
from papers.models import Frozen, SearchMode
from papers.stopwords import UNASKED

MAX_TEXT = 4_000
"""Characters that are read of a query; a model reads fewer."""
MAX_WORDS = 64
"""Distinct words looked for; more make a query slow, not better."""
MAX_WORD = 64
"""Letters of the longest word looked for; what is longer is no word."""

_QUOTED = re.compile(r"[\"“”„«»]([^\"“”„«»]+)[\"“”„«»]")
_SPACES = re.compile(r"[\s\x1c-\x1f\x85\u2028\u2029]+")
# Control, format (such as marks that turn the direction of text), surrogate, private and unassigned characters.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_INFLECTIONS = ((r"ies$", "y"), (r"([^aeiou])y$", r"\1ies"), (r"(s|x|ch|sh)es$", r"\1"), (r"([^su])s$", r"\1"))


class SearchQuery(Frozen):
    """A search. Dates are UTC days, both included; a paper must be in one of the categories."""

    text: str
    limit: int = Field(default=10, ge=1, le=1000)
    offset: int = Field(default=0, ge=0, le=10_000)
    since: date | None = None
    until: date | None = None
    categories: tuple[str, ...] = ()
    """arXiv categories (``cs.CL``) or whole archives (``cs``)."""
    author: str | None = None
    """A name, or a part of one: ``Yann LeCun``, ``Y. LeCun``, ``LeCun``."""
    mode: SearchMode = SearchMode.HYBRID


def clean_text(text: str) -> str:
    """What is readable of a text, on one line. Raises BadInput if that is nothing."""
    spaced = _SPACES.sub(" ", text[: 4 * MAX_TEXT])
    seen = "".join(c for c in spaced if unicodedata.category(c) not in _UNSEEN)
    cleaned = unicodedata.normalize("NFC", seen).strip()[:MAX_TEXT]
    if not cleaned:
        raise BadInput("the query is empty: say in a few words what the papers should be about")
    return cleaned


def words_of(text: str) -> list[str]:
    """The distinct words that are looked for, in their order: MAX_WORDS at most, without those that say nothing."""
    words = dict.fromkeys("".join(c if _in_word(c) else " " for c in text).lower().split())
    return [w for w in words if len(w) <= MAX_WORD and w not in UNASKED and any(map(str.isalnum, w))][:MAX_WORDS]


def keyword_expression(text: str, *, inflected: bool = False) -> str | None:
    """Papers with any of the words in title or abstract; None if no word is left to look for.

    ``inflected`` looks for singulars and plurals as well: it finds more and ranks worse, as each form counts.
    Words in quotation marks count once more in papers that have all of them. (The index keeps no positions, which
    would take as much memory as the abstracts: whether words stand side by side is not known.)
    """
    words = words_of(text)
    parts = [_any_case(w) for w in ([form for word in words for form in _inflections(word)] if inflected else words)]
    for quoted in _QUOTED.findall(text)[:8]:
        phrase = words_of(quoted)[:16]
        if len(phrase) > 1:
            parts.append(f"({' '.join(_any_case(word) for word in phrase)})")
    return f"@title|abstract:({'|'.join(parts)})" if parts else None


def _in_word(c: str) -> bool:
    return c.isalnum() or c == "_" or unicodedata.category(c).startswith("M")


def _any_case(word: str) -> str:
    """The word as the index may have it: the engine ignores the case of ASCII letters only."""
    if word.isascii():
        return word
    return f"({'|'.join(dict.fromkeys((word, word.capitalize(), word.upper())))})"


def _inflections(word: str) -> Iterable[str]:
    """The word, and its singular or plural as English mostly makes them."""
    yield word
    if not word.isalpha() or not word.isascii() or len(word) < 4:
        return
    for ending, other in _INFLECTIONS:
        form, changed = re.subn(ending, other, word)
        if changed:
            yield form
            return
    if not word.endswith("s"):
        yield f"{word}s"
