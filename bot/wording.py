"""What an error or a note says, told as a sentence in a chat.

The domain's errors also speak to whoever types ``paperboy`` in a terminal. What only helps there (a command, an
option, a setting) is left out here, in this one place.
"""

import re

from papers.display import one_line, shorten

_LONGEST = 600
_QUOTED = r"'[^']*'|\"[^\"]*\"|“[^”]*”"
# A clause ends at one of these, unless it stands in quotation marks: what is quoted was typed by a person.
_CLAUSES = re.compile(rf"((?:{_QUOTED}|[^;:.]|[;:.](?!\s|$))+)([;:.]?\s*)")
_TRANSLATED = {
    "`paperboy search` finds papers by words": "search for words of its title",
    "`paperboy subscriptions list` shows those there are": "look at what you follow",
}
_FOR_A_TERMINAL = re.compile(r"`?\bpaperboy [a-z]|(?:^|\s)--[a-z]|\bPAPERBOY_[A-Z]|`[^`]+`|^\s*Try\s*$")
_TYPED_IN_A_CHAT = re.compile(r"`(/[^`]+)`")


def sentence(text: str, otherwise: str = "") -> str:
    """``text`` as one or more sentences of at most 600 characters, without what is said to a terminal.

    ``otherwise`` is said if nothing is left.
    """
    return capitalized(shorten(_within(text), _LONGEST)) or otherwise


def reason_told(text: str) -> str:
    """Why something could not be delivered, as it stands at the end of a sentence, without its full stop."""
    return (_within(text) or one_line(text)).rstrip(".")


def _within(text: str) -> str:
    """What is to be typed in a chat keeps no backticks around it: they would be shown."""
    return _for_people(one_line(_TYPED_IN_A_CHAT.sub(r"\1", text)))


def capitalized(text: str) -> str:
    """Its first word with a capital letter, if it is a word and no name such as ``cs.CL``; with a full stop."""
    if not text:
        return ""
    first = text.split(" ", 1)[0].rstrip(",;:.")
    begun = text[0].upper() + text[1:] if first.isalpha() and first.islower() else text
    return begun if begun[-1] in ".!?…" else f"{begun}."


def _for_people(text: str) -> str:
    for told, instead in _TRANSLATED.items():
        text = text.replace(told, instead)
    kept = [
        clause + end
        for clause, end in _CLAUSES.findall(text)
        if not _FOR_A_TERMINAL.search(re.sub(_QUOTED, "", clause))
    ]
    return "".join(kept).rstrip(" ;:,")
