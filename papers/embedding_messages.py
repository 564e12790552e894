"""What a process without the model and a worker say to one another, as JSON in Redis lists."""

import base64
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from papers import layout
from papers.layout import Vector
from papers.models import Frozen

MAX_TEXTS = 16
"""Texts of one request: encoded in a good deal less than the time a person's query waits."""
Text = Annotated[str, Field(max_length=20_000)]


class EmbedRequest(Frozen):
    version: Literal[1] = 1
    id: str = Field(pattern=r"^[0-9a-f]{32}$")
    model: str
    texts: tuple[Text, ...] = Field(min_length=1, max_length=MAX_TEXTS)
    deadline_ms: int
    """By Redis's clock, which all processes can ask: after this nobody waits for the answer."""
    keep_seconds: int = Field(gt=0)
    """How long the worker is to keep the vectors for whoever asks for the same texts."""


class EmbedAnswer(Frozen):
    version: Literal[1] = 1
    vectors: tuple[str, ...] = ()
    """One a text: base64 of what ``layout.pack_vector`` makes."""
    error: str | None = None
    """Why there are none: a sentence for people."""


def pack_answer(vectors: Sequence[Vector]) -> str:
    return EmbedAnswer(
        vectors=tuple(base64.b64encode(layout.pack_vector(vector)).decode() for vector in vectors)
    ).model_dump_json()


def unpack_vectors(answer: EmbedAnswer) -> list[Vector]:
    """float32[dim] each. Raises ValueError."""
    return [layout.unpack_vector(base64.b64decode(vector, validate=True)) for vector in answer.vectors]


def read_request(raw: bytes) -> EmbedRequest | None:
    """The request, or None if it is not one of this version."""
    try:
        return EmbedRequest.model_validate_json(raw)
    except ValidationError:
        return None


def redis_milliseconds(time: tuple[int, int]) -> int:
    """What TIME answers, in milliseconds since 1970."""
    seconds, microseconds = time
    return int(seconds) * 1000 + int(microseconds) // 1000
