"""Delivers to Discord: channels, threads and forums, and people by direct message."""

import asyncio
from typing import TYPE_CHECKING

from bot.discord.answers import ARCHIVED, NO_SUCH_CHANNEL, NOT_IN_THIS_KIND, UNREADABLE, Task, code_of
from bot.discord.breaker import Breaker
from bot.discord.bundle import Bundle, bundled
from bot.discord.calls import Calls
from bot.discord.following_up import follow_up
from bot.discord.forum_posts import ForumPosts
from bot.discord.parts_there import NOTHING, PartsThere
from bot.discord.patience import PATIENCE
from bot.discord.rest import Answer, Rest
from bot.discord.rooms import Forum, Learnt, Room, Rooms, Sent, told_id
from bot.discord.sightings import Sightings
from bot.discord.threads import Threads
from papers.adapters import Commit, Limits, Parcel, Rate, Scope, Sighting
from papers.allowance import Allowance
from papers.asked import AskedTexts
from papers.delivery_models import Delivery
from papers.destinations import Destination, Platform
from papers.errors import AnswerLost, DeliveryError, DestinationGone, TryLater
from papers.log import get_logger
from papers.settings import Settings

if TYPE_CHECKING:
    from redis.asyncio import Redis

log = get_logger("discord")

LIMITS: Limits = {Scope.CHANNEL: Rate(per_second=1, burst=5), Scope.PLATFORM: Rate(per_second=47, burst=3)}
"""Discord takes 50 calls a second of a bot, however they are spread in it, and five messages in five seconds in a
channel: https://discord.com/developers/docs/topics/rate-limits"""
_CALLS = 5
"""The longest way: a conversation is opened, or a forum found out, a thread opened again, and a message sent twice."""
_A_MOMENT, _MOST_MOMENTS = 2.0, 3
"""Seconds, and how often they are waited for."""
_THREE_DAYS = 4320
"""Minutes without a word after which Discord folds a post away."""


