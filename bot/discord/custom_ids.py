"""What a button says when it is pressed: ``pb:save|2410.05258``.

The text is all there is of a button, so that it works at any age and after a restart. Discord takes 100 characters,
and no text twice in a message: a number after ``pb`` tells those apart that do the same. What is too long for that is
kept under a short key (``pb:~KEY``). A button that asks before it acts has a question mark and the key of its
sentence (``pb?KEY:remove|id``). Keys are those of papers/asked.py.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Iterable, Mapping

from bot.actions import Action, decode
from bot.discord.components import Component, walked
from bot.replies import Button, Reply
from papers.asked import AskedTexts
from papers.errors import BadInput
from papers.models import Frozen

LONGEST = 100
_ROOM = LONGEST - len("99")
PATTERN = r"pb(?P<number>\d{0,2})(?P<asks>\?(?P<sentence>[0-9A-Za-z]{0,40}))?:(?P<what>.+)"
"""For discord.py's DynamicItem, which matches from the beginning."""
_KEPT = "~"
_PATTERN = re.compile(PATTERN, re.DOTALL)
_SURE = "Are you sure?"


class Press(Frozen):
    """What a pressed button wants."""

    action: Action
    confirm: str = ""
    """A sentence to ask before it is done; empty where nothing is asked."""


def custom_id(button: Button, keys: Mapping[str, str]) -> str | None:
    """The text of a button; None where it does not fit. ``keys``: see ``kept``."""
    encoded = button.action.encode()
    asks = f"?{keys.get(button.confirm, '')}" if button.confirm else ""
    told = f"pb{asks}:{encoded}"
    if len(told) > _ROOM and encoded in keys:
        told = f"pb{asks}:{_KEPT}{keys[encoded]}"
    return told if len(told) <= _ROOM and button.action.fits else None


def told_apart(components: Iterable[Component]) -> None:
    """Number those buttons of a message, in place, that do the same as one before."""
    seen: Counter[str] = Counter()
    for component in walked(components):
        text = component.get("custom_id")
        if isinstance(text, str):
            if seen[text]:
                component["custom_id"] = f"pb{seen[text]}{text.removeprefix('pb')}"
            seen[text] += 1


def read(text: str) -> Action:
    """The action of a button's text that carries it whole. Raises BadInput for what no button of ours says."""
    return decode(_match(text)["what"])


async def press(text: str, asked: AskedTexts) -> Press:
    """What the button with this text wants. Raises BadInput for what no button of ours says, and redis-py's errors."""
    match = _match(text)
    what = match["what"]
    if what.startswith(_KEPT):
        what = await asked.text(what.removeprefix(_KEPT)) or ""
    action = decode(what)
    if match["asks"] is None:
        return Press(action=action)
    sentence = await asked.text(match["sentence"]) if match["sentence"] else None
    return Press(action=action, confirm=sentence or _SURE)


async def kept(reply: Reply, asked: AskedTexts) -> Mapping[str, str]:
    """Keep what the buttons of a reply cannot carry: text -> its key. Asks nothing of Redis where they can."""
    buttons = (*reply.buttons, *(button for card in reply.cards for button in card.buttons))
    long = {encoded for button in buttons if len(encoded := button.action.encode()) > _ROOM - len("pb:")}
    sentences = {button.confirm for button in buttons if button.confirm}
    texts = sorted(long | sentences)
    return dict(zip(texts, await asyncio.gather(*map(asked.keep, texts)), strict=True))


def _match(text: str) -> re.Match[str]:
    match = _PATTERN.fullmatch(text) if len(text) <= LONGEST else None
    if match is None:
        raise BadInput("this button is not known any more: ask again")
    return match
