"""Who may do what where (discord.com/developers/docs/topics/permissions)."""

from collections.abc import Iterable
from dataclasses import dataclass

BITS = {
    "administrator": 3,
    "manage_channels": 4,
    "manage_guild": 5,
    "add_reactions": 6,
    "view_channel": 10,
    "send_messages": 11,
    "manage_messages": 13,
    "embed_links": 14,
    "attach_files": 15,
    "read_message_history": 16,
    "mention_everyone": 17,
    "connect": 20,
    "use_external_emojis": 18,
    "manage_threads": 34,
    "create_public_threads": 35,
    "create_private_threads": 36,
    "send_messages_in_threads": 38,
    "use_application_commands": 31,
    "use_external_apps": 50,
}
ALL = (1 << 53) - 1


def bits(*names: str) -> int:
    return sum(1 << BITS[name] for name in names)


DEFAULT = bits(
    "view_channel",
    "send_messages",
    "embed_links",
    "attach_files",
    "read_message_history",
    "add_reactions",
    "connect",
    "use_external_emojis",
    "create_public_threads",
    "send_messages_in_threads",
    "use_application_commands",
    "use_external_apps",
)


@dataclass(frozen=True)
class Overwrite:
    """A channel's exception for a role (0) or a member (1)."""

    id: int
    type: int
    allow: int = 0
    deny: int = 0


def permissions(
    everyone_id: int,
    everyone: int,
    roles: dict[int, int],
    overwrites: Iterable[Overwrite],
    member: int,
    *,
    owner: bool = False,
) -> int:
    """Permissions of a member in a channel; ``roles`` are theirs, id -> permissions."""
    granted = everyone
    for role in roles.values():
        granted |= role
    if owner or granted & bits("administrator"):
        return ALL
    exceptions = list(overwrites)
    for one in exceptions:
        if one.type == 0 and one.id == everyone_id:
            granted = granted & ~one.deny | one.allow
    of_roles = [one for one in exceptions if one.type == 0 and one.id in roles]
    for one in of_roles:
        granted &= ~one.deny
    for one in of_roles:
        granted |= one.allow
    for one in exceptions:
        if one.type == 1 and one.id == member:
            granted = granted & ~one.deny | one.allow
    if not granted & bits("view_channel"):
        return 0
    return granted
