"""Discord has no dialogue that asks whether one is sure: the answer to the press is the question."""

from bot.discord.custom_ids import Press
from bot.replies import Button, Reply, Style


def question(press: Press, name: str) -> Reply:
    """The question that a press asks first; ``name`` is what the pressed button is called."""
    button = Button(label=name or "Yes", action=press.action, style=Style.DANGER)
    return Reply(text=press.confirm, buttons=(button,))
