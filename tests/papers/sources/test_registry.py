import subprocess
import sys

import pytest
from redis.asyncio import Redis

from papers import keys
from papers.errors import NotFound
from papers.sources.registry import choose
from tests.papers.sources.conftest import TODAY, World, fetched


def test_both_sources_are_found_without_being_listed_anywhere(world: World) -> None:
    assert list(world.sources) == ["arxiv", "huggingface"]
    assert all(source.name == name for name, source in world.sources.items())


def test_a_source_that_does_not_exist_is_named_with_those_that_do(world: World) -> None:
    with pytest.raises(NotFound, match="no source 'arxvi'; there are arxiv, huggingface"):
        choose(world.sources, ("huggingface", "arxvi"))


def test_a_source_is_chosen_once(world: World) -> None:
    assert [source.name for source in choose(world.sources, ("huggingface", "huggingface"))] == ["huggingface"]


def test_importing_the_registry_is_light() -> None:
    code = (
        "import papers.sources.registry, sys; print(sorted({'httpx', 'redis', 'hishel', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


async def test_pace_keys_end_by_themselves(world: World, redis: Redis) -> None:
    await fetched(world.sources["huggingface"], TODAY, TODAY)
    await fetched(world.sources["arxiv"], TODAY, TODAY)
    for upstream in ("huggingface", "arxiv"):
        assert 0 < await redis.pttl(keys.pace(upstream)) <= 400_000
