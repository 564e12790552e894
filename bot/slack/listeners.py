"""What Bolt calls: reads the payload, acknowledges, starts the work. Nothing is decided here."""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from bot import asks
from bot.actions import decode
from bot.apologies import apology
from bot.commands import Commands
from bot.errands import BUSY, TOO_LONG, Errands
from bot.replies import Reply
from bot.slack import contacts
from bot.slack.acknowledging import Acknowledgement, update
from bot.slack.asking import Questions
from bot.slack.callers import Callers
from bot.slack.contact import Contact
from bot.slack.filling import Forms
from bot.slack.homes import Homes
from bot.slack.modal import options, said
from bot.slack.payloads import (
    BlockActions,
    HomeOpened,
    Incoming,
    LinkShared,
    Said,
    Shortcut,
    SlashCommand,
    Suggestion,
    ViewSubmission,
    unreadable,
)
from bot.slack.pressing import Presses
from bot.slack.replying import Replies
from bot.slack.unfurling import Unfurls
from papers.errors import BadInput
from papers.log import get_logger

if TYPE_CHECKING:
    from slack_bolt import BoltResponse
    from slack_bolt.context.async_context import AsyncBoltContext

    Ack = Callable[..., Awaitable[BoltResponse]]
    Tell = Callable[[Reply], Awaitable[None]]

P = TypeVar("P", bound=Incoming)
_MOST_TOLD = 50
"""People who are told that there is too much to do, at once."""
_ACKNOWLEDGED_WITHIN = 2.0
"""Seconds; Slack waits three, and shows an error then."""
_PERHAPS_DONE = Reply(text="That took too long, so I stopped. Look whether it was done before you try again.")
_SAID_SUBTYPES = {None, "file_share", "thread_broadcast"}

log = get_logger("slack")


@dataclass(frozen=True)
class Listeners:
    commands: Commands
    callers: Callers
    questions: Questions
    presses: Presses
    forms: Forms
    homes: Homes
    unfurls: Unfurls
    replies: Replies
    errands: Errands

    async def command(self, ack: "Ack", context: "AsyncBoltContext", body: dict[str, Any]) -> None:
        asked = _read(SlashCommand, body)
        contact = contacts.of_command(context, asked)
        busy = not self._start("command", contact, self.questions.answer(contact, asked.text))
        await ack(BUSY if busy else "")

    async def words(self, context: "AsyncBoltContext", event: dict[str, Any]) -> None:
        spoken = _read(Said, event)
        if _is_for_us(spoken, context.bot_user_id):
            contact = contacts.of_words(context, spoken)
            self._start("words", contact, self.questions.answer(contact, spoken.text))

    async def press(self, ack: "Ack", context: "AsyncBoltContext", body: dict[str, Any]) -> None:
        pressed = _read(BlockActions, body)
        contact = contacts.of_press(context, pressed)
        await ack()
        view, act = pressed.view, next(iter(pressed.actions), None)
        if act is None:
            return
        if view is not None and view.get("type") == "modal" and act.type != "button":
            self._start("live field", contact, self.forms.refresh(contact, view))
            return
        try:
            action = decode(act.action_id)
        except BadInput as error:
            self._start("unknown button", contact, self.replies.send(contact, apology(error)))
            return
        if view is None:
            work = self.presses.in_message(contact, action)
        elif view.get("type") == "home":
            work = self.presses.in_home(contact, action)
        else:
            work = self.presses.in_modal(contact, view, action)
        if not self._start(f"button {action.verb}", contact, work):
            told = self.replies.send(contact, Reply(text=BUSY))
            self.errands.start(told, "busy", whose=contact.team, more=_MOST_TOLD)

    async def submission(self, ack: "Ack", context: "AsyncBoltContext", body: dict[str, Any]) -> None:
        filled = _read(ViewSubmission, body)
        contact = contacts.of_view(context, filled.user, filled.view, filled.trigger_id)

        answer = Acknowledgement()
        work = self.forms.submit(contact, filled.view, answer)

        async def tell(reply: Reply) -> None:
            await self.forms.say(contact, filled.view, reply, answer)

        taken = self._start("form", contact, work, tell=tell, too_long=_PERHAPS_DONE)
        await ack(await answer.within(_ACKNOWLEDGED_WITHIN) if taken else update(said(Reply(text=BUSY))))

    async def closed(self, ack: "Ack") -> None:
        await ack()

    async def suggestion(self, ack: "Ack", context: "AsyncBoltContext", body: dict[str, Any]) -> None:
        typed = _read(Suggestion, body)
        view = body.get("view")
        contact = contacts.of_view(context, typed.user, view if isinstance(view, dict) else {})
        found = await self.commands.suggest(self.callers.quick(contact), typed.action_id, typed.value)
        await ack(options(found))

    async def shortcut(self, ack: "Ack", context: "AsyncBoltContext", body: dict[str, Any]) -> None:
        used = _read(Shortcut, body)
        contact = contacts.of_shortcut(context, used)
        await ack()
        if used.message is None:
            self._start("shortcut", contact, self.forms.open_offered(contact, self._help(contact)))
        else:
            self._start("shortcut", contact, self.questions.like(contact, used.message.words()))

    async def home_opened(self, context: "AsyncBoltContext", event: dict[str, Any]) -> None:
        opened = _read(HomeOpened, event)
        if opened.tab == "home":
            contact = contacts.of_home(context, opened)
            self._start("home", contact, self.homes.publish(contact), tell=_nobody)

    async def links(self, context: "AsyncBoltContext", event: dict[str, Any]) -> None:
        shared = _read(LinkShared, event)
        contact = contacts.of_links(context, shared)
        self._start("links", contact, self.unfurls.show(contact, shared), tell=_nobody)

    async def _help(self, contact: Contact) -> Reply:
        return await self.commands.answer(self.callers.quick(contact), asks.Help())

    def _start(
        self,
        what: str,
        contact: Contact,
        work: Coroutine[Any, Any, None],
        *,
        tell: "Tell | None" = None,
        too_long: Reply = TOO_LONG,
    ) -> bool:
        """Whether it was taken; failures are told to the person, in another way than by a message with ``tell``."""

        async def by_message(reply: Reply) -> None:
            await self.replies.send(contact, reply)

        return self.errands.start(work, what, tell or by_message, whose=contact.team, too_long=too_long)


async def _nobody(reply: Reply) -> None:
    """Nobody waits for it."""


def _read(model: type[P], payload: dict[str, Any]) -> P:
    """Raises BadInput naming the fields that are wrong, never what they hold."""
    try:
        return model.model_validate(payload)
    except ValidationError as error:
        raise BadInput(f"a payload of Slack lacks {unreadable(error)}") from None


def _is_for_us(spoken: Said, bot_user: str | None) -> bool:
    """A person's own new words: no bot's, no edit, nobody's coming and going; of messages only direct ones."""
    if spoken.user is None or spoken.bot_id is not None or spoken.edited is not None:
        return False
    if spoken.user == bot_user or spoken.subtype not in _SAID_SUBTYPES:
        return False
    return spoken.type == "app_mention" or spoken.channel_type == "im"
