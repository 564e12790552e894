"""Whoever installed the app in a workspace: the last who can be told that something there must be mended."""

from bot.slack.installation import Installations
from papers.destinations import Platform
from papers.errors import DeliveryError, SecretsUnavailable


async def installer_of(installations: Installations, destination: str) -> str | None:
    """The reference of the installer's direct messages; None for what is not on Slack, or where nobody is known."""
    platform, _, address = destination.partition(":")
    if platform != Platform.SLACK:
        return None
    where = address.partition("/")[0]
    organization = where.startswith("E")
    try:
        found = await installations.find(None if organization else where, where if organization else None)
    except (DeliveryError, SecretsUnavailable):
        return None  # who cannot be asked cannot be told either
    return f"{Platform.SLACK}:{where}/{found.installer}" if found is not None and found.installer else None
