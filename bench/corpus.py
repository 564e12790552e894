"""Papers to measure with: real abstracts where a corpus lies beside the checkout, else sentences of the sample."""

import gzip
import json
import random
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice
from pathlib import Path
from zlib import crc32

import numpy as np

from papers import layout
from papers.layout import Vector
from papers.models import Observation, Paper
from papers.sample import sample_path

SHARED = Path(__file__).parents[2] / "shared" / "data" / "venues" / "corpus.jsonl.gz"
_CATEGORIES = ("cs.AI", "cs.CL", "cs.CV", "cs.LG", "stat.ML")
_START = datetime(2026, 1, 1, tzinfo=UTC)
_SENTENCES = 5
_DIMENSION = 384


def corpus_name() -> str:
    """Which texts ``papers`` gives: ``venues`` or ``sample sentences``."""
    return "venues" if SHARED.is_file() else "sample sentences"


def papers(count: int) -> Iterator[Paper]:
    """``count`` papers with title, abstract, five authors, a category and a date; the same ones every time."""
    rng = random.Random(7)
    names = _author_names()
    for number, (title, abstract) in enumerate(islice(_texts(rng), count)):
        yield Paper(
            id=f"{2601 + number // 90_000}.{number % 90_000:05d}",
            title=title,
            abstract=abstract,
            authors=tuple(rng.sample(names, 5)),
            categories=(rng.choice(_CATEGORIES),),
            published=_START + timedelta(minutes=number % 130_000),
        )


async def observations(count: int, *, embedded: bool) -> AsyncIterator[Observation]:
    """The same papers as a source would give them; ``embedded`` adds a made-up vector to each."""
    for paper in papers(count):
        packed = layout.pack_vector(word_vector(layout.embedding_text(paper))) if embedded else None
        yield Observation(source="bench", seen_at=_START, paper=paper, embedding=packed)


async def islice_async(observations: AsyncIterator[Observation], count: int) -> AsyncIterator[Observation]:
    """The next ``count`` of them; the others are left for whoever comes next."""
    for _ in range(count):
        try:
            yield await anext(observations)
        except StopAsyncIteration:
            return


def word_vector(text: str) -> Vector:
    """float32[384] of unit length: the sum of a random direction for each word, so that like texts lie near."""
    total = np.sum([_direction(crc32(word.encode()) % 65_536) for word in text.lower().split()], axis=0)
    return np.asarray(total / (np.linalg.norm(total) or 1.0), dtype=np.float32)


@cache
def _direction(seed: int) -> Vector:
    return np.random.default_rng(seed).standard_normal(_DIMENSION).astype(np.float32)


def _texts(rng: random.Random) -> Iterator[tuple[str, str]]:
    known = _shared_texts() if SHARED.is_file() else _sample_texts(rng)
    for copy in range(1_000):
        for title, text in known:
            yield (f"{title} ({copy})" if copy else title, text)


def _shared_texts() -> list[tuple[str, str]]:
    with gzip.open(SHARED, "rt", encoding="utf-8") as lines:
        return [(record["title"], record["text"]) for record in map(json.loads, lines)]


def _sample_texts(rng: random.Random) -> list[tuple[str, str]]:
    items = [item["paper"] for item in _sample_items() if item["paper"].get("summary")]
    sentences = [str(item["summary"]) for item in items]
    titles = [str(item["title"]).split() for item in items]
    return [
        (" ".join(rng.choice(titles)[:6] + rng.choice(titles)[-5:]), " ".join(rng.sample(sentences, _SENTENCES)))
        for _ in range(20_000)
    ]


@cache
def _author_names() -> list[str]:
    return sorted({author["name"] for item in _sample_items() for author in item["paper"].get("authors", [])})


@cache
def _sample_items() -> list[dict[str, dict[str, list[dict[str, str]]]]]:
    lines = sample_path().read_text("utf-8").splitlines()
    return [item for line in lines for item in json.loads(line)["response"]]
