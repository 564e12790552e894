"""A topic as people type it in one line: a name after ``by`` at its end is an author's. Pure."""

import re

from bot.category_words import only_categories
from bot.paper_mentions import is_reference
from papers.display import one_line, shorten
from papers.errors import BadInput
from papers.following import FollowedAuthor, TopicOptions

# Two words with capitals at least: ``learning by doing`` and ``papers by Google`` name nobody.
_BY = re.compile(
    r"(?P<about>.*?)[\s,]*\bby\s+(?P<name>[^\W\d_a-z][\w.'’-]*(?:\s+(?:de|van|von|der|den|la|le|da|[^\W\d_a-z][\w.'’-]*)){0,3}"
    r"\s+[^\W\d_a-z][\w'’-]+)\.?"
)
_SHOWN = 40
_SAYS_NOTHING = frozenset({"", "papers", "a paper", "anything", "everything", "new papers"})


def typed_topic(text: str) -> TopicOptions:
    """``world models by Yann LeCun`` is about world models, by him only.

    Raises BadInput for a link or an id of a paper, and for categories alone: nothing is like their letters.
    """
    line = one_line(text)
    shown = shorten(line, _SHOWN)
    if is_reference(line):
        raise BadInput(
            f"“{shown}” names a paper, and a topic is words: write in a few what the papers should be about. Papers "
            "like that one are found with the command similar"
        )
    if only_categories(line):
        raise BadInput(
            f"“{shown}” is a category, and a topic is words: write in a few what the papers should be about, and "
            "choose the category beside them"
        )
    found = _BY.fullmatch(line)
    if found is None:
        return TopicOptions(text=line)
    about = found["about"].strip(" ,")
    author = FollowedAuthor(name=found["name"])
    return TopicOptions(text="" if about.casefold() in _SAYS_NOTHING else about, authors=(author,))
