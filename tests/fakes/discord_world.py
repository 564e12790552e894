"""A Discord's state with its clock and its names, and a record of what an app did to it."""

import itertools
import time
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.discord_faults import Faults
from tests.fakes.discord_limits import Limits
from tests.fakes.discord_permissions import ALL, DEFAULT, Overwrite, bits, permissions
from tests.fakes.discord_state import (
    ANNOUNCEMENT,
    DM,
    FORUM,
    GROUP_DM,
    TEXT,
    THREAD,
    THREADS,
    Channel,
    File,
    Guild,
    Interaction,
    Json,
    Message,
    Role,
    User,
)

EPOCH = 1_420_070_400
"""Seconds: where Discord's ids begin to count (discord.com/developers/docs/reference#snowflakes)."""
NONCE_SECONDS = 300.0
APP_PERMISSIONS = (
    "view_channel",
    "send_messages",
    "send_messages_in_threads",
    "embed_links",
    "attach_files",
    "read_message_history",
)
"""What an app's own role grants here if nothing else is said."""


class DiscordRefusal(Exception):
    """A call is answered with an error."""

    def __init__(self, status: int, code: int, message: str, **more: Any) -> None:
        super().__init__(f"{status} {code} {message}")
        self.status = status
        self.body: Json = {"message": message, "code": code, **more}


@dataclass(frozen=True)
class AppConfig:
    """The app's page at Discord."""

    token: str = "MTAwMDAwMDAwMDAwMDAwMDAx.fake.token-of-the-fake-discord"
    application_id: int = 100_000_000_000_000_001
    name: str = "Paperboy"
    shards: int = 1
    """How many are advised."""
    max_concurrency: int = 1
    identify_seconds: float = 5.0
    """How far apart identifies of a bucket must be."""
    identifies: int = 1000
    """How many a day are left."""
    heartbeat_seconds: float = 41.25
    guild_installable: bool = True
    user_installable: bool = True
    privileged: frozenset[str] = frozenset()
    """Which privileged intents were granted: presences, members, message_content."""
    events_kept: int = 5_000
    """Of a session, for whoever resumes it."""


@dataclass(frozen=True)
class Call:
    """A call of the REST API. ``route``: ``POST /channels/{channel_id}/messages``."""

    route: str
    path: str
    body: Any
    at: float
    status: int
    answer: Any
    token: str = ""