class DiscordAdapter:
    """Implements papers.adapters.Adapter and Completes for ``discord:CHANNEL`` and ``discord:@USER``."""

    platform = Platform.DISCORD
    limits = LIMITS
    settles = 2.0

    def __init__(self, settings: Settings, redis: "Redis") -> None:
        """``settings`` must have a token."""
        assert settings.discord.token is not None
        self.timeout = _CALLS * settings.discord.timeout + PATIENCE
        self._rest = Rest(settings, Breaker(redis, settings.discord.token.get_secret_value()))
        self._calls = Calls(self._rest, Allowance(redis, "platform:discord", LIMITS[Scope.PLATFORM], patience=PATIENCE))
        self._rooms = Rooms(redis, self._calls)
        self._sightings = Sightings(redis, self._calls)
        self._threads = Threads(self._calls, self._rooms, self._sightings.me)
        self._forum_posts = ForumPosts(self._calls, self._sightings)
        self._parts = PartsThere(self._calls, self._sightings)
        self._asked = AskedTexts(redis)

    async def send(self, parcel: Parcel, commit: Commit) -> str:
        """Returns ``CHANNEL/MESSAGE``. What does not fit one message follows it, the details stand in a thread."""
        await self._calls.ready()
        delivery = parcel.delivery
        bundle = await bundled(parcel.content, delivery.id, self._asked)
        room = await self._rooms.room(parcel.destination)
        try:
            sent = await self._post_in_turn(room, bundle, commit)
        except DestinationGone as error:
            if not (room.direct and code_of(error.__cause__) == NO_SUCH_CHANNEL):
                raise
            await self._rooms.shut(parcel.destination)
            raise TryLater("the conversation with this person is no more: another is opened") from error
        await follow_up(self._calls, self._threads, sent, bundle, parcel.still_ours)
        return str(sent)

    async def find(self, delivery: Delivery, destination: Destination) -> Sighting:
        """By the mark in its components.

        Where nobody can look, it is told to be absent while its nonces are remembered: sending all of it again then
        adds what is missing, and nothing else.
        """
        room = await self._rooms.room(destination)
        if forum := await self._forum_that_is_read(room):
            return await self._forum_posts.look(room, forum, delivery)
        return await self._sightings.look(room, delivery)

    async def complete(self, parcel: Parcel, message_id: str) -> None:
        """By the marks of its parts; while their nonces are remembered, where nobody can look too."""
        await self._calls.ready()
        bundle = await bundled(parcel.content, parcel.delivery.id, self._asked)
        if bundle.count == 1 and not bundle.publish:
            return
        sent = _known(message_id, direct=parcel.destination.address.startswith("@"))
        there = await self._parts.look(sent, parcel.delivery.id, bundle)
        if there is None and await self._sightings.nonce_is_remembered(parcel.delivery):
            there = NOTHING
        elif there is None or there.whole != bundle.whole:
            reason = "nobody can say what is there" if there is None else "it would not be the same any more"
            log.warning("what follows a message is left as it is", message=message_id, reason=reason)
            return
        await follow_up(self._calls, self._threads, sent, bundle, parcel.still_ours, there)

    async def close(self) -> None:
        await self._rest.close()

    async def _post_in_turn(self, room: Room, bundle: Bundle, commit: Commit) -> Sent:
        """Calls come together on their way, however evenly they leave: a wait of a moment is waited for here."""
        for _ in range(_MOST_MOMENTS):
            try:
                return await self._post(room, bundle, commit)
            except TryLater as error:
                if error.scope != Scope.PLATFORM or error.seconds is None or error.seconds > _A_MOMENT:
                    raise
                await asyncio.sleep(error.seconds)
                await self._calls.turn()
        return await self._post(room, bundle, commit)

    async def _post(self, room: Room, bundle: Bundle, commit: Commit) -> Sent:
        """Most channels take a message; what one refuses because of its kind is sent as that kind wants it."""
        if forum := await self._forum(room):
            return await self._post_in(forum, room, bundle, commit)
        try:
            return await self._write(room, bundle, commit)
        except DestinationGone as error:
            code = code_of(error.__cause__)
            if code in NOT_IN_THIS_KIND and (forum := await self._rooms.forum(room)):
                return await self._post_in(forum, room, bundle, commit)
            if code != ARCHIVED:
                raise
        await self._calls.ask(Task.REOPEN, "PATCH", f"/channels/{room.id}", body={"archived": False})
        return await self._write(room, bundle, commit)

    async def _write(self, room: Room, bundle: Bundle, commit: Commit) -> Sent:
        await commit()
        answer = await self._calls.hand_over(Task.WRITE, f"/channels/{room.id}/messages", bundle.first)
        return Sent(room, _made(answer), answer.room_in)

    async def _post_in(self, forum: Forum, room: Room, bundle: Bundle, commit: Commit) -> Sent:
        """A post, in which everything else follows. Discord takes no nonce for these."""
        message = {name: value for name, value in bundle.first.items() if name not in {"nonce", "enforce_nonce"}}
        body = {"name": bundle.title, "auto_archive_duration": _THREE_DAYS, "message": message}
        await commit()
        answer = await self._calls.hand_over(
            Task.POST, f"/channels/{room.id}/threads", {**body, "applied_tags": forum.tags} if forum.tags else body
        )
        post = _made(answer)
        return Sent(Room(post), post, in_thread=True)

    async def _forum(self, room: Room) -> Forum | None:
        return await self._rooms.forum(room) if await self._rooms.learnt(room) is Learnt.FORUM else None

    async def _forum_that_is_read(self, room: Room) -> Forum | None:
        """Whoever sent may have died before it learnt that this is one: where nothing is remembered, it is asked."""
        learnt = await self._rooms.learnt(room)
        if room.direct or learnt not in {None, Learnt.FORUM}:
            return None
        try:
            return await self._rooms.forum(room)
        except DeliveryError as error:
            if learnt or code_of(error.__cause__) not in UNREADABLE:
                raise
            return None


def _known(message_id: str, *, direct: bool) -> Sent:
    """The message of that id, as ``send`` and ``find`` tell it. A forum's post has the id of its first message."""
    channel, _, message = message_id.partition("/")
    return Sent(Room(channel, direct), message, in_thread=channel == message)


def _made(answer: Answer) -> str:
    """The id of a message. Raises AnswerLost."""
    found = told_id(answer.data)
    if found is None:
        raise AnswerLost("Discord took the message without giving its id")
    return found
