"""Texts to vectors, as whoever needs vectors sees it: nothing here knows of a model, so a bot may import it."""

from collections.abc import Sequence
from typing import Protocol

from papers.layout import Vector


class Encoder(Protocol):
    """Turns texts into vectors of one model."""

    model: str
    """The model's name: part of every key and field that holds its vectors."""

    async def dimension(self) -> int:
        """Length of its vectors. Raises EncoderUnavailable."""
        ...

    async def encode(self, texts: Sequence[str]) -> Vector:
        """float32[len(texts), dimension], each row of unit length. Raises EncoderUnavailable."""
        ...
