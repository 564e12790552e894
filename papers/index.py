"""The Query Engine index over the papers' hashes: one for each embedding model, so that vectors never mix.

What the schema leaves out is chosen by measuring Redis's memory on 33,000 abstracts: no term offsets and no
highlighting, no SORTABLE copies, float16 vectors. Words are not stemmed: the engine indexes a stem beside every
word, a quarter of the text index, and adds up the scores of both, which ranks worse as often as better.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from redis.asyncio import RedisCluster
from redis.exceptions import ResponseError

from papers import keys, layout
from papers.errors import SchemaMismatch
from papers.settings import Settings
from papers.stopwords import UNINDEXED

if TYPE_CHECKING:
    from redis.asyncio import Redis

FLAT_BLOCK = 128
"""Vectors for which room is made at once; the engine's 1,024 would take 800 KB for the first paper."""
HNSW_LINKS = 16
HNSW_EF_CONSTRUCTION = 200
HNSW_EF_RUNTIME = 200
"""Candidates looked at in a search for fewer neighbours than this; the engine's default is 10."""

_TEXT = ("title", "TEXT", "NOSTEM", "WEIGHT", "2", "abstract", "TEXT", "NOSTEM")
_FILTERS = ("names", "TAG", "categories", "TAG", "date", "NUMERIC")


@dataclass(frozen=True)
class IndexState:
    papers: int
    percent: float
    """How much of what was stored before the index is in it, 0 to 100."""
    dimension: int | None
    """Length of its vectors; None as long as it has words only."""
    failures: int
    """Hashes that could not be indexed."""


async def ensure_index(redis: "Redis", model: str, dimension: int | None, settings: Settings) -> None:
    """Create the model's index, or add its vectors to an index of words. One round trip if all is there.

    ``dimension`` may be None where the model is not at hand: an index made then finds words only, until somebody
    calls this with the dimension. The engine fills a new index in the background. Any number of processes may call
    this at once. Raises SchemaMismatch if the index holds vectors of another length.
    """
    state = await index_state(redis, model)
    vectors = () if dimension is None else _vector_schema(model, dimension, settings)
    if state is None:
        await _unless_done(redis, "FT.CREATE", keys.index(layout.model_slug(model)), *_definition(), *vectors)
        # Another process may have been quicker, with words only.
        state = await index_state(redis, model)
    if dimension is None or state is None:
        return
    if state.dimension is None:
        await _unless_done(redis, "FT.ALTER", keys.index(layout.model_slug(model)), "SCHEMA", "ADD", *vectors)
    elif state.dimension != dimension:
        raise SchemaMismatch(
            f"the index for {model!r} holds vectors of {state.dimension} numbers, the model makes {dimension}: "
            "give the changed model another name in PAPERBOY_EMBEDDING_MODEL"
        )


async def index_state(redis: "Redis", model: str) -> IndexState | None:
    """How far the model's index is, or None if there is none."""
    try:
        answer = await redis.execute_command("FT.INFO", keys.index(layout.model_slug(model)))
    except ResponseError as error:
        if is_missing_index(error):
            return None
        raise
    info = _pairs(answer)
    return IndexState(
        papers=int(info[b"num_docs"]),
        percent=100 * float(info[b"percent_indexed"]),
        dimension=_dimension(info[b"attributes"], layout.vector_field(model)),
        failures=int(info[b"hash_indexing_failures"]),
    )


async def indexed_models(redis: "Redis | RedisCluster") -> frozenset[str]:
    """The slugs of the models that have an index."""
    # The one command here without an index name, by which a Redis Cluster's client would choose a node.
    if isinstance(redis, RedisCluster):
        await redis.initialize()
        names = await redis.execute_command("FT._LIST", target_nodes=redis.get_default_node())
    else:
        names = await redis.execute_command("FT._LIST")
    prefix = keys.index("")
    return frozenset(name.decode().removeprefix(prefix) for name in names if name.decode().startswith(prefix))


async def retire_index(redis: "Redis", model: str) -> None:
    """Drop the index of a model (or of its slug); the papers stay. Does nothing if there is none."""
    try:
        await redis.execute_command("FT.DROPINDEX", keys.index(layout.model_slug(model)))
    except ResponseError as error:
        if not is_missing_index(error):
            raise


def is_missing_index(error: Exception) -> bool:
    """Whether a command failed for want of its index; the wording differs by command and version."""
    text = str(error).lower()
    return "unknown index name" in text or "no such index" in text


def _definition() -> tuple[str, ...]:
    options = ("ON", "HASH", "PREFIX", "1", keys.PAPER_PREFIX, "NOOFFSETS", "NOHL")
    return (*options, "STOPWORDS", str(len(UNINDEXED)), *sorted(UNINDEXED), "SCHEMA", *_TEXT, *_FILTERS)


def _vector_schema(model: str, dimension: int, settings: Settings) -> tuple[str, ...]:
    vectors: tuple[str, ...] = ("TYPE", layout.VECTOR_TYPE, "DIM", str(dimension), "DISTANCE_METRIC", "COSINE")
    if settings.search.vector_index == "flat":
        vectors = (*vectors, "BLOCK_SIZE", str(FLAT_BLOCK))
    else:
        graph = ("M", str(HNSW_LINKS), "EF_CONSTRUCTION", str(HNSW_EF_CONSTRUCTION))
        vectors = (*vectors, *graph, "EF_RUNTIME", str(HNSW_EF_RUNTIME))
    algorithm = settings.search.vector_index.upper()
    return (layout.vector_field(model), "VECTOR", algorithm, str(len(vectors)), *vectors)


async def _unless_done(redis: "Redis", *command: str) -> None:
    """Run it; that another process has just done the same is fine."""
    try:
        await redis.execute_command(*command)
    except ResponseError as error:
        if not any(words in str(error).lower() for words in ("already exists", "duplicate field")):
            raise


def _pairs(answer: Any) -> Mapping[bytes, Any]:
    """RESP2 answers a flat list where RESP3 answers a map."""
    return answer if isinstance(answer, Mapping) else dict(zip(answer[::2], answer[1::2], strict=True))


def _dimension(attributes: list[Any], field: str) -> int | None:
    for attribute in attributes:
        # A flat list may end in lone flags such as NOSTEM.
        pairs = (
            attribute if isinstance(attribute, Mapping) else dict(zip(attribute[::2], attribute[1::2], strict=False))
        )
        if pairs.get(b"attribute") == field.encode() and b"dim" in pairs:
            return int(pairs[b"dim"])
    return None
