"""What the bot must be allowed in a channel: the least, each permission with the reason why, and what one lacks. Pure.

Not asked for: Embed Links and Attach Files (messages are components, and files come as answers to commands, for which
no permission is needed), Manage Messages, Manage Threads, Mention Everyone, Administrator, anything of members.
Bits: https://discord.com/developers/docs/topics/permissions#permissions-bitwise-permission-flags
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum


class Permission(StrEnum):
    """Called as Discord's settings call them, but for those of a forum: see ``called``."""

    VIEW = "View Channel"
    SEND = "Send Messages"
    SEND_IN_THREADS = "Send Messages in Threads"
    OPEN_THREADS = "Create Public Threads"
    HISTORY = "Read Message History"
    CONNECT = "Connect"


BITS: Mapping[Permission, int] = {
    Permission.VIEW: 1 << 10,
    Permission.SEND: 1 << 11,
    Permission.SEND_IN_THREADS: 1 << 38,
    Permission.OPEN_THREADS: 1 << 35,
    Permission.HISTORY: 1 << 16,
    Permission.CONNECT: 1 << 20,
}
REASONS: Mapping[Permission, str] = {
    Permission.VIEW: "seeing the channel at all",
    Permission.SEND: "posting digests, and making posts in forums (there it is called Create Posts)",
    Permission.SEND_IN_THREADS: "writing details below a digest, and digests in threads and posts",
    Permission.OPEN_THREADS: "opening the thread with details below a digest",
    Permission.HISTORY: "finding a message again after a crash, so that none is posted twice",
    Permission.CONNECT: "the same in the chat of a voice channel",
}
"""Permission -> what does not work without it."""
ASKED = sum(BITS.values())
"""What the link by which a server adds the bot asks for."""
_ADMINISTRATOR = 1 << 3


class Place(StrEnum):
    """Kinds of channels, as far as other permissions are needed there."""

    CHANNEL = "channel"
    """Text and announcements: a digest, and a thread with details below it."""
    VOICE = "voice"
    """The text of a voice channel, which has no threads."""
    THREAD = "thread"
    FORUM = "forum"
    POST = "post"
    """A thread of a forum."""


_WITHOUT_THREADS = frozenset({Permission.VIEW, Permission.SEND, Permission.HISTORY})
_IN_A_THREAD = frozenset({Permission.VIEW, Permission.SEND_IN_THREADS, Permission.HISTORY})
NEEDED: Mapping[Place, frozenset[Permission]] = {
    Place.CHANNEL: frozenset(Permission) - {Permission.CONNECT},
    # https://docs.discord.com/developers/resources/message#get-channel-messages
    Place.VOICE: _WITHOUT_THREADS | {Permission.CONNECT},
    Place.THREAD: _IN_A_THREAD,
    Place.POST: _IN_A_THREAD,
    Place.FORUM: _WITHOUT_THREADS | {Permission.SEND_IN_THREADS},
}
_PLACES: Mapping[int, Place] = {
    **dict.fromkeys((2, 13), Place.VOICE),
    **dict.fromkeys((10, 11, 12), Place.THREAD),
    **dict.fromkeys((15, 16), Place.FORUM),
}


def place_of(kind: int, above: int | None = None) -> Place:
    """``kind`` is Discord's number for the type of a channel; ``above`` that of what it is in, where that is known."""
    if above is not None and _PLACES.get(above) is Place.FORUM:
        return Place.POST
    return _PLACES.get(kind, Place.CHANNEL)


def missing_in(granted: int, place: Place) -> tuple[Permission, ...]:
    """What the bot lacks where its permissions are the bits ``granted``."""
    if granted & _ADMINISTRATOR:
        return ()
    return tuple(one for one in Permission if one in NEEDED[place] and not granted & BITS[one])


def how_to_mend(missing: Iterable[Permission], where: str, place: Place = Place.CHANNEL) -> str:
    """What is missing ``where`` (``#papers``), who can give it and how, for people to read; empty if nothing is."""
    names = [f"“{called(one, place)}”" for one in missing]
    if not names:
        return ""
    several = len(names) > 1
    listed = f"{', '.join(names[:-1])} and {names[-1]}" if several else names[0]
    settings = "the settings of the channel that it belongs to" if place in _WITHIN else "the channel’s settings"
    return (
        f"Paperboy lacks the permission{'s' if several else ''} {listed} in {where}. "
        f"Somebody with the permission “Manage Permissions” there can give {'them' if several else 'it'} to Paperboy, "
        f"in {settings}, under Permissions."
    )


_WITHIN = frozenset({Place.THREAD, Place.POST})
_OF_FORUMS = frozenset({Place.FORUM, Place.POST})
_IN_FORUMS: Mapping[Permission, str] = {
    Permission.SEND: "Create Posts",
    Permission.SEND_IN_THREADS: "Send Messages in Posts",
    Permission.HISTORY: "Read Post History",
}


def called(permission: Permission, place: Place) -> str:
    """As the settings of such a channel call it."""
    return _IN_FORUMS.get(permission, permission.value) if place in _OF_FORUMS else permission.value
