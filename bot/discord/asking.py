"""Commands: what was asked with them, answered."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.actions import OPENS_FORM, Verb, action
from bot.asks import Ask
from bot.caller import Caller
from bot.commands import Commands
from bot.discord.answering import Answering
from bot.discord.callers import caller_of
from bot.discord.drafts import filled_of
from bot.discord.elsewhere import informed
from bot.discord.filling import Forms
from bot.discord.form_pages import pages
from bot.discord.messages import words_of
from bot.discord.turns import LAST, Turns
from bot.discord.understanding import taken
from bot.forms import Option
from bot.replies import Reply

if TYPE_CHECKING:
    import discord

    Interaction = discord.Interaction[Any]


class Questions:
    def __init__(self, commands: Commands, turns: Turns, forms: Forms) -> None:
        self._commands = commands
        self._turns = turns
        self._forms = forms

    def answer(self, interaction: "Interaction", ask: Ask) -> None:
        async def work(at: Answering) -> Reply:
            return await self._commands.answer(caller_of(interaction), ask)

        self._turns.take(interaction, f"command {type(ask).__name__}", work)

    def tell(self, interaction: "Interaction", reply: Reply) -> None:
        """What is known to be wrong already."""

        async def work(at: Answering) -> Reply:
            return reply

        self._turns.take(interaction, "command", work)

    def open(self, interaction: "Interaction", ask: Ask) -> None:
        """The form that the answer offers, at once; the answer where there is more in it than the offer."""

        async def work(at: Answering) -> Reply | None:
            caller = caller_of(interaction)
            offer = await self._commands.answer(caller, ask)
            wanted = next((button.action for button in offer.buttons if button.action.verb in OPENS_FORM), None)
            if wanted is None or offer.cards:
                return offer
            return await self._forms.open(at, caller, wanted)

        self._turns.take(interaction, f"command {type(ask).__name__}", work, soon=LAST)

    def fill(
        self, interaction: "Interaction", caller: Caller, verb: Verb, typed: Mapping[str, tuple[str, ...]]
    ) -> None:
        """Hand in the form of a verb as it is filled in already, but for what was typed as options.

        Options are understood as what is typed into the form: ``Berlin`` is a zone, ``9`` an hour.
        """

        async def suggest(field: str, words: str) -> tuple[Option, ...]:
            return await self._commands.suggest(caller, field, words)

        async def work(at: Answering) -> Reply:
            form = await self._commands.form(caller, action(verb))
            if isinstance(form, Reply):
                return form
            given = {field.name: field.value for field in form.fields} | dict(typed)
            for page in range(len(pages(form))):
                form, mistake = await taken(form, page, given, suggest)
                if mistake is not None:
                    return Reply(text=mistake.text)
            done = await self._commands.submit(await informed(caller, interaction), filled_of(form))
            return done if isinstance(done, Reply) else Reply(text=done.text)

        self._turns.take(interaction, f"command {verb}", work)

    def like(self, interaction: "Interaction", message: "discord.Message") -> None:
        """Papers like somebody's message."""

        async def work(at: Answering) -> Reply:
            return await self._commands.like_text(caller_of(interaction), words_of(message))

        self._turns.take(interaction, "papers like this", work)
