"""Several categories in one line, as people type them: ``cs.CL robotics``, ``machine learning, cs.CV``. Pure."""

from papers.arxiv_archives import category_named
from papers.category_names import NAMES, like
from papers.display import one_line, shorten
from papers.errors import BadInput

_NEAREST = 5
_SHOWN = 40


def category_parts(typed: str) -> tuple[str, ...]:
    """Categories, and words that may name one, each by itself."""
    return tuple(part for text in typed.split(",") for part in _parts(text.split()))


def half_typed(typed: str) -> tuple[tuple[str, ...], str]:
    """The categories that stand, and what is being typed. What is none and names none does not stand."""
    *before, last = typed.split(",")
    done = [meant for text in before for part in _parts(text.split()) if (meant := _meant(part))]
    words, typing = last.split(), ""
    if words and not last[-1].isspace():
        typing = words.pop()
    while words and category_named(words[-1]) is None:
        typing = f"{words.pop()} {typing}".strip()
    done += [meant for part in _parts(words) if (meant := _meant(part))]
    return tuple(dict.fromkeys(done)), typing


def named_categories(typed: str) -> tuple[str, ...]:
    """The categories that are meant. Raises BadInput for what is none, and for a name of several."""
    found = []
    for part in category_parts(typed):
        meant = _meant(part)
        if meant is None:
            raise BadInput(_not_meant(part))
        found.append(meant)
    return tuple(dict.fromkeys(found))


def _parts(words: list[str]) -> list[str]:
    """Words that name a category together stay so; ``physics`` is one, and in ``quantum physics`` it is not meant."""
    together = " ".join(words)
    if not all(map(category_named, words)) and next(like(together), None):
        return [together]
    parts: list[str] = []
    name: list[str] = []
    for word in words:
        if category_named(word) is None:
            name.append(word)
            continue
        parts += [" ".join(name)] if name else []
        parts.append(word)
        name = []
    return [*parts, " ".join(name)] if name else parts


def _meant(part: str) -> str | None:
    """The category of this name, or the only one that it fits."""
    exact = category_named(part)
    if exact is not None:
        return exact
    called = [category for category, name in NAMES.items() if name.casefold() == part.casefold()]
    fitting = called or list(like(part))
    return fitting[0] if len(fitting) == 1 else None


def _not_meant(part: str) -> str:
    shown, nearest = shorten(one_line(part), _SHOWN), list(like(part))[:_NEAREST]
    if nearest:
        return f"“{shown}” is none of arXiv’s categories, but may mean one of these: {', '.join(nearest)}"
    return f"“{shown}” is none of arXiv’s categories: write some like cs.CL, or cs for all of them"
