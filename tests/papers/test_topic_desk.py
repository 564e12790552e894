"""Topics are made by looking, and tuned by thumbs: also twice, at once, and where nobody can embed words."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from papers import keys, layout
from papers.encoder import Encoder
from papers.errors import BadInput, EncoderUnavailable, NotFound
from papers.feedback import Effect
from papers.following import FollowedAuthor, Subscription, TopicOptions
from papers.ingestion import Ingestion, at_hand
from papers.remote_embedding import WorkerEncoder
from papers.settings import Settings
from papers.store import PaperStore
from papers.subscriptions import Subscriptions
from papers.topic_desk import TopicDesk
from papers.topic_week import FRESH, RecentWeek
from papers.tuning import last_words
from papers.wishes import topic_subscription
from tests.papers.builders import NOON, at, paper, seen
from tests.papers.subscription_builders import check_indexes, digest, rhythm
from tests.papers.word_encoder import WordEncoder

TITLES = ("cats and cats again", "cats and their dogs", "dogs and cats and birds", "birds of the north", "fish")
CATS, DOGS, FISH = "2603.00000", "2603.00001", "2603.00004"


@dataclass
class MovingClock:
    moment: datetime = NOON

    def now(self) -> datetime:
        return self.moment


@dataclass
class Place:
    redis: Redis
    settings: Settings

    def __post_init__(self) -> None:
        self.store = PaperStore(self.redis, self.settings)
        self.subscriptions = Subscriptions(self.redis, self.settings)
        self.encoder, self.clock = WordEncoder(), MovingClock()
        self.desk = self.desk_with(self.encoder)

    def desk_with(self, encoder: Encoder) -> TopicDesk:
        return TopicDesk(self.store, self.subscriptions, encoder, self.clock)

    async def publish(self, *titles: str, first: int = 0) -> None:
        papers = [
            seen(paper(f"2603.{first + n:05d}", f"{title}, a study", published=at(-n - 1), abstract=title))
            for n, title in enumerate(titles)
        ]
        await Ingestion(self.store, self.encoder).run(at_hand(papers))

    async def follow(self, text: str = "cats", threshold: float | None = 0.6) -> Subscription:
        looked = await self.desk.look(TopicOptions(text=text), threshold)
        wish = topic_subscription(
            owner="console:me", destination="console:me", schedule=rhythm(), topic=looked.topic, now=NOON
        )
        return (await self.subscriptions.save(wish, NOON, vector=looked.packed))[1]

    async def score(self, wanted: str, text: str = "cats") -> float:
        examples = (await self.desk.look(TopicOptions(text=text), 0.0)).preview.examples
        return next(hit.score for hit in examples if hit.paper.id == wanted)

    async def reads(self) -> int:
        """How often the week's papers were asked for."""
        stats = await self.redis.info("commandstats")
        return int(stats.get("cmdstat_FT.SEARCH", {"calls": 0})["calls"])


@pytest.fixture
async def place(redis: Redis, settings: Settings) -> Place:
    place = Place(redis, settings)
    await place.publish(*TITLES)
    return place


# looking


async def test_a_topic_is_looked_at_with_the_papers_of_last_week(place: Place) -> None:
    looked = await place.desk.look(TopicOptions(text="cats"), None)
    assert looked.preview.looked_at == len(TITLES)
    assert looked.preview.examples[0].paper.id == CATS
    assert looked.topic.threshold == looked.preview.threshold
    assert looked.vector is not None
    assert looked.packed == layout.pack_vector(looked.vector)
    assert (await place.desk.look(TopicOptions(text="cats"), 0.31)).topic.threshold == 0.31


async def test_authors_alone_have_neither_vector_nor_threshold(place: Place) -> None:
    looked = await place.desk.look(TopicOptions(authors=(FollowedAuthor(name="Ann Lee"),)), 0.5)
    assert (looked.vector, looked.packed, looked.topic.threshold) == (None, None, 0.0)


@pytest.mark.parametrize(
    ("topic", "error"),
    [
        (TopicOptions(), BadInput),
        (TopicOptions(text="not"), BadInput),
        (TopicOptions(like="2603.99999"), NotFound),
    ],
)
async def test_a_topic_that_says_nothing_is_refused(place: Place, topic: TopicOptions, error: type[Exception]) -> None:
    with pytest.raises(error):
        await place.desk.look(topic, None)


async def test_words_need_a_worker_where_there_is_no_model_but_papers_and_authors_do_not(place: Place) -> None:
    desk = place.desk_with(WorkerEncoder(place.redis, place.settings))
    with pytest.raises(EncoderUnavailable):
        await desk.look(TopicOptions(text="cats"), None)
    looked = await desk.look(TopicOptions(like=CATS), None)
    assert [hit.paper.id for hit in looked.preview.examples][:2] == [CATS, DOGS]
    assert (await desk.look(TopicOptions(authors=(FollowedAuthor(name="Ann Lee"),)), None)).vector is None
    followed = await place.follow()
    with pytest.raises(EncoderUnavailable):
        await desk.tune(followed, paper=FISH, wanted=True)
    assert await place.subscriptions.get(followed.id) == followed


async def test_the_week_is_read_once_a_minute_however_many_look(place: Place) -> None:
    async def seen_by_ten() -> set[int]:
        looks = await asyncio.gather(*(place.desk.look(TopicOptions(text="cats"), None) for _ in range(10)))
        return {one.preview.looked_at for one in looks}

    before = await place.reads()
    assert await seen_by_ten() == {5}
    assert await place.reads() == before + 1
    await place.publish("cats of today", first=10)
    assert await seen_by_ten() == {5}
    assert await place.reads() == before + 1
    place.clock.moment += FRESH
    assert await seen_by_ten() == {6}
    assert await place.reads() == before + 2


