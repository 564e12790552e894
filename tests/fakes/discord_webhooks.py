"""Interactions are answered: once within three seconds, and with more messages for a quarter of an hour."""

import time

from tests.fakes.discord_asked import Asked, invalid_form
from tests.fakes.discord_calls import DiscordRefusal
from tests.fakes.discord_rules import check_modal
from tests.fakes.discord_shown import message_json
from tests.fakes.discord_state import EPHEMERAL, LOADING, Interaction, Json, Message, Modal
from tests.fakes.discord_writing import broken, changed, fill, written

ANSWER_SECONDS = 3.0
TOKEN_SECONDS = 900.0
PONG, MESSAGE, MESSAGE_LATER, CHANGE_LATER, CHANGE, CHOICES, MODAL = 1, 4, 5, 6, 7, 8, 9
_ANSWERS = {
    # type of interaction -> how it may be answered
    2: (MESSAGE, MESSAGE_LATER, MODAL),
    3: (MESSAGE, MESSAGE_LATER, CHANGE_LATER, CHANGE, MODAL),
    4: (CHOICES,),
    5: (MESSAGE, MESSAGE_LATER, CHANGE_LATER, CHANGE),
}
_FOLLOWUPS_OF_STRANGERS = 5
"""Messages more, where the app is only installed by a person and not by the server."""


def callback(asked: Asked) -> Json | None:
    world, given = asked.world, asked.given
    interaction = world.interactions.get(asked.args["interaction_token"])
    if interaction is None or str(interaction.id) != asked.args["interaction_id"]:
        raise DiscordRefusal(404, 10062, "Unknown interaction")
    if interaction.response is not None:
        world.violation(f"{asked.route}: answered twice")
        raise DiscordRefusal(400, 40060, "Interaction has already been acknowledged.")
    if world.now() - interaction.at > ANSWER_SECONDS:
        raise DiscordRefusal(404, 10062, "Unknown interaction")
    kind, data = given.get("type"), given.get("data") or {}
    if kind not in _ANSWERS[interaction.type] or (kind in (CHANGE, CHANGE_LATER) and interaction.message is None):
        world.violation(f"{asked.route}: an interaction of type {interaction.type} is answered with {kind}")
        raise DiscordRefusal(400, 50035, "Invalid Form Body")
    _do(asked, interaction, int(kind), data)
    interaction.response = {"type": kind, "data": data}
    interaction.answered = time.monotonic()
    if asked.query.get("with_response") not in ("true", "1"):
        return None
    original = interaction.original
    resource: Json = {"type": kind}
    if original is not None and kind in (MESSAGE, CHANGE, MESSAGE_LATER):
        resource["message"] = message_json(world, original)
    shown: Json = {"id": str(interaction.id), "type": interaction.type}
    if original is not None:
        shown |= {
            "response_message_id": str(original.id),
            "response_message_loading": original.loading,
            "response_message_ephemeral": original.ephemeral,
        }
    return {"interaction": shown, "resource": resource}


def _do(asked: Asked, interaction: Interaction, kind: int, data: Json) -> None:
    world = asked.world
    if kind == MESSAGE:
        _add(interaction, world.keep(written(asked, interaction.channel, data, interaction=interaction)))
        interaction.original = interaction.messages[0]
    elif kind == MESSAGE_LATER:
        flags = int(data.get("flags") or 0) & EPHEMERAL | LOADING
        message = Message(world.snowflake(), interaction.channel.id, world.app.id, world.now(), flags=flags)
        message.interaction, message.seen_by = interaction, interaction.user.id if flags & EPHEMERAL else None
        interaction.original = world.keep(message)
    elif kind in (CHANGE, CHANGE_LATER):
        interaction.original = interaction.message
        if kind == CHANGE and interaction.message is not None:
            changed(asked, interaction.message, {"flags": interaction.message.flags, **data})
            interaction.shown += 1
    elif kind == MODAL:
        if mistakes := broken(check_modal, data):
            world.violation(f"{asked.route}: {mistakes}")
            raise invalid_form(mistakes)
        interaction.modal = Modal(
            data["custom_id"],
            data["title"],
            data["components"],
            interaction.user,
            interaction.channel,
            interaction.message,
        )


def _add(interaction: Interaction, message: Message) -> None:
    interaction.messages.append(message)
    interaction.shown += 1


def create(asked: Asked) -> Json | None:
    """Another message; the first one takes the place of one that was promised."""
    world, given = asked.world, asked.given
    interaction = _interaction(asked)
    original = interaction.original
    if original is not None and original.loading:
        message = _fill_in(asked, interaction, original, given)
    else:
        guild = world.guilds.get(interaction.channel.guild or 0)
        strange = guild is not None and not guild.app and not guild.commands
        if strange and len(interaction.messages) > _FOLLOWUPS_OF_STRANGERS:
            raise DiscordRefusal(400, 40094, "This interaction has reached the maximum number of follow-up messages")
        message = world.keep(written(asked, interaction.channel, given, interaction=interaction))
        _add(interaction, message)
    return message_json(world, message)


def _fill_in(asked: Asked, interaction: Interaction, message: Message, given: Json) -> Message:
    """What was promised comes; who sees it was said with the promise."""
    message.flags = (message.flags & EPHEMERAL) | (int(given.get("flags") or 0) & ~(EPHEMERAL | LOADING))
    try:
        fill(asked, message, given, given.get("allowed_mentions"))
    except DiscordRefusal:
        message.flags |= LOADING
        raise
    _add(interaction, message)
    return message


def get(asked: Asked) -> Json:
    return message_json(asked.world, _message(asked))


def update(asked: Asked) -> Json:
    interaction, message = _interaction(asked), _message(asked)
    if message.loading:
        message = _fill_in(asked, interaction, message, asked.given)
    else:
        message = changed(asked, message, {"flags": message.flags, **asked.given})
        interaction.shown += 1
    return message_json(asked.world, message)


def delete(asked: Asked) -> None:
    _message(asked).deleted = True
    _interaction(asked).shown += 1


def _interaction(asked: Asked) -> Interaction:
    world = asked.world
    interaction = world.interactions.get(asked.args["webhook_token"])
    if asked.args["webhook_id"] != str(world.app.id) or interaction is None or interaction.response is None:
        raise DiscordRefusal(404, 10015, "Unknown Webhook")
    if world.now() - interaction.at > TOKEN_SECONDS:
        world.violation(f"{asked.route}: fifteen minutes have passed")
        raise DiscordRefusal(401, 50027, "Invalid Webhook Token")
    return interaction


def _message(asked: Asked) -> Message:
    interaction = _interaction(asked)
    wanted = asked.args.get("message_id", "@original")
    if wanted == "@original":
        found = interaction.original
    else:
        known = [*interaction.messages, *([interaction.original] if interaction.original else [])]
        found = next((one for one in known if str(one.id) == wanted), None)
    if found is None or found.deleted:
        raise DiscordRefusal(404, 10008, "Unknown Message")
    return found
