"""Sends a reply to whoever asked, by the first way that works.

Private: the response_url, which works in every channel; an ephemeral message; a direct message. For everybody: the
response_url, or a message where the app is a member. A file goes by direct message only.
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.button_names import ButtonNames
from bot.replies import Reply
from bot.slack.answers import error_name, meaning
from bot.slack.blocks import Rendered, render
from bot.slack.buttons import renamed
from bot.slack.contact import Contact
from bot.slack.direct import send_dm, send_file
from bot.slack.payloads import Message
from bot.slack.response_urls import respond
from bot.slack.texts import MOST_BLOCKS, plain_text
from papers.errors import AnswerLost, DeliveryError
from papers.log import get_logger

if TYPE_CHECKING:
    from bot.slack.web_api import WebApi

_NO_FILE = (
    "I could not send you the file: direct messages from me may not reach you. Open the Messages tab of the app, write "
    "me a word there, and ask again. If I answer there and still send no file, the log of whoever runs me says why."
)
_FILE_SENT = "I sent it to you by direct message."
_NOT_SHARED = "I may not post here. Invite me with /invite, then share it again."
_PERHAPS_SHARED = "Slack did not say whether it was shared. Look whether it is there before you share it again."
_DONE = Reply(text="Done.")

log = get_logger("slack")


class Replies:
    def __init__(self, web: "WebApi") -> None:
        self._web = web
        self._names = ButtonNames()

    async def send(self, contact: Contact, reply: Reply) -> None:
        """Send all that the reply holds. Never raises: what fails is told by another way, or logged."""
        named = await self.rename(contact, reply) if reply.renamed else True
        if reply.file is not None and not await self._file(contact, reply):
            await self._privately(contact, Reply(text=_NO_FILE))
            return
        if reply.file is not None and not contact.own_dm:
            reply = reply.model_copy(update={"text": f"{reply.text} {_FILE_SENT}".strip()})
        if not named and not _says_something(reply):
            reply = _DONE
        if not _says_something(reply):
            return
        if not reply.private and contact.place is not None:
            await self._publicly(contact, reply)
        else:
            await self._privately(contact, reply)

    async def rename(self, contact: Contact, reply: Reply) -> bool:
        """Rename buttons on the pressed message, if it is ours and Slack told us what it was. Returns whether."""
        pressed = contact.pressed
        if pressed is None or not pressed.blocks or not contact.channel or not _ours(contact):
            return False
        message = (contact.team, contact.channel, pressed.ts)
        write = partial(self._written, contact, pressed)
        done = await self._names.change(message, reply.renamed, write, at=reply.renamed_at)
        return done is not False

    async def _written(self, contact: Contact, pressed: Message, names: Mapping[str, str], older: bool) -> bool:
        blocks = renamed(pressed.blocks or (), names, always=older)
        if blocks is None:
            return True
        arguments: dict[str, Any] = {"channel": contact.channel, "ts": pressed.ts, "text": pressed.text or ""}
        if pressed.metadata:
            arguments["metadata"] = pressed.metadata  # by which a post is found again after a crash
        try:
            await self._web.client(contact.token, patient=True).chat_update(**arguments, blocks=blocks)
        except Exception as error:  # noqa: BLE001 - what was pressed is done all the same
            _note("buttons were not renamed", contact, error)
            return False
        return True

    async def _file(self, contact: Contact, reply: Reply) -> bool:
        assert reply.file is not None
        return await self._tried(contact, lambda: send_file(self._web, contact, reply.file))  # type: ignore[arg-type]

    async def _privately(self, contact: Contact, reply: Reply) -> None:
        message = render(reply)
        for way in self._private_ways(contact, message, replaces=reply.replaces and contact.alone):
            if await self._tried(contact, way):
                return
        log.error("a person could not be answered", team=contact.team)

    def _private_ways(
        self, contact: Contact, message: Rendered, *, replaces: bool
    ) -> "list[Callable[[], Awaitable[Any]]]":
        body = _body(message)

        async def write() -> None:
            await self._web.paces.turn(contact.team, channel)
            client = self._web.client(contact.token, patient=True)
            await client.chat_postMessage(channel=channel, **_threaded(contact), **body)

        ways: list[Callable[[], Awaitable[Any]]] = []
        if contact.response_url:
            shown = {"replace_original": True} if replaces else {"replace_original": False, **_threaded(contact)}
            answer = {**body, "response_type": "ephemeral", **shown}
            ways.append(lambda: respond(self._web, contact.response_url, answer))
        channel = str(contact.channel)
        if contact.own_dm:  # where an ephemeral message would be gone when it is opened again
            at = 1 if replaces else 0
            ways.insert(at, write)
        elif contact.place:
            words = {"text": message.text, "blocks": message.blocks}  # it knows no more
            here: dict[str, Any] = {"channel": channel, "user": contact.user, **_threaded(contact), **words}
            ways.append(lambda: self._web.client(contact.token, patient=True).chat_postEphemeral(**here))
        ways.append(lambda: send_dm(self._web, contact, message))
        return ways

    async def _publicly(self, contact: Contact, reply: Reply) -> None:
        message = _with_name(render(reply), contact)
        body = {**_body(message), **_threaded(contact)}
        client = self._web.client(contact.token, patient=True)
        ways: list[Callable[[], Awaitable[Any]]] = []
        if contact.response_url:
            answer = {**body, "response_type": "in_channel", "replace_original": False}
            ways.append(lambda: respond(self._web, contact.response_url, answer))

        async def write() -> None:
            await self._web.paces.turn(contact.team, str(contact.channel))
            await client.chat_postMessage(channel=str(contact.channel), **body)

        ways.append(write)
        sentence = _NOT_SHARED
        for way in ways:
            try:
                await way()
            except Exception as error:  # noqa: BLE001 - told below
                if isinstance(_meaning(error), AnswerLost):
                    sentence = _PERHAPS_SHARED
                    break
                _note("a message for everybody was not taken", contact, error)
            else:
                return
        await self._privately(contact, Reply(text=sentence))

    async def _tried(self, contact: Contact, way: "Callable[[], Awaitable[Any]]") -> bool:
        try:
            await way()
        except Exception as error:  # noqa: BLE001 - another way may work
            _note("an answer was not taken", contact, error)
            return False
        return True


def _says_something(reply: Reply) -> bool:
    return bool(reply.heading or reply.text or reply.cards or reply.notes or reply.buttons)


def _body(message: Rendered) -> dict[str, Any]:
    return {
        "text": message.text,
        "blocks": message.blocks,
        "mrkdwn": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def _threaded(contact: Contact) -> dict[str, Any]:
    return {"thread_ts": contact.thread} if contact.thread else {}


def _with_name(message: Rendered, contact: Contact) -> Rendered:
    """By name, not as a mention, which would ping whoever shared it."""
    who = {"type": "context", "elements": [plain_text(f"Shared by {contact.user_name or 'somebody here'}", 200)]}
    return Rendered([who, *message.blocks[: MOST_BLOCKS - 1]], message.text)


def _ours(contact: Contact) -> bool:
    pressed = contact.pressed
    assert pressed is not None
    by_bot = bool(contact.bot_id) and pressed.bot_id == contact.bot_id
    return by_bot or (bool(contact.bot_user) and pressed.user == contact.bot_user)


def _meaning(error: Exception) -> DeliveryError | None:
    return error if isinstance(error, DeliveryError) else meaning(error, handed_over=True)


def _note(event: str, contact: Contact, error: Exception) -> None:
    reason = error_name(error) or (str(error) if isinstance(error, DeliveryError) else type(error).__name__)
    log.warning(event, team=contact.team, reason=reason)
