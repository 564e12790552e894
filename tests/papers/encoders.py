"""An encoder that needs no model: like texts get like vectors, and it counts what it is asked."""

import asyncio
from collections.abc import Sequence
from zlib import crc32

import numpy as np

from papers.layout import Vector


class WordEncoder:
    """Each word is a fixed random direction; a text is their sum, of unit length."""

    def __init__(self, model: str = "all-MiniLM-L6-v2", dimension: int = 16, *, seconds: float = 0.0) -> None:
        self.model = model
        self.texts: list[str] = []
        self._dimension = dimension
        self._seconds = seconds

    async def dimension(self) -> int:
        return self._dimension

    async def encode(self, texts: Sequence[str]) -> Vector:
        await asyncio.sleep(self._seconds)
        self.texts += texts
        vectors = np.array([self._vector(text) for text in texts], dtype=np.float32)
        return vectors.reshape(len(texts), self._dimension)

    def _vector(self, text: str) -> Vector:
        directions = [
            np.random.default_rng(crc32(f"{self.model} {word}".encode())).standard_normal(self._dimension)
            for word in text.lower().split() or [""]
        ]
        total = np.sum(directions, axis=0)
        return np.asarray(total / np.linalg.norm(total), dtype=np.float32)
