"""Words that somebody wrote to Paperboy -> what they ask. Plain text: an adapter has taken off its platform's marks."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress

from bot.asks import (
    Ask,
    Follow,
    Following,
    Help,
    Keep,
    Look,
    Search,
    Settings,
    Similar,
    Subscribe,
    Trending,
)
from bot.category_words import only_categories
from bot.command_filters import take_filters
from bot.command_table import NAMES, command_named
from bot.lone_words import alone, is_reply, without_fillers
from bot.other_words import COMMANDS, asked_how, led_to, sets, sought
from bot.paper_mentions import is_reference
from bot.trending_words import read_trending
from bot.typos import is_typo
from papers.arxiv_archives import category_named
from papers.display import one_line, shorten
from papers.errors import BadInput
from papers.query import MAX_TEXT

_QUOTES = str.maketrans("“”„‟«»＂‘’‚‛", '"""""""' + "''''")
_DASHES = re.compile(r"[‐‑‒–—―−]")
_AROUND = "-/\\.!?,:;"
_EMOJI_CODE = re.compile(r"<a?:\w+:\d+>|:[\w+'-]+:")
_LOOKS = frozenset({"why", "show", "open", "about"})
_SHOWN = 40


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
    word = COMMANDS.get(word, word)
    read = _WITH_WORDS.get(word)
    if read:
        return read(rest, command)
    if is_reply(line):
        raise BadInput(_REPLIED_TO_WHAT.format(command=command))
    return alone(f"{word} {rest}") or _of_paper(word, rest) or _led(line) or _untold(line, word, command)


def _of_paper(word: str, rest: str) -> Look | Keep | Similar | None:
    """``why 2410.05258``: what buttons do, asked in words. With other words than a paper's name it is a search."""
    paper = rest.strip().rstrip("?!.,;")
    if not is_reference(paper):
        return None
    if word == "like":
        return Similar(paper=paper)
    return Keep(paper=paper) if word == "save" else Look(paper=paper) if word in _LOOKS else None


def _led(line: str) -> Ask | None:
    """What is no word that begins a command: ``show me what’s trending in nlp``, ``how do I subscribe``, ``cs.CL``."""
    how = asked_how(line)
    about = command_named(without_fillers(how))
    if about:
        return Help(about="" if about.name == "help" else about.name)
    if "." in line and (category := category_named(line)):
        return Trending(categories=(category,))
    if sets(how or line):
        return Settings()
    rest = how or led_to(line)
    first, _, words = rest.partition(" ")
    match first.strip(_AROUND).casefold():
        case "trending":
            with suppress(BadInput):
                return read_trending(words, "")
        case "help":
            return Help()
    return alone(rest) if rest else None


def _untold(line: str, word: str, command: str) -> Ask:
    """A search for words that begin with no command; what was perhaps a command mistyped is told.

    Raises BadInput for a single word that was most likely to be a command.
    """
    meant = next((name for name in NAMES if is_typo(word, name)), None)
    if meant is None:
        return read_search(line, command)
    if " " not in line:
        raise BadInput(
            f"did you mean {command} {meant}? If the word itself is what you look for, write: {command} search "
            f"{shorten(word, _SHOWN)}"
        )
    found = read_search(line, command)
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


def read_search(words: str, command: str) -> Search | Similar:
    """A search; an id or a link by itself is no words, but a paper. Raises BadInput where there is nothing to find."""
    if is_reference(words):
        return Similar(paper=words.strip())
    text, filters = take_filters(sought(words))
    if not text:
        wanted = "say what the papers should be about" if words else "say what to search for"
        raise BadInput(f"{wanted}, for example: {command} search robots that learn from video")
    if not _has_words(text):
        raise BadInput(_no_words(text))
    if named := only_categories(text):
        raise BadInput(
            f"{' and '.join(named)} alone is no search: {command} trending shows what trends in a category; to search "
            "in one, say also what the papers should be about"
        )
    return Search(text=text, categories=filters.categories, author=filters.author, since=filters.since)


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
    about = _DASHES.sub("-", rest).strip(_AROUND + " ")
    return Help(about=about if command_named(about) else without_fillers(about))


def _subscribe(rest: str, command: str) -> Subscribe:
    """The form asks for what it can; raises BadInput for a topic, which is no digest, and for another channel."""
    if channel := _A_CHANNEL.search(rest):
        where = shorten(channel[1], _SHOWN)
        raise BadInput(f"a digest is subscribed where it is to come: write {command} subscribe in {where} itself")
    topic = _OF_A_TOPIC.fullmatch(rest.strip())
    words = without_fillers(topic["about"]).strip(_AROUND + " ") if topic else ""
    if not words or words.startswith("<") or any(map(category_named, words.replace(",", " ").split())):
        return Subscribe()
    raise BadInput(
        f"a digest brings what is trending: for that write {command} subscribe. To be sent new papers on "
        f"{shorten(words, _SHOWN)}, write: {command} follow {shorten(words, _SHOWN)}"
    )


_A_CHANNEL = re.compile(r"(?:^|\s)(#\w\S*)")
_OF_A_TOPIC = re.compile(r"(?:me )?(?:to|on|about|for) (?P<about>.+)", re.I)
_REPLIED_TO_WHAT = (
    "nothing is remembered of what was said before: press the button under that answer. What there is to ask: "
    "{command} help"
)


_WITH_WORDS: Mapping[str, Callable[[str, str], Ask]] = {
    "search": read_search,
    "trending": read_trending,
    "similar": _similar,
    "unsubscribe": lambda *_: Following(),
    "follow": lambda rest, _: Follow(text=rest),
    "subscribe": _subscribe,
    "help": _help,
}


def _has_words(text: str) -> bool:
    return any(map(str.isalnum, _EMOJI_CODE.sub(" ", text)))


def _no_words(text: str) -> str:
    return f"there are no words in “{shorten(text, _SHOWN)}”: say in a few what the papers should be about"
