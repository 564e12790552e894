"""What there is in a Discord: people, servers, roles and channels are made here."""

from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.discord_calls import Call
from tests.fakes.discord_clock import Clock
from tests.fakes.discord_config import APP_PERMISSIONS, AppConfig
from tests.fakes.discord_faults import Faults
from tests.fakes.discord_limits import Limits
from tests.fakes.discord_permissions import Overwrite, bits
from tests.fakes.discord_state import (
    ANNOUNCEMENT,
    DM,
    FORUM,
    GROUP_DM,
    TEXT,
    THREAD,
    Channel,
    File,
    Guild,
    Interaction,
    Json,
    Message,
    Role,
    User,
)


@dataclass(repr=False)
class Making(Clock):
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

    def __post_init__(self) -> None:
        self.app = User(self.config.application_id, self.config.name, bot=True)
        """The app's user has the app's id, as with all apps since 2016."""
        self.users[self.app.id] = self.app

    def __repr__(self) -> str:
        """Never all there is, which pytest would write out where something fails."""
        return f"<Discord with {len(self.guilds)} servers, {len(self.messages)} messages, {self.violations[-5:]}>"

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
