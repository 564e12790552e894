"""Buttons: in messages, in modals, in the Home tab."""

from typing import Any

from bot.actions import OPENS_FORM, Action, Verb
from bot.commands import Commands
from bot.replies import Reply
from bot.slack.buttons import renamed
from bot.slack.callers import Callers
from bot.slack.contact import Contact
from bot.slack.filling import Forms
from bot.slack.homes import Homes
from bot.slack.modal import loading
from bot.slack.replying import Replies
from bot.slack.views import Views, answer_view

_CHANGES_HOME = frozenset(
    {Verb.SAVE, Verb.UNSAVE, Verb.INSTEAD, Verb.BESIDE, Verb.PAUSE, Verb.RESUME, Verb.REMOVE, Verb.FORGET}
)


class Presses:
    def __init__(
        self, commands: Commands, callers: Callers, views: Views, replies: Replies, homes: Homes, forms: Forms
    ) -> None:
        self._commands = commands
        self._callers = callers
        self._views = views
        self._replies = replies
        self._homes = homes
        self._forms = forms

    async def in_message(self, contact: Contact, action: Action) -> None:
        if action.verb in OPENS_FORM:
            await self._forms.open(contact, action)
            return
        reply = await self._commands.press(await self._callers.full(contact), action)
        await self._replies.send(contact, reply)
        await self._changed(contact, action)

    async def in_home(self, contact: Contact, action: Action) -> None:
        """The answer is a modal: no message is near the Home tab."""
        if action.verb in OPENS_FORM:
            await self._forms.open(contact, action)
            return
        opened = await self._views.open(contact, loading("Paperboy"))
        reply = await self._commands.press(await self._callers.full(contact), action)
        if not await self._in_view(contact, opened, reply):
            await self._replies.send(contact, reply)
        await self._changed(contact, action)

    async def in_modal(self, contact: Contact, view: dict[str, Any], action: Action) -> None:
        """Of an answer that is a modal: the next takes its place, or stands above it."""
        if action.verb in OPENS_FORM:
            await self._forms.open(contact, action, above=True)
            return
        reply = await self._commands.press(await self._callers.full(contact), action)
        blocks = view.get("blocks")
        names = renamed(blocks, reply.renamed) if reply.renamed and isinstance(blocks, list) else None
        if names is not None:
            await self._views.update(contact, str(view.get("id")), _again(view, names))
        elif reply.replaces or await self._views.open(contact, answer_view(reply), above=True) is None:
            if not await self._in_view(contact, str(view.get("id")), reply):
                await self._replies.send(contact, reply)
        elif reply.file is not None:
            await self._replies.send(contact, Reply(file=reply.file))
        await self._changed(contact, action)

    async def _in_view(self, contact: Contact, view_id: str | None, reply: Reply) -> bool:
        if view_id is None or not await self._views.update(contact, view_id, answer_view(reply)):
            return False
        if reply.file is not None:
            await self._replies.send(contact, Reply(file=reply.file))
        return True

    async def _changed(self, contact: Contact, action: Action) -> None:
        if action.verb in _CHANGES_HOME:
            await self._homes.changed(contact)


def _again(view: dict[str, Any], blocks: list[dict[str, Any]]) -> dict[str, Any]:
    """A view as it can be sent again: Slack gives it back with much that it does not take."""
    kept = ("type", "title", "submit", "close", "callback_id", "private_metadata")
    return {**{name: view[name] for name in kept if view.get(name)}, "blocks": blocks}
