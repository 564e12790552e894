"""The button that erases all that is kept of a person. It asks first, wherever it stands."""

from bot.actions import Verb, action
from bot.replies import Button, Style

FORGET_ME = Button(
    label="Forget me",
    action=action(Verb.FORGET),
    hint="Erase all that is kept of you",
    style=Style.DANGER,
    confirm="Erase all that is kept of you: what you follow, saved papers, settings, thumbs? It cannot be taken back.",
)
