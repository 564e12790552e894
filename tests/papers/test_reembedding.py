from collections.abc import AsyncIterator

from redis.asyncio import Redis

from papers import keys, layout
from papers.index import indexed_models
from papers.ingestion import Ingestion
from papers.models import Observation
from papers.reembedding import embed_missing
from papers.settings import EmbeddingSettings, Settings
from papers.store import PaperStore
from tests.papers.builders import paper, seen
from tests.papers.word_encoder import WordEncoder


async def stream(count: int) -> AsyncIterator[Observation]:
    for n in range(count):
        yield seen(paper(f"2603.{n:05d}", f"Paper number {n} about things"), 0)


def with_model(settings: Settings, model: str) -> Settings:
    return settings.model_copy(update={"embedding": EmbeddingSettings(model=model)})


async def test_a_new_model_gets_its_own_index_and_the_old_one_goes_when_all_is_embedded(
    redis: Redis, settings: Settings
) -> None:
    old = PaperStore(redis, with_model(settings, "old/model"))
    await Ingestion(old, WordEncoder("old/model", 8)).run(stream(300))
    new = PaperStore(redis, with_model(settings, "new-model"))
    assert await embed_missing(new, WordEncoder("new-model", 24)) == 300
    assert await indexed_models(redis) == {"new_model"}
    fields = set(await redis.execute_command("HKEYS", keys.paper("2603.00000")))
    assert layout.vector_field("new-model").encode() in fields
    assert layout.vector_field("old/model").encode() not in fields


async def test_it_embeds_only_what_is_missing(redis: Redis, settings: Settings) -> None:
    store = PaperStore(redis, settings)
    await Ingestion(store, WordEncoder()).run(stream(5))
    await Ingestion(store, None).run(stream(8))
    encoder = WordEncoder()
    assert await embed_missing(store, encoder) == 3
    assert len(encoder.texts) == 3
    assert await embed_missing(store, encoder) == 0
