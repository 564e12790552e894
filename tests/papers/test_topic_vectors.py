import numpy as np
import pytest
from redis.asyncio import Redis

from papers.errors import BadInput, EncoderUnavailable, NotFound
from papers.feedback import topic_vector
from papers.following import Feedback, FollowedAuthor, TopicOptions
from papers.ingestion import Ingestion, at_hand
from papers.models import Paper
from papers.recent import usual_vector
from papers.settings import Settings
from papers.store import PaperStore
from papers.topic_vectors import vector_of
from tests.papers.builders import at, paper, seen
from tests.papers.word_encoder import MODEL, NoEncoder, WordEncoder

CATS = paper("2603.00001", "Cats like cats and cats", published=at(0))
DOGS = paper("2603.00002", "Dogs chase dogs and dogs", published=at(0))


@pytest.fixture
def encoder() -> WordEncoder:
    return WordEncoder()


@pytest.fixture
async def store(redis: Redis, settings: Settings, encoder: WordEncoder) -> PaperStore:
    store = PaperStore(redis, settings)
    await Ingestion(store, encoder).run(at_hand([seen(CATS), seen(DOGS)]))
    encoder.calls.clear()
    return store


def near(actual: object, expected: object) -> bool:
    """Stored vectors are float16."""
    return np.allclose(np.asarray(actual), np.asarray(expected), atol=2e-3)


async def test_words_are_encoded_and_unwanted_ones_taken_away(store: PaperStore, encoder: WordEncoder) -> None:
    vector = await vector_of(TopicOptions(text="mice, not cats"), encoder, store)
    assert near(vector, topic_vector(encoder.vector("mice"), [encoder.vector("cats")]))
    assert encoder.texts == ["mice", "cats"]


async def test_to_be_like_a_paper_is_its_stored_vector(store: PaperStore) -> None:
    vector = await vector_of(TopicOptions(like="arXiv:2603.00001v2"), NoEncoder(), store)
    assert near(vector, WordEncoder().vector(CATS.title))


async def test_of_words_and_a_paper_it_is_the_mean(store: PaperStore, encoder: WordEncoder) -> None:
    vector = await vector_of(TopicOptions(text="mice", like=CATS.id), encoder, store)
    mean = encoder.vector("mice") + encoder.vector(CATS.title)
    assert near(vector, mean / np.linalg.norm(mean))


async def test_thumbs_move_it_and_the_last_one_on_a_paper_counts(store: PaperStore, encoder: WordEncoder) -> None:
    thumbs = (
        Feedback(paper=CATS.id, wanted=False, at=at(1)),
        Feedback(paper=CATS.id, wanted=True, at=at(2)),
        Feedback(paper=DOGS.id, wanted=False, at=at(3)),
        Feedback(paper="2603.09999", wanted=True, at=at(4)),  # gone
    )
    base = encoder.vector("mice")
    vector = await vector_of(TopicOptions(text="mice", feedback=thumbs), encoder, store)
    usual = await usual_vector(store, MODEL)
    cats, dogs = encoder.vector(CATS.title), encoder.vector(DOGS.title)
    assert near(vector, topic_vector(base, liked=[cats], disliked=[dogs], usual=usual))
    undone = await vector_of(TopicOptions(text="mice"), encoder, store)
    assert near(undone, base)


async def test_authors_alone_have_no_vector(store: PaperStore) -> None:
    assert await vector_of(TopicOptions(authors=(FollowedAuthor(name="Ann Lee"),)), NoEncoder(), store) is None


async def test_a_paper_that_is_not_embedded_yet_is_encoded(
    store: PaperStore, encoder: WordEncoder, redis: Redis, settings: Settings
) -> None:
    late = Paper(id="2603.00003", title="Birds sing of birds")
    await Ingestion(PaperStore(redis, settings), None).run(at_hand([seen(late)]))
    assert near(await vector_of(TopicOptions(like=late.id), encoder, store), encoder.vector(late.title))


async def test_what_cannot_be_followed_is_said(store: PaperStore, encoder: WordEncoder) -> None:
    with pytest.raises(BadInput, match="nothing to follow"):
        await vector_of(TopicOptions(), encoder, store)
    with pytest.raises(BadInput, match="few words"):
        await vector_of(TopicOptions(text="the of and"), encoder, store)
    with pytest.raises(NotFound, match=r"9999\.99999"):
        await vector_of(TopicOptions(like="9999.99999"), encoder, store)
    with pytest.raises(EncoderUnavailable):
        await vector_of(TopicOptions(text="cats"), NoEncoder(), store)