async def test_a_clock_that_is_put_back_is_given_the_week_it_asks_for(place: Place) -> None:
    week = RecentWeek(place.store)
    assert len((await week.at(NOON)).papers) == 5
    assert (await week.at(NOON - timedelta(days=30))).papers == []


async def test_whoever_gives_up_waiting_leaves_the_week_to_the_next(place: Place) -> None:
    week = RecentWeek(place.store)
    before = await place.reads()
    first = asyncio.create_task(week.at(NOON))
    await asyncio.sleep(0)
    first.cancel()
    assert len((await asyncio.wait_for(week.at(NOON), 5)).papers) == 5
    assert first.cancelled()
    assert await place.reads() == before + 1


async def test_a_week_that_could_not_be_read_is_read_by_the_next(place: Place) -> None:
    week = RecentWeek(place.store)
    index = keys.index(layout.model_slug(place.store.model))
    await place.redis.execute_command("FT.DROPINDEX", index)
    await place.redis.execute_command("FT.CREATE", index, "SCHEMA", "other", "TEXT")
    looks = await asyncio.gather(*(week.at(NOON) for _ in range(3)), return_exceptions=True)
    assert all(isinstance(one, ResponseError) for one in looks)
    await place.redis.execute_command("FT.DROPINDEX", index)
    assert (await week.at(NOON)).papers == []


# tuning


async def test_a_thumb_up_widens_and_is_taken_back(place: Place) -> None:
    before = await place.follow(threshold=await place.score(DOGS) + 0.02)
    tuned = await place.desk.tune(before, paper=f"https://arxiv.org/abs/{DOGS}", wanted=True)
    assert tuned.subscription.topic is not None
    assert [(one.paper, one.wanted) for one in tuned.subscription.topic.feedback] == [(DOGS, True)]
    assert DOGS in tuned.effect.added
    assert not tuned.effect.dropped
    assert await place.subscriptions.get(before.id) == tuned.subscription
    vectors = await place.subscriptions.vectors([before.id])
    undone = await place.desk.undo(tuned.subscription)
    assert undone.subscription == before
    assert set(undone.effect.dropped) == set(tuned.effect.added)
    assert await place.subscriptions.vectors([before.id]) != vectors
    await check_indexes(place.redis)


async def test_a_thumb_down_narrows(place: Place) -> None:
    before = await place.follow(threshold=await place.score(DOGS) - 0.02)
    tuned = await place.desk.tune(before, paper=DOGS, wanted=False)
    assert DOGS in tuned.effect.dropped
    assert not tuned.effect.added


async def test_the_same_thumb_again_changes_nothing_and_the_other_one_counts(place: Place) -> None:
    once = (await place.desk.tune(await place.follow(), paper=FISH, wanted=True)).subscription
    again = await place.desk.tune(once, paper=FISH, wanted=True)
    assert (again.subscription, again.effect) == (once, Effect())
    other = (await place.desk.tune(once, paper=FISH, wanted=False)).subscription
    assert other.topic is not None
    assert last_words(other.topic) == {FISH: False}
    taken_back = (await place.desk.undo(other)).subscription
    assert taken_back == once


async def test_thumbs_at_once_all_count(place: Place) -> None:
    followed = await place.follow()
    presses = [(f"2603.{n:05d}", n % 2 == 0) for n in range(5)] * 2
    await asyncio.gather(*(place.desk.tune(followed, paper=one, wanted=wanted) for one, wanted in presses))
    topic = (await place.subscriptions.get(followed.id)).topic
    assert topic is not None
    assert sorted((one.paper, one.wanted) for one in topic.feedback) == sorted(set(presses))
    looked = await place.desk.look(topic, topic.threshold)
    assert (await place.subscriptions.vectors([followed.id]))[followed.id] == looked.packed


async def test_undo_pressed_twice_at_once_takes_one_thumb_back(place: Place) -> None:
    first = (await place.desk.tune(await place.follow(), paper=FISH, wanted=True)).subscription
    second = (await place.desk.tune(first, paper=CATS, wanted=True)).subscription
    undone = await asyncio.gather(*(place.desk.undo(second) for _ in range(4)))
    assert [one.subscription.topic for one in undone] == [first.topic] * 4
    assert sorted(one.effect == Effect() for one in undone)[1:] == [True] * 3
    await place.desk.undo(first)
    with pytest.raises(BadInput, match="nothing to undo"):
        await place.desk.undo(await place.subscriptions.get(first.id))


async def test_what_was_changed_meanwhile_is_kept(place: Place) -> None:
    followed = await place.follow()
    await place.subscriptions.pause(followed.id, NOON)
    tuned = (await place.desk.tune(followed, paper=FISH, wanted=True)).subscription
    assert tuned.paused
    assert tuned.topic is not None
    assert len(tuned.topic.feedback) == 1


async def test_what_cannot_be_tuned_says_why(place: Place) -> None:
    followed = await place.follow()
    with pytest.raises(NotFound, match="no paper"):
        await place.desk.tune(followed, paper="2603.77777", wanted=True)
    with pytest.raises(BadInput, match="is a digest"):
        await place.desk.tune(digest(), paper=FISH, wanted=True)
    authors = topic_subscription(
        owner="console:me",
        destination="console:me",
        schedule=rhythm(),
        topic=TopicOptions(authors=(FollowedAuthor(name="Ann Lee"),)),
        now=NOON,
    )
    with pytest.raises(BadInput, match="authors only"):
        await place.desk.tune(authors, paper=FISH, wanted=True)
    await place.subscriptions.remove(followed.id)
    with pytest.raises(NotFound, match="no subscription"):
        await place.desk.tune(followed, paper=FISH, wanted=True)
    assert await place.redis.exists(keys.subscription(followed.id)) == 0
