"""What help on Discord tells to write is what Discord's commands take."""

import re
from typing import Any, cast

import discord
import pytest

from bot.command_table import COMMANDS, Command
from bot.discord.tree import GROUP, PapersTree

_OPTION = re.compile(r"(?<!\S)([a-z-]+):(?!//)")


def options_of(name: str) -> dict[str, dict[str, Any]]:
    tree = PapersTree(discord.Client(intents=discord.Intents.none()))
    tree.listen(cast("Any", None), cast("Any", None))
    (group,) = [one for one in tree.payload() if one["name"] == GROUP]
    (command,) = [one for one in group["options"] if one["name"] == name]
    return {one["name"]: one for one in command.get("options", ())}


def written(example: str) -> dict[str, str]:
    """``search words:protein folding category:q-bio``: option -> what is given."""
    _, *parts = _OPTION.split(example)
    return dict(zip(parts[::2], map(str.strip, parts[1::2]), strict=True))


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_example_names_options_that_there_are(command: Command) -> None:
    known = options_of(command.name)
    usage = command.usage(named=True)
    for example in usage.examples:
        assert example.split()[0] == command.name
        given = written(example)
        assert set(given) <= set(known), example
        assert {name for name, one in known.items() if one.get("required")} <= set(given), example
        for name, value in given.items():
            choices = [choice["name"] for choice in known[name].get("choices") or ()]
            assert not choices or value in choices, example
    assert set(_OPTION.findall(usage.arguments)) <= set(known)
    if not known:
        assert usage.arguments == ""
