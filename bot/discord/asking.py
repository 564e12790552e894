"""Commands: what was asked with them, answered."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.actions import OPENS_FORM, Action, Verb, action
from bot.asks import Ask
from bot.caller import Caller
from bot.commands import Commands
from bot.digest_forms import ANOTHER
from bot.discord.answering import Answering
from bot.discord.callers import caller_of
from bot.discord.drafts import filled_of
from bot.discord.elsewhere import informed
from bot.discord.filling import Forms
from bot.discord.form_pages import pages
from bot.discord.messages import words_of
from bot.discord.named_places import NamedPlaces
from bot.discord.quiet import heard
from bot.discord.turns import LAST, Turns
from bot.discord.understanding import taken
from bot.forms import Form, Mistake, Option
from bot.replies import Reply

if TYPE_CHECKING:
    import discord

    Interaction = discord.Interaction[Any]

Options = Mapping[str, tuple[str, ...]]
"""Field -> what was typed; nothing of what was not."""


class Questions:
    def __init__(self, commands: Commands, turns: Turns, forms: Forms, named: NamedPlaces) -> None:
        self._commands = commands
        self._turns = turns
        self._forms = forms
        self._named = named

    def answer(self, interaction: "Interaction", ask: Ask) -> None:
        async def work(at: Answering) -> Reply:
            return await self._commands.answer(caller_of(interaction), ask)

        self._turns.take(interaction, f"command {type(ask).__name__}", work)

    def tell(self, interaction: "Interaction", reply: Reply) -> None:
        """What is known to be wrong already."""

        async def work(at: Answering) -> Reply:
            return reply

        self._turns.take(interaction, "command", work)

    def open(self, interaction: "Interaction", ask: Ask, caller: Caller | None = None) -> None:
        """The form that the answer offers, at once; the answer where there is more in it than the offer.

        ``caller``: in another place than where the command was given.
        """

        async def work(at: Answering) -> Reply | None:
            me = await informed(await self._in_place(interaction, caller), interaction)
            offer = await self._commands.answer(me, ask)
            wanted = next((button.action for button in offer.buttons if button.action.verb in OPENS_FORM), None)
            if wanted is None or offer.cards:
                return offer
            return await self._forms.open(at, me, wanted)

        self._turns.take(interaction, f"command {type(ask).__name__}", work, soon=LAST)

    def subscribe(self, interaction: "Interaction", caller: Caller, options: Options) -> None:
        """Subscribe with what was typed as options; the rest is what is there already, or the usual.

        Where nobody can tell which digest is meant, it is asked.
        """

        async def work(at: Answering) -> Reply:
            me = await self._in_place(interaction, caller)
            form = await self._filled(me, action(Verb.SUBSCRIBE, ANOTHER), options)
            if not isinstance(form, tuple):
                return form
            if form[1] is not None:
                return Reply(text=form[1].text)
            with heard("a subscription"):
                await at.defer()
            done = await self._commands.submit(await informed(me, interaction), filled_of(form[0]))
            return done if isinstance(done, Reply) else Reply(text=done.text)

        self._turns.take(interaction, "command subscribe", work)

    def follow(self, interaction: "Interaction", options: Options) -> None:
        """The form of a topic with what was typed as options, and what it would have brought: one click saves it."""

        async def work(at: Answering) -> Reply | None:
            caller = caller_of(interaction)
            form = await self._filled(caller, action(Verb.FOLLOW), options)
            if not isinstance(form, tuple):
                return form
            shown, mistake = form
            if mistake is None:
                made = await self._commands.refresh(caller, filled_of(shown))
                if isinstance(made, Reply):
                    return made
                shown = made
            await self._forms.show(at, shown, mistake)
            return None

        self._turns.take(interaction, "command follow", work)

    async def _filled(self, caller: Caller, new: Action, options: Options) -> tuple[Form, Mistake | None] | Reply:
        """The form with these options in it, and the first that is not understood. ``new`` opens one for something new.

        They are understood as what is typed into the form: ``Berlin`` is a zone, ``9`` an hour.
        """
        usual = await self._commands.form(caller, new)
        if isinstance(usual, Reply):
            return usual
        form, mistake = await self._with_options(caller, usual, options)
        if mistake is not None:
            return form, mistake
        asked = filled_of(form)
        named = {name: asked.values.get(name, ()) for name in options}
        there = await self._commands.form_for(caller, asked.model_copy(update={"values": named}))
        return there if isinstance(there, Reply) else await self._with_options(caller, there, options)

    async def _with_options(self, caller: Caller, form: Form, options: Options) -> tuple[Form, Mistake | None]:
        async def suggest(field: str, words: str) -> tuple[Option, ...]:
            return await self._commands.suggest(caller, field, words)

        given = {field.name: field.value for field in form.fields} | dict(options)
        mistakes = []
        for page in range(len(pages(form))):
            form, mistake = await taken(form, page, given, suggest)
            mistakes += [mistake] if mistake else []
        return form, next(iter(mistakes), None)

    async def _in_place(self, interaction: "Interaction", caller: Caller | None) -> Caller:
        """The caller; if their place was named, the buttons of what is answered will know it."""
        here = caller_of(interaction)
        if caller is None or caller.place == here.place:
            return here
        await self._named.keep(interaction, caller)
        return caller

    def like(self, interaction: "Interaction", message: "discord.Message") -> None:
        """Papers like somebody's message."""

        async def work(at: Answering) -> Reply:
            return await self._commands.like_text(caller_of(interaction), words_of(message))

        self._turns.take(interaction, "papers like this", work)
