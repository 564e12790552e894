"""Places as Slack shows them: a channel as a link with its name, which only Slack knows; others in words."""

import re
from collections.abc import Sequence

from bot.slack.texts import Block, words

_CHANNEL = re.compile(r"slack:[TE]\w+/([CG]\w+)", re.ASCII)
_PERSON = re.compile(r"slack:[TE]\w+/[UW]\w+", re.ASCII)


def named(text: str, places: Sequence[str]) -> list[Block]:
    """Pieces of rich text: ``text`` with its places, given as they stand in it, as links."""
    pieces: list[Block] = []
    for told in _parts(text, places):
        channel = _CHANNEL.fullmatch(told) if told in places else None
        if channel:
            pieces.append({"type": "channel", "channel_id": channel[1]})
        elif told:
            pieces.append(words(_in_words(told) if told in places else told))
    return pieces


def spoken(text: str, places: Sequence[str]) -> str:
    """The same where no link can be: in notifications."""
    return "".join(_in_words(told) if told in places else told for told in _parts(text, places))


def _parts(text: str, places: Sequence[str]) -> list[str]:
    return re.split(f"({'|'.join(map(re.escape, places))})", text) if places else [text]


def _in_words(place: str) -> str:
    if _CHANNEL.fullmatch(place):
        return "a channel"
    return "a person’s direct messages" if _PERSON.fullmatch(place) else place
