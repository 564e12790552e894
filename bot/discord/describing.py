"""What commands do, in the words of bot/command_table.py, as short as Discord wants them."""

from bot.command_table import command_named
from papers.display import shorten

_LONGEST = 100


def does(name: str) -> str:
    """A command's description."""
    command = command_named(name)
    assert command is not None
    return shorten(command.does.rstrip("."), _LONGEST)
