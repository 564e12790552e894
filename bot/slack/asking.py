"""Questions in words: ``/papers …``, a mention, a message to the app, a shortcut on somebody's message.

A mention is answered where it was asked, visible to the asker alone: what everybody should see is shared with a
button. In a thread the answer is in the thread, elsewhere in the channel: a thread that nobody has opened hides
what is visible to one person only.
"""

from bot.apologies import apology
from bot.asks import Ask, Follow, Help, Settings, Subscribe, Thanks
from bot.caller import Caller
from bot.command_text import parse_ask
from bot.commands import Commands
from bot.replies import Reply
from bot.slack.callers import Callers
from bot.slack.contact import Contact
from bot.slack.filling import Forms
from bot.slack.incoming import read_text
from bot.slack.replying import Replies
from papers.errors import BadInput

_WITH_FORM = (Follow, Subscribe, Settings)


class Questions:
    def __init__(self, commands: Commands, callers: Callers, replies: Replies, forms: Forms) -> None:
        self._commands = commands
        self._callers = callers
        self._replies = replies
        self._forms = forms

    async def answer(self, contact: Contact, text: str) -> None:
        """Answer what was written, as Slack encodes it."""
        try:
            ask = parse_ask(read_text(text, contact.bot_user), contact.command)
        except BadInput as error:
            await self._replies.send(contact, apology(error))
            return
        if contact.trigger and isinstance(ask, _WITH_FORM):
            await self._forms.open_offered(contact, self._answer(contact, ask))
        else:
            await self._replies.send(contact, await self._answer(contact, ask))

    async def like(self, contact: Contact, text: str) -> None:
        """Papers like a message."""
        caller = await self._callers.full(contact)
        await self._replies.send(contact, await self._commands.like_text(caller, read_text(text)))

    async def _answer(self, contact: Contact, ask: Ask) -> Reply:
        return await self._commands.answer(await self._caller(contact, ask), ask)

    async def _caller(self, contact: Contact, ask: Ask) -> Caller:
        if isinstance(ask, Help | Thanks):
            return self._callers.quick(contact)
        return await (self._callers.subscribing(contact) if isinstance(ask, Subscribe) else self._callers.full(contact))
