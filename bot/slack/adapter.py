"""Delivers to Slack: channels, and people by direct message."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from bot.posts import post_of
from bot.slack.answers import TOKEN_REFUSED, error_name, not_installed, understood
from bot.slack.blocks import split
from bot.slack.installation import Installation, Installations
from bot.slack.line import Line
from bot.slack.marks import Message, marked
from bot.slack.sightings import Sightings
from bot.slack.threads import PATIENCE, Thread, Threads
from bot.slack.web_api import WebApi
from papers.adapters import Commit, Limits, Parcel, Rate, Scope, Sighting
from papers.contents import Content
from papers.delivery_models import Delivery
from papers.destinations import Destination, Platform
from papers.errors import DeliveryError, DestinationGone, MessageRefused, TryLater
from papers.settings import Settings

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

T = TypeVar("T")

_LIMITS: Limits = {Scope.CHANNEL: Rate(per_second=1), Scope.WORKSPACE: Rate(per_second=4, burst=4)}
"""Slack takes a message a second in a channel and "several hundred a minute" in a workspace, where what stands in
threads comes on top: https://docs.slack.dev/apis/web-api/rate-limits"""
_CALLS = 4
"""The longest way: a conversation is opened and read, each once more when the token had expired."""
_MOST_REMEMBERED = 10_000
_PEOPLE = ("U", "W")


class SlackAdapter:
    """Implements papers.adapters.Adapter and Completes for ``slack:TEAM/CHANNEL`` and ``slack:TEAM/USER``."""

    platform = Platform.SLACK
    settles = 2.0

    def __init__(self, settings: Settings, installations: Installations, web: WebApi) -> None:
        """Installations and ``web`` are shared with others, and theirs to close."""
        self.limits = _LIMITS
        self.timeout = _CALLS * settings.slack.timeout + PATIENCE
        self._installations = installations
        self._web = web
        self._sightings = Sightings()
        self._conversations: dict[tuple[str, str, str], str] = {}
        self._threads = Threads()

    async def send(self, parcel: Parcel, commit: Commit) -> str:
        """Returns ``CHANNEL/ts``. What does not fit one message, and the details, follow in its thread."""
        messages = _messages(parcel.content, parcel.delivery.id)

        async def post(line: Line) -> str:
            await commit()
            with understood(handed_over=True):
                answer = await line.client.chat_postMessage(channel=line.channel, **messages[0])
            thread = Thread(self._learnt(line, answer["channel"]), answer["ts"], parcel.delivery.id)
            await self._threads.write(thread, messages, parcel.still_ours)
            return str(thread)

        return await self._on_line(parcel.destination, post)

    async def find(self, delivery: Delivery, destination: Destination) -> Sighting:
        """By the delivery id in the metadata."""

        async def look(line: Line) -> Sighting:
            return await self._sightings.look(await self._readable(line), delivery)

        return await self._on_line(destination, look)

    async def complete(self, parcel: Parcel, message_id: str) -> None:
        """By the numbers of its parts in their metadata."""
        messages = _messages(parcel.content, parcel.delivery.id)
        channel, _, ts = message_id.partition("/")

        async def add(line: Line) -> None:
            thread = Thread(replace(line, channel=channel), ts, parcel.delivery.id)
            await self._threads.complete(thread, messages, parcel.still_ours)

        await self._on_line(parcel.destination, add)

    async def close(self) -> None:
        """Nothing of its own is open."""

    async def _on_line(self, destination: Destination, work: Callable[[Line], Awaitable[T]]) -> T:
        """Do it; once more if the token was refused, and nothing done, and there is a newer one."""
        where, _, target = destination.address.partition("/")
        installation = await self._installation(where)
        try:
            return await work(self._line(installation, target))
        except DeliveryError as error:
            if error_name(error.__cause__) not in TOKEN_REFUSED:
                raise
            newer = await self._installation(where)
            if newer.bot_token == installation.bot_token:
                raise
        return await work(self._line(newer, target))

    async def _installation(self, where: str) -> Installation:
        organization = where.startswith("E")
        found = await self._installations.find(None if organization else where, where if organization else None)
        if found is None:
            raise DestinationGone(not_installed(where))
        return found

    def _line(self, installation: Installation, target: str) -> Line:
        """A person's id stands for the conversation with them, when something is posted."""
        known = self._conversations.get(_key(installation, target), target)
        return Line(self._web.client(installation.bot_token.get_secret_value()), installation, known)

    async def _readable(self, line: Line) -> Line:
        """A conversation is read by its own id: if it is not known, it is opened."""
        if not line.channel.startswith(_PEOPLE):
            return line
        return self._learnt(line, await _open(line.client, line.channel))

    def _learnt(self, line: Line, channel: str) -> Line:
        """The same line, now that it is known which conversation it is."""
        if line.channel.startswith(_PEOPLE):
            _make_room(self._conversations, _MOST_REMEMBERED)
            self._conversations[_key(line.installation, line.channel)] = channel
        return replace(line, channel=channel)


def _key(installation: Installation, person: str) -> tuple[str, str, str]:
    return installation.where, installation.bot_user, person


async def _open(client: "AsyncWebClient", person: str) -> str:
    with understood(handed_over=False, limited=Scope.WORKSPACE):
        answer = await client.conversations_open(users=person)
    channel = (answer.get("channel") or {}).get("id")
    if not isinstance(channel, str):
        raise TryLater("Slack opened a conversation without saying which")
    return channel


def _make_room(kept: dict[Any, Any], most: int) -> None:
    """The oldest goes."""
    while len(kept) >= most:
        kept.pop(next(iter(kept)))


def _messages(content: Content, delivery: str) -> list[Message]:
    """The message, and those that stand under it."""
    post = post_of(content)
    parts = [*split(post.main), *(split(post.details, below=True) if post.details else ())]
    if not parts:
        raise MessageRefused("it says nothing")
    shown = [
        {
            "blocks": part.blocks,
            "text": part.text,
            "mrkdwn": False,
            "unfurl_links": False,
            "unfurl_media": False,
        }
        for part in parts
    ]
    return marked(shown, delivery)
