"""What stands in a button's text, which may be forged."""

from bot.actions import Action
from bot.search_pages import LAST
from papers.errors import BadInput

OLD_BUTTON = "this button is not known any more: ask again"


def part(action: Action, place: int, otherwise: str | None = None) -> str:
    """One of the parts it is about. Raises BadInput if it is missing and nothing stands for it."""
    if place < len(action.about):
        return action.about[place]
    if otherwise is None:
        raise BadInput(OLD_BUTTON)
    return otherwise


def offset(action: Action, place: int) -> int:
    """Of a page; 0 if none is named. Raises BadInput for what no button of ours says."""
    text = part(action, place, "0")
    if not (text.isascii() and text.isdigit() and len(text) < 4 and int(text) <= LAST):
        raise BadInput(OLD_BUTTON)
    return int(text)
