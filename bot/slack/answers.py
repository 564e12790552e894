"""What an answer of Slack's Web API means for a message: try later, look first, refused, or nobody is there any more.

Names as in Slack's reference of chat.postMessage, conversations.open and conversations.history. What has no name here
is taken for trouble that passes: an unknown word must disable nobody's subscription.
"""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from papers.adapters import Scope
from papers.errors import AnswerLost, DeliveryError, DestinationGone, MessageRefused, TryLater

_MENDED_BY_US = 3600.0
"""Seconds until a call is made again that fails until somebody changes the app's or the workspace's set-up."""
_LONGEST_WAIT = 86_400.0

_INVITE = "invite it with /invite @Paperboy in the channel"
_GONE: Mapping[str, str] = {
    "channel_not_found": f"Slack knows no such channel, or it is private and Paperboy is not in it: {_INVITE}",
    "not_in_channel": f"Paperboy is not in the channel: {_INVITE}",
    "no_permission": f"Paperboy may not write in the channel: {_INVITE}",
    "access_denied": "Paperboy is denied access to the channel: ask an admin of the workspace to allow it",
    "is_archived": "the channel is archived: unarchive it, or subscribe another",
    "restricted_action": "a setting of the workspace keeps Paperboy from posting there: ask an admin to let apps post",
    "restricted_action_read_only_channel": "the channel is read-only: let Paperboy post in its settings",
    "restricted_action_thread_only_channel": "the channel takes replies only: let Paperboy post in its settings",
    "channel_type_not_supported": "Paperboy cannot write in this kind of conversation: subscribe a channel",
    "method_not_supported_for_channel_type": "Paperboy cannot write in this kind of conversation: subscribe a channel",
    "user_not_found": "Slack knows no such person in this workspace: subscribe anew from your own account",
    "users_not_found": "Slack knows no such person in this workspace: subscribe anew from your own account",
    "user_not_visible": "Paperboy may not see this person: subscribe a channel both can see",
    "user_disabled": "the person's account is deactivated: reactivate it, or subscribe somebody else",
    "invalid_user_combination": "Paperboy cannot write direct messages to this person: subscribe a channel",
    "cannot_dm_bot": "this is an app, and apps take no direct messages from others: subscribe a person",
    "token_revoked": "Paperboy was removed from this workspace: install it again",
    "account_inactive": "Paperboy was removed from this workspace, or the workspace was deleted: install it again",
    "team_access_not_granted": "Paperboy is not allowed in this workspace: ask an admin of the organization to add it",
}
TOKEN_GONE = frozenset(_GONE[name] for name in ("token_revoked", "account_inactive", "team_access_not_granted"))
"""The sentences that a new token makes untrue."""
_REFUSED: Mapping[str, str] = {
    "msg_too_long": "it is too long",
    "msg_blocks_too_long": "it is too long",
    "no_text": "it has no text",
    "too_many_attachments": "it has too many attachments",
    "invalid_blocks": "its blocks break a rule",
    "invalid_blocks_format": "its blocks cannot be read",
    "invalid_metadata_format": "its metadata cannot be read",
    "invalid_metadata_schema": "its metadata breaks a rule",
    "metadata_too_large": "its metadata is too large",
    "invalid_arguments": "it breaks a rule",
    "invalid_arg_name": "it breaks a rule",
    "invalid_array_arg": "it breaks a rule",
}
_SET_UP: Mapping[str, str] = {
    "not_authed": "no token came with the call: set PAPERBOY_SLACK_BOT_TOKEN",
    "invalid_auth": "Slack does not take our token, or not from this network: `paperboy doctor` says what to mend",
    "token_expired": "the token has expired and no newer one is there: install Paperboy again if this stays",
    "missing_scope": "the app lacks a scope for this: add those of `paperboy slack manifest` and install it again",
    "not_allowed_token_type": "this kind of token is not allowed: use the bot token, which begins with xoxb-",
    "messages_tab_disabled": "the app's Messages tab is off: turn it on under App Home in the app's settings",
    "accesslimited": "Slack is limited to other networks in this workspace: ask its admins to allow ours",
    "two_factor_setup_required": "the workspace asks for two-factor authentication to be set up first",
    "enterprise_is_restricted": "the organization does not allow this call: ask its admins",
    "ekm_access_denied": "the workspace's admins have suspended posting: ask them to allow it again",
    "org_login_required": "the workspace is being moved to an organization",
    "team_added_to_org": "the workspace is being moved to an organization",
    "method_deprecated": "Slack has retired this call: update Paperboy",
    "deprecated_endpoint": "Slack has retired this call: update Paperboy",
}
_WHOLE_WORKSPACE = frozenset(
    {"not_authed", "invalid_auth", "token_expired", "accesslimited", "org_login_required", "team_added_to_org"}
)
"""Of these, what fails for one channel fails for all of the workspace."""
_BUSY = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
_MAY_HAVE_WORKED = frozenset({"fatal_error", "internal_error", "service_unavailable"})
"""Slack: "it's possible some aspect of the operation succeeded before the error was raised"."""

