"""A topic as people type it in one line: a name after ``by`` at its end is an author's. Pure."""

import re

from papers.display import one_line
from papers.following import FollowedAuthor, TopicOptions

# Two words with capitals at least: ``learning by doing`` and ``papers by Google`` name nobody.
_BY = re.compile(
    r"(?P<about>.*?)[\s,]*\bby\s+(?P<name>[^\W\d_a-z][\w.'’-]*(?:\s+(?:de|van|von|der|den|la|le|da|[^\W\d_a-z][\w.'’-]*)){0,3}"
    r"\s+[^\W\d_a-z][\w'’-]+)\.?"
)
_SAYS_NOTHING = frozenset({"", "papers", "a paper", "anything", "everything", "new papers"})


def typed_topic(text: str) -> TopicOptions:
    """``world models by Yann LeCun`` is about world models, by him only."""
    line = one_line(text)
    found = _BY.fullmatch(line)
    if found is None:
        return TopicOptions(text=line)
    about = found["about"].strip(" ,")
    author = FollowedAuthor(name=found["name"])
    return TopicOptions(text="" if about.casefold() in _SAYS_NOTHING else about, authors=(author,))
