"""The components of Discord's messages as the JSON that is sent, and how much of them a message may hold.

Source: docs.discord.com/developers/components/reference.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from typing import Any

from bot.replies import Style
from papers.display import one_line, shorten

Component = dict[str, Any]

MOST_COMPONENTS = 40
"""Of a message, with those inside of others."""
LONGEST_TEXT = 4000
"""Characters of all texts of a message together."""
MOST_IN_ROW = 5
COMPONENTS_V2 = 1 << 15
"""The flag of a message that consists of components."""
LONGEST_LABEL = 80
_ACCENT = 0x2B4A6F


class Kind(IntEnum):
    ROW = 1
    BUTTON = 2
    SELECT = 3
    TEXT_INPUT = 4
    SECTION = 9
    TEXT = 10
    SEPARATOR = 14
    CONTAINER = 17
    LABEL = 18
    CHECKBOX = 23


_STYLES: Mapping[Style, int] = {Style.PRIMARY: 1, Style.PLAIN: 2, Style.DANGER: 4}


def text(content: str) -> Component:
    """Markdown: other people's words in it must be escaped."""
    return {"type": int(Kind.TEXT), "content": content}


def separator() -> Component:
    return {"type": int(Kind.SEPARATOR), "divider": True, "spacing": 1}


def container(components: Sequence[Component]) -> Component:
    return {"type": int(Kind.CONTAINER), "accent_color": _ACCENT, "components": list(components)}


def button(words: str, custom_id: str, style: Style = Style.PLAIN, *, disabled: bool = False) -> Component:
    shown = {"type": int(Kind.BUTTON), "style": _STYLES[style], "label": label(words), "custom_id": custom_id}
    return {**shown, "disabled": True} if disabled else shown


def rows(buttons: Sequence[Component]) -> list[Component]:
    return [
        {"type": int(Kind.ROW), "components": list(buttons[start : start + MOST_IN_ROW])}
        for start in range(0, len(buttons), MOST_IN_ROW)
    ]


def label(words: str, limit: int = LONGEST_LABEL) -> str:
    """Words in which Discord reads no marks. Never empty, which it refuses."""
    return shorten(one_line(words), limit) or "…"


def walked(components: Iterable[Any]) -> Iterator[Component]:
    """All components, with those inside of others; what has no such shape is passed over."""
    for component in components:
        if isinstance(component, dict):
            yield component
            inner = component.get("components")
            yield from walked(inner if isinstance(inner, list) else ())
            yield from walked([component.get("accessory"), component.get("component")])


def weight(components: Iterable[Component]) -> int:
    """How many components these count as."""
    return sum(1 for _ in walked(components))


def characters(components: Iterable[Component]) -> int:
    """How many characters of text these have."""
    return sum(len(component["content"]) for component in walked(components) if component["type"] == Kind.TEXT)
