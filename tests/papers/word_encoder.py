"""A small deterministic encoder: texts that share words have near vectors. It speaks the Encoder protocol."""

import asyncio
import re
from collections.abc import Sequence
from zlib import crc32

import numpy as np

from papers.errors import EncoderUnavailable
from papers.layout import Vector

MODEL = "all-MiniLM-L6-v2"
DIMENSION = 64
# Words that count as the same, so that meaning can find what words cannot.
_SAME = {"automobile": "car", "physician": "doctor", "picture": "image", "pictures": "image", "images": "image"}


class WordEncoder:
    def __init__(self, model: str = MODEL, dimension: int = DIMENSION, *, seconds: float = 0.0) -> None:
        """``seconds``: how long each call takes."""
        self.model = model
        self.seconds = seconds
        self.size = dimension
        self.calls: list[list[str]] = []

    async def dimension(self) -> int:
        return self.size

    async def encode(self, texts: Sequence[str]) -> Vector:
        await asyncio.sleep(self.seconds)
        self.calls.append(list(texts))
        return np.stack([self.vector(text) for text in texts]) if texts else np.empty((0, self.size), np.float32)

    @property
    def texts(self) -> list[str]:
        """All it was asked to encode."""
        return [text for call in self.calls for text in call]

    def vector(self, text: str) -> Vector:
        total = np.zeros(self.size, np.float32)
        for word in re.findall(r"\w+", text.lower()) or ["nothing"]:
            seed = crc32(f"{self.model} {_SAME.get(word, word)}".encode())
            total += np.random.default_rng(seed).standard_normal(self.size).astype(np.float32)
        return np.asarray(total / np.linalg.norm(total), np.float32)


class NoEncoder(WordEncoder):
    """As in a process without the model, when no worker answers."""

    async def encode(self, texts: Sequence[str]) -> Vector:
        raise EncoderUnavailable("no worker is running that could embed the query")