@dataclass
class World:
    config: AppConfig = field(default_factory=AppConfig)
    users: dict[int, User] = field(default_factory=dict)
    guilds: dict[int, Guild] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    files: dict[int, File] = field(default_factory=dict)
    interactions: dict[str, Interaction] = field(default_factory=dict)
    """token -> it"""
    commands: dict[int, list[Json]] = field(default_factory=dict)
    """server, or 0 for everywhere -> commands as Discord keeps them"""
    nonces: dict[tuple[int, str], tuple[Message, float]] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    """What a real Discord would have refused as misuse, and what annoys people."""
    faults: Faults = field(default_factory=Faults)
    limits: Limits = field(default_factory=Limits)
    base_url: str = ""
    may_ping: set[str] = field(default_factory=set)
    """Mentions that are no violation."""
    _by_channel: defaultdict[int, list[Message]] = field(default_factory=lambda: defaultdict(list))
    _of_guild: defaultdict[int, list[Channel]] = field(default_factory=lambda: defaultdict(list))
    _by_id: dict[int, Message] = field(default_factory=dict)
    _direct: dict[int, Channel] = field(default_factory=dict)
    """person -> their direct messages with the app"""
    _dm_times: deque[float] = field(default_factory=deque)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _last_id: int = 0
    _shift: float = 0.0

    def __post_init__(self) -> None:
        self.app = User(self.config.application_id, self.config.name, bot=True)
        """The app's user has the app's id, as with all apps since 2016."""
        self.users[self.app.id] = self.app

    # time and names

    def now(self) -> float:
        return time.time() + self._shift

    def forward(self, seconds: float) -> None:
        """Let time pass."""
        self._shift += seconds

    def snowflake(self, at: float | None = None) -> int:
        """An id of this moment; each is greater than the last, as far as they are of now."""
        milliseconds = int(((self.now() if at is None else at) - EPOCH) * 1000)
        if at is not None:
            return (milliseconds << 22) + next(self._numbers) % (1 << 22)
        self._last_id = max(self._last_id + 1, milliseconds << 22)
        return self._last_id

    def old_id(self) -> int:
        """Of something that is there since years: servers spread over shards."""
        return ((200_000_000_000 + next(self._numbers) * 1000) << 22) + 7 + (next(self._numbers) << 22)

    # what there is

    def add_user(self, name: str = "ada", *guilds: Guild, **more: Any) -> User:
        """A person, a member of these servers."""
        user = User(self.old_id(), name, **more)
        self.users[user.id] = user
        for guild in guilds:
            guild.members[user.id] = set()
        return user

    def add_guild(
        self,
        name: str = "Ada Labs",
        owner: User | None = None,
        *,
        app: bool = True,
        permissions: tuple[str, ...] = APP_PERMISSIONS,
        **more: Any,
    ) -> Guild:
        """A server; with ``app``, the app was added to it, and got these permissions as its role's."""
        owner = owner or self.add_user(f"owner{next(self._numbers)}")
        guild = Guild(self.old_id(), name, owner.id, app=app, **more)
        guild.members[owner.id] = set()
        self.guilds[guild.id] = guild
        if app:
            self.let_in(guild, *permissions)
        return guild

    def let_in(self, guild: Guild, *permissions: str) -> None:
        role = Role(self.old_id(), self.config.name, bits(*permissions), managed_by=self.app.id)
        guild.roles = [role, *(one for one in guild.roles if one.managed_by != self.app.id)]
        guild.members[self.app.id] = {role.id}
        guild.app = True

    def add_role(self, guild: Guild, name: str, *users: User, permissions: tuple[str, ...] = ()) -> Role:
        """For instance ``permissions=("manage_channels",)``."""
        role = Role(self.old_id(), name, bits(*permissions))
        guild.roles.append(role)
        for user in users:
            guild.members.setdefault(user.id, set()).add(role.id)
        return role

    def add_channel(self, guild: Guild, name: str = "papers", type: int = TEXT, **more: Any) -> Channel:
        return self.add(Channel(self.old_id(), type, name, guild.id, **more))

    def add(self, channel: Channel) -> Channel:
        self.channels[channel.id] = channel
        if channel.guild is not None:
            self._of_guild[channel.guild].append(channel)
        return channel

    def channels_of(self, guild: Guild) -> list[Channel]:
        """With threads, oldest first."""
        return [one for one in self._of_guild[guild.id] if one.id in self.channels]

    def add_announcements(self, guild: Guild, name: str = "news") -> Channel:
        return self.add_channel(guild, name, ANNOUNCEMENT)

    def add_forum(self, guild: Guild, name: str = "reading", *tags: str, tag_needed: bool = False) -> Channel:
        made = [{"id": str(self.old_id()), "name": tag, "moderated": False} for tag in tags]
        return self.add_channel(guild, name, FORUM, tags=made, flags=1 << 4 if tag_needed else 0)

    def add_thread(self, channel: Channel, name: str = "a thread", *, type: int = THREAD, **more: Any) -> Channel:
        return self.add(Channel(self.snowflake(), type, name, channel.guild, parent=channel.id, **more))

    def deny(self, channel: Channel, *names: str, whom: User | None = None) -> None:
        """Take permissions in a channel from the app, or from somebody."""
        who = (whom or self.app).id
        others = [one for one in channel.overwrites if one.id != who]
        old = next((one.deny for one in channel.overwrites if one.id == who), 0)
        channel.overwrites = [*others, Overwrite(who, 1, deny=old | bits(*names))]

    def allow_again(self, channel: Channel, whom: User | None = None) -> None:
        channel.overwrites = [one for one in channel.overwrites if one.id != (whom or self.app).id]

    def direct(self, user: User) -> Channel:
        """The direct messages of a person and the app."""
        if user.id not in self._direct:
            channel = Channel(self.snowflake(), DM, recipients={user.id, self.app.id})
            self.channels[channel.id] = self._direct[user.id] = channel
        return self._direct[user.id]

    def may_open_direct(self, user: User) -> bool:
        """Counts it, if it is new."""
        if user.id in self._direct:
            return True
        most, seconds = self.limits.dms
        while self._dm_times and self._dm_times[0] <= self.now() - seconds:
            self._dm_times.popleft()
        self._dm_times.append(self.now())
        return len(self._dm_times) <= most

    def group(self, *users: User) -> Channel:
        """A group's direct messages: the app is no member of it."""
        channel = Channel(self.old_id(), GROUP_DM, "friends", recipients={user.id for user in users})
        self.channels[channel.id] = channel
        return channel

    # what is allowed

    def permissions_of(self, user: User, channel: Channel) -> int:
        if channel.guild is None:
            return DEFAULT if channel.direct and user.id in channel.recipients else 0
        guild = self.guilds[channel.guild]
        held = guild.members.get(user.id)
        if held is None:
            return 0
        above = self.channels[channel.parent] if channel.type in THREADS and channel.parent else channel
        roles = {role.id: role.permissions for role in guild.roles if role.id in held}
        return permissions(guild.id, guild.everyone, roles, above.overwrites, user.id, owner=guild.owner == user.id)

    def guild_permissions(self, user: User, guild: Guild) -> int:
        held = guild.members.get(user.id, set())
        roles = {role.id: role.permissions for role in guild.roles if role.id in held}
        return permissions(guild.id, guild.everyone, roles, (), user.id, owner=guild.owner == user.id) & ALL

    def need(self, channel: Channel, *names: str) -> None:
        """Raises DiscordRefusal where the app lacks one of these permissions in a channel."""
        granted = self.permissions_of(self.app, channel)
        if channel.guild is not None and not granted & bits("view_channel"):
            raise DiscordRefusal(403, 50001, "Missing Access")
        if granted & bits(*names) != bits(*names):
            raise DiscordRefusal(403, 50013, "Missing Permissions")

    def mutual(self, user: User) -> bool:
        """The app may write to the person: they share a server, or the person installed it."""
        return user.installed or any(guild.app and user.id in guild.members for guild in self.guilds.values())

    def channel(self, given: str) -> Channel:
        """Raises DiscordRefusal for one that is not there, or that the app does not see."""
        channel = self.channels.get(int(given)) if given.isdigit() else None
        if channel is None:
            raise DiscordRefusal(404, 10003, "Unknown Channel")
        if channel.guild is None:
            if self.app.id not in channel.recipients:
                raise DiscordRefusal(403, 50001, "Missing Access")
            return channel
        guild = self.guilds[channel.guild]
        if not guild.app or not self.permissions_of(self.app, channel) & bits("view_channel"):
            raise DiscordRefusal(403, 50001, "Missing Access")
        return channel

    # messages

    def keep(self, message: Message) -> Message:
        self.messages.append(message)
        self._by_channel[message.channel].append(message)
        self._by_id[message.id] = message
        self.channels[message.channel].last_message = message.id
        return message

    def message(self, channel: Channel, given: str) -> Message:
        """Raises DiscordRefusal for one that is not there; ephemeral ones are never there."""
        message = self._by_id.get(int(given)) if given.isdigit() else None
        if message is None or message.deleted or message.channel != channel.id or message.ephemeral:
            raise DiscordRefusal(404, 10008, "Unknown Message")
        return message

    def in_channel(self, channel: Channel, *, seen_by: User | None = None) -> list[Message]:
        """What everybody sees there, oldest first; with ``seen_by`` also what only that person sees."""
        viewers = {None, seen_by.id if seen_by else None}
        return [one for one in self._by_channel[channel.id] if not one.deleted and one.seen_by in viewers]

    def threads_of(self, channel: Channel) -> list[Channel]:
        """Threads and posts, oldest first."""
        every = self.channels_of(self.guilds[channel.guild]) if channel.guild is not None else []
        return [one for one in every if one.parent == channel.id and one.thread]

    def say(self, user: User, channel: Channel, text: str) -> Message:
        """A person writes a message; nobody is told."""
        return self.keep(Message(self.snowflake(), channel.id, user.id, self.now(), text))

    # what went wrong

    def violation(self, text: str) -> None:
        self.violations.append(text)

    def calls_of(self, route: str) -> list[Call]:
        """``POST /channels/{channel_id}/messages``, or how it begins."""
        return [call for call in self.calls if call.route.startswith(route)]
