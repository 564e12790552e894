import pytest

from bot.caller import Caller
from bot.command_table import COMMANDS
from bot.helping import help_reply
from bot.replies import Reply

CALLER = Caller(person="slack:T1/U1")


def words(reply: Reply) -> str:
    return "\n".join([reply.heading, reply.text, *(f"{card.title}\n{card.text}" for card in reply.cards), *reply.notes])


def test_help_names_every_command_as_it_is_written_here() -> None:
    reply = help_reply(CALLER)
    assert [card.title.split()[1] for card in reply.cards] == [command.name for command in COMMANDS]
    assert reply.cards[0].title == "/papers search WORDS"
    assert reply.private


def test_help_fits_on_a_phone() -> None:
    assert len(words(help_reply(CALLER))) < 1_500


def test_where_no_command_is_needed_none_is_named() -> None:
    assert help_reply(Caller(person="slack:T1/U1", command="")).cards[0].title == "search WORDS"


@pytest.mark.parametrize("about", [command.name for command in COMMANDS] + ["Forget me", "SEARCH"])
def test_one_command_is_explained_with_an_example(about: str) -> None:
    reply = help_reply(CALLER, about)
    assert reply.heading.startswith("/papers ")
    assert all(card.title.startswith("/papers ") for card in reply.cards)


def test_help_on_what_is_no_command_says_so_and_what_there_is() -> None:
    reply = help_reply(CALLER, "\u202efly\x00" + "y" * 500)
    assert reply.text.startswith("There is no command “flyyy")
    assert len(reply.text) < 100
    assert len(reply.cards) == len(COMMANDS)


def test_where_options_have_names_they_are_named() -> None:
    named = CALLER.model_copy(update={"named_options": True})
    assert help_reply(named).cards[0].title == "/papers search words:WORDS"
    explained = help_reply(named, "search")
    assert "in:" not in words(explained)
    assert explained.cards[-1].title.endswith("category:q-bio author:Jane Roe since:2026-03-01")
