"""Where Discord's REST API is: its own address, or that of a proxy that keeps the limits of many processes."""

from papers.settings import DiscordSettings

VERSION = 10


def api_base(settings: DiscordSettings) -> str:
    """What paths of the API are appended to: ``https://discord.com/api/v10``."""
    return f"{str(settings.api_url).rstrip('/')}/v{VERSION}"


def use_api(settings: DiscordSettings) -> None:
    """discord.py keeps the address for all clients of a process."""
    from discord.http import Route

    Route.BASE = api_base(settings)
