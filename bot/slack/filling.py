"""Forms: opened, made anew while they are filled in, taken or given back to be mended."""

import asyncio
from typing import TYPE_CHECKING, Any

from bot.actions import Action, Verb
from bot.commands import Commands
from bot.forms import Filled, Form, Mistake
from bot.replies import Button, Reply
from bot.slack.acknowledging import Acknowledgement, update
from bot.slack.callers import Callers
from bot.slack.contact import Contact
from bot.slack.homes import Homes
from bot.slack.live_views import LiveViews
from bot.slack.modal import errors, loading, modal, said
from bot.slack.replying import Replies
from bot.slack.submitted import field_blocks, filled
from bot.slack.view_places import with_place
from bot.slack.views import Views, answer_view
from papers.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Awaitable

_TITLES = {Verb.FOLLOW: "Follow a topic", Verb.SUBSCRIBE: "A digest", Verb.CHANGE: "Change", Verb.SETTINGS: "Settings"}
_CLOSED = "The form did not open in time. Press the button to try again."


class Forms:
    def __init__(self, commands: Commands, callers: Callers, views: Views, replies: Replies, homes: Homes) -> None:
        self._commands = commands
        self._callers = callers
        self._views = views
        self._replies = replies
        self._homes = homes
        self._live = LiveViews(views)

    async def open(self, contact: Contact, action: Action, *, above: bool = False) -> None:
        """The form of a button: something at once, since the press is good for three seconds, then the form."""
        opened, made = await asyncio.gather(
            self._views.open(contact, loading(_TITLES[action.verb]), above=above), self._form(contact, action)
        )
        await self._show(contact, opened, made, action)

    async def open_offered(self, contact: Contact, offering: "Awaitable[Reply]") -> None:
        """The form that an answer's button offers, without the press; the answer itself where it offers none."""
        opened, offer = await asyncio.gather(self._views.open(contact, loading("Paperboy")), offering)
        action = next((button.action for button in offer.buttons if button.action.verb in _TITLES), None)
        if opened is None or action is None:
            if opened is None or not await self._views.update(contact, opened, said(offer)):
                await self._replies.send(contact, offer)
            return
        if action.verb is Verb.SUBSCRIBE:  # the button may add one more; whoever only asks means what comes already
            action = Action(verb=Verb.SUBSCRIBE)
        await self._show(contact, opened, await self._form(contact, action), action)

    async def _form(self, contact: Contact, action: Action) -> Form | Reply:
        return await self._commands.form(await self._callers.subscribing(contact), action)

    async def _show(self, contact: Contact, opened: str | None, made: Form | Reply, action: Action) -> None:
        view = modal(made) if isinstance(made, Form) else answer_view(made)
        if opened is not None and await self._views.update(contact, opened, view):
            return
        again = Reply(text=_CLOSED, buttons=(Button(label="Open the form", action=action),))
        await self._replies.send(contact, again if isinstance(made, Form) else made)

    async def refresh(self, contact: Contact, view: dict[str, Any]) -> None:
        """A live field was changed."""
        await self._live.show(contact, view, self._refreshed(contact, filled(view)))

    async def _refreshed(self, contact: Contact, given: Filled) -> dict[str, Any]:
        made = await self._commands.refresh(await self._callers.full(contact), given)
        return modal(made) if isinstance(made, Form) else said(made)

    async def submit(self, contact: Contact, view: dict[str, Any], answer: Acknowledgement) -> None:
        """Take what was filled in; ``answer`` hears what the modal is to do."""
        try:
            given = filled(view)
        except BadInput as error:
            await self.say(contact, view, Reply(text=str(error)), answer)
            return
        result = await self._commands.submit(await self._callers.subscribing(contact), given)
        if not answer.give(_outcome(contact, result, view)):
            await self._tell_late(contact, view, given, result)
        if isinstance(result, Reply):
            if _for_all(result, contact):
                await self._replies.send(contact, result)
            await self._homes.changed(contact)

    async def say(self, contact: Contact, view: dict[str, Any], reply: Reply, answer: Acknowledgement) -> None:
        """Tell it in the place of the form, or else in a message."""
        if not answer.give(update(said(reply))) and not await self._show_late(contact, view, said(reply)):
            await self._replies.send(contact, reply)

    async def _tell_late(self, contact: Contact, view: dict[str, Any], given: Filled, result: Reply | Mistake) -> None:
        if isinstance(result, Reply):
            if not await self._show_late(contact, view, _told(result)) and not _for_all(result, contact):
                await self._replies.send(contact, result)
            return
        made = await self._commands.refresh(await self._callers.full(contact), given)
        mended = modal(made.model_copy(update={"intro": Reply(text=result.text)})) if isinstance(made, Form) else None
        await self._show_late(contact, view, mended or said(Reply(text=result.text)))

    async def _show_late(self, contact: Contact, view: dict[str, Any], shown: dict[str, Any]) -> bool:
        return await self._views.update_acknowledged(
            contact, str(view.get("id")), shown, seen=str(view.get("hash") or "")
        )


def _outcome(contact: Contact, result: Reply | Mistake, view: dict[str, Any]) -> dict[str, Any]:
    """What was done stays to be read in the modal: quieter than a message, and surer to be seen by whoever did it."""
    if isinstance(result, Mistake):
        return errors(result, field_blocks(view))
    return update(with_place(_told(result), contact))


def _told(result: Reply) -> dict[str, Any]:
    """What was done needs no buttons; what is asked is answered with them."""
    return answer_view(result) if result.buttons else said(result)


def _for_all(reply: Reply, contact: Contact) -> bool:
    return not reply.private and contact.place is not None
