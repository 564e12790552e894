"""What happens in servers and is told to an app: it is let in, taken out, channels go, there are outages."""

from dataclasses import dataclass

from tests.fakes.discord_config import APP_PERMISSIONS
from tests.fakes.discord_payloads import channel_json, guild_create, unavailable
from tests.fakes.discord_people import People
from tests.fakes.discord_state import Channel, Guild, User


@dataclass(repr=False)
class Happenings(People):
    async def invite(self, guild: Guild, *permissions: str) -> None:
        """Somebody adds the app to a server, with these permissions or the usual ones."""
        self.let_in(guild, *(permissions or APP_PERMISSIONS))
        await self.gateway.happened("GUILD_CREATE", guild_create(self, guild), guild.id)

    async def remove(self, guild: Guild) -> None:
        """Somebody takes the app out of a server."""
        guild.app = False
        guild.members.pop(self.app.id, None)
        self.commands.pop(guild.id, None)
        await self.gateway.happened("GUILD_DELETE", {"id": str(guild.id)}, guild.id)

    async def outage(self, guild: Guild) -> None:
        """A server is not there for a while; the app was not taken out."""
        guild.unavailable = True
        await self.gateway.happened("GUILD_DELETE", unavailable(guild), guild.id)

    async def outage_over(self, guild: Guild) -> None:
        guild.unavailable = False
        await self.gateway.happened("GUILD_CREATE", guild_create(self, guild), guild.id)

    async def delete_channel(self, channel: Channel) -> None:
        del self.channels[channel.id]
        event = "THREAD_DELETE" if channel.thread else "CHANNEL_DELETE"
        await self.gateway.happened(event, channel_json(channel), channel.guild)

    async def forbid(self, channel: Channel, *permissions: str) -> None:
        """The app loses permissions in a channel."""
        self.deny(channel, *permissions)
        await self.gateway.happened("CHANNEL_UPDATE", channel_json(channel), channel.guild)

    async def permit(self, channel: Channel) -> None:
        """It has them again."""
        self.allow_again(channel)
        await self.gateway.happened("CHANNEL_UPDATE", channel_json(channel), channel.guild)

    def leave(self, user: User, guild: Guild) -> None:
        """A person leaves a server; without the intent for members, nobody is told."""
        guild.members.pop(user.id, None)
