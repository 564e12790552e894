"""What stands after ``trending``: a time, categories by whatever name, and words between them. Pure."""

from bot.asks import Trending
from bot.category_words import category_parts, is_everything, meant_by
from papers.category_nicknames import nearest
from papers.display import shorten
from papers.errors import BadInput
from papers.models import Window

_WINDOWS = {
    **dict.fromkeys(("day", "today", "daily", "24h"), Window.DAY),
    **dict.fromkeys(("week", "weekly"), Window.WEEK),
    **dict.fromkeys(("month", "monthly"), Window.MONTH),
}
_BETWEEN = frozenset({"this", "the", "last", "past", "now", "please"})
_AROUND = "-/\\.!?,:;\"'"
_SHOWN = 40
_NEAREST = 5
_MOST_CATEGORIES = 10
"""A button carries them."""


def read_trending(rest: str, command: str) -> Trending:
    """Which chart is asked for. Raises BadInput with what to write."""
    windows: dict[Window, None] = {}
    categories: dict[str, None] = {}
    others = []
    for word in rest.split():
        name = word.strip(_AROUND).casefold()
        if name in _WINDOWS:
            windows[_WINDOWS[name]] = None
        elif name not in _BETWEEN:
            others.append(word)
    for part in category_parts(" ".join(others)):
        meant = meant_by(part.strip(_AROUND))
        if is_everything(part):
            continue
        if not meant:
            raise BadInput(_no_category(part, command))
        categories |= dict.fromkeys(meant)
    if len(categories) > _MOST_CATEGORIES:
        raise BadInput(f"{_MOST_CATEGORIES} categories are the most at once: name fewer, or an archive such as cs")
    if len(windows) > 1:
        raise BadInput(f"one time at once, not {' and '.join(windows)}: write it like {command} trending week")
    return Trending(window=next(iter(windows), Window.WEEK), categories=tuple(categories))


def _no_category(part: str, command: str) -> str:
    told = f"“{shorten(part, _SHOWN)}” is neither day, week or month nor one of arXiv’s categories"
    near = f"; near are {', '.join(found)}" if (found := nearest(part, _NEAREST)) else ""
    return f"{told}{near}: write it like {command} trending week cs.CL"
