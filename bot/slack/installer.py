"""Whoever installed the app in a workspace, or owns it: the last to be told that something there must be mended."""

from bot.slack.installation import Installations
from bot.slack.owners import owner_of
from bot.slack.web_api import WebApi
from papers.destinations import Platform
from papers.errors import DeliveryError, SecretsUnavailable


async def installer_of(installations: Installations, web: WebApi, destination: str) -> str | None:
    """The reference of the installer's direct messages; None for what is not on Slack, or where nobody is known.

    Of a token that was set by hand Slack does not say who made it: an owner of the workspace is taken then.
    """
    platform, _, address = destination.partition(":")
    if platform != Platform.SLACK:
        return None
    where = address.partition("/")[0]
    organization = where.startswith("E")
    try:
        found = await installations.find(None if organization else where, where if organization else None)
    except (DeliveryError, SecretsUnavailable):
        return None  # who cannot be asked cannot be told either
    if found is None:
        return None
    person = found.installer
    if not person and not organization:
        person = await owner_of(web, found.bot_token.get_secret_value(), where) or ""
    return f"{Platform.SLACK}:{where}/{person}" if person else None
