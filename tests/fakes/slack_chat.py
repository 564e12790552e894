"""chat.*, and what is posted to a response_url: messages come in here, and are held against the rules."""

import json
import re
from typing import Any

from tests.fakes.block_kit import BlockKitError, check_blocks, check_message, pings
from tests.fakes.slack_arguments import truth
from tests.fakes.slack_sharing import serves
from tests.fakes.slack_state import Channel, Grant, Json, Message, ResponseUrl
from tests.fakes.slack_stored import stored
from tests.fakes.slack_world import SlackRefusal, World

_LINK = re.compile(r"https?://")
_LONGEST_METADATA = 16 * 1024
"""Characters as JSON. Slack names no number."""
RESPONSE_USES = 5
RESPONSE_SECONDS = 1800


def check_content(world: World, where: str, given: Json, *, private: bool) -> tuple[str, list[Json]]:
    """Text and blocks of a message, as they are kept. Refuses what Slack would; records that, and what annoys."""
    text, blocks = given.get("text") or "", given.get("blocks") or []
    if given.get("attachments"):
        world.violation(f"{where}: attachments are not made any more")
    try:
        check_message(blocks, text)
    except BlockKitError as error:
        world.violation(f"{where}: {error}")
        raise _refusal_of(error) from error
    if not private:
        names = truth(given.get("link_names")) or given.get("parse") == "full"
        for mention in pings(blocks, text, names=names):
            if mention not in world.may_ping:
                world.violation(f"{where}: notifies {mention}")
        if _LINK.search(json.dumps([text, blocks])) and given.get("unfurl_links", True) not in (False, "false", "0"):
            world.violation(f"{where}: links would unfurl")
    return text, stored(blocks, world.new_id)


def _refusal_of(error: BlockKitError) -> SlackRefusal:
    for name in ("msg_blocks_too_long", "msg_too_long", "no_text"):
        if name in str(error):
            return SlackRefusal(name)
    return SlackRefusal("invalid_blocks", response_metadata={"messages": [f"[ERROR] {error}"]})


def reachable(world: World, grant: Grant, channel_id: Any) -> Channel:
    """A channel the app may know of; a person's id stands for their direct messages."""
    if channel_id in world.users and not world.users[channel_id].bot:
        user = world.users[channel_id]
        if not serves(world, grant, user.team):
            raise SlackRefusal("channel_not_found")
        return world.direct(user.id, grant.bot_user)
    channel = world.channels.get(str(channel_id))
    hidden = channel is None or (channel.private and grant.bot_user not in channel.members)
    if channel is None or hidden:
        raise SlackRefusal("channel_not_found")
    if not any(serves(world, grant, team) for team in (channel.team, *channel.shared_with)):
        raise SlackRefusal("channel_not_found")
    return channel


def writable(world: World, grant: Grant, channel_id: Any) -> Channel:
    channel = reachable(world, grant, channel_id)
    if channel.archived:
        raise SlackRefusal("is_archived")
    if grant.bot_user not in channel.members:
        raise SlackRefusal("not_in_channel")
    if channel.dm:
        person = next(world.users[member] for member in channel.members if member != grant.bot_user)
        if person.deactivated:
            world.violation(f"a message to {person.id}, who is deactivated")
            raise SlackRefusal("user_disabled")
        if person.dms_closed:
            raise SlackRefusal("messages_tab_disabled")
    return channel


def post_message(world: World, grant: Grant, given: Json) -> Json:
    channel = writable(world, grant, given["channel"])
    text, blocks = check_content(world, "chat.postMessage", given, private=False)
    thread = given.get("thread_ts")
    if thread and world.message(channel.id, str(thread)) is None:
        raise SlackRefusal("thread_not_found")
    metadata = given.get("metadata")
    if metadata is not None and (
        not isinstance(metadata, dict)
        or not isinstance(metadata.get("event_type"), str)
        or not isinstance(metadata.get("event_payload"), dict)
    ):
        world.violation("chat.postMessage: metadata is event_type and event_payload")
        raise SlackRefusal("invalid_metadata_format")
    if metadata is not None and len(json.dumps(metadata)) > _LONGEST_METADATA:
        world.violation("chat.postMessage: the metadata is too long")
        raise SlackRefusal("metadata_too_large")
    message = _written(world, grant, channel, text, blocks, thread)
    message.metadata = metadata
    return {"ok": True, "channel": channel.id, "ts": message.ts, "message": message.json()}


def post_ephemeral(world: World, grant: Grant, given: Json) -> Json:
    channel = reachable(world, grant, given["channel"])
    if channel.archived:
        raise SlackRefusal("is_archived")
    if grant.bot_user not in channel.members:
        raise SlackRefusal("not_in_channel")
    if given["user"] not in channel.members:
        world.violation(f"chat.postEphemeral: {given['user']} is not in {channel.id}: nobody sees it")
        raise SlackRefusal("user_not_in_channel")
    text, blocks = check_content(world, "chat.postEphemeral", given, private=True)
    thread = given.get("thread_ts")
    message = _written(world, grant, channel, text, blocks, thread)
    message.seen_by = str(given["user"])
    return {"ok": True, "message_ts": message.ts}


