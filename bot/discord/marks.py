"""By what a message is known as a delivery's: its nonce, and numbers that its components carry.

Discord forgets a nonce after some minutes and does not tell it in a channel's history; the ids of components are told
for good. They are whole numbers of 31 bits, chosen by whoever writes: two of them hold half of the delivery's id.

Sources: https://discord.com/developers/docs/resources/message#create-message (nonce, enforce_nonce),
https://discord.com/developers/docs/components/reference#anatomy-of-a-component (id).
"""

import string
from collections.abc import Sequence
from hashlib import blake2b
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


def marked(components: Sequence[Component], delivery: str, part: int = 0) -> list[Component]:
    """The components with the delivery's mark: the first two, from the outside in, are numbered."""
    left = list(_numbers(delivery, part))

    def numbered(component: Component) -> Component:
        shown = {"id": left.pop(0), **component} if left else dict(component)
        if left and isinstance(inner := component.get("components"), list):
            shown["components"] = [numbered(one) for one in inner]
        return shown

    return [numbered(component) for component in components]


def is_marked(message: Any, delivery: str, part: int = 0) -> bool:
    """Whether a message, as Discord tells it, carries the mark of a delivery."""
    components = message.get("components") if isinstance(message, dict) else None
    shown = list(walked(components)) if isinstance(components, list) else []
    first = [component.get("id") for component in shown[:2]]
    return bool(first) and first == list(_numbers(delivery, part))[: len(first)]


def _numbers(delivery: str, part: int) -> tuple[int, int]:
    """Two different numbers, far from those that Discord gives to components without one."""
    told = blake2b(nonce(delivery, part).encode(), digest_size=8, person=b"discord mark").digest()
    one, other = (int.from_bytes(half) & _BITS | _HIGH for half in (told[:4], told[4:]))
    return one, other if other != one else other ^ 1
