"""Citation keys such as ``vaswani2017attention``: who, when, and the first word of the title that says something."""

import re
from collections import defaultdict
from collections.abc import Sequence
from string import ascii_lowercase

from papers.clock import as_utc
from papers.export.names import author_names
from papers.identity import fold
from papers.models import Paper

# Letters that Unicode does not decompose, as they are usually written without their strokes.
_STROKES = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ı": "i"})
_SMALL_WORDS = frozenset(("a", "an", "the", "on", "in", "of", "for", "to", "and", "with", "from", "towards", "toward"))
_NOT_PLAIN = re.compile(r"[^a-z0-9]+")
_LENGTH = 30


def cite_keys(papers: Sequence[Paper]) -> list[str]:
    """A key for each paper, all different, of small ASCII letters and digits.

    Papers that would share one get ``a``, ``b`` … by their ids, whatever their order: the same papers always
    get the same keys.
    """
    sharing: dict[str, list[int]] = defaultdict(list)
    for place, paper in enumerate(papers):
        sharing[_base(paper)].append(place)
    keys = [""] * len(papers)
    taken = {base for base, places in sharing.items() if len(places) == 1}
    for base, places in sorted(sharing.items()):
        if len(places) == 1:
            keys[places[0]] = base
            continue
        number = 0
        for place in sorted(places, key=lambda i: papers[i].id):
            while (key := base + _letters(number)) in taken:
                number += 1
            taken.add(key)
            keys[place] = key
    return keys


def _base(paper: Paper) -> str:
    date = paper.published or paper.listed
    names = author_names(paper)
    author = _plain(names[0].last) if names else ""
    words = (_plain(word) for word in fold(paper.title).split() if word not in _SMALL_WORDS)
    word = next((word for word in words if word), "")
    year = str(as_utc(date).year) if date else ""
    if author or word:
        return f"{author or 'anon'}{year}{word}"
    return f"anon{year}{_plain(paper.id)}"


def _plain(text: str) -> str:
    return _NOT_PLAIN.sub("", fold(text).translate(_STROKES))[:_LENGTH]


def _letters(number: int) -> str:
    """0 -> a, 25 -> z, 26 -> aa: as spreadsheets count their columns."""
    text = ""
    number += 1
    while number:
        number, digit = divmod(number - 1, 26)
        text = ascii_lowercase[digit] + text
    return text
