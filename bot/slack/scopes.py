"""What the app may do in a workspace: the least, each with the reason why.

Not asked for: ``chat:write.public`` (people of a channel should see who posts there, so the app is invited first, and
only a member can look for a message of its own after a crash), ``channels:join``, anything of users' tokens.
https://docs.slack.dev/reference/scopes
"""

from collections.abc import Iterable, Mapping

SCOPES: Mapping[str, str] = {
    "app_mentions:read": "answering where somebody writes @Paperboy",
    "channels:history": "finding a message in a public channel again after a crash, so that none is posted twice",
    "channels:read": "seeing whether a public channel is archived, or Paperboy not in it",
    "chat:write": "posting digests and answers",
    "commands": "/papers, and the shortcut on messages",
    "files:write": "sending people what is kept of them (/papers export) as a file",
    "groups:history": "finding a message in a private channel again after a crash, so that none is posted twice",
    "groups:read": "seeing whether a private channel is archived, or Paperboy not in it",
    "im:history": "answering direct messages",
    "im:write": "sending people the topics they follow",
    "links:read": "seeing links to papers on arxiv.org and huggingface.co",
    "links:write": "showing a card under such links",
    "users:read": "taking the hour of a digest from a person's time zone, and telling an owner what must be mended",
}
"""Scope of the bot's token -> what does not work without it."""


def missing(granted: Iterable[str]) -> dict[str, str]:
    """The scopes that a token lacks, with what does not work without them."""
    have = frozenset(granted)
    return {scope: reason for scope, reason in SCOPES.items() if scope not in have}
