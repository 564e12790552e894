"""The worker's half of query embedding: it encodes what processes without the model ask for."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from papers import keys, layout
from papers.embedding_messages import EmbedAnswer, EmbedRequest, pack_answer, read_request, redis_milliseconds
from papers.encoder import Encoder
from papers.errors import EncoderUnavailable
from papers.log import get_logger
from papers.query_cache import keep_vectors
from papers.redis.failures import REDIS_FAILS

if TYPE_CHECKING:
    from redis.asyncio import Redis

BEAT, BEAT_LIFE = 1.0, 5
"""Seconds between two heartbeats, and after the last until the worker counts as gone."""
_POLL = 0.25
_ANSWER_LIFE_MS = 5_000
_REQUESTS_AT_ONCE = 16
_BACKOFF, _BACKOFF_CAP = 0.1, 5.0
_MODEL_RETRY = 60.0

log = get_logger(__name__)


async def serve_embeddings(redis: "Redis", encoder: Encoder, *, stop: asyncio.Event, name: str) -> None:
    """Answer requests until ``stop`` is set; then return within a second, or when the batch at hand is done.

    The model is loaded first: a worker counts as able to embed only when it can do so at once. Requests that came too
    late, for another model, or that cannot be read are dropped. Trouble with Redis is waited out.
    """
    ready = asyncio.Event()
    beat = asyncio.create_task(_beat(redis, encoder.model, name, ready), name="embedding-heartbeat")
    try:
        if await _warm_up(encoder, stop):
            ready.set()
            await _serve(redis, encoder, stop)
    finally:
        beat.cancel()
        await asyncio.gather(beat, return_exceptions=True)


async def _beat(redis: "Redis", model: str, name: str, ready: asyncio.Event) -> None:
    """Say that this worker lives, also while it encodes."""
    while True:
        try:
            await redis.set(keys.worker(name), model, ex=BEAT_LIFE)
            if ready.is_set():
                await redis.set(keys.embed_alive(layout.model_slug(model)), name, ex=BEAT_LIFE)
        except REDIS_FAILS as error:
            log.debug("heartbeat failed", error=type(error).__name__)
        if ready.is_set():
            await asyncio.sleep(BEAT)
        else:
            await _pause(ready, BEAT)


async def _warm_up(encoder: Encoder, stop: asyncio.Event) -> bool:
    """Whether the model is loaded; tried again and again, for the hub it comes from may be down. False: stopped."""
    while not stop.is_set():
        try:
            await encoder.encode(["warm up"])
        except EncoderUnavailable as error:
            log.warning("queries are not embedded here", reason=str(error), retry_seconds=_MODEL_RETRY)
            await _pause(stop, _MODEL_RETRY)
        else:
            return True
    return False


async def _serve(redis: "Redis", encoder: Encoder, stop: asyncio.Event) -> None:
    trouble = 0
    while not stop.is_set():
        try:
            requests = await _take(redis, encoder.model)
            if requests:
                await _answer(redis, encoder, requests)
            trouble = 0
        except REDIS_FAILS as error:
            log.warning("Redis fails, embedding pauses", error=type(error).__name__)
            await _pause(stop, min(_BACKOFF * 2**trouble, _BACKOFF_CAP))
            trouble = min(trouble + 1, 10)


async def _take(redis: "Redis", model: str) -> list[EmbedRequest]:
    """The requests that wait and are still wanted; waits a moment for the first."""
    first = await redis.execute_command("BLPOP", keys.EMBED_REQUESTS, _POLL)
    if first is None:
        return []
    more: list[bytes] | None = await redis.execute_command("LPOP", keys.EMBED_REQUESTS, _REQUESTS_AT_ONCE - 1)
    now = redis_milliseconds(await redis.execute_command("TIME"))
    requests = []
    for raw in (first[1], *(more or ())):
        request = read_request(raw)
        if request is None:
            log.warning("dropped an embedding request that cannot be read", bytes=len(raw))
        elif request.model == model and request.deadline_ms > now:
            requests.append(request)
    return requests


async def _answer(redis: "Redis", encoder: Encoder, requests: Sequence[EmbedRequest]) -> None:
    texts = list(dict.fromkeys(text for request in requests for text in request.texts))
    try:
        encoded = dict(zip(texts, await encoder.encode(texts), strict=True))
    # Whatever a model's library raises for one batch must not end the worker, and is told to those who wait.
    except Exception as error:  # noqa: BLE001
        log.warning("a query could not be embedded", error=type(error).__name__)
        sentence = str(error) if isinstance(error, EncoderUnavailable) else "the worker could not embed the query"
        answers = [EmbedAnswer(error=sentence).model_dump_json()] * len(requests)
    else:
        answers = [pack_answer([encoded[text] for text in request.texts]) for request in requests]
        for request in requests:
            kept = {text: encoded[text] for text in request.texts}
            await keep_vectors(redis, encoder.model, kept, request.keep_seconds)
    async with redis.pipeline(transaction=False) as pipe:
        for request, answer in zip(requests, answers, strict=True):
            pipe.rpush(keys.embed_answer(request.id), answer)
            pipe.pexpire(keys.embed_answer(request.id), _ANSWER_LIFE_MS)
        await pipe.execute()


async def _pause(until: asyncio.Event, seconds: float) -> None:
    """Wait for the event, but no longer than this."""
    try:
        async with asyncio.timeout(seconds):
            await until.wait()
    except TimeoutError:
        return
