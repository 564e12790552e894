"""The bot's application and its gateway, as Discord tells of them.

Sources: https://discord.com/developers/docs/resources/application#application-object and
https://discord.com/developers/docs/events/gateway#get-gateway-bot
"""

from collections.abc import Mapping
from typing import Any

from bot.discord.answers import Task
from bot.discord.calls import Calls
from papers.errors import TryLater
from papers.models import Frozen

_PRIVILEGED: Mapping[str, int] = {
    "Presence": 1 << 12 | 1 << 13,
    "Server Members": 1 << 14 | 1 << 15,
    "Message Content": 1 << 18 | 1 << 19,
}
"""Name on the page Bot -> flags, for large and for small apps."""
_SERVERS, _PEOPLE = "0", "1"
_NOT_SO = (KeyError, TypeError, ValueError, OverflowError)
_STRANGE = "what answered is not Discord: PAPERBOY_DISCORD_API_URL should be the address of its API"


class Application(Frozen):
    id: int
    name: str
    bot: int
    """Id of the bot's user."""
    bot_name: str
    public: bool
    """Whether others than its owner may add it."""
    wants_code: bool
    """“Requires OAuth2 Code Grant” is ticked: then no link adds the bot."""
    endpoint: bool
    """An “Interactions Endpoint URL” is set: then no command comes over the gateway."""
    for_servers: bool
    for_people: bool
    link_adds_bot: bool
    """Not so: the link that Discord shows on the app's profile gives a server its commands alone."""
    privileged: tuple[str, ...]
    """Privileged intents that are switched on."""
    servers: int | None
    """How many have it, as Discord reckons."""


class Gateway(Frozen):
    shards: int
    """As many as Discord advises."""
    left: int
    """Sessions that may still be started."""
    total: int
    reset_seconds: float
    """Until there are ``total`` again."""


async def application(calls: Calls) -> Application:
    """Raises DeliveryErrors and redis-py's errors; TryLater also for an answer that is none of Discord's."""
    return read_application((await calls.ask(Task.ASK_OF_ITSELF, "GET", "/applications/@me")).data)


async def gateway(calls: Calls) -> Gateway:
    """Raises the same."""
    return read_gateway((await calls.ask(Task.ASK_OF_ITSELF, "GET", "/gateway/bot")).data)


def read_application(told: Any) -> Application:
    """Raises TryLater."""
    try:
        bot = told["bot"]
        # Apps from before 2024 have no such field; theirs are for servers alone.
        kinds = told.get("integration_types_config") or {_SERVERS: {}}
        link = (kinds.get(_SERVERS) or {}).get("oauth2_install_params")
        flags = int(told.get("flags") or 0)
        return Application(
            id=int(told["id"]),
            name=str(told["name"]),
            bot=int(bot["id"]),
            bot_name=str(bot["username"]),
            public=bool(told.get("bot_public", True)),
            wants_code=bool(told.get("bot_require_code_grant")),
            endpoint=bool(told.get("interactions_endpoint_url")),
            for_servers=_SERVERS in kinds,
            for_people=_PEOPLE in kinds,
            link_adds_bot=not link or "bot" in link["scopes"],
            privileged=tuple(name for name, bits in _PRIVILEGED.items() if flags & bits),
            servers=told.get("approximate_guild_count"),
        )
    except (*_NOT_SO, AttributeError) as error:
        raise TryLater(_STRANGE) from error


def read_gateway(told: Any) -> Gateway:
    """Raises TryLater."""
    try:
        limit = told["session_start_limit"]
        return Gateway(
            shards=int(told["shards"]),
            left=int(limit["remaining"]),
            total=int(limit["total"]),
            reset_seconds=int(limit["reset_after"]) / 1000,
        )
    except _NOT_SO as error:
        raise TryLater(_STRANGE) from error
