"""What is kept for whoever asks it, or sent to them later. Not for people of whom nothing can be kept. Pure."""

from bot.actions import OPENS_FORM, Action, Verb
from bot.asks import Ask, Follow, Keep, Settings, Subscribe

_ASKED = (Keep, Follow, Subscribe, Settings)
_PRESSED = OPENS_FORM | {Verb.SAVE, Verb.UP, Verb.DOWN, Verb.INSTEAD, Verb.BESIDE}


def keeps(what: Ask | Action) -> bool:
    return what.verb in _PRESSED if isinstance(what, Action) else isinstance(what, _ASKED)
