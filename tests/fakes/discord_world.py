"""A Discord's state, who may do what in it, and a record of what an app did to it."""

from dataclasses import dataclass

from tests.fakes.discord_calls import Call, DiscordRefusal
from tests.fakes.discord_making import Making
from tests.fakes.discord_permissions import ALL, DEFAULT, bits, permissions
from tests.fakes.discord_state import PRIVATE_THREAD, THREADS, Channel, Guild, Message, User


@dataclass(repr=False)
class World(Making):
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
        if channel.guild is not None and not self.sees(channel):
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
        if not self.sees(channel):
            raise DiscordRefusal(403, 50001, "Missing Access")
        return channel

    def sees(self, channel: Channel) -> bool:
        """Whether the app sees a channel of a server."""
        granted = self.permissions_of(self.app, channel)
        let_in = channel.type != PRIVATE_THREAD or self.app.id in channel.members or granted & bits("manage_threads")
        return self.guilds[channel.guild or 0].app and bool(granted & bits("view_channel") and let_in)

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
        """A person writes a message; nobody is told. Who mentions the app in a private thread adds it there."""
        if channel.type == PRIVATE_THREAD and f"<@{self.app.id}>" in text:
            channel.members.add(self.app.id)
        return self.keep(Message(self.snowflake(), channel.id, user.id, self.now(), text))

    # what went wrong

    def violation(self, text: str) -> None:
        self.violations.append(text)

    def calls_of(self, route: str) -> list[Call]:
        """``POST /channels/{channel_id}/messages``, or how it begins."""
        return [call for call in self.calls if call.route.startswith(route)]
