"""The vector of a topic: of its words, of a paper it is to be like, or of both, moved by what a person said of hits."""

from collections.abc import Sequence

import numpy as np

from papers import layout
from papers.encoder import Encoder
from papers.errors import BadInput, NotFound
from papers.feedback import topic_vector
from papers.following import TopicOptions
from papers.identity import canonical_id
from papers.layout import Vector
from papers.reader import PaperReader
from papers.recent import stored_vectors, usual_vector
from papers.topic_text import TopicText, parse_topic
from papers.tuning import last_words


async def vector_of(topic: TopicOptions, encoder: Encoder, store: PaperReader) -> Vector | None:
    """float32[dim] of unit length, by the encoder's model; None if only authors are followed.

    Raises BadInput for words that say nothing, NotFound if the paper to be like is not in the store, and
    EncoderUnavailable. Papers with a thumb that are no longer in the store count no more.
    """
    words = parse_topic(topic.text) if topic.text else None
    if words is None and topic.like is None:
        if not topic.authors:
            raise BadInput("nothing to follow: write what the papers should be about, a paper to be like, or an author")
        return None
    like = canonical_id(topic.like) if topic.like else None
    thumbs = last_words(topic)
    of_papers = await paper_vectors([*([like] if like else []), *thumbs], encoder, store)
    if like and like not in of_papers:
        raise NotFound(f"no paper {like[:100]!r} here; `paperboy search` finds papers by words")
    of_words = await _encoded(words, encoder) if words else []
    base = np.mean([*of_words[:1], *([of_papers[like]] if like else [])], axis=0)
    return topic_vector(
        np.asarray(base / (np.linalg.norm(base) or 1.0), np.float32),
        unwanted=of_words[1:],
        liked=[of_papers[i] for i, wanted in thumbs.items() if wanted and i in of_papers],
        disliked=[of_papers[i] for i, wanted in thumbs.items() if not wanted and i in of_papers],
        usual=await usual_vector(store, encoder.model) if thumbs else None,
    )


async def paper_vectors(ids: Sequence[str], encoder: Encoder, store: PaperReader) -> dict[str, Vector]:
    """float32[dim] by id, of those papers that are in the store. Raises EncoderUnavailable if one must be embedded."""
    found = await stored_vectors(store, encoder.model, ids)
    others = await store.get_many(i for i in ids if i not in found)
    if others:
        encoded = await encoder.encode([layout.embedding_text(paper) for paper in others.values()])
        found |= dict(zip(others, encoded, strict=True))
    return found


async def _encoded(words: TopicText, encoder: Encoder) -> list[Vector]:
    """What is wanted, then each thing that is not."""
    return list(await encoder.encode([words.wanted, *words.unwanted]))
