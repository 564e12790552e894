"""Components that belong together, and how they are divided among messages."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from bot.discord.components import Component, characters, separator, weight


class Line(IntEnum):
    """Between a piece and what is above it; the greater, the later it is given up."""

    NONE = 0
    CARD = 1
    FOOT = 2


@dataclass(frozen=True)
class Piece:
    components: list[Component]
    cards: int = 0
    line: Line = Line.NONE
    weight: int = field(init=False)
    characters: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "weight", weight(self.components))
        object.__setattr__(self, "characters", characters(self.components))


Part = list[Piece]
"""What stands in one message."""


def divided(pieces: Sequence[Piece], most: int, longest: int) -> list[Part]:
    """As few messages as hold them in order: each of at most ``most`` components with ``longest`` characters.

    Lines are drawn where that takes no more messages.
    """
    plain = _divided(pieces, most, longest, ())
    for lines in ((Line.CARD, Line.FOOT), (Line.FOOT,)):
        lined = _divided(pieces, most, longest, lines)
        if len(lined) == len(plain):
            return [_with_lines(part, lines) for part in lined]
    return plain


def fitting(pieces: Sequence[Piece], most: int, longest: int) -> Part:
    """The first of the pieces: at most so many components with so many characters, without lines."""
    part: Part = []
    for piece in pieces:
        most, longest = most - piece.weight, longest - piece.characters
        if most < 0 or longest < 0:
            break
        part.append(piece)
    return part


def _divided(pieces: Sequence[Piece], most: int, longest: int, lines: Collection[Line]) -> list[Part]:
    parts: list[Part] = []
    taken, told = most, longest
    for piece in (small for given in pieces for small in _small(given, most, longest)):
        heavy = piece.weight + (piece.line in lines)
        if taken + heavy > most or told + piece.characters > longest:
            parts.append([])
            taken, told = 0, 0
            heavy = piece.weight  # nothing is above it
        parts[-1].append(piece)
        taken, told = taken + heavy, told + piece.characters
    return parts


def _with_lines(part: Part, lines: Collection[Line]) -> Part:
    first, *others = part
    drawn = ([Piece([separator()]), piece] if piece.line in lines else [piece] for piece in others)
    return [first, *(each for pieces in drawn for each in pieces)]


def _small(piece: Piece, most: int, longest: int) -> list[Piece]:
    """The piece, or its components one by one if no message can hold it."""
    if piece.weight <= most and piece.characters <= longest:
        return [piece]
    first, *others = piece.components
    return [Piece([first], piece.cards, piece.line), *(Piece([component]) for component in others)]
