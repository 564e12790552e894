"""Every command is documented, and every example in the documentation is one that the command line takes."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command

from paperboy.main import UsageError, app
from tests.docs.texts import PAGES, ROOT, Example, code, examples, name


def commands() -> Iterator[tuple[str, Any]]:
    """``(words, command)`` of every command that can be called."""
    pending: list[tuple[str, Any]] = [("", get_command(app))]
    while pending:
        words, command = pending.pop()
        children = getattr(command, "commands", {})
        pending += [(f"{words} {child}".strip(), found) for child, found in children.items()]
        if words and (not children or command.invoke_without_command):
            yield words, command


COMMANDS = dict(commands())


def all_examples() -> Iterator[Example]:
    for page in PAGES:
        yield from examples(name(page), code(page))
    epilogs = {"paperboy": get_command(app).epilog, **{words: command.epilog for words, command in COMMANDS.items()}}
    for words, epilog in epilogs.items():
        yield from examples(
            f"{words} --help", re.split(r"\s{2,}(?=paperboy )|, then (?=paperboy )| and (?=paperboy )", epilog or "")
        )


EXAMPLES = list(dict.fromkeys(all_examples()))


def test_there_are_examples_to_check() -> None:
    assert len(EXAMPLES) > 20
    assert {"README.md", "search --help"} <= {example.where for example in EXAMPLES}


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_is_in_the_readme(words: str) -> None:
    mentioned = code(ROOT / "README.md")
    assert any(re.search(rf"(^|paperboy ){re.escape(words)}\b", piece) for piece in mentioned)


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_and_option_says_what_it_does(words: str) -> None:
    command = COMMANDS[words]
    assert command.help
    for parameter in command.params:
        assert getattr(parameter, "help", None), f"{words} {parameter.opts}"


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_an_example_is_taken_by_the_command_line(example: Example) -> None:
    arguments = example.arguments
    called = sorted((words for words in COMMANDS if arguments[: len(words.split())] == words.split()), key=len)
    if not called:
        assert arguments[0] in {"--help", "--version"}, f"no such command: {example}"
        return
    rest = arguments[len(called[-1].split()) :]
    if not rest or "--help" in rest:
        return  # a command that is only named
    try:
        COMMANDS[called[-1]].make_context(called[-1], rest)
    except UsageError as error:
        pytest.fail(f"{example}: {error.format_message()}")
