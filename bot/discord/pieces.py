"""Components that belong together, and how they are divided among messages."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.discord.components import Component, characters, weight


@dataclass(frozen=True)
class Piece:
    components: list[Component]
    cards: int = 0
    apart: bool = False
    """A line stands between it and what is above it."""
    weight: int = field(init=False)
    characters: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "weight", weight(self.components) + self.apart)
        object.__setattr__(self, "characters", characters(self.components))


def divided(pieces: Sequence[Piece], most: int, longest: int) -> list[list[Piece]]:
    """As few messages as hold them in order: each of at most ``most`` components with ``longest`` characters."""
    parts: list[list[Piece]] = []
    taken, told = most, longest
    for piece in (small for given in pieces for small in _small(given, most, longest)):
        if taken + piece.weight > most or told + piece.characters > longest:
            parts.append([])
            taken, told = 0, 0
        parts[-1].append(piece)
        taken, told = taken + piece.weight, told + piece.characters
    return parts


def _small(piece: Piece, most: int, longest: int) -> list[Piece]:
    """The piece, or its components one by one if no message can hold it."""
    if piece.weight <= most and piece.characters <= longest:
        return [piece]
    first, *others = piece.components
    return [Piece([first], piece.cards, piece.apart), *(Piece([component]) for component in others)]
