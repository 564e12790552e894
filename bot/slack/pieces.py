"""Blocks that belong together, and how they are divided among messages."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.slack.texts import LONGEST_BLOCKS, MOST_BLOCKS, Block, size

_STEP = 500
_BRACKETS = 2


@dataclass(frozen=True)
class Piece:
    blocks: list[Block]
    said: tuple[str, ...] = ()
    """What is read aloud of them."""
    size: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "size", sum(size(block) + 1 for block in self.blocks))  # and a comma


def divided(pieces: Sequence[Piece], limit: int = LONGEST_BLOCKS) -> list[list[Piece]]:
    """As few messages as hold them in order. ``limit``: characters of a message's blocks as JSON."""
    parts: list[list[Piece]] = []
    blocks, taken = MOST_BLOCKS, limit
    for piece in (small for given in pieces for small in _small(given, limit)):
        if blocks + len(piece.blocks) > MOST_BLOCKS or taken + piece.size > limit:
            parts.append([])
            blocks, taken = 0, _BRACKETS
        parts[-1].append(piece)
        blocks, taken = blocks + len(piece.blocks), taken + piece.size
    return parts


def evenly_divided(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """As few messages as hold them, of about one size: nine papers and then one would read badly."""
    parts = divided(pieces)
    even = sum(piece.size for piece in pieces) // max(len(parts), 1)
    for limit in range(even, LONGEST_BLOCKS, _STEP):
        evener = divided(pieces, limit)
        if len(evener) <= len(parts):
            return evener
    return parts


def _small(piece: Piece, limit: int) -> list[Piece]:
    """The piece, or its blocks one by one if no message can hold it."""
    if len(piece.blocks) <= MOST_BLOCKS and piece.size + _BRACKETS <= limit:
        return [piece]
    return [Piece([block], piece.said if number == 0 else ()) for number, block in enumerate(piece.blocks)]
