"""Embeddings for processes that do not hold the model: kept ones, else a worker's, asked for over Redis.

A request is an EmbedRequest on the list ``keys.EMBED_REQUESTS``, its answer an EmbedAnswer on a list of its own. No
request is made while no worker lives; each ends by itself when its time is over, and so do the lists.
"""

import importlib.util
import time
import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from papers import keys
from papers.embedding_messages import MAX_TEXTS, EmbedAnswer, EmbedRequest, redis_milliseconds, unpack_vectors
from papers.embedding_server import serve_embeddings
from papers.encoder import Encoder
from papers.errors import EncoderUnavailable
from papers.layout import Vector
from papers.query_cache import keep_vectors, recall
from papers.settings import Settings

if TYPE_CHECKING:
    from redis.asyncio import Redis

__all__ = ["WorkerEncoder", "WorkerFirstEncoder", "serve_embeddings"]

_MOST_WAITING = 256
"""Requests kept on the list: a worker that hangs while its heart beats must not fill Redis."""
_LIST_LIFE = 10
_PATIENCE = 2.0
"""Seconds a process that has the model waits for a worker: half of what loading it takes."""


class WorkerEncoder:
    """An Encoder without a model. Raises EncoderUnavailable, at once if no worker lives, else when time is over.

    Sixteen texts at a time have ``settings.embedding.query_timeout_ms`` to be answered.
    """

    def __init__(self, redis: "Redis", settings: Settings) -> None:
        self.model = settings.embedding.model
        self._redis = redis
        self._timeout = settings.embedding.query_timeout_ms / 1000
        self._keep_seconds = settings.embedding.query_cache_hours * 3600
        # A command that blocks must end before the client takes it for one that is not answered.
        self._longest_wait = settings.redis.timeout / 2
        self._dimension: int | None = None

    async def dimension(self) -> int:
        if self._dimension is None:
            self._dimension = (await self.encode(["dimension"])).shape[1]
        return self._dimension

    async def encode(self, texts: Sequence[str]) -> Vector:
        if not texts:
            return np.empty((0, await self.dimension()), np.float32)
        known, alive = await recall(self._redis, self.model, list(dict.fromkeys(texts)))
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        known |= await self._embed(missing, alive=alive) if missing else {}
        return np.stack([known[text] for text in texts])

    async def _embed(self, texts: Sequence[str], *, alive: bool) -> dict[str, Vector]:
        """Vectors of texts that are not kept."""
        if not alive:
            raise EncoderUnavailable("no worker is running that could embed the query")
        vectors: dict[str, Vector] = {}
        for start in range(0, len(texts), MAX_TEXTS):
            part = texts[start : start + MAX_TEXTS]
            vectors.update(zip(part, await self._ask(part), strict=True))
        return vectors

    async def _ask(self, texts: Sequence[str]) -> list[Vector]:
        give_up = time.monotonic() + self._timeout
        now = redis_milliseconds(await self._redis.execute_command("TIME"))
        request = EmbedRequest(
            id=uuid.uuid4().hex,
            model=self.model,
            texts=tuple(texts),
            deadline_ms=now + round(self._timeout * 1000),
            keep_seconds=self._keep_seconds,
        )
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.rpush(keys.EMBED_REQUESTS, request.model_dump_json())
            pipe.ltrim(keys.EMBED_REQUESTS, -_MOST_WAITING, -1)
            pipe.expire(keys.EMBED_REQUESTS, _LIST_LIFE)
            await pipe.execute()
        return await self._wait(request, give_up)

    async def _wait(self, request: EmbedRequest, give_up: float) -> list[Vector]:
        # BLPOP takes a connection of its own from the pool for as long as it blocks.
        while (left := give_up - time.monotonic()) > 0.001:
            wait = round(min(left, self._longest_wait), 3)
            popped = await self._redis.execute_command("BLPOP", keys.embed_answer(request.id), wait)
            if popped is not None:
                return _vectors(popped[1], len(request.texts))
        raise EncoderUnavailable(f"no worker embedded the query within {self._timeout * 1000:.0f} ms")


class WorkerFirstEncoder(WorkerEncoder):
    """Kept vectors, else a worker's, else the model in this process, which is loaded only then.

    A busy worker is given more time than a chat could wait: loading the model here takes longer still. More texts
    than a worker takes at once go to the model here, if there is one.
    """

    def __init__(self, redis: "Redis", settings: Settings, local: Encoder) -> None:
        super().__init__(redis, settings)
        self._local = local
        if importlib.util.find_spec("sentence_transformers"):
            self._timeout = max(self._timeout, _PATIENCE)

    async def encode(self, texts: Sequence[str]) -> Vector:
        if len(texts) > MAX_TEXTS:
            try:
                return await self._local.encode(texts)
            except EncoderUnavailable:
                return await super().encode(texts)
        return await super().encode(texts)

    async def _embed(self, texts: Sequence[str], *, alive: bool) -> dict[str, Vector]:
        try:
            return await super()._embed(texts, alive=alive)
        except EncoderUnavailable as worker_error:  # there is none, or it is busy, or has just died
            try:
                vectors = dict(zip(texts, await self._local.encode(texts), strict=True))
            except EncoderUnavailable as error:
                raise (worker_error if alive else error) from error
        await keep_vectors(self._redis, self.model, vectors, self._keep_seconds)
        return vectors


def _vectors(raw: bytes, count: int) -> list[Vector]:
    try:
        answer = EmbedAnswer.model_validate_json(raw)
        vectors = unpack_vectors(answer)
    except ValueError:
        raise EncoderUnavailable("a worker's answer could not be read: is it of another version?") from None
    if answer.error is not None or len(vectors) != count:
        raise EncoderUnavailable(answer.error or "a worker answered for other texts than were asked")
    return vectors
