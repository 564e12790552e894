"""What people in thousands of servers ask of a bot on Discord: servers and interactions as the gateway tells them."""

import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.actions import Verb, action
from papers.models import Paper

APP = "100000000000000001"
KINDS = (
    *("search",) * 5,
    *("trending",) * 2,
    *("help",) * 2,
    *("why", "similar", "save", "up", "similar"),
    *("typing_category", "typing_paper", "typing_paper", "typing_paper", "typing_zone", "typing_category"),
)
"""Of twenty interactions."""
AUTOCOMPLETE = frozenset(kind for kind in KINDS if kind.startswith("typing"))
_COMMAND, _PRESS, _TYPING = 2, 3, 4
_FIRST_GUILD = (200_000_000_000 << 22) + 7
_ROLES, _EMOJIS = 25, 30
_WORDS = 5
_CATEGORIES, _ZONES = ("cs", "stat", "quant", "neural", "q"), ("Ber", "new", "tok", "lon")
"""What is typed."""
_TOPIC = "What this channel is for: questions, news, and whom to ask; please keep to it, and be kind to each other."
_PERMISSIONS = str(1 << 10 | 1 << 11 | 1 << 14 | 1 << 15 | 1 << 16 | 1 << 35 | 1 << 38)


@dataclass(frozen=True)
class Asked:
    number: int
    kind: str
    payload: str
    """INTERACTION_CREATE's data as JSON. Its token is the number."""


def guild_id(number: int) -> int:
    return _FIRST_GUILD + (number << 22)


def channel_id(number: int, place: int) -> int:
    return guild_id(number) + (1 << 50) + place


def guild_create(number: int, channels: int) -> dict[str, Any]:
    """A server with as much to it as larger ones have: roles, emojis, channels with topics and overwrites."""
    guild = guild_id(number)
    roles = [guild, *(guild + 1 + one for one in range(_ROLES))]
    return {
        "id": str(guild),
        "name": f"Laboratory {number}",
        "owner_id": str(guild + 900),
        "icon": "a" * 32,
        "preferred_locale": "en-US",
        "features": ["COMMUNITY", "NEWS"],
        "joined_at": "2026-01-01T00:00:00+00:00",
        "large": True,
        "unavailable": False,
        "member_count": 4000,
        "system_channel_id": str(channel_id(number, 0)),
        "roles": [_role(one, place) for place, one in enumerate(roles)],
        "emojis": [{"id": str(guild + 100 + one), "name": f"smile_{one}", "roles": []} for one in range(_EMOJIS)],
        "channels": [_channel(number, place, roles) for place in range(channels)],
        "members": [{"user": _user(int(APP)), "roles": [], "joined_at": None, "deaf": False, "mute": False}],
        **{name: [] for name in ("stickers", "threads", "presences", "voice_states", "stage_instances")},
        **{name: [] for name in ("guild_scheduled_events", "soundboard_sounds")},
    }


def _role(role: int, place: int) -> dict[str, Any]:
    return {
        "id": str(role),
        "name": f"role number {place}",
        "permissions": _PERMISSIONS,
        "position": place,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        **dict.fromkeys(("hoist", "managed", "mentionable"), False),
        "flags": 0,
        "icon": None,
    }


def _channel(guild: int, place: int, roles: Sequence[int]) -> dict[str, Any]:
    return {
        "id": str(channel_id(guild, place)),
        "type": (0, 0, 0, 2, 5)[place % 5],
        "guild_id": str(guild_id(guild)),
        "name": f"a-channel-{place}",
        "position": place,
        "parent_id": None,
        "topic": _TOPIC,
        "nsfw": False,
        **({"bitrate": 64000, "user_limit": 0} if place % 5 == 3 else {}),
        "rate_limit_per_user": 0,
        "last_message_id": str(channel_id(guild, place) + 5),
        "permission_overwrites": [{"id": str(one), "type": 0, "allow": "0", "deny": "1024"} for one in roles[:3]],
    }


def interactions(count: int, guilds: int, papers: Sequence[Paper], first: int = 0) -> Iterator[Asked]:
    """The same ones every time, numbered from ``first`` on."""
    rng = random.Random(5)
    for number in range(first, first + count):
        kind = KINDS[number % len(KINDS)]
        guild, paper = rng.randrange(guilds), rng.choice(papers)
        asked = _interaction(number, guild, rng.randrange(20), _data(kind, paper, rng))
        if asked["type"] == _PRESS:
            asked["message"] = _message(asked["channel_id"], asked["data"]["custom_id"])
        yield Asked(number, kind, json.dumps(asked))


