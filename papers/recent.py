"""The newest papers of a store, and stored vectors, as the parts that look at topics read them."""

from collections.abc import Iterable
from datetime import datetime

import numpy as np
from redis.exceptions import ResponseError

from papers import keys, layout
from papers.index import is_missing_index
from papers.layout import Vector
from papers.reader import PaperReader

_USUAL_OF = 500


async def newest(
    reader: PaperReader, model: str, *, since: datetime | None = None, until: datetime | None = None, most: int
) -> list[str]:
    """Ids of papers by the date the index has of them (``layout.sort_date``), the newest first, ``most`` at most."""
    low = int(since.timestamp()) if since else "-inf"
    high = int(until.timestamp()) if until else "+inf"
    options = ("NOCONTENT", "SORTBY", "date", "DESC", "LIMIT", "0", str(most), "DIALECT", "2")
    index = keys.index(layout.model_slug(model))
    try:
        answer = await reader.redis.execute_command("FT.SEARCH", index, f"@date:[{low} {high}]", *options)
    except ResponseError as error:
        if is_missing_index(error):
            return []
        raise
    return [keys.paper_id(key.decode()) for key in answer[1:]]


async def stored_vectors(reader: PaperReader, model: str, ids: Iterable[str]) -> dict[str, Vector]:
    """float32[dim] by id, of the papers that have a vector of the model."""
    ids, field = list(ids), layout.vector_field(model)
    rows = await reader.pipelined("HGET", [(keys.paper(i), field) for i in ids])
    return {i: layout.unpack_vector(row) for i, row in zip(ids, rows, strict=True) if row}


async def usual_vector(reader: PaperReader, model: str) -> Vector | None:
    """float32[dim]: the mean of the newest papers' vectors, which is what nearly all papers have in common."""
    vectors = await stored_vectors(reader, model, await newest(reader, model, most=_USUAL_OF))
    return np.asarray(np.mean(list(vectors.values()), axis=0), np.float32) if vectors else None
