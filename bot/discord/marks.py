"""By what a message is known as a delivery's: its nonce, and numbers that its components carry.

Discord forgets a nonce after some minutes and does not tell it in a channel's history; the ids of components are told
for good. They are whole numbers of 31 bits, chosen by whoever writes: two of them hold half of the delivery's id. A
third in the first message holds what all parts say together: who adds a part later must have divided the same text the
same way, or papers would be missing between two parts, or be there twice.

Sources: https://discord.com/developers/docs/resources/message#create-message (nonce, enforce_nonce),
https://discord.com/developers/docs/components/reference#anatomy-of-a-component (id).
"""

import json
import string
from collections.abc import Sequence
from hashlib import blake2b
from itertools import islice
from typing import Any

from bot.discord.components import Component, walked

LONGEST_NONCE = 25
_PARTS = string.ascii_letters + string.digits
MOST_PARTS = len(_PARTS)
"""Messages of a delivery after the first that have a nonce of their own."""
_BITS, _HIGH = (1 << 31) - 1, 1 << 30


def nonce(delivery: str, part: int = 0) -> str:
    """24 characters for the message itself, one more for those that follow it; ``part`` is at most MOST_PARTS."""
    return delivery if part == 0 else f"{delivery}{_PARTS[part - 1]}"


def marked(
    components: Sequence[Component], delivery: str, part: int = 0, *, whole: int | None = None
) -> list[Component]:
    """The components with the delivery's mark: the first two, from the outside in, are numbered.

    The third has the number ``whole``, if that is given.
    """
    left = [*_numbers(delivery, part), *([] if whole is None else [whole])]

    def numbered(component: Component) -> Component:
        shown = {"id": left.pop(0), **component} if left else dict(component)
        if left and isinstance(inner := component.get("components"), list):
            shown["components"] = [numbered(one) for one in inner]
        return shown

    return [numbered(component) for component in components]


def is_marked(message: Any, delivery: str, part: int = 0) -> bool:
    """Whether a message, as Discord tells it, carries the mark of a delivery."""
    first = _told(message)[:2]
    return bool(first) and first == list(_numbers(delivery, part))[: len(first)]


def whole(parts: object, delivery: str) -> int:
    """A number for what all parts of a delivery say together. ``parts``: what can be JSON."""
    told = blake2b(json.dumps(parts, sort_keys=True).encode(), digest_size=4, person=b"discord whole").digest()
    number = int.from_bytes(told) & _BITS | _HIGH
    taken = _numbers(delivery, 0)
    return next(free for free in (number, number ^ 1, number ^ 2) if free not in taken)


def whole_of(message: Any) -> int | None:
    """The same as a message has it; None: it has too few components to say so."""
    first = _told(message)
    return first[2] if len(first) > 2 and isinstance(first[2], int) else None


def _told(message: Any) -> list[Any]:
    components = message.get("components") if isinstance(message, dict) else None
    shown = walked(components) if isinstance(components, list) else ()
    return [component.get("id") for component in islice(shown, 3)]


def _numbers(delivery: str, part: int) -> tuple[int, int]:
    """Two different numbers, far from those that Discord gives to components without one."""
    told = blake2b(nonce(delivery, part).encode(), digest_size=8, person=b"discord mark").digest()
    one, other = (int.from_bytes(half) & _BITS | _HIGH for half in (told[:4], told[4:]))
    return one, other if other != one else other ^ 1
