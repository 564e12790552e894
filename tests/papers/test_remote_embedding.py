import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import numpy as np
import pytest
from redis.asyncio import Redis

from papers import keys
from papers.embedding_messages import MAX_TEXTS, EmbedAnswer, EmbedRequest, redis_milliseconds
from papers.encoder import Encoder
from papers.errors import EncoderUnavailable
from papers.layout import Vector, model_slug
from papers.query_cache import cache_key
from papers.remote_embedding import WorkerEncoder, WorkerFirstEncoder, serve_embeddings
from papers.settings import EmbeddingSettings, Settings
from tests.papers.waiting import eventually
from tests.papers.word_encoder import MODEL, NoEncoder, WordEncoder

ALIVE = keys.embed_alive(model_slug(MODEL))


@pytest.fixture
def patient(settings: Settings) -> Settings:
    """Time enough for a worker on a busy machine."""
    return settings.model_copy(update={"embedding": EmbeddingSettings(query_timeout_ms=10_000)})


@pytest.fixture
def hasty(settings: Settings) -> Settings:
    return settings.model_copy(update={"embedding": EmbeddingSettings(query_timeout_ms=50)})


@asynccontextmanager
async def worker(redis: Redis, encoder: Encoder, name: str = "w1") -> AsyncIterator[asyncio.Task[None]]:
    stop = asyncio.Event()
    task = asyncio.create_task(serve_embeddings(redis, encoder, stop=stop, name=name))
    try:
        await eventually(lambda: redis.exists(ALIVE))
        yield task
    finally:
        stop.set()
        async with asyncio.timeout(20):
            await task


class Failing(WordEncoder):
    """Fails for one text, as a library may, and works for all others."""

    async def encode(self, texts: Sequence[str]) -> Vector:
        if "poison" in texts:
            raise RuntimeError("tensor trouble with secret text")
        return await super().encode(texts)


class Slow(WordEncoder):
    """Takes as long as ``go`` is not set."""

    def __init__(self) -> None:
        super().__init__()
        self.encoding, self.go = asyncio.Event(), asyncio.Event()

    async def encode(self, texts: Sequence[str]) -> Vector:
        if texts != ["warm up"]:
            self.encoding.set()
            await self.go.wait()
        return await super().encode(texts)


async def request_json(redis: Redis, texts: Sequence[str], *, late_by_ms: int = -60_000, **fields: object) -> str:
    now = redis_milliseconds(await redis.execute_command("TIME"))
    request = {"id": "0" * 32, "model": MODEL, "texts": texts, "deadline_ms": now - late_by_ms, "keep_seconds": 60}
    return EmbedRequest.model_validate(request | fields).model_dump_json()


async def test_a_worker_embeds_for_a_process_without_the_model(redis: Redis, patient: Settings) -> None:
    encoder = WordEncoder()
    async with worker(redis, encoder):
        vectors = await WorkerEncoder(redis, patient).encode(["a car", "a zebrafish", "a car"])
    expected = await WordEncoder().encode(["a car", "a zebrafish", "a car"])
    assert vectors.dtype == np.float32
    assert np.allclose(vectors, expected, atol=1e-3)


async def test_its_answers_are_kept_for_the_next_who_asks(redis: Redis, patient: Settings) -> None:
    encoder = WordEncoder()
    async with worker(redis, encoder):
        first = await WorkerEncoder(redis, patient).encode(["a car"])
    await redis.delete(ALIVE)
    assert np.array_equal(await WorkerEncoder(redis, patient).encode(["a car"]), first)
    assert encoder.calls == [["warm up"], ["a car"]]
    assert 86_000 < await redis.ttl(cache_key(MODEL, "a car")) <= 86_400


async def test_the_length_of_its_vectors_is_known_by_asking(redis: Redis, patient: Settings) -> None:
    async with worker(redis, WordEncoder()):
        encoder = WorkerEncoder(redis, patient)
        assert await encoder.dimension() == 64
        assert (await encoder.encode([])).shape == (0, 64)


