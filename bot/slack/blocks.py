"""Replies as Slack's messages: blocks, and a ``text`` for notifications and screen readers.

What does not fit one message is cut into several between its cards; no message is refused for its size.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.replies import Card, Reply
from bot.slack.buttons import actions
from bot.slack.cards import card_blocks, title_of
from bot.slack.escape import escape
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
    size,
    words,
)
from papers.display import one_line, shorten

_LONGEST_FALLBACK = 3000
_LONGEST_LINE = 600
_STEP = 500


@dataclass(frozen=True)
class Rendered:
    """A message. A reply that says nothing has neither blocks nor text."""

    blocks: list[Block]
    text: str
    """At most 3,000 characters, escaped. Send it with ``mrkdwn`` off where the method has that."""


@dataclass(frozen=True)
class _Piece:
    """Blocks that belong together, and what is read aloud of them."""

    blocks: list[Block]
    said: tuple[str, ...] = ()
    size: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "size", sum(size(block) + 1 for block in self.blocks))


def render(reply: Reply) -> Rendered:
    """One message: what does not fit is left out, the last cards first, and a note says how many."""
    cards = list(map(_card, reply.cards))
    if len(_divided(_pieces(reply, cards), LONGEST_BLOCKS)) > 1:
        fewer = range(len(cards) - 1, -1, -1)
        shown = bisect_left(fewer, 1, key=lambda count: _fits(_cut(reply, count), cards[:count]))
        count = fewer[min(shown, len(fewer) - 1)] if cards else 0
        reply, cards = _cut(reply, count), cards[:count]
    parts = _divided(_pieces(reply, cards), LONGEST_BLOCKS)
    return _rendered(parts[0], reply) if parts else Rendered([], "")


def split(reply: Reply) -> tuple[Rendered, ...]:
    """As many messages as it takes, of about the same size: the heading on the first, notes and buttons on the last.

    None for a reply that says nothing.
    """
    pieces = _pieces(reply, list(map(_card, reply.cards)))
    parts = _divided(pieces, LONGEST_BLOCKS)
    if len(parts) > 1:
        # Nine papers and then one would read badly: the tightest limit that makes no more messages.
        even = -(-sum(piece.size for piece in pieces) // len(parts))
        for limit in range(even, LONGEST_BLOCKS, _STEP):
            evener = _divided(pieces, limit)
            if len(evener) <= len(parts):
                parts = evener
                break
    return tuple(_rendered(part, reply) for part in parts)


def blocks_of(reply: Reply) -> list[Block]:
    """All of a reply, whatever its size: for views, which have other limits."""
    cards = [block for card in reply.cards for block in card_blocks(card)]
    return [*head_blocks(reply), *cards, *note_blocks(reply.notes), *actions(reply.buttons)]


def head_blocks(reply: Reply) -> list[Block]:
    return [block for piece in _head(reply) for block in piece.blocks]


def note_blocks(notes: Iterable[str]) -> list[Block]:
    told = filter(None, map(one_line, notes))
    return [
        {"type": "context", "elements": [lines(group, LONGEST_CONTEXT)]}
        for group in packed(told, LONGEST_CONTEXT, "\n")
    ]


def _pieces(reply: Reply, cards: Sequence[_Piece]) -> list[_Piece]:
    foot = (*note_blocks(reply.notes), *actions(reply.buttons))
    return [*_head(reply), *cards, *(_Piece([block]) for block in foot)]


def _card(card: Card) -> _Piece:
    rank = f"{card.rank}. " if card.rank is not None else ""
    return _Piece(card_blocks(card), (rank + title_of(card),))


def _cut(reply: Reply, count: int) -> Reply:
    """The reply with so many of its cards, and no more text than stands in a block."""
    left = len(reply.cards) - count
    notes = (*reply.notes, f"{left} more do not fit in a message.") if left else reply.notes
    text = shorten(reply.text, LONGEST_SECTION)
    return reply.model_copy(update={"text": text, "cards": reply.cards[:count], "notes": notes})


def _fits(reply: Reply, cards: Sequence[_Piece]) -> bool:
    return len(_divided(_pieces(reply, cards), LONGEST_BLOCKS)) == 1


def _head(reply: Reply) -> list[_Piece]:
    heading = one_line(reply.heading)
    pieces = [_Piece([{"type": "header", "text": plain_text(heading, LONGEST_HEADER)}], (heading,))] if heading else []
    paragraphs = filter(None, map(_paragraph, reply.text.split("\n\n")))
    for group in packed(paragraphs, LONGEST_SECTION, "\n\n"):
        pieces.append(_Piece([rich_text([words("\n\n".join(group))])], tuple(group)))
    return pieces


def _paragraph(text: str) -> str:
    return "\n".join(filter(None, map(one_line, text.split("\n"))))


def _divided(pieces: Sequence[_Piece], limit: int) -> list[list[_Piece]]:
    parts: list[list[_Piece]] = []
    blocks, taken = MOST_BLOCKS, limit
    for piece in (small for given in pieces for small in _small(given, limit)):
        if blocks + len(piece.blocks) > MOST_BLOCKS or taken + piece.size > limit:
            parts.append([])
            blocks, taken = 0, 2
        parts[-1].append(piece)
        blocks, taken = blocks + len(piece.blocks), taken + piece.size
    return parts


def _small(piece: _Piece, limit: int) -> list[_Piece]:
    """The piece, or its blocks one by one if no message can hold it."""
    if len(piece.blocks) <= MOST_BLOCKS and piece.size + 2 <= limit:
        return [piece]
    return [_Piece([block], piece.said if number == 0 else ()) for number, block in enumerate(piece.blocks)]


def _rendered(part: Sequence[_Piece], reply: Reply) -> Rendered:
    blocks = [block for piece in part for block in piece.blocks]
    said = [text for piece in part for text in piece.said]
    if not said:  # only notes or buttons, or the rest of a card
        said = [*reply.notes, reply.heading or "More"]
    return Rendered(blocks, _fallback(said))


def _fallback(said: Sequence[str]) -> str:
    told: list[str] = []
    left = _LONGEST_FALLBACK - len("\n… and 1000 more")
    for number, text in enumerate(said):
        line = escape(shorten(text, _LONGEST_LINE))
        left -= len(line) + 1
        if left < 0:
            return "\n".join([*told, f"… and {len(said) - number} more"])
        told.append(line)
    return "\n".join(told)
