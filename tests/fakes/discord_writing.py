"""A message is written or changed: checked as Discord checks it, kept as Discord keeps it."""

import itertools
import traceback
from collections.abc import Callable, Iterator
from typing import Any

from tests.fakes.discord_asked import Asked, invalid_form
from tests.fakes.discord_calls import DiscordRefusal
from tests.fakes.discord_pings import pings
from tests.fakes.discord_rules import check_message
from tests.fakes.discord_state import EPHEMERAL, SUPPRESS_EMBEDS, V2, Channel, File, Interaction, Json, Message
from tests.fakes.discord_world import World

_CONTENT = 2000
_EMBEDS = 6000
_V2_TEXT = 4000
_V2_COMPONENTS = 40
_OF_A_BOT = EPHEMERAL | SUPPRESS_EMBEDS | V2 | 1 << 12
"""Flags that may be given."""


def written(asked: Asked, channel: Channel, given: Json, *, interaction: Interaction | None = None) -> Message:
    """A new message, not kept yet. Raises DiscordRefusal."""
    world = asked.world
    flags = int(given.get("flags") or 0) & _OF_A_BOT
    if interaction is None:
        flags &= ~EPHEMERAL
    message = Message(world.snowflake(), channel.id, world.app.id, world.now(), flags=flags, interaction=interaction)
    message.seen_by = interaction.user.id if interaction and flags & EPHEMERAL else None
    message.reference = _id(given.get("message_reference") or {}, "message_id")
    message.tts = bool(given.get("tts"))
    fill(asked, message, given, given.get("allowed_mentions"))
    if not (message.content or message.embeds or message.components or message.files):
        raise DiscordRefusal(400, 50006, "Cannot send an empty message")
    return message


def changed(asked: Asked, message: Message, given: Json) -> Message:
    """Raises DiscordRefusal."""
    if message.flags & V2 and not int(given.get("flags", V2) or 0) & V2:
        raise invalid_form({"flags": "the flag of Components V2 cannot be taken away"})
    message.flags |= int(given.get("flags") or 0) & (V2 | SUPPRESS_EMBEDS)
    fill(asked, message, given, given.get("allowed_mentions"))
    message.edits += 1
    message.edited_at = asked.world.now()
    return message


def fill(asked: Asked, message: Message, given: Json, allowed: Json | None) -> None:
    """What is given replaces what there was; nothing is changed if something is wrong."""
    world = asked.world
    content = given["content"] or "" if "content" in given else message.content
    embeds = given["embeds"] or [] if "embeds" in given else message.embeds
    components = _kept(given["components"] or []) if "components" in given else message.components
    files = _files(asked, message, given)
    _check(world, asked.route, message.flags, content, embeds, components, files)
    message.content, message.embeds, message.components, message.files = content, embeds, components, files
    if {"content", "embeds", "components"} & set(given):
        if allowed is None:
            world.violation(f"{asked.route}: allowed_mentions is missing")
        message.pings = pings(message.content, message.components, allowed)
        for one in message.pings:
            if one not in world.may_ping:
                world.violation(f"{asked.route}: pings {one}")


def _check(  # noqa: PLR0912 - a limit each
    world: World, where: str, flags: int, content: str, embeds: list[Json], components: list[Json], files: list[File]
) -> None:
    mistakes: dict[str, str] = {}
    if len(content) > _CONTENT:
        mistakes["content"] = f"Must be {_CONTENT} or fewer in length."
    if sum(_length(embed) for embed in embeds) > _EMBEDS:
        mistakes["embeds"] = "Embed size exceeds maximum size of 6000"
    everything = list(nested(components))
    if flags & V2:
        for name, there in (("content", content), ("embeds", embeds)):
            if there:
                mistakes[name] = "The 'IS_COMPONENTS_V2' flag does not allow it"
        if len(everything) > _V2_COMPONENTS:
            mistakes["components"] = f"more than {_V2_COMPONENTS} components"
        if sum(len(str(one.get("content", ""))) for one in everything if one.get("type") == 10) > _V2_TEXT:
            mistakes["components"] = f"Displayable text exceeds maximum size of {_V2_TEXT}"
        shown = str(components)
        for file in files:
            if f"attachment://{file.name}" not in shown:
                world.violation(f"{where}: the file {file.name} is shown by no component")
    elif any(one.get("type") != 1 for one in components) or len(components) > 5:
        mistakes["components"] = "at most five rows, without the flag of Components V2"
    names = [one["custom_id"] for one in everything if one.get("custom_id")]
    if len(set(names)) < len(names):
        mistakes["components"] = "Component custom id cannot be duplicated"
    if world.config.checked and flags & V2 and not mistakes:
        mistakes |= broken(check_message, components)
    if mistakes:
        for place, text in mistakes.items():
            world.violation(f"{where}: {place}: {text}")
        raise invalid_form(mistakes)


def broken(check: Callable[[Any], None], components: Any) -> dict[str, str]:
    """The rule that does not hold, as it is written in discord_rules.py."""
    try:
        check(components)
    except AssertionError as error:
        return {"components": traceback.extract_tb(error.__traceback__)[-1].line or str(error)}
    return {}


def nested(components: list[Json]) -> Iterator[Json]:
    """All components, also those within others."""
    for one in components:
        yield one
        yield from nested(one.get("components") or [])
        for name in ("component", "accessory"):
            if isinstance(one.get(name), dict):
                yield from nested([one[name]])


def _length(embed: Json) -> int:
    fields = embed.get("fields") or []
    parts: list[Any] = [embed.get("title"), embed.get("description")]
    parts += [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
    parts += [text for one in fields for text in (one.get("name"), one.get("value"))]
    return sum(len(part) for part in parts if part)


def _kept(components: list[Json]) -> list[Json]:
    """Each component gets a number, those that were given stay."""
    import copy

    made = copy.deepcopy(components)
    taken = {one["id"] for one in nested(made) if one.get("id")}
    numbers = (number for number in itertools.count(1) if number not in taken)
    for one in nested(made):
        if not one.get("id"):
            one["id"] = next(numbers)
    return made


def _files(asked: Asked, message: Message, given: Json) -> list[File]:
    new = [asked.files[number] for number in sorted(asked.files)]
    if "attachments" not in given:
        return message.files + new
    kept = {str(one.get("id")) for one in given["attachments"] or []}
    return [file for file in message.files if str(file.id) in kept] + new


def _id(given: Json, name: str) -> int | None:
    return int(given[name]) if given.get(name) else None
