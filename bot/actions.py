"""What a button does: a verb and what it is about, as a short text that a platform gives back when it is pressed.

Whoever presses may not be whom it was made for, and the text may be forged: what it may do is decided when it is done.
"""

import re
from enum import StrEnum
from urllib.parse import quote, unquote

from papers.errors import BadInput
from papers.models import Frozen

_SEPARATOR = "|"
_SAFE = "/:. ,@+"
_PLAIN = re.compile(r"[A-Za-z0-9/:. ,@+_~-]*")
"""What is the same when it is quoted, as ids and keys are."""
_LONGEST = 255
_MOST_ABOUT = 3


class Verb(StrEnum):
    """The names are in messages already sent: they stay."""

    MORE = "more"
    """The next page of a search: key of the question (papers/asked.py), offset."""
    SIMILAR = "similar"
    """Papers like a paper: its id, offset."""
    WHY = "why"
    """Why a paper trends, and what is known of it: its id."""
    SAVE = "save"
    """Keep a paper: its id."""
    UNSAVE = "unsave"
    """Keep it no more: its id."""
    SAVED = "saved"
    """The papers that are kept: offset."""
    SHARE = "share"
    """Show a paper to everybody in the place: its id."""
    UP = "up"
    """A reader's thumb up on a paper of the place's digest: its id. The same again takes it back."""
    DOWN = "down"
    WIDER = "wider"
    """A topic is to bring more like a paper: id of the subscription, id of the paper."""
    NARROWER = "narrower"
    UNDO = "undo"
    """Take back the last of these: id of the subscription."""
    FOLLOW = "follow"
    """The form to follow a topic: key of its words (papers/asked.py), or nothing."""
    SUBSCRIBE = "subscribe"
    """The form to subscribe the place, or the person where there is no place. Where a digest comes already, that of
    this one; with ``another``, that of one more."""
    CHANGE = "change"
    """The form to change a subscription: its id."""
    INSTEAD = "instead"
    """Change a digest into what was asked: its id, key of what was asked (papers/asked.py)."""
    BESIDE = "beside"
    """Add what was asked to the digests of the place: key of what was asked."""
    SETTINGS = "settings"
    """The form of the person's own settings."""
    PAUSE = "pause"
    """id of a subscription"""
    RESUME = "resume"
    REMOVE = "remove"
    FOLLOWING = "following"
    """What the person follows, and what is subscribed for the place."""
    TRENDING = "trending"
    """The chart: window, categories separated by spaces, offset."""
    EXPORT = "export"
    FORGET = "forget"
    """Erase everything that is kept of the person."""
    HELP = "help"


OPENS_FORM = frozenset({Verb.FOLLOW, Verb.SUBSCRIBE, Verb.CHANGE, Verb.SETTINGS})


class Action(Frozen):
    verb: Verb
    about: tuple[str, ...] = ()

    def encode(self) -> str:
        """``save|2410.05258``: printable ASCII."""
        return _SEPARATOR.join([self.verb, *(p if _PLAIN.fullmatch(p) else quote(p, safe=_SAFE) for p in self.about)])

    @property
    def fits(self) -> bool:
        """Whether a button can carry it: an imported paper may have an id of any length."""
        return len(self.encode()) <= _LONGEST


def action(verb: Verb, *about: str) -> Action:
    return Action(verb=verb, about=about)


def decode(text: str) -> Action:
    """The action of a button. Raises BadInput for what no button of ours says."""
    name, *about = text.split(_SEPARATOR)
    if len(text) > _LONGEST or name not in set(Verb) or len(about) > _MOST_ABOUT:
        raise BadInput("this button is not known any more: ask again")
    return Action(verb=Verb(name), about=tuple(unquote(part) for part in about))
