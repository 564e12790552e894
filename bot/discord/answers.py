"""What an answer of Discord's REST API means for a message: try later, look first, refused, or nobody is there.

Numbers as in https://discord.com/developers/docs/topics/opcodes-and-status-codes#json. What has no number here is
taken for trouble that passes: an unknown one must disable nobody's subscription.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum

from bot.discord.breaker import NOT_TAKEN
from bot.discord.rest import EVERYTHING, Refused
from papers.adapters import Scope
from papers.errors import AnswerLost, DeliveryError, DestinationGone, MessageRefused, TryLater

_MENDED_BY_US = 3600.0
"""Seconds until a call is made again that fails until somebody changes the bot's set-up."""
_BANNED = 600.0
"""Seconds of rest where an address is shut out without being told for how long."""
_DMS_TOO_FAST = 300.0
_SLOW = 60.0


class Task(StrEnum):
    """What was asked of Discord, for which a permission may be missing."""

    WRITE = "write in this channel"
    POST = "make posts in this forum"
    REOPEN = "open this archived thread again"
    OPEN_THREAD = "open a thread in this channel"
    REMOVE = "remove an empty thread from this channel"
    READ = "read this channel's messages"
    OPEN_DM = "write direct messages to this person"
    PUBLISH = "publish messages in this channel"
    ASK = "see this channel"
    ASK_OF_ITSELF = "see what Discord knows of it"
    """And of the gateway: nothing of a channel, where a permission could be given."""


_OF_A_CHANNEL = frozenset(Task) - {Task.OPEN_DM, Task.ASK, Task.ASK_OF_ITSELF}
"""What Discord counts for each channel, so that its waits are those of the channel."""
_PERMISSION: Mapping[Task, str] = {
    Task.WRITE: "Send Messages (in a thread: Send Messages in Threads, in a post: Send Messages in Posts)",
    Task.POST: "Create Posts",
    Task.REOPEN: "Manage Threads",
    Task.OPEN_THREAD: "Create Public Threads and Send Messages in Threads",
    Task.REMOVE: "Manage Threads",
    Task.READ: "Read Message History",
    Task.OPEN_DM: "Send Messages",
    Task.PUBLISH: "Send Messages",
    Task.ASK: "View Channel",
}
_MEND = "in the channel's settings, under Permissions"

NO_SUCH_CHANNEL = 10003
NO_SUCH_MESSAGE = 10008
ARCHIVED = 50083
HAS_A_THREAD = 160004
LOCKED = 160005
IS_PUBLISHED = 40033
NOT_IN_THIS_KIND = frozenset({50008, 40058, 50024})
"""The channel takes no messages, as a forum, whose posts are threads."""
NO_ACCESS = 50001
NO_PERMISSION = 50013
TAG_REQUIRED = 40067
TOO_MANY_THREADS = frozenset({160006, 160007})
UNREADABLE = frozenset({NO_ACCESS, NO_PERMISSION, NO_SUCH_CHANNEL, 10004})
"""Where a channel's history is refused with one of these, nobody can say what is in it."""
TOO_MANY_OPENED = 40003
_NOT_PASSED_ON = frozenset({301, 302, 303, 307, 308, 403, 404, 405})
"""Without a word of Discord's: whatever stands there did nothing. Others, as 408, a proxy may give when it was done."""

_GONE: Mapping[int, str] = {
    NO_SUCH_CHANNEL: "Discord knows no such channel: it was deleted, or Paperboy was removed from its server",
    10004: "Discord knows no such server: it was deleted, or Paperboy was removed from it",
    10013: "Discord knows no such person: subscribe anew from your own account",
    NO_ACCESS: "Paperboy cannot see this channel: give it the permission View Channel in the channel's settings, under "
    "Permissions, or invite it to the server again; in a private thread, mention @Paperboy",
    40007: "Paperboy is banned from this server: lift the ban in the server's settings, and invite it again",
    50007: "the person takes no direct messages from Paperboy: allow direct messages in the privacy settings of a "
    "server you share with it, and do not block it",
    50008: "this channel takes no messages: subscribe a text channel, a thread or a forum",
    50009: "the server's verification level keeps Paperboy out of this channel: give its role access",
    50024: "this channel takes no messages: subscribe a text channel, a thread or a forum",
    50033: "Paperboy cannot write direct messages to this account: subscribe a channel",
    50278: "the person shares no server with Paperboy, and has not installed it: add Paperboy to your account, or join "
    "a server that has it",
    TAG_REQUIRED: "this forum wants a tag on each post, and has none that Paperboy may use: add a tag that is not only "
    "for moderators",
    LOCKED: "this thread is locked: unlock it, or subscribe its channel",
    ARCHIVED: "this thread is archived, and Paperboy may not open it again: give it the permission Manage Threads, or "
    "subscribe its channel",
}
_REFUSED: Mapping[int, str] = {
    NO_SUCH_MESSAGE: "it was there, and somebody deleted it",
    20009: "Discord takes it for something explicit",
    40005: "it is too large",
    50006: "it says nothing",
    50035: "it breaks a rule",
    50109: "it cannot be read",
    160002: "it answers a message that Paperboy may not read",
    200000: "the server's AutoMod blocks it: exempt Paperboy's role in the server's settings, under AutoMod",
    200001: "the server's AutoMod blocks its title: exempt Paperboy's role in the server's settings, under AutoMod",
    240000: "Discord blocks one of its links",
}
_SET_UP: Mapping[int, str] = {
    20026: "Discord's spam filter has flagged the bot: answer its letter in the developer portal",
    40001: "Discord does not let the bot do this: `paperboy doctor` says what to mend",
    40002: "Discord wants the bot's owner to verify the account first: do so in the developer portal",
}
_WAIT: Mapping[int, tuple[str, float, Scope]] = {
    20016: ("the channel is in slow mode: exempt Paperboy by the permission Bypass Slowmode", _SLOW, Scope.CHANNEL),
    20028: ("too much is written in the channel", _SLOW, Scope.CHANNEL),
    20029: ("too much is written in the server", _SLOW, Scope.CHANNEL),
    TOO_MANY_OPENED: ("Discord wants direct messages to be opened more slowly", _DMS_TOO_FAST, Scope.CHANNEL),
    40004: ("Discord takes no messages for a while", _SLOW, Scope.PLATFORM),
    40006: ("Discord has switched this off for a while", _SLOW, Scope.PLATFORM),
    40062: ("Discord is busy", _SLOW, Scope.CHANNEL),
    130000: ("Discord is busy", _SLOW, Scope.CHANNEL),
    160006: ("the server has as many active threads as it may: archive some", _MENDED_BY_US, Scope.CHANNEL),
    160007: ("the server has as many active announcement threads as it may", _MENDED_BY_US, Scope.CHANNEL),
}
"""Seconds that are waited where Discord names none, and for what."""


