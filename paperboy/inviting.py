"""paperboy discord invite: whose token it is, and the links that add it."""

from paperboy.wiring import open_app
from papers.errors import BadInput
from papers.models import Frozen


class Invitation(Frozen):
    application: int
    name: str
    server: str
    """Adds the bot to a server."""
    person: str | None
    """Adds its commands to somebody's account; None where the application does not allow that."""
    permissions: dict[str, str]
    """What ``server`` asks for, each with its reason."""


async def invitation() -> Invitation:
    """Raises BadInput without a token, DeliveryErrors where Discord does not answer or does not take it."""
    async with open_app() as app:
        if app.settings.discord.token is None:
            raise BadInput("set PAPERBOY_DISCORD_TOKEN first, of the page Bot in Discord's developer portal")
        from bot.discord.application import application
        from bot.discord.calling import open_calls
        from bot.discord.invite import install_url, invite_url
        from bot.discord.permissions import REASONS

        async with open_calls(app.settings, app.store.redis) as calls:
            found = await application(calls)
    return Invitation(
        application=found.id,
        name=found.name,
        server=invite_url(found.id),
        person=install_url(found.id) if found.for_people else None,
        permissions={name.value: reason for name, reason in REASONS.items()},
    )
