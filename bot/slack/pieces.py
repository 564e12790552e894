"""Blocks that belong together, and how they are divided among messages."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.slack.texts import LONGEST_BLOCKS, MOST_BLOCKS, Block, size

_BRACKETS = 2


@dataclass(frozen=True)
class Piece:
    blocks: list[Block]
    said: tuple[str, ...] = ()
    """What is read aloud of them."""
    cards: int = 0
    size: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "size", sum(size(block) + 1 for block in self.blocks))  # and a comma


def divided(pieces: Sequence[Piece], most: int = MOST_BLOCKS, limit: int = LONGEST_BLOCKS) -> list[list[Piece]]:
    """As few messages as hold them in order: each of at most ``most`` blocks, with ``limit`` characters as JSON."""
    parts: list[list[Piece]] = []
    blocks, taken = most, limit
    for piece in (small for given in pieces for small in _small(given, most, limit)):
        if blocks + len(piece.blocks) > most or taken + piece.size > limit:
            parts.append([])
            blocks, taken = 0, _BRACKETS
        parts[-1].append(piece)
        blocks, taken = blocks + len(piece.blocks), taken + piece.size
    return parts


def _small(piece: Piece, most: int, limit: int) -> list[Piece]:
    """The piece, or its blocks one by one if no message can hold it."""
    if len(piece.blocks) <= most and piece.size + _BRACKETS <= limit:
        return [piece]
    first, *others = piece.blocks
    return [Piece([first], piece.said, piece.cards), *(Piece([block]) for block in others)]