@contextmanager
def understood(task: Task, *, handed_over: bool = False) -> Iterator[None]:
    """Calls made within raise what their failure means (see ``meaning``), which names its cause."""
    try:
        yield
    except Exception as error:
        meant = meaning(error, task, handed_over=handed_over)
        if meant is None:
            raise
        raise meant from error


def meaning(error: Exception, task: Task, *, handed_over: bool) -> DeliveryError | None:
    """What a failed call says of the message; None: it is no failure of a call.

    ``error`` is what Rest.call raises. ``handed_over`` says whether the call was one that makes a message appear: only
    then an answer can be lost.
    """
    from aiohttp import ClientConnectorError, ClientError, ConnectionTimeoutError, InvalidURL

    if isinstance(error, Refused):
        return _answered(error, task, handed_over)
    if isinstance(error, ClientConnectorError | ConnectionTimeoutError | InvalidURL):
        return TryLater("Discord cannot be reached")
    if isinstance(error, ClientError | TimeoutError | OSError):
        return _silent("Discord did not answer", handed_over)
    return None


def code_of(error: BaseException | None) -> int:
    """Discord's own number of what went wrong; 0 where it gave none."""
    return error.code if isinstance(error, Refused) else 0


def _answered(error: Refused, task: Task, handed_over: bool) -> DeliveryError:
    if error.status == 429:
        return _told_to_wait(error, task)
    if error.status == 401:
        # No time is given: the breaker stops this token, and who has another must not wait.
        return TryLater(NOT_TAKEN)
    if error.status >= 500:
        return _silent(f"Discord answered {error.status}", handed_over)
    if error.code:
        return _numbered(error, task)
    if error.status == 413:
        return MessageRefused("Discord does not take this message: it is too large")
    sentence = f"Discord answered {error.status}: PAPERBOY_DISCORD_API_URL should be the address of its API"
    return _silent(sentence, handed_over and error.status not in _NOT_PASSED_ON)


def _numbered(error: Refused, task: Task) -> DeliveryError:
    code = error.code
    if code in _WAIT:
        return _wait(error)
    if code == NO_PERMISSION or (code == NO_ACCESS and task is Task.ASK_OF_ITSELF):
        return _not_allowed(task)
    if code in _GONE:
        return DestinationGone(_GONE[code])
    if code in _REFUSED:
        return MessageRefused(f"Discord does not take this message: {_REFUSED[code]} ({code})")
    if code in _SET_UP:
        return TryLater(_SET_UP[code], seconds=_MENDED_BY_US, scope=Scope.PLATFORM)
    return TryLater(f"Discord answered {error.status} ({code})")


def _not_allowed(task: Task) -> DeliveryError:
    if task is Task.ASK_OF_ITSELF:
        return TryLater(f"Paperboy may not {task}: PAPERBOY_DISCORD_TOKEN should be that of this application's bot")
    return DestinationGone(f"Paperboy may not {task}: give it the permission {_PERMISSION[task]} {_MEND}")


def _told_to_wait(error: Refused, task: Task) -> TryLater:
    """The limit of all calls, or that of a channel or another part: each tells for how long."""
    if error.code in _WAIT:
        return _wait(error)
    if error.scope == EVERYTHING:
        return TryLater("Discord asks us to wait", seconds=error.wait or 1.0, scope=Scope.PLATFORM)
    if error.scope not in {"user", "shared"}:
        # Neither its limits nor its words: whatever stands before Discord has shut this address out.
        return TryLater("Discord shuts this address out", seconds=error.wait or _BANNED, scope=Scope.PLATFORM)
    where = " in this channel" if task in _OF_A_CHANNEL else ""
    return TryLater(f"Discord asks us to wait{where}", seconds=error.wait or 1.0, scope=Scope.CHANNEL)


def _wait(error: Refused) -> TryLater:
    sentence, seconds, scope = _WAIT[error.code]
    return TryLater(sentence, seconds=error.wait or seconds, scope=scope)


def _silent(sentence: str, handed_over: bool) -> DeliveryError:
    return AnswerLost(sentence) if handed_over else TryLater(sentence)
