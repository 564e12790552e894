"""What is sent of a delivery: the message, what follows it in the channel, and what stands in a thread."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bot.discord.custom_ids import kept
from bot.discord.layout import Rendered, split
from bot.discord.marks import MOST_PARTS, marked, nonce, whole
from bot.posts import post_of
from bot.replies import Reply
from papers.asked import AskedTexts
from papers.contents import Content, DigestContent
from papers.display import one_line, shorten
from papers.errors import MessageRefused

Body = dict[str, Any]
"""What is posted to a channel's messages."""

LONGEST_TITLE = 100
"""Characters of a thread's name."""
_SIDE_BY_SIDE = 3
"""Messages of a delivery that stand in the channel; what is more would flood it. Ten papers are two."""
_SUPPRESS_EMBEDS = 1 << 2


@dataclass(frozen=True)
class Bundle:
    title: str
    """Plain, for the post of a forum."""
    first: Body
    more: tuple[Body, ...] = ()
    """Follow it at once."""
    rest: tuple[Body, ...] = ()
    """Of the same message, but too much for the channel, unless there is no other place."""
    details: tuple[Body, ...] = ()
    """For whoever wants to know more."""
    about: str = ""
    """What the thread with them is called."""
    publish: bool = False
    """In an announcement channel: also to the channels that follow it."""
    whole: int = 0
    """What all of these say together, in a number."""

    @property
    def count(self) -> int:
        """Of its messages."""
        return 1 + len(self.more) + len(self.rest) + len(self.details)

    @property
    def in_the_channel(self) -> tuple[str, ...]:
        """Nonces of the messages that stand side by side, in order."""
        return tuple(body["nonce"] for body in (self.first, *self.more))


async def bundled(content: Content, delivery: str, asked: AskedTexts) -> Bundle:
    """Raises MessageRefused for what says nothing, and redis-py's errors."""
    post = post_of(content)
    main = await _split(post.main, asked, _SIDE_BY_SIDE)
    if not main:
        raise MessageRefused("it says nothing")
    details = await _split(post.details, asked) if post.details else ()
    more = min(len(main), _SIDE_BY_SIDE) - 1
    parts = [*main, *details][: MOST_PARTS + 1]
    all_of_it = whole([part.components for part in parts], delivery)
    numbered = [_body(rendered, delivery, part, all_of_it) for part, rendered in enumerate(parts)]
    return Bundle(
        title=_title((post.main.heading, post.main.text)),
        first=numbered[0],
        more=tuple(numbered[1 : 1 + more]),
        rest=tuple(numbered[_SIDE_BY_SIDE : len(main)]),
        details=tuple(numbered[len(main) :]),
        about=_title((post.details.heading if post.details else "", post.main.heading)),
        publish=isinstance(content, DigestContent) and content.options.publish,
        whole=all_of_it,
    )


async def _split(reply: Reply, asked: AskedTexts, side_by_side: int = 0) -> tuple[Rendered, ...]:
    return split(reply, await kept(reply, asked), side_by_side=side_by_side)


def _body(rendered: Rendered, delivery: str, part: int, all_of_it: int) -> Body:
    payload = rendered.payload()
    return {
        **payload,
        "components": marked(payload["components"], delivery, part, whole=None if part else all_of_it),
        "flags": payload["flags"] | _SUPPRESS_EMBEDS,
        "allowed_mentions": {"parse": []},
        "nonce": nonce(delivery, part),
        "enforce_nonce": True,
    }


def _title(parts: Iterable[str]) -> str:
    """Names of threads show no marks: nothing in them needs escaping. Never empty, which Discord refuses."""
    return shorten(one_line(" · ".join(filter(None, parts))), LONGEST_TITLE) or "Paperboy"
