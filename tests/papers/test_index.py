import asyncio

import numpy as np
import pytest
from redis.asyncio import Redis

from papers import keys, layout
from papers.errors import SchemaMismatch
from papers.index import ensure_index, index_state, indexed_models, retire_index
from papers.settings import SearchSettings, Settings
from tests.papers.waiting import eventually


async def put(redis: Redis, paper_id: str, **fields: str | bytes) -> None:
    flat = [part for field in fields.items() for part in field]
    await redis.execute_command("HSET", keys.paper(paper_id), *flat)


async def filled(redis: Redis, model: str) -> None:
    async def done() -> bool:
        state = await index_state(redis, model)
        return state is not None and state.percent >= 100

    await eventually(done)


async def test_an_index_is_made_once_and_then_left_alone(redis: Redis, settings: Settings) -> None:
    assert await index_state(redis, "m") is None
    await ensure_index(redis, "m", 4, settings)
    await put(redis, "1", title="graphs", vec_m=layout.pack_vector(np.ones(4, np.float32)))
    await ensure_index(redis, "m", 4, settings)
    await ensure_index(redis, "m", None, settings)
    state = await index_state(redis, "m")
    assert state is not None
    assert (state.papers, state.dimension, state.failures) == (1, 4, 0)


async def test_one_round_trip_is_enough_when_it_exists(redis: Redis, settings: Settings) -> None:
    await ensure_index(redis, "m", 4, settings)
    before = await redis.info("commandstats")
    await ensure_index(redis, "m", 4, settings)
    after = await redis.info("commandstats")
    counts = {name: after[name]["calls"] - before[name]["calls"] for name in before if name != "cmdstat_info"}
    assert {name: count for name, count in counts.items() if count} == {"cmdstat_FT.INFO": 1}


async def test_many_processes_may_make_it_at_once(redis: Redis, settings: Settings) -> None:
    await asyncio.gather(*(ensure_index(redis, "m", None if i % 2 else 4, settings) for i in range(20)))
    state = await index_state(redis, "m")
    assert state is not None
    assert state.dimension == 4


async def test_an_index_of_words_takes_vectors_later_and_keeps_its_papers(redis: Redis, settings: Settings) -> None:
    await put(redis, "1", title="graphs", vec_m=layout.pack_vector(np.ones(4, np.float32)))
    await ensure_index(redis, "m", None, settings)
    await filled(redis, "m")
    state = await index_state(redis, "m")
    assert state is not None
    assert (state.papers, state.dimension) == (1, None)
    await ensure_index(redis, "m", 4, settings)
    await filled(redis, "m")
    knn = ("*=>[KNN 1 @vec_m $v AS d]", "PARAMS", "2", "v", b"\0<" * 4, "NOCONTENT", "DIALECT", "2")
    assert (await redis.execute_command("FT.SEARCH", keys.index("m"), *knn))[0] == 1


@pytest.mark.parametrize("algorithm", ["hnsw", "flat"])
async def test_the_setting_chooses_the_algorithm(redis: Redis, settings: Settings, algorithm: str) -> None:
    chosen = settings.model_copy(update={"search": SearchSettings.model_validate({"vector_index": algorithm})})
    await ensure_index(redis, "m", 4, chosen)
    info = await redis.execute_command("FT.INFO", keys.index("m"))
    assert algorithm.upper().encode() in str(info).encode()


async def test_vectors_of_another_length_are_refused(redis: Redis, settings: Settings) -> None:
    await ensure_index(redis, "m", 4, settings)
    with pytest.raises(SchemaMismatch, match="4 numbers"):
        await ensure_index(redis, "m", 8, settings)


async def test_each_model_has_an_index_of_its_own_until_it_is_retired(redis: Redis, settings: Settings) -> None:
    await ensure_index(redis, "all-MiniLM-L6-v2", 4, settings)
    await ensure_index(redis, "org/Other", 8, settings)
    await put(redis, "1", title="graphs")
    assert await indexed_models(redis) == {"all_minilm_l6_v2", "org_other"}
    await retire_index(redis, "all-MiniLM-L6-v2")
    await retire_index(redis, "all-MiniLM-L6-v2")
    assert await indexed_models(redis) == {"org_other"}
    assert await redis.exists(keys.paper("1"))