async def test_more_texts_than_a_request_takes_are_several_requests(redis: Redis, patient: Settings) -> None:
    texts = [f"text {i}" for i in range(2 * MAX_TEXTS + 3)]
    async with worker(redis, WordEncoder()):
        vectors = await WorkerEncoder(redis, patient).encode(texts)
    assert np.allclose(vectors, await WordEncoder().encode(texts), atol=1e-3)


async def test_many_askers_get_their_own_answers(redis: Redis, patient: Settings) -> None:
    encoder = WorkerEncoder(redis, patient)
    async with worker(redis, WordEncoder(), "w1"), worker(redis, WordEncoder(), "w2"):
        vectors = await asyncio.gather(*(encoder.encode([f"query {i}"]) for i in range(40)))
    expected = await WordEncoder().encode([f"query {i}" for i in range(40)])
    assert np.allclose(np.concatenate(vectors), expected, atol=1e-3)


async def test_without_a_worker_it_gives_up_at_once_and_leaves_nothing(redis: Redis, patient: Settings) -> None:
    async with asyncio.timeout(9):  # sooner than a worker would be waited for
        with pytest.raises(EncoderUnavailable, match="no worker is running"):
            await WorkerEncoder(redis, patient).encode(["a car"])
    assert await redis.dbsize() == 0


async def test_a_worker_that_does_not_answer_is_not_waited_for_long(redis: Redis, hasty: Settings) -> None:
    await redis.set(ALIVE, "w1", ex=60)
    with pytest.raises(EncoderUnavailable, match="within 50 ms"):
        await WorkerEncoder(redis, hasty).encode(["a car"])
    assert 0 < await redis.ttl(keys.EMBED_REQUESTS) <= 10


async def test_requests_that_nobody_takes_do_not_pile_up(redis: Redis, hasty: Settings) -> None:
    await redis.set(ALIVE, "w1", ex=60)
    await redis.rpush(keys.EMBED_REQUESTS, *(b"old" for _ in range(1000)))
    with pytest.raises(EncoderUnavailable):
        await WorkerEncoder(redis, hasty).encode(["a car"])
    assert await redis.llen(keys.EMBED_REQUESTS) == 256


async def test_late_foreign_and_unreadable_requests_are_dropped(redis: Redis, patient: Settings) -> None:
    await redis.rpush(
        keys.EMBED_REQUESTS,
        await request_json(redis, ["late"], late_by_ms=1),
        await request_json(redis, ["foreign"], model="org/another"),
        b"\xff not json",
        b"{}",
        json.dumps({**json.loads(await request_json(redis, ["newer"])), "version": 2}),
    )
    encoder = WordEncoder()
    async with worker(redis, encoder):
        await WorkerEncoder(redis, patient).encode(["a car"])
    assert encoder.calls == [["warm up"], ["a car"]]
    assert not await redis.exists(keys.embed_answer("0" * 32))


async def test_what_waits_is_encoded_together(redis: Redis, patient: Settings) -> None:
    for text in ("one", "two", "one"):
        await redis.rpush(keys.EMBED_REQUESTS, await request_json(redis, [text]))
    encoder = WordEncoder()
    async with worker(redis, encoder):
        await WorkerEncoder(redis, patient).encode(["three"])
    assert encoder.calls[1][:2] == ["one", "two"]
    assert 0 < await redis.pttl(keys.embed_answer("0" * 32)) <= 5_000


async def test_a_text_that_breaks_the_model_does_not_end_the_worker(redis: Redis, patient: Settings) -> None:
    async with worker(redis, Failing()):
        with pytest.raises(EncoderUnavailable, match="could not embed") as raised:
            await WorkerEncoder(redis, patient).encode(["poison"])
        assert "secret" not in str(raised.value)
        assert (await WorkerEncoder(redis, patient).encode(["a car"])).shape == (1, 64)


