"""The text objects of Block Kit in which nothing is read as a mark, and how long anything may be.

Source of the limits: docs.slack.dev/reference/block-kit.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from papers.display import one_line, shorten
from papers.links import web_address

Block = dict[str, Any]

MOST_BLOCKS = 50
MOST_IN_VIEW = 100
LONGEST_SECTION = 3000
LONGEST_HEADER = 150
LONGEST_CONTEXT = 2000
LONGEST_OPTION = 75
LONGEST_BLOCKS = 12_000
"""Characters of all blocks of a message as JSON. Slack answers msg_blocks_too_long from about 13,200 (reported in
slackapi/bolt-js issues 2509 and 2867, not documented); what it adds itself, ids and defaults, seems to count."""

LONGEST_VIEW = 50_000
"""Characters of all blocks of a view as JSON; Slack takes 250 kB, and a character may have four bytes."""

_AS_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def size(block: Block) -> int:
    """Characters as JSON without spaces."""
    return len(_AS_JSON.encode(block))


def as_many_as_fit(blocks: Iterable[Block], most: int, room: int) -> list[Block]:
    """The first of the blocks: at most so many, with so many characters as JSON."""
    fitting: list[Block] = []
    for block in blocks:
        room -= size(block) + 1
        if room < 0 or len(fitting) == most:
            break
        fitting.append(block)
    return fitting


def plain_text(text: str, limit: int) -> Block:
    """Other people's words, in which ``:smile:`` stays what it is. Never empty, which Slack refuses."""
    return {"type": "plain_text", "text": shorten(one_line(text), limit) or "…", "emoji": False}


def label(text: str, limit: int) -> Block:
    """Our own words; shorter, as JSON, than ``plain_text``."""
    return {"type": "plain_text", "text": shorten(one_line(text), limit) or "…"}


def lines(texts: Iterable[str], limit: int) -> Block:
    """Plain text of several lines that are within the limit together: see ``packed``."""
    return {"type": "plain_text", "text": "\n".join(texts)[:limit] or "…", "emoji": False}


def words(text: str, **style: bool) -> Block:
    """A piece of rich text, as it is."""
    return {"type": "text", "text": text, **({"style": style} if style else {})}


def linked(text: str, url: str, **style: bool) -> Block:
    """A piece of rich text that leads to ``url``, if that is an address of the web."""
    address = web_address(url)
    if address is None:
        return words(text, **style)
    return {"type": "link", "url": address, "text": text, **({"style": style} if style else {})}


def rich_text(pieces: Sequence[Block]) -> Block:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(pieces)}]}


def packed(texts: Iterable[str], limit: int, separator: str) -> Iterator[list[str]]:
    """Groups of texts that are within ``limit`` when they are joined; a longer one is cut at a word."""
    group: list[str] = []
    for text in texts:
        cut = shorten(text, limit)
        if group and len(separator.join([*group, cut])) > limit:
            yield group
            group = []
        group.append(cut)
    if group:
        yield group