def _written(world: World, grant: Grant, channel: Channel, text: str, blocks: list[Json], thread: object) -> Message:
    """A new message of the app."""
    thread_ts = str(thread) if thread else None
    message = Message(channel.id, world.next_ts(), text, blocks, grant.bot_user, grant.bot_id, thread_ts=thread_ts)
    world.messages.append(message)
    return message


def _own(world: World, grant: Grant, given: Json, error: str) -> Message:
    channel = reachable(world, grant, given["channel"])
    message = world.message(channel.id, str(given["ts"]))
    if message is None or message.seen_by:
        raise SlackRefusal("message_not_found")
    if message.bot_id != grant.bot_id:
        raise SlackRefusal(error)
    return message


def update(world: World, grant: Grant, given: Json) -> Json:
    message = _own(world, grant, given, "cant_update_message")
    message.text, message.blocks = check_content(world, "chat.update", {"unfurl_links": False, **given}, private=False)
    message.metadata = given.get("metadata", message.metadata) or None  # left out, it stays; empty, it goes
    message.edits += 1
    return {"ok": True, "channel": message.channel, "ts": message.ts, "text": message.text, "message": message.json()}


def delete(world: World, grant: Grant, given: Json) -> Json:
    message = _own(world, grant, given, "cant_delete_message")
    message.deleted = True
    return {"ok": True, "channel": message.channel, "ts": message.ts}


def unfurl(world: World, grant: Grant, given: Json) -> Json:
    unfurls = given.get("unfurls")
    if not isinstance(unfurls, dict) or not unfurls:
        raise SlackRefusal("missing_unfurls")
    if "unfurl_id" in given:
        ts = str(given["unfurl_id"]).removeprefix("unfurl-")
        found = next((message for message in world.messages if message.ts == ts), None)
    else:
        found = world.message(str(given.get("channel")), str(given.get("ts")))
    if found is None:
        raise SlackRefusal("cannot_find_message")
    reachable(world, grant, found.channel)
    for url, card in unfurls.items():
        if url not in found.text:
            world.violation(f"chat.unfurl: {url} is not in the message")
            raise SlackRefusal("cannot_unfurl_url")
        blocks = card.get("blocks", [])
        try:
            check_blocks(blocks)
        except BlockKitError as error:
            world.violation(f"chat.unfurl: {error}")
            raise SlackRefusal("invalid_unfurls_format") from error
        for mention in pings(blocks):
            world.violation(f"chat.unfurl: mentions {mention}")
    found.unfurls.update(unfurls)
    return {"ok": True}


def respond(world: World, name: str, given: Json) -> tuple[int, Json]:
    """Status and answer of a POST to a response_url."""
    url = world.response_urls.get(name)
    if url is None:
        world.violation("response_url: there is none of that name")
        return 404, {"ok": False, "error": "no_url"}
    if world.now() - url.at > RESPONSE_SECONDS:
        world.violation("response_url: used after 30 minutes")
        return 404, {"ok": False, "error": "expired_url"}
    url.uses += 1
    if url.uses > RESPONSE_USES:
        world.violation("response_url: used more than 5 times")
        return 404, {"ok": False, "error": "used_url"}
    try:
        take_response(world, url, given, "response_url")
    except SlackRefusal as refusal:
        return 400, refusal.answer
    return 200, {"ok": True}


def take_response(world: World, url: ResponseUrl, given: Json, where: str) -> Message | None:
    """What is said through a response_url, or in the acknowledgement of a command."""
    unknown = set(given) - {
        "text", "blocks", "attachments", "response_type", "replace_original", "delete_original", "thread_ts",
        "unfurl_links", "unfurl_media", "metadata", "link_names", "parse", "mrkdwn",
    }  # fmt: skip
    if unknown:
        world.violation(f"{where}: unknown fields {', '.join(sorted(unknown))}")
    source = url.source
    if truth(given.get("delete_original")):
        if source is None:
            raise SlackRefusal("no_original")
        source.deleted = True
        if not given.get("text") and not given.get("blocks"):
            return None
    private = given.get("response_type", "ephemeral") != "in_channel"
    replaces = source if truth(given.get("replace_original")) else None
    seen_by = replaces.seen_by is not None if replaces else private
    text, blocks = check_content(world, where, given, private=seen_by)
    if replaces:
        replaces.text, replaces.blocks = text, blocks
        replaces.edits += 1
        url.messages.append(replaces)
        return replaces
    grant = world.grant_of(url.team)  # None: its token was revoked, and it answers all the same
    message = Message(
        url.channel,
        world.next_ts(),
        text,
        blocks,
        grant.bot_user if grant else "USLACKBOT",
        grant.bot_id if grant else "B0REVOKED",
        thread_ts=given.get("thread_ts"),
        seen_by=url.user if private else None,
    )
    world.messages.append(message)
    url.messages.append(message)
    return message