TOKEN_REFUSED = frozenset({"token_expired", "invalid_auth", "token_revoked"})
"""A newer token may be taken: nothing was done with this one."""
UNREADABLE = frozenset({"missing_scope", "not_allowed_token_type", "access_denied"} | _GONE.keys())
"""Where a conversation's history is refused with one of these, nobody can say what is in it."""


@contextmanager
def understood(*, handed_over: bool, limited: Scope = Scope.WORKSPACE) -> Iterator[None]:
    """Calls made within raise what their failure means (see ``meaning``), which names its cause."""
    try:
        yield
    except Exception as error:
        meant = meaning(error, handed_over=handed_over, limited=limited)
        if meant is None:
            raise
        raise meant from error


def meaning(error: Exception, *, handed_over: bool, limited: Scope = Scope.WORKSPACE) -> DeliveryError | None:
    """What a failed call says of the message; None: it is no failure of a call.

    ``error`` is what slack_sdk's client raises: SlackApiError, aiohttp.ClientError, TimeoutError. ``handed_over`` says
    whether the call was one that makes a message appear: only then an answer can be lost. ``limited`` is what a
    Retry-After holds for; Slack counts "per API method per app per workspace".
    """
    from aiohttp import ClientConnectorError, ClientError, ConnectionTimeoutError, InvalidURL
    from slack_sdk.errors import SlackApiError

    if isinstance(error, SlackApiError):
        return _answered(error, handed_over=handed_over, limited=limited)
    if isinstance(error, ClientConnectorError | ConnectionTimeoutError | InvalidURL):
        return TryLater("Slack cannot be reached")
    if isinstance(error, ClientError | TimeoutError | OSError):
        return _silent("Slack did not answer", handed_over)
    return None


def not_installed(where: str) -> str:
    return f"Paperboy is not installed in the workspace {where}: install it there"


def error_name(error: BaseException | None) -> str:
    """Slack's own name of what went wrong, as in ``channel_not_found``; empty where it named nothing."""
    data = getattr(getattr(error, "response", None), "data", None)
    name = data.get("error") if isinstance(data, dict) else None
    return name if isinstance(name, str) else ""


def _answered(error: Any, *, handed_over: bool, limited: Scope) -> DeliveryError:
    name, status = error_name(error), _status(error)
    if status == 429 or name in _BUSY:
        return TryLater("Slack asks us to wait", seconds=_retry_after(error), scope=limited)
    if name in _MAY_HAVE_WORKED or status >= 500:
        return _silent(f"Slack answered {name or status}", handed_over)
    if name:
        return _named(name)
    if status == 413:
        return MessageRefused("Slack does not take this message: it is too long")
    if status != 200:
        return TryLater(f"Slack answered {status}: PAPERBOY_SLACK_API_URL should be the address of its Web API")
    return _silent("Slack gave an answer that cannot be read", handed_over)


def _named(name: str) -> DeliveryError:
    if name in _GONE:
        return DestinationGone(_GONE[name])
    if name in _REFUSED:
        return MessageRefused(f"Slack does not take this message: {_REFUSED[name]} ({name})")
    if name in _SET_UP:
        scope = Scope.WORKSPACE if name in _WHOLE_WORKSPACE else Scope.CHANNEL
        return TryLater(_SET_UP[name], seconds=_MENDED_BY_US, scope=scope)
    return TryLater(f"Slack answered {name[:60]!r}")


def _silent(sentence: str, handed_over: bool) -> DeliveryError:
    return AnswerLost(sentence) if handed_over else TryLater(sentence)


def _status(error: Any) -> int:
    """Of slack_sdk's response, or of aiohttp's where the body could not be read."""
    found = getattr(error.response, "status_code", None) or getattr(error.response, "status", None)
    return found if isinstance(found, int) else 0


def _retry_after(error: Any) -> float | None:
    headers = getattr(error.response, "headers", None) or {}
    given = next((value for name, value in headers.items() if name.lower() == "retry-after"), None)
    try:
        seconds = float(given)  # type: ignore[arg-type]  # None is refused like any other that is no number
    except (TypeError, ValueError):
        return None
    return min(max(seconds, 0.0), _LONGEST_WAIT) if math.isfinite(seconds) else None
