"""Delivers to Discord: channels, threads and forums, and people by direct message."""

import asyncio
from typing import TYPE_CHECKING

from bot.discord.answers import ARCHIVED, NO_SUCH_CHANNEL, NOT_IN_THIS_KIND, Task, code_of
from bot.discord.breaker import Breaker
from bot.discord.bundle import Bundle, bundled
from bot.discord.calls import Calls
from bot.discord.following_up import follow_up
from bot.discord.patience import PATIENCE
from bot.discord.rest import Answer, Rest
from bot.discord.rooms import Forum, Learnt, Room, Rooms, Sent, told_id
from bot.discord.sightings import Sightings
from papers.adapters import ABSENT, Commit, Limits, Parcel, Rate, Scope, Sighting
from papers.allowance import Allowance
from papers.asked import AskedTexts
from papers.delivery_models import Delivery
from papers.destinations import Destination, Platform
from papers.errors import AnswerLost, DestinationGone, TryLater
from papers.settings import Settings

if TYPE_CHECKING:
    from redis.asyncio import Redis

LIMITS: Limits = {Scope.CHANNEL: Rate(per_second=1, burst=5), Scope.PLATFORM: Rate(per_second=47, burst=3)}
"""Discord takes 50 calls a second of a bot, however they are spread in it, and five messages in five seconds in a
channel: https://discord.com/developers/docs/topics/rate-limits"""
_CALLS = 5
"""The longest way: a conversation is opened, or a forum found out, a thread opened again, and a message sent twice."""
_A_MOMENT, _MOST_MOMENTS = 2.0, 3
"""Seconds, and how often they are waited for."""
_MOST_OWED = 1000
_THREE_DAYS = 4320
"""Minutes without a word after which Discord folds a post away."""


class DiscordAdapter:
    """Implements papers.adapters.Adapter for ``discord:CHANNEL`` and ``discord:@USER``."""

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
        self._asked = AskedTexts(redis)
        self._owed: dict[str, Bundle] = {}

    async def send(self, parcel: Parcel, commit: Commit) -> str:
        """Returns ``CHANNEL/MESSAGE``. What does not fit one message follows it, the details stand in a thread."""
        await self._calls.ready()
        delivery = parcel.delivery
        bundle = await bundled(parcel.content, delivery.id, self._asked)
        room = await self._rooms.room(parcel.destination)
        self._owed.pop(delivery.id, None)
        try:
            sent = await self._post_in_turn(room, bundle, commit)
        except AnswerLost:
            self._owe(delivery.id, bundle)
            raise
        except DestinationGone as error:
            if not (room.direct and code_of(error.__cause__) == NO_SUCH_CHANNEL):
                raise
            await self._rooms.shut(parcel.destination)
            raise TryLater("the conversation with this person is no more: another is opened") from error
        await follow_up(self._calls, self._rooms, sent, bundle)
        return str(sent)

    async def find(self, delivery: Delivery, destination: Destination) -> Sighting:
        """By the mark in its components. What is still to follow a message that is there is sent now.

        While its nonces are remembered, one of which this process does not know what is to follow is told to be absent:
        its sender may have died before all of it was there, and sending it again adds what is missing, and nothing
        else.
        """
        room = await self._rooms.room(destination)
        forum = await self._forum(room)
        if not forum and delivery.id not in self._owed and await self._sightings.nonce_is_remembered(delivery):
            return ABSENT
        look = self._sightings.look
        found = await (self._sightings.look_in_forum(room, forum, delivery) if forum else look(room, delivery))
        if found.message_id is not None and (bundle := self._owed.pop(delivery.id, None)):
            channel, _, message = found.message_id.partition("/")
            sent = Sent(Room(channel, room.direct), message, in_thread=forum is not None)
            await follow_up(self._calls, self._rooms, sent, bundle)
        return found

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
                await self._rooms.learn(room, Learnt.FORUM)
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

    def _owe(self, delivery: str, bundle: Bundle) -> None:
        """The message may be there: ``find`` will tell, and then the rest belongs to it."""
        while len(self._owed) >= _MOST_OWED:
            self._owed.pop(next(iter(self._owed)))
        self._owed[delivery] = bundle


def _made(answer: Answer) -> str:
    """The id of a message. Raises AnswerLost."""
    found = told_id(answer.data)
    if found is None:
        raise AnswerLost("Discord took the message without giving its id")
    return found