def help_asked(number: int) -> Asked:
    """Somebody in the first server asks for help."""
    return Asked(number, "help", json.dumps(_interaction(number, 0, 1, _command("help"))))


def _data(kind: str, paper: Paper, rng: random.Random) -> dict[str, Any]:
    commands: dict[str, Callable[[], dict[str, Any]]] = {
        "search": lambda: _command("search", words=_query(paper, rng)),
        "trending": lambda: _command("trending", window="week"),
        "help": lambda: _command("help"),
        "typing_category": lambda: _command("trending", focused="category", category=rng.choice(_CATEGORIES)),
        "typing_zone": lambda: _command("follow", focused="zone", zone=rng.choice(_ZONES)),
        "typing_paper": lambda: _command("similar", focused="paper", paper=_query(paper, rng)[: rng.randrange(3, 20)]),
    }
    if kind in commands:
        return commands[kind]()
    return {"custom_id": f"pb:{action(Verb(kind), paper.id).encode()}", "component_type": 2, "id": 5}


def _command(name: str, *, focused: str = "", **options: str) -> dict[str, Any]:
    given = [{"name": one, "type": 3, "value": value} for one, value in options.items()]
    for one in given:
        if one["name"] == focused:
            one["focused"] = True
    return {"id": "5", "name": "papers", "type": 1, "options": [{"name": name, "type": 1, "options": given}]}


def _query(paper: Paper, rng: random.Random) -> str:
    words = paper.title.split()
    start = rng.randrange(max(1, len(words) - _WORDS))
    return " ".join(words[start : start + _WORDS])


def _interaction(number: int, guild: int, person: int, data: dict[str, Any]) -> dict[str, Any]:
    user = _user(guild_id(guild) + 1000 + person)
    kind = _PRESS if "custom_id" in data else _TYPING if '"focused"' in json.dumps(data) else _COMMAND
    channel = {"id": str(channel_id(guild, 1)), "type": 0, "guild_id": str(guild_id(guild)), "name": "a-channel-1"}
    return {
        "id": str(guild_id(guild) + (1 << 55) + number),
        "application_id": APP,
        "type": kind,
        "token": str(number),
        "version": 1,
        "data": data,
        "guild_id": str(guild_id(guild)),
        "guild": {"id": str(guild_id(guild)), "locale": "en-US", "features": ["COMMUNITY"]},
        "guild_locale": "en-US",
        "channel_id": channel["id"],
        "channel": {**channel, "position": 1, "permissions": _PERMISSIONS, "flags": 0, "topic": _TOPIC},
        "member": {
            "user": user,
            "roles": [str(guild_id(guild) + 1)],
            "permissions": _PERMISSIONS,
            "joined_at": "2026-01-01T00:00:00+00:00",
            **dict.fromkeys(("deaf", "mute", "pending"), False),
            "flags": 0,
            "nick": None,
            "avatar": None,
        },
        "locale": "en-US",
        "entitlements": [],
        "authorizing_integration_owners": {"0": str(guild_id(guild))},
        "context": 0,
        "attachment_size_limit": 10 * 1024 * 1024,
        "app_permissions": _PERMISSIONS,
    }


def _user(number: int) -> dict[str, Any]:
    name = f"person{number % 10**6}"
    return {"id": str(number), "username": name, "discriminator": "0", "global_name": name.title(), "avatar": None}


def message(number: str, channel: str, components: list[dict[str, Any]], flags: int = 1 << 15) -> dict[str, Any]:
    """A message of the bot."""
    return {
        "id": number,
        "channel_id": channel,
        "type": 0,
        "content": "",
        "author": {**_user(int(APP)), "bot": True},
        "components": components,
        "timestamp": "2026-03-05T09:00:00+00:00",
        "edited_timestamp": None,
        "flags": flags,
        **dict.fromkeys(("tts", "pinned", "mention_everyone"), False),
        **{name: [] for name in ("embeds", "attachments", "mentions", "mention_roles")},
    }


def _message(channel: str, custom_id: str) -> dict[str, Any]:
    """A digest of five papers, of whose buttons one has this text."""
    texts = [custom_id, *(f"pb:why|2601.{number:05d}" for number in range(14))]
    components: list[dict[str, Any]] = []
    for start in range(0, len(texts), 3):
        buttons = [
            {"type": 2, "id": 5 + start + place, "style": 2, "label": "Save", "custom_id": text}
            for place, text in enumerate(texts[start : start + 3])
        ]
        components += [{"type": 10, "id": 100 + start, "content": "**A title**\n" + "What it says. " * 20}]
        components += [{"type": 1, "id": 200 + start, "components": buttons}]
    return message(str(int(channel) + 9), channel, components)
