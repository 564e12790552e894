"""The links by which a server adds the bot, and by which a person takes it along. Pure.

Source: https://discord.com/developers/docs/topics/oauth2#bot-authorization-flow
"""

from urllib.parse import urlencode

from bot.discord.permissions import ASKED

_PAGE = "https://discord.com/oauth2/authorize"
_TO_A_SERVER, _FOR_ONESELF = "0", "1"


def invite_url(application_id: int, *, permissions: int = ASKED) -> str:
    """Adds the bot with its commands to a server, where it gets a role with these permissions and no other."""
    return _url(application_id, _TO_A_SERVER, scope="bot applications.commands", permissions=str(permissions))


def install_url(application_id: int) -> str:
    """Adds the commands to a person's account: they work in every server, in direct messages and in groups."""
    return _url(application_id, _FOR_ONESELF, scope="applications.commands")


def _url(application_id: int, kind: str, **more: str) -> str:
    return f"{_PAGE}?{urlencode({'client_id': str(application_id), 'integration_type': kind, **more})}"
