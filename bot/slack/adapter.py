"""Delivers to Slack: channels, and people by direct message."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from bot.posts import post_of
from bot.slack.answers import TOKEN_REFUSED, error_name, not_installed, understood
from bot.slack.blocks import split
from bot.slack.installation import Installation, Installations
from bot.slack.sightings import Sightings, metadata
from bot.slack.threads import PATIENCE, send_thread
from bot.slack.web_api import WebApi
from papers.adapters import Commit, Limits, Parcel, Rate, Scope, Sighting
from papers.contents import Content
from papers.delivery_models import Delivery
from papers.destinations import Destination, Platform
from papers.errors import AnswerLost, DeliveryError, DestinationGone, MessageRefused, TryLater
from papers.settings import Settings

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

T = TypeVar("T")

Message = Mapping[str, Any]
"""Arguments of chat.postMessage, without where it goes."""

_LIMITS: Limits = {Scope.CHANNEL: Rate(per_second=1), Scope.WORKSPACE: Rate(per_second=4, burst=4)}
"""Slack takes a message a second in a channel and "several hundred a minute" in a workspace, where what stands in
threads comes on top: https://docs.slack.dev/apis/web-api/rate-limits"""
_CALLS = 4
"""The longest way: a conversation is opened and a message sent, each once more when the token had expired."""
_MOST_REMEMBERED = 10_000
_MOST_OWED = 1000
_PEOPLE = ("U", "W")


@dataclass(frozen=True)
class _Line:
    """A way to a channel."""

    client: "AsyncWebClient"
    installation: Installation
    channel: str


class SlackAdapter:
    """Implements papers.adapters.Adapter for ``slack:TEAM/CHANNEL`` and ``slack:TEAM/USER``."""

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
        self._owed: dict[str, Sequence[Message]] = {}

    async def send(self, parcel: Parcel, commit: Commit) -> str:
        """Returns ``CHANNEL/ts``. What does not fit one message, and the details, follow in its thread."""
        delivery = parcel.delivery
        first, *rest = _messages(parcel.content, delivery.id)
        self._owed.pop(delivery.id, None)

        async def post(line: _Line) -> str:
            await commit()
            with understood(handed_over=True):
                answer = await line.client.chat_postMessage(channel=line.channel, **first)
            await send_thread(line.client, line.channel, answer["ts"], rest)
            return f"{line.channel}/{answer['ts']}"

        try:
            return await self._on_line(parcel.destination, post)
        except AnswerLost:
            self._owe(delivery.id, rest)
            raise

    async def find(self, delivery: Delivery, destination: Destination) -> Sighting:
        """By the delivery id in the metadata. What is still to stand under a message that is there is sent now."""

        async def look(line: _Line) -> Sighting:
            found = await self._sightings.look(line.client, line.installation, line.channel, delivery)
            if found.message_id is not None and (rest := self._owed.pop(delivery.id, None)):
                await send_thread(line.client, line.channel, found.message_id.partition("/")[2], rest)
            return found

        return await self._on_line(destination, look)

    async def close(self) -> None:
        """Nothing of its own is open."""

    async def _on_line(self, destination: Destination, work: Callable[[_Line], Awaitable[T]]) -> T:
        """Do it; once more if the token was refused, and nothing done, and there is a newer one."""
        where, _, target = destination.address.partition("/")
        installation = await self._installation(where)
        try:
            return await work(await self._line(installation, target))
        except DeliveryError as error:
            if error_name(error.__cause__) not in TOKEN_REFUSED:
                raise
            newer = await self._installation(where)
            if newer.bot_token == installation.bot_token:
                raise
        return await work(await self._line(newer, target))

    async def _installation(self, where: str) -> Installation:
        organization = where.startswith("E")
        found = await self._installations.find(None if organization else where, where if organization else None)
        if found is None:
            raise DestinationGone(not_installed(where))
        return found

    async def _line(self, installation: Installation, target: str) -> _Line:
        """To a person: by the conversation with them, which is opened."""
        client = self._web.client(installation.bot_token.get_secret_value())
        if not target.startswith(_PEOPLE):
            return _Line(client, installation, target)
        key = (installation.where, installation.bot_user, target)
        if key not in self._conversations:
            _make_room(self._conversations, _MOST_REMEMBERED)
            self._conversations[key] = await _open(client, target)
        return _Line(client, installation, self._conversations[key])

    def _owe(self, delivery: str, rest: Sequence[Message]) -> None:
        """The message may be there: ``find`` will tell, and then the rest belongs under it."""
        _make_room(self._owed, _MOST_OWED)
        self._owed[delivery] = rest


async def _open(client: "AsyncWebClient", person: str) -> str:
    with understood(handed_over=False, limited=Scope.CHANNEL):
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
    return [
        {
            "blocks": part.blocks,
            "text": part.text,
            "mrkdwn": False,
            "metadata": metadata(delivery, number),
            "unfurl_links": False,
            "unfurl_media": False,
        }
        for number, part in enumerate(parts)
    ]
