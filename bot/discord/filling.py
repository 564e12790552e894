"""Forms: opened, filled in page by page, taken or given back to be mended.

A form that fits one modal opens as one. A longer one is a message that shows what is filled in, and what that would
bring; its buttons open its pages. Nothing of it is held here: a draft lies in Redis under the key in its buttons.
"""

from typing import TYPE_CHECKING

from bot.actions import Action
from bot.caller import Caller
from bot.commands import Commands
from bot.discord.answering import Answering
from bot.discord.components import Component, walked
from bot.discord.drafts import Drafts, filled_of, is_live
from bot.discord.elsewhere import informed
from bot.discord.form_ids import FormPress
from bot.discord.form_message import form_message
from bot.discord.form_pages import pages
from bot.discord.modal import modal
from bot.discord.quiet import heard
from bot.discord.submitted import typed
from bot.discord.understanding import taken
from bot.follow_form import TOPIC
from bot.forms import Form, Mistake, Option
from bot.replies import Button, Reply

if TYPE_CHECKING:
    import discord

_LATE = "The form did not open in time. Press the button to try again."
_FORM = "pbf:"


class Forms:
    """Methods return what is still to be said, or None. Raise BadInput, redis-py's errors, and what ``heard`` does."""

    def __init__(self, commands: Commands, drafts: Drafts) -> None:
        self._commands = commands
        self._drafts = drafts

    async def open(self, at: Answering, caller: Caller, action: Action) -> Reply | None:
        """The form of a button, or of a command."""
        made = await self._commands.form(caller, action)
        if isinstance(made, Reply):
            return made
        single = len(pages(made)) == 1
        if not single and not _lacks_words(made):
            await self.show(at, made)
        elif at.opened:
            return Reply(text=_LATE, buttons=(Button(label="Open the form", action=action),))
        else:
            with heard("a form"):
                await at.modal(modal(made, await self._drafts.keep(made), 0, at_once=single))
        return None

    async def pressed(self, at: Answering, caller: Caller, press: FormPress) -> Reply | None:
        """A button of a form's message."""
        form = await self._drafts.form(press.key)
        if press.page is None:
            return await self._submit(at, caller, form)
        if at.opened:
            return Reply(text=_LATE)
        with heard("a page of a form"):
            await at.modal(modal(form, press.key, press.page, at_once=press.at_once))
        return None

    async def handed_in(self, at: Answering, caller: Caller, press: FormPress, components: object) -> Reply | None:
        """A modal was handed in: a page of a form, or all of it."""
        before, page = await self._drafts.form(press.key), press.page or 0

        async def suggest(field: str, words: str) -> tuple[Option, ...]:
            return await self._commands.suggest(caller, field, words)

        form, mistake = await taken(before, page, typed(components), suggest)
        if mistake is not None:
            await self.show(at, form, mistake)
            return None
        if press.at_once:
            return await self._submit(at, caller, form)
        if is_live(form):
            made = await self._commands.refresh(caller, filled_of(form))
            if isinstance(made, Reply):
                return made
            form = made
        await self.show(at, form)
        return None

    async def _submit(self, at: Answering, caller: Caller, form: Form) -> Reply | None:
        with heard("a form"):
            await at.defer()
        done = await self._commands.submit(await informed(caller, at.interaction), filled_of(form))
        if isinstance(done, Mistake):
            await self.show(at, form, done)
            return None
        return done.model_copy(update={"replaces": True}) if _is_form(at.interaction.message) else done

    async def show(self, at: Answering, form: Form, mistake: Mistake | None = None) -> None:
        """The form as a message."""
        components = form_message(form, await self._drafts.keep(form), mistake).components
        with heard("a form"):
            if _is_form(at.interaction.message):
                await at.replace(components)
            else:
                await at.say(components, private=True)


def _lacks_words(form: Form) -> bool:
    """A topic without words: there is nothing to be seen in a message yet."""
    return any(field.name == TOPIC and not field.value for field in form.fields) and not form.context


def _is_form(message: "discord.Message | None") -> bool:
    """Whether a pressed message is that of a form, which its answer takes the place of."""
    return message is not None and any(
        str(component.get("custom_id", "")).startswith(_FORM) for component in components_of(message)
    )


def components_of(message: "discord.Message") -> list[Component]:
    """All components of a message, with those inside of others."""
    return list(walked([component.to_dict() for component in message.components]))