async def test_trouble_with_redis_is_waited_out(redis: Redis, patient: Settings) -> None:
    async with worker(redis, WordEncoder()) as task:
        # A string where the list should be makes BLPOP fail until it is gone.
        await redis.set(keys.EMBED_REQUESTS, "not a list")
        await asyncio.sleep(0.5)
        assert not task.done()
        await redis.delete(keys.EMBED_REQUESTS)
        await redis.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        assert (await WorkerEncoder(redis, patient).encode(["a car"])).shape == (1, 64)


async def test_its_heart_beats_while_it_encodes(redis: Redis, patient: Settings) -> None:
    slow = Slow()
    async with worker(redis, slow):
        asking = asyncio.create_task(WorkerEncoder(redis, patient).encode(["a car"]))
        await slow.encoding.wait()
        await redis.delete(ALIVE, keys.worker("w1"))
        await eventually(lambda: redis.exists(ALIVE))
        await eventually(lambda: redis.exists(keys.worker("w1")))
        slow.go.set()
        await asking
    assert 0 < await redis.ttl(ALIVE) <= 5


async def test_a_worker_without_the_model_lives_but_offers_nothing(redis: Redis) -> None:
    stop = asyncio.Event()
    task = asyncio.create_task(serve_embeddings(redis, NoEncoder(), stop=stop, name="w1"))
    await eventually(lambda: redis.exists(keys.worker("w1")))
    assert not await redis.exists(ALIVE)
    stop.set()
    async with asyncio.timeout(20):
        await task


async def test_it_stops_when_it_is_told_to(redis: Redis) -> None:
    async with worker(redis, WordEncoder()) as task:
        assert not task.done()
    assert task.done()


async def test_an_answer_that_cannot_be_read_is_no_answer(redis: Redis, patient: Settings) -> None:
    await redis.set(ALIVE, "w1", ex=60)
    for answer in (b"nonsense", EmbedAnswer(vectors=("%%",)).model_dump_json(), EmbedAnswer().model_dump_json()):
        asking = asyncio.create_task(WorkerEncoder(redis, patient).encode(["a car"]))
        raw = await redis.execute_command("BLPOP", keys.EMBED_REQUESTS, 4)
        await redis.rpush(keys.embed_answer(json.loads(raw[1])["id"]), answer)
        with pytest.raises(EncoderUnavailable):
            await asking


async def test_the_model_here_is_used_when_no_worker_lives_and_its_vectors_are_kept(
    redis: Redis, settings: Settings
) -> None:
    local = WordEncoder()
    encoder = WorkerFirstEncoder(redis, settings, local)
    first = await encoder.encode(["a car"])
    assert np.allclose(await encoder.encode(["a car"]), first, atol=1e-3)
    assert local.calls == [["a car"]]


async def test_the_model_here_is_not_touched_while_a_worker_answers(redis: Redis, patient: Settings) -> None:
    local = WordEncoder()
    async with worker(redis, WordEncoder()):
        await WorkerFirstEncoder(redis, patient, local).encode(["a car"])
    assert local.calls == []


async def test_the_model_here_helps_out_when_the_worker_is_too_slow(redis: Redis, hasty: Settings) -> None:
    await redis.set(ALIVE, "w1", ex=60)
    local = WordEncoder()
    assert (await WorkerFirstEncoder(redis, hasty, local).encode(["a car"])).shape == (1, 64)
    assert local.calls == [["a car"]]


async def test_a_batch_goes_to_the_model_here_or_else_to_a_worker(redis: Redis, patient: Settings) -> None:
    texts = [f"text {i}" for i in range(MAX_TEXTS + 1)]
    served, local = WordEncoder(), WordEncoder()
    async with worker(redis, served):
        await WorkerFirstEncoder(redis, patient, local).encode(texts)
        assert (len(served.calls), local.calls) == (1, [texts])
        vectors = await WorkerFirstEncoder(redis, patient, NoEncoder()).encode(texts)
    assert np.allclose(vectors, await local.encode(texts), atol=1e-3)
