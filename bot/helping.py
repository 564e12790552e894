"""What can be asked, for whoever asks for help: short enough for a phone."""

from bot.actions import Verb, action
from bot.caller import Caller
from bot.command_table import COMMANDS, Command, command_named
from bot.replies import Button, Card, Reply
from papers.display import one_line, shorten

_LONGEST_NAME = 40
_BUTTONS = (
    Button(label="Trending this week", action=action(Verb.TRENDING, "week", "")),
    Button(label="Follow a topic", action=action(Verb.FOLLOW)),
    Button(label="What comes here", action=action(Verb.FOLLOWING)),
    Button(label="My settings", action=action(Verb.SETTINGS)),
)


def help_reply(caller: Caller, about: str = "") -> Reply:
    """All commands in a line each, or how one of them works."""
    asked = one_line(about)
    command = command_named(asked) if asked else None
    if command:
        return _explained(caller, command)
    unknown = f"There is no command “{shorten(asked, _LONGEST_NAME)}”. There are these:" if asked else ""
    return Reply(
        heading="What you can ask Paperboy",
        text=unknown or "Papers that people talk about, found by what they are about, and sent to where you are.",
        cards=tuple(Card(title=_usage(caller, command), text=command.does) for command in COMMANDS),
        notes=("Answers are for you alone, until you share one.",),
        buttons=_BUTTONS,
    )


def example(caller: Caller, name: str) -> str:
    """How a command is written where the caller is: ``/papers follow topic:diffusion models for proteins``."""
    command = command_named(name)
    assert command is not None
    return _written(caller, command.usage(named=caller.named_options).examples[0])


def _explained(caller: Caller, command: Command) -> Reply:
    usage = command.usage(named=caller.named_options)
    return Reply(
        heading=_usage(caller, command),
        text=" ".join(filter(None, (command.does, usage.more, "For example:"))),
        cards=tuple(Card(title=_written(caller, example)) for example in usage.examples),
        buttons=(Button(label="All commands", action=action(Verb.HELP)),),
    )


def _usage(caller: Caller, command: Command) -> str:
    arguments = command.usage(named=caller.named_options).arguments
    return _written(caller, f"{command.name} {arguments}".strip())


def _written(caller: Caller, words: str) -> str:
    return f"{caller.command} {words}".strip()
