"""Replies as Slack's messages: blocks, and a ``text`` for notifications and screen readers.

What does not fit one message is cut into several between its cards; no message is refused for its size.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.replies import Card, Reply
from bot.slack.buttons import actions
from bot.slack.cards import card_blocks, title_of
from bot.slack.fallback import fallback
from bot.slack.pieces import Piece, divided
from bot.slack.place_names import named, spoken
from bot.slack.texts import (
    LONGEST_BLOCKS,
    LONGEST_CONTEXT,
    LONGEST_HEADER,
    LONGEST_SECTION,
    MOST_BLOCKS,
    Block,
    lines,
    packed,
    plain_text,
    rich_text,
)
from papers.display import one_line, shorten

_ROOM = 200
"""Characters for the line that says how much follows."""


@dataclass(frozen=True)
class Rendered:
    """A message. A reply that says nothing has neither blocks nor text."""

    blocks: list[Block]
    text: str
    """At most 3,000 characters, escaped."""


def render(reply: Reply) -> Rendered:
    """One message: what does not fit is left out, the last cards first, and a note says how many."""
    cards = list(map(_card, reply.cards))
    if len(divided(_pieces(reply, cards))) > 1:
        fewer = range(len(cards), -1, -1)
        at = bisect_left(fewer, 1, key=lambda count: _fits(_cut(reply, count), cards[:count]))
        count = fewer[min(at, len(cards))]
        reply, cards = _cut(reply, count), cards[:count]
    parts = divided(_pieces(reply, cards))
    return _rendered(parts[0], reply) if parts else Rendered([], "")


def split(reply: Reply, *, below: bool = False) -> tuple[Rendered, ...]:
    """As many messages as it takes: the heading on the first, which holds as much as it can; buttons on the last.

    None for a reply that says nothing. ``below``: all of them stand in a thread already.
    """
    pieces = _pieces(reply, list(map(_card, reply.cards)))
    parts = divided(pieces)
    if len(parts) > 1:
        parts = divided(pieces, MOST_BLOCKS - 1, LONGEST_BLOCKS - _ROOM)
    left = len(reply.cards)
    rendered = []
    for number, part in enumerate(parts, start=1):
        left -= sum(piece.cards for piece in part)
        follows = note_blocks([_more(left, below=below or number > 1)]) if left and number < len(parts) else []
        rendered.append(_rendered([*part, *(Piece([block]) for block in follows)], reply))
    return tuple(rendered)


def _more(left: int, *, below: bool) -> str:
    """Whatever does not fit the first message stands in its thread."""
    return f"{left} more follow{'' if left > 1 else 's'}." if below else f"{left} more in the thread."


def blocks_of(reply: Reply) -> list[Block]:
    """All of a reply, whatever its size: for views, which have other limits."""
    return [block for piece in _pieces(reply, list(map(_card, reply.cards))) for block in piece.blocks]


def head_blocks(reply: Reply) -> list[Block]:
    return [block for piece in _head(reply) for block in piece.blocks]


def note_blocks(notes: Iterable[str]) -> list[Block]:
    told = filter(None, map(one_line, notes))
    return [
        {"type": "context", "elements": [lines(group, LONGEST_CONTEXT)]}
        for group in packed(told, LONGEST_CONTEXT, "\n")
    ]


def _pieces(reply: Reply, cards: Sequence[Piece]) -> list[Piece]:
    foot = (*note_blocks(reply.notes), *actions(reply.buttons))
    return [*_head(reply), *cards, *(Piece([block]) for block in foot)]


def _head(reply: Reply) -> list[Piece]:
    heading = one_line(reply.heading)
    pieces = [Piece([{"type": "header", "text": plain_text(heading, LONGEST_HEADER)}], (heading,))] if heading else []
    paragraphs = filter(None, map(_paragraph, reply.text.split("\n\n")))
    for group in packed(paragraphs, LONGEST_SECTION, "\n\n"):
        said = tuple(spoken(paragraph, reply.places) for paragraph in group)
        pieces.append(Piece([rich_text(named("\n\n".join(group), reply.places))], said))
    return pieces


def _paragraph(text: str) -> str:
    return "\n".join(filter(None, map(one_line, text.split("\n"))))


def _card(card: Card) -> Piece:
    rank = f"{card.rank}. " if card.rank is not None else ""
    return Piece(card_blocks(card), (rank + title_of(card),), cards=1)


def _cut(reply: Reply, count: int) -> Reply:
    """The reply with so many of its cards, and no more text than stands in a block."""
    left = len(reply.cards) - count
    notes = (*reply.notes, f"{left} more do not fit in a message.") if left else reply.notes
    text = shorten(reply.text, LONGEST_SECTION)
    return reply.model_copy(update={"text": text, "cards": reply.cards[:count], "notes": notes})


def _fits(reply: Reply, cards: Sequence[Piece]) -> bool:
    return len(divided(_pieces(reply, cards))) <= 1


def _rendered(part: Sequence[Piece], reply: Reply) -> Rendered:
    blocks = [block for piece in part for block in piece.blocks]
    said = [text for piece in part for text in piece.said]
    # Only notes or buttons, or the rest of a card.
    return Rendered(blocks, fallback(said or [*reply.notes, reply.heading]) or "More")
