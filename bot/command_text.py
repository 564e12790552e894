"""Words that somebody wrote to Paperboy -> what they ask. Plain text: an adapter has taken off its platform's marks."""

import re
from collections.abc import Callable, Mapping

from bot.asks import (
    Ask,
    Follow,
    Help,
    Keep,
    Look,
    Search,
    Similar,
    Subscribe,
    Trending,
)
from bot.category_words import category_parts, meant_by
from bot.command_filters import take_filters
from bot.command_table import NAMES
from bot.lone_words import alone
from bot.paper_mentions import is_reference
from bot.typos import is_typo
from papers.category_nicknames import nearest
from papers.display import one_line, shorten
from papers.errors import BadInput
from papers.models import Window
from papers.query import MAX_TEXT

_QUOTES = str.maketrans("“”„‟«»＂‘’‚‛", '"""""""' + "''''")
_DASHES = re.compile(r"[‐‑‒–—―−]")
_AROUND = "-/\\.!?,:;"
_EMOJI_CODE = re.compile(r"<a?:\w+:\d+>|:[\w+'-]+:")
_WINDOWS = {
    **dict.fromkeys(("day", "today", "daily", "24h"), Window.DAY),
    **dict.fromkeys(("week", "weekly"), Window.WEEK),
    **dict.fromkeys(("month", "monthly"), Window.MONTH),
}
_LOOKS = frozenset({"why", "show", "open", "about"})
_BETWEEN = frozenset({"this", "the", "last", "past", "now", "please"})
_SHOWN = 40
_NEAREST = 5
_MOST_CATEGORIES = 10
"""A button carries them."""


def parse_ask(text: str, command: str = "/papers") -> Ask:
    """What is asked. Raises BadInput with a sentence that says what to write.

    ``command`` is how a command begins here, for what the sentences tell to write.
    """
    line = one_line(text.translate(_QUOTES))[:MAX_TEXT].removeprefix(command).strip()
    if not _has_words(line):
        if line.strip("?! "):
            raise BadInput(_no_words(line))
        return Help()
    first, _, rest = line.partition(" ")
    word = _DASHES.sub("-", first).strip(_AROUND).casefold()
    read = _WITH_WORDS.get(word)
    return read(rest, command) if read else alone(line) or _of_paper(word, rest) or _untold(line, word, command)


def _of_paper(word: str, rest: str) -> Look | Keep | None:
    """``why 2410.05258``: what buttons do, asked in words. With other words than a paper's name it is a search."""
    paper = rest.strip().rstrip("?!.,;")
    if not is_reference(paper):
        return None
    return Keep(paper=paper) if word == "save" else Look(paper=paper) if word in _LOOKS else None


def _untold(line: str, word: str, command: str) -> Ask:
    """A search for words that begin with no command; what was perhaps a command mistyped is told.

    Raises BadInput for a single word that was most likely to be a command.
    """
    meant = next((name for name in NAMES if is_typo(word, name)), None)
    if meant is None:
        return _search(line, command)
    if " " not in line:
        raise BadInput(
            f"did you mean {command} {meant}? If the word itself is what you look for, write: {command} search "
            f"{shorten(word, _SHOWN)}"
        )
    found = _search(line, command)
    rest = line.partition(" ")[2]
    if isinstance(found, Search) and _takes(meant, rest, command):
        return found.model_copy(update={"meant": f"{meant} {rest}"})
    return found


def _takes(name: str, rest: str, command: str) -> bool:
    """Whether the command of this name can be followed by these words."""
    read = _WITH_WORDS.get(name)
    if read is None or name == "subscribe":
        return False
    try:
        read(rest, command)
    except BadInput:
        return False
    return True


def _search(words: str, command: str) -> Search | Similar:
    """A search; an id or a link by itself is no words, but a paper."""
    if is_reference(words):
        return Similar(paper=words.strip())
    text, filters = take_filters(words)
    if not text:
        wanted = "say what the papers should be about" if words else "say what to search for"
        raise BadInput(f"{wanted}, for example: {command} search robots that learn from video")
    if not _has_words(text):
        raise BadInput(_no_words(text))
    return Search(text=text, categories=filters.categories, author=filters.author, since=filters.since)


def _trending(rest: str, command: str) -> Trending:
    windows: dict[Window, None] = {}
    categories: dict[str, None] = {}
    others = []
    for word in rest.split():
        name = word.strip(_AROUND + "\"'").casefold()
        if name in _WINDOWS:
            windows[_WINDOWS[name]] = None
        elif name not in _BETWEEN:
            others.append(word)
    for part in category_parts(" ".join(others)):
        meant = meant_by(part.strip(_AROUND + "\"'"))
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


def _similar(rest: str, command: str) -> Similar:
    first, _, others = rest.partition(" ")
    paper = (others if first.casefold() == "to" else rest).strip(' "').rstrip(".,;")
    if not _has_words(paper):
        raise BadInput(
            "say which paper, by its arXiv id, a link to it or words of its title, for example: "
            f"{command} similar 2410.05258"
        )
    return Similar(paper=paper)


def _help(rest: str, command: str) -> Help:
    return Help(about=_DASHES.sub("-", rest).strip(_AROUND + " "))


_WITH_WORDS: Mapping[str, Callable[[str, str], Ask]] = {
    "search": _search,
    "find": _search,
    "trending": _trending,
    "similar": _similar,
    "follow": lambda rest, _: Follow(text=rest),
    "subscribe": lambda *_: Subscribe(),
    "help": _help,
}


def _has_words(text: str) -> bool:
    return any(map(str.isalnum, _EMOJI_CODE.sub(" ", text)))


def _no_words(text: str) -> str:
    return f"there are no words in “{shorten(text, _SHOWN)}”: say in a few what the papers should be about"
