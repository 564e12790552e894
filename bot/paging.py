"""Lists that come page by page: where a page begins is told by its buttons, which may be forged. Pure."""

from bot.actions import Action, Verb, action
from bot.replies import Button

_LONGEST = 6


def offset_of(pressed: Action, place: int = 0) -> int:
    """The number that stands at this place of what a button is about; 0, the first page, for anything else."""
    typed = next(iter(pressed.about[place:]), "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= _LONGEST else 0


def page_buttons(verb: Verb, start: int, count: int, page: int) -> tuple[Button, ...]:
    """``Previous`` and ``Next``, where there is such a page; ``start`` is the offset of this one."""
    before = Button(label="Previous", action=action(verb, str(max(start - page, 0))))
    after = Button(label="Next", action=action(verb, str(start + page)))
    return (*((before,) if start else ()), *((after,) if start + page < count else ()))


def page_line(start: int, shown: int, count: int) -> str:
    """``11 to 20 of 34``; nothing where one page holds all."""
    return f"{start + 1} to {start + shown} of {count:,}" if shown < count else ""
