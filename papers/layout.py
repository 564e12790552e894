"""How a Paper lies in its Redis hash: the fields the Query Engine indexes, and one blob with the rest.

    title, abstract   TEXT     as people read them
    authors           –        one name a line
    names             TAG      for each word of a name, which of 1,024 buckets it is in: enough to find by
    categories        TAG      comma-separated
    date              NUMERIC  seconds since 1970: published, else listed, else first seen (absent if none)
    data              –        every other field that is set, as JSON
    vec_MODEL         VECTOR   float16[dim], unit length, of the title and abstract now stored

A vector field always belongs to the texts beside it: whoever changes a text replaces or removes its vectors.
"""

import json
import re
from base64 import b32encode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt
from pydantic import ValidationError

from papers.errors import StoreError
from papers.identity import fold
from papers.models import Paper, Signal, SignalName

Vector = npt.NDArray[np.float32]
VECTOR_TYPE = "FLOAT16"
_VECTOR_DTYPE = np.dtype("<f2")
_INDEXED = {"id", "title", "abstract", "authors", "categories", "url"}


def model_slug(model: str) -> str:
    """A model's name as part of a key or field: letters, digits and underscores."""
    return re.sub(r"[^a-z0-9]+", "_", model.lower()).strip("_")


def vector_field(model: str) -> str:
    return f"vec_{model_slug(model)}"


def name_tag(word: str) -> str:
    """The bucket of a folded word of a name, as two letters.

    Names are nearly all different, and each would cost the index some 200 bytes; a bucket costs a few. Who finds by
    buckets compares the names themselves afterwards.
    """
    return b32encode(crc32(word.encode()).to_bytes(4, "big"))[:2].decode().lower()


def embedding_text(paper: Paper) -> str:
    """What is embedded of a paper."""
    return f"{paper.title}. {paper.abstract}" if paper.abstract else paper.title


def sort_date(paper: Paper) -> datetime | None:
    """The date that ``--since`` and ``--until`` look at."""
    return paper.published or paper.listed or paper.first_seen


def to_hash(paper: Paper) -> dict[str, str]:
    """The hash fields of a paper, vectors apart; absent fields are left out."""
    fields = {
        "title": paper.title,
        "abstract": paper.abstract,
        "authors": "\n".join(paper.authors),
        "names": ",".join(sorted({name_tag(word) for name in paper.authors for word in fold(name).split()})),
        "categories": ",".join(paper.categories),
        "data": paper.model_dump_json(exclude=_INDEXED, exclude_defaults=True),
    }
    date = sort_date(paper)
    if date is not None:
        fields["date"] = str(int(date.timestamp()))
    return {name: value for name, value in fields.items() if value}


def from_hash(paper_id: str, fields: Mapping[bytes, bytes]) -> Paper:
    """The paper in a hash. Raises StoreError if the hash is damaged."""

    def text(name: bytes) -> str:
        return fields.get(name, b"").decode("utf-8", "replace")

    try:
        rest: dict[str, Any] = json.loads(fields.get(b"data") or b"{}")
        return Paper(
            id=paper_id,
            title=text(b"title"),
            abstract=text(b"abstract"),
            authors=tuple(text(b"authors").split("\n")) if fields.get(b"authors") else (),
            categories=tuple(text(b"categories").split(",")) if fields.get(b"categories") else (),
            **rest,
        )
    except (ValueError, TypeError, ValidationError) as error:
        raise StoreError(f"the stored paper {paper_id} is damaged ({type(error).__name__}); ingest it again") from error


def pack_vector(vector: Vector) -> bytes:
    """A vector as the index wants it: little-endian float16."""
    return np.asarray(vector, dtype=_VECTOR_DTYPE).tobytes()


def unpack_vector(raw: bytes) -> Vector:
    """float32[dim] of what ``pack_vector`` made."""
    return np.frombuffer(raw, dtype=_VECTOR_DTYPE).astype(np.float32)


def signal_member(signal: Signal) -> tuple[int, str]:
    """``(score, member)`` of a signal in its sorted set; the time is in both, so that equal values stay apart."""
    at = round(signal.at.timestamp())
    value = int(signal.value) if signal.value.is_integer() else signal.value
    return at, f"{signal.name}:{value!r}:{at}"


def read_signal(member: bytes) -> Signal:
    """What ``signal_member`` wrote."""
    name, value, at = member.decode().rsplit(":", 2)
    return Signal(name=SignalName(name), value=float(value), at=datetime.fromtimestamp(int(at), UTC))
