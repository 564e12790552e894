"""The app itself: its user, its page, its commands, and where its gateway is."""

import copy

from tests.fakes.discord_asked import Asked, invalid_form
from tests.fakes.discord_calls import DiscordRefusal
from tests.fakes.discord_payloads import user_json
from tests.fakes.discord_state import Json

CHAT_INPUT = 1
_MOST = {1: 100, 2: 15, 3: 15, 4: 1}
_TEXT_OF_A_COMMAND = 8000


def me(asked: Asked) -> Json:
    return {
        **user_json(asked.world.app),
        "mfa_enabled": True,
        "verified": True,
        "locale": "en-US",
        "email": None,
        "flags": 0,
    }


def application(asked: Asked) -> Json:
    world = asked.world
    config = world.config
    link = {"scopes": list(config.link_scopes), "permissions": "0"} if config.link_scopes is not None else None
    contexts: Json = {"0": {"oauth2_install_params": link} if link else {}} if config.guild_installable else {}
    if config.user_installable:
        contexts["1"] = {}
    # GATEWAY_PRESENCE, GATEWAY_GUILD_MEMBERS, GATEWAY_MESSAGE_CONTENT, each as of an app in fewer than 100 servers
    limited = {"presences": 1 << 13, "members": 1 << 15, "message_content": 1 << 19}
    owner = next((one for one in world.users.values() if not one.bot), world.app)
    return {
        "id": str(config.application_id),
        "name": config.name,
        "icon": None,
        "description": "Research papers people care about.",
        "summary": "",
        "bot": user_json(world.app),
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "owner": user_json(owner),
        "team": None,
        "flags": sum(bit for name, bit in limited.items() if name in config.privileged),
        "integration_types_config": contexts,
        "approximate_guild_count": sum(1 for one in world.guilds.values() if one.app),
        "approximate_user_install_count": sum(1 for one in world.users.values() if one.installed),
        "interactions_endpoint_url": None,
        "redirect_uris": [],
        "install_params": None,
    }


def commands(asked: Asked) -> list[Json]:
    return copy.deepcopy(asked.world.commands.get(_place(asked), []))


def put_commands(asked: Asked) -> list[Json]:
    """All of a place at once; those of the same name and type keep their id."""
    world, place, given = asked.world, _place(asked), asked.body
    if not isinstance(given, list):
        raise invalid_form({"body": "a list is wanted"})
    names = [(one.get("type", CHAT_INPUT), one["name"]) for one in given]
    if len(set(names)) < len(names):
        raise DiscordRefusal(400, 50035, "Application command names must be unique")
    for kind, most in _MOST.items():
        if sum(1 for one in names if one[0] == kind) > most:
            raise DiscordRefusal(400, 30032, f"Maximum number of application commands reached ({most}).")
    before = {(one["type"], one["name"]): one for one in world.commands.get(place, [])}
    world.commands[place] = [_command(asked, place, one, before) for one in given]
    return commands(asked)


def add_command(asked: Asked) -> Json:
    """It takes the place of one of the same name and type."""
    place = _place(asked)
    before = {(one["type"], one["name"]): one for one in asked.world.commands.get(place, [])}
    made = _command(asked, place, asked.given, before)
    before[made["type"], made["name"]] = made
    asked.world.commands[place] = list(before.values())
    return copy.deepcopy(made)


def _command(asked: Asked, place: int, given: Json, before: dict[tuple[int, str], Json]) -> Json:
    world = asked.world
    kind = given.get("type", CHAT_INPUT)
    old = before.get((kind, given["name"]))
    if kind == CHAT_INPUT and given["name"] != given["name"].lower():
        raise invalid_form({"name": "Command name is invalid"})
    if _length(given) > _TEXT_OF_A_COMMAND:
        raise invalid_form({"options": f"Command exceeds maximum size ({_TEXT_OF_A_COMMAND})"})
    _check_options(given.get("options") or [])
    return {
        "default_member_permissions": None,
        "integration_types": [0],
        "contexts": None,
        "nsfw": False,
        "dm_permission": True,
        "description": "",
        "name_localizations": None,
        "description_localizations": None,
        **copy.deepcopy(given),
        "type": kind,
        "id": old["id"] if old else str(world.snowflake()),
        "application_id": str(world.app.id),
        "version": str(world.snowflake()),
        **({"guild_id": str(place)} if place else {}),
    }


def _check_options(options: list[Json]) -> None:
    names = [one["name"] for one in options]
    if len(set(names)) < len(names):
        raise invalid_form({"options": "Option names must be unique"})
    optional = False
    for one in options:
        if one["type"] in (1, 2):
            _check_options(one.get("options") or [])
        elif one.get("required") and optional:
            raise invalid_form({"options": "Required options must be placed before non-required options"})
        optional = optional or not one.get("required")


def _length(given: Json) -> int:
    """All names, descriptions and values (discord.com/developers/docs/interactions/application-commands)."""
    own = len(given.get("name", "")) + len(given.get("description") or "")
    choices = sum(len(one["name"]) + len(str(one["value"])) for one in given.get("choices") or [])
    return own + choices + sum(_length(one) for one in given.get("options") or [])


def _place(asked: Asked) -> int:
    """A server, or 0."""
    world = asked.world
    if asked.args["application_id"] != str(world.config.application_id):
        raise DiscordRefusal(404, 10002, "Unknown Application")
    given = asked.args.get("guild_id")
    if given is None:
        return 0
    guild = world.guilds.get(int(given)) if given.isdigit() else None
    if guild is None or not guild.app:
        raise DiscordRefusal(403, 50001, "Missing Access")
    return guild.id
