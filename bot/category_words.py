"""Several categories in one line, as people type or paste them: ``cs.CL robotics``, ``nlp, computer vision``. Pure."""

import re

from papers.category_names import NAMES, like, spelt
from papers.category_nicknames import called, nearest
from papers.display import one_line, shorten
from papers.errors import BadInput

_NEAREST = 5
_SHOWN = 40
_LONGEST_NAME = 7
"""Words of a category's name."""
_BETWEEN = re.compile(r"[,;+|\n•·]")
_LINK = re.compile(r"(?:https?://)?(?:\w+\.)?arxiv\.org/(?:list|archive)/([\w.-]+)\S*", re.I)
_LABELLED = re.compile(r"[^(),;+|\n•·]*\(\s*([\w.-]+)\s*\)")
"""``Computation and Language (cs.CL)``, as arXiv's own pages have it."""
_DOTTED = re.compile(r"[\w-]+\.[\w-]+")
_OPTION = re.compile(r"^(?:in|cat|category|categories|subjects?|archive|arxiv)\s*:\s*", re.I)
_WITH_COMMAS = {name.casefold(): category for category, name in NAMES.items() if "," in name}
_A_NAME_WITH_COMMAS = re.compile("|".join(map(re.escape, _WITH_COMMAS)), re.I)
_EVERYTHING = frozenset({"all", "any", "every", "everything", "none", "*", "all categories", "any category"})
_FILLERS = frozenset({"and", "or", "the", "of", "in", "for", "on", "from", "&", "papers"})


def category_parts(typed: str) -> tuple[str, ...]:
    """Categories, and words that may name one, each by itself."""
    text = _LINK.sub(r" \1,", typed)
    text = _A_NAME_WITH_COMMAS.sub(lambda found: _WITH_COMMAS[found[0].casefold()], text)
    text = _LABELLED.sub(lambda found: f"{found[1]}," if spelt(found[1]) else found[0], text)
    return tuple(part for chunk in _BETWEEN.split(text) for part in _parts_of(chunk))


def half_typed(typed: str) -> tuple[tuple[str, ...], str]:
    """The categories that stand, and what is being typed. What is none and names none does not stand."""
    before, _, last = typed.rpartition(",")
    words, typing = last.split(), ""
    if words and not last[-1].isspace():
        typing = words.pop()
    if typing and not any(map(spelt, words)) and next(like(last.strip()), None):
        words, typing = [], last.strip()
    while words and not called(words[-1]):
        typing = f"{words.pop()} {typing}".strip()
    parts = (*category_parts(before), *_parts(words))
    return tuple(dict.fromkeys(meant for part in parts for meant in meant_by(part))), typing


def named_categories(typed: str) -> tuple[str, ...]:
    """The categories that are meant. Raises BadInput for what is none, and for a name of several."""
    found: list[str] = []
    for part in category_parts(typed):
        meant = meant_by(part)
        if not meant and not is_everything(part):
            raise BadInput(not_meant(part))
        found += meant
    return tuple(dict.fromkeys(found))


def meant_by(part: str) -> tuple[str, ...]:
    """The categories of this name, or those that it fits if they bear one name; none where that is not clear."""
    fitting = called(part) or tuple(like(part))
    return fitting if called(part) or len({NAMES[category] for category in fitting}) == 1 else ()


def only_categories(text: str) -> tuple[str, ...]:
    """The categories where the text is nothing but such as ``cs.CL``, or arXiv's labels of them; else none.

    ``robotics`` and ``stat`` are words, too.
    """
    named = [category for word in _DOTTED.findall(text) if (category := spelt(word))]
    rest = f" {text.casefold()} "
    for category in named:
        rest = rest.replace(category.casefold(), " ").replace(NAMES[category].casefold(), " ")
    return () if any(map(str.isalnum, rest.replace(" and ", " "))) else tuple(dict.fromkeys(named))


def is_everything(part: str) -> bool:
    """Whether somebody says that they want no narrowing: ``all``, ``*``."""
    return part.strip().casefold() in _EVERYTHING


def not_meant(part: str) -> str:
    """Why a part names no category, and which are near. Without a full stop."""
    shown, near = shorten(one_line(part), _SHOWN), nearest(part, _NEAREST)
    if near:
        named = ", ".join(f"{category} ({NAMES[category]})" for category in near)
        return f"“{shown}” is none of arXiv’s categories, but may mean one of these: {named}"
    return f"“{shown}” is none of arXiv’s categories: write some like cs.CL, or cs for all of them"


def _parts_of(chunk: str) -> list[str]:
    chunk = _OPTION.sub("", chunk.strip(), count=1)
    category, colon, label = chunk.partition(":")
    if colon and spelt(category):
        known = NAMES[spelt(category) or ""].casefold()
        return [category.strip(), *([] if known.startswith(label.strip(" …").casefold()) else _parts(label.split()))]
    return _parts(chunk.split())


def _parts(words: list[str]) -> list[str]:
    """Words that name a category together stay so; ``physics`` is one, and in ``quantum physics`` it is not meant."""
    words = _without_fillers([piece for word in words for piece in _pieces(word)])
    together = " ".join(words)
    if not words or called(together) or (not any(map(called, words)) and next(like(together), None)):
        return [together] if words else []
    parts: list[str] = []
    unknown: list[str] = []
    while words:
        length = next((n for n in range(_LONGEST_NAME, 0, -1) if called(" ".join(words[:n]))), 0)
        if length:
            parts += [*_as_one(unknown), " ".join(words[:length])]
            unknown = []
        else:
            unknown.append(words[0])
        words = words[length or 1 :]
    return [*parts, *_as_one(unknown)]


def _pieces(word: str) -> list[str]:
    """``nlp/cv`` is two; what is not made of categories, as a link, stays as it is."""
    pieces = word.split("/")
    return pieces if not called(word) and all(map(called, pieces)) else [word]


def _as_one(unknown: list[str]) -> list[str]:
    kept = _without_fillers(unknown)
    return [" ".join(kept)] if kept else []


def _without_fillers(words: list[str]) -> list[str]:
    """Without those at its ends: within a name they belong to it."""
    kept = [word for word in words if word]
    while kept and kept[0].casefold() in _FILLERS:
        kept = kept[1:]
    while kept and kept[-1].casefold() in _FILLERS:
        kept = kept[:-1]
    return kept
