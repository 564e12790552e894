"""What messages say, with the real store, subscriptions and ledger, sent to a fake platform."""

from datetime import UTC, datetime, time, timedelta

import pytest
from redis.asyncio import Redis

from papers import keys
from papers.addresses import AddressBook
from papers.contents import DigestContent, TopicsContent
from papers.delivery_models import State
from papers.errors import TryLater
from papers.following import DigestOptions, Subscription, TopicOptions
from papers.inbox import put_matches
from papers.models import SignalName, Window
from papers.planning import plan_due
from papers.schedule import Cadence, Schedule
from papers.settings import Settings
from papers.store import PaperStore
from papers.subscriptions import Subscriptions
from papers.topics import TopicMatch
from papers.vault import Vault
from papers.wishes import digest_subscription, topic_subscription
from papers.writing import MOST_MATCHES, Writer, window_of
from tests.papers.builders import NOON, at, paper, seen, signal
from tests.papers.fake_adapter import Answer, FakeAdapter
from tests.papers.sender_builders import Office
from tests.papers.threaded_adapter import ThreadedAdapter

UP = SignalName.UPVOTES


class Place:
    """An office with the real writer, and the papers it writes of."""

    def __init__(self, redis: Redis, settings: Settings, adapter: FakeAdapter | None = None) -> None:
        self.redis, self.settings = redis, settings
        self.store = PaperStore(redis, settings)
        subscriptions, addresses = Subscriptions(redis, settings), AddressBook(redis, lambda: Vault([]))
        self.adapter = adapter or FakeAdapter()
        self.contents: list[DigestContent | TopicsContent] = []
        self.adapter.script = self._keep
        writer = Writer(self.store, subscriptions, addresses)
        self.office = Office(redis, settings, self.adapter, writer=writer)
        self.subscriptions = subscriptions

    def _keep(self, parcel: object) -> Answer:
        self.contents.append(parcel.content)  # type: ignore[attr-defined]
        return Answer.ACCEPT

    async def add(self, *ids: str, hours: float = 0) -> None:
        papers = [paper(one, title=f"A study of paper {one}", listed=at(hours), categories=("cs.CL",)) for one in ids]
        found = [seen(one, hours, signal(UP, 10 + i, hours)) for i, one in enumerate(papers)]
        await self.store.write(await self.store.plan(found), {})

    async def deliver(self, hours: float) -> dict[State, int]:
        now = at(hours)
        await plan_due(self.redis, self.office.ledger, self.settings, now)
        return dict(await self.office.sender().drain(now, patience=1))

    def told(self) -> list[list[str]]:
        found = []
        for one in self.contents:
            told = [m.paper for m in one.matches] if isinstance(one, TopicsContent) else [t.paper for t in one.chart]
            found.append([p.id for p in told])
        return found


@pytest.fixture
def place(redis: Redis, settings: Settings) -> Place:
    return Place(redis, settings)


def digest(**options: object) -> Subscription:
    return digest_subscription(
        owner="user:ada",
        destination="console:me",
        schedule=Schedule(at=time(15)),
        options=DigestOptions(**options),
        now=NOON,
    )


def topic(text: str) -> Subscription:
    schedule = Schedule(cadence=Cadence.NOW)
    options = TopicOptions(text=text)
    return topic_subscription(owner="user:ada", destination="console:me", schedule=schedule, topic=options, now=NOON)


async def test_a_digest_tells_of_no_paper_twice(place: Place) -> None:
    await place.subscriptions.save(digest(), NOON)
    await place.add("2603.00001", "2603.00002")
    assert await place.deliver(3) == {State.SENT: 1}
    await place.add("2603.00003", hours=20)
    assert await place.deliver(27) == {State.SENT: 1}
    assert await place.deliver(51) == {State.EMPTY: 1}
    first, second = place.told()
    assert set(first) == {"2603.00001", "2603.00002"}
    assert second == ["2603.00003"]


async def test_a_day_with_nothing_new_says_so_only_to_those_who_asked(place: Place) -> None:
    await place.subscriptions.save(digest(say_when_empty=True), NOON)
    assert await place.deliver(3) == {State.SENT: 1}
    (content,) = place.contents
    assert isinstance(content, DigestContent)
    assert content.note is not None
    assert content.note.startswith("Nothing new today.")


async def test_what_could_not_be_handed_over_is_told_of_when_it_can(place: Place) -> None:
    await place.subscriptions.save(digest(), NOON)
    await place.add("2603.00001")
    place.adapter.script = lambda parcel: Answer.GARBAGE_BEFORE
    assert await place.deliver(3) == {State.FAILED: 1}
    place.adapter.script = place._keep
    assert dict(await place.office.sender().drain(at(4), patience=1)) == {State.SENT: 1}
    assert place.told() == [["2603.00001"]]


async def test_a_digest_that_was_paused_while_it_waited_is_not_sent(place: Place) -> None:
    _, saved = await place.subscriptions.save(digest(), NOON)
    await place.add("2603.00001")
    await plan_due(place.redis, place.office.ledger, place.settings, at(3))
    await place.subscriptions.pause(saved.id, at(3))
    assert await place.deliver(3) == {State.EMPTY: 1}


async def test_a_paper_that_matches_two_topics_comes_once_and_names_both(place: Place) -> None:
    wishes = [topic("proteins"), topic("diffusion")]
    for one in wishes:
        await place.subscriptions.save(one, NOON)
    await place.add("2603.00001", "2603.00002")
    found = [
        TopicMatch(feed=one.feed, topic=one.id, paper="2603.00001", score=score)
        for one, score in zip(wishes, (0.5, 0.7), strict=True)
    ]
    await put_matches(place.redis, place.office.ledger, found, NOON)
    assert await place.deliver(0) == {State.SENT: 1}
    (content,) = place.contents
    assert isinstance(content, TopicsContent)
    assert [(m.paper.id, m.score, m.topics) for m in content.matches] == [
        ("2603.00001", 0.7, (wishes[1].id, wishes[0].id))
    ]
    # Told of by one topic, it does not come again by another.
    await put_matches(place.redis, place.office.ledger, found, at(1))
    assert await place.deliver(1) == {}


async def test_more_matches_than_one_message_tells_of_are_counted_and_done_with(place: Place) -> None:
    wish = topic("proteins")
    await place.subscriptions.save(wish, NOON)
    ids = [f"2603.{i:05}" for i in range(MOST_MATCHES + 5)]
    await place.add(*ids)
    found = [TopicMatch(feed=wish.feed, topic=wish.id, paper=one, score=0.5) for one in ids]
    await put_matches(place.redis, place.office.ledger, found, NOON)
    assert await place.deliver(0) == {State.SENT: 1}
    (content,) = place.contents
    assert isinstance(content, TopicsContent)
    assert (len(content.matches), content.more) == (MOST_MATCHES, 5)
    assert await place.redis.exists(keys.inbox(wish.feed)) == 0


async def test_a_topic_removed_while_its_message_waited_is_not_told_of(place: Place) -> None:
    wish = topic("proteins")
    await place.subscriptions.save(wish, NOON)
    await place.add("2603.00001")
    match = TopicMatch(feed=wish.feed, topic=wish.id, paper="2603.00001", score=0.5)
    await put_matches(place.redis, place.office.ledger, [match], NOON)
    await plan_due(place.redis, place.office.ledger, place.settings, NOON)
    await place.subscriptions.remove(wish.id)
    assert await place.deliver(0) == {}
    assert place.contents == []
    (ended,) = await place.office.ledger.of_destination("console:me")
    assert ended.state is State.DEAD


async def test_the_only_destination_of_two_that_is_gone_tells_the_other(place: Place) -> None:
    await place.subscriptions.save(digest(), NOON)
    other = digest().model_copy(update={"id": "other", "feed": "other", "destination": "console:other"})
    await place.subscriptions.save(other.model_copy(update={"schedule": Schedule(at=time(23))}), NOON)
    await place.add("2603.00001")
    place.adapter.script = lambda parcel: (
        Answer.GONE if parcel.delivery.destination == "console:me" else place._keep(parcel)
    )
    now = at(3) + timedelta(seconds=1)
    await plan_due(place.redis, place.office.ledger, place.settings, now)
    assert dict(await place.office.sender().drain(now, patience=1)) == {State.DEAD: 1, State.SENT: 1}
    assert [type(one).__name__ for one in place.contents] == ["NoticeContent"]


async def test_a_new_version_is_told_of_again_and_with_its_paper_it_is_one_line(place: Place) -> None:
    wish = topic("proteins")
    await place.subscriptions.save(wish, NOON)
    await place.add("2603.00001")

    async def matched(name: str, hours: float) -> None:
        match = TopicMatch(feed=wish.feed, topic=wish.id, paper=name, score=0.5)
        await put_matches(place.redis, place.office.ledger, [match], at(hours))

    await matched("2603.00001", 1)
    await matched("2603.00001|v2", 2)
    await place.deliver(24)
    await matched("2603.00001|v3", 25)
    await place.deliver(48)
    assert place.told() == [["2603.00001"], ["2603.00001"]]
    for name in ("2603.00001", "2603.00001|v2", "2603.00001|v3"):
        await matched(name, 49)
    await place.deliver(72)
    assert len(place.contents) == 2


async def test_what_one_rhythm_has_told_a_person_another_does_not_tell_again(place: Place) -> None:
    daily = topic("proteins")
    weekly = topic_subscription(
        owner=daily.owner,
        destination=daily.destination,
        schedule=Schedule(cadence=Cadence.WEEKLY, weekday=(NOON.weekday() + 2) % 7, at=time(9)),
        topic=TopicOptions(text="folding", threshold=0.3),
        now=NOON,
    )
    await place.add("2603.00001", "2603.00002")
    for wish in (daily, weekly):
        await place.subscriptions.save(wish, NOON)
    found = [TopicMatch(feed=one.feed, topic=one.id, paper="2603.00001", score=0.5) for one in (daily, weekly)]
    found.append(TopicMatch(feed=weekly.feed, topic=weekly.id, paper="2603.00002", score=0.5))
    await put_matches(place.redis, place.office.ledger, found, at(1))
    for hours in (24, 48):
        await place.deliver(hours)
    assert place.told() == [["2603.00001"], ["2603.00002"]]


async def test_a_digest_that_is_not_complete_is_written_again_as_it_was(redis: Redis, settings: Settings) -> None:
    adapter = ThreadedAdapter()
    place = Place(redis, settings, adapter)
    await place.subscriptions.save(digest(), NOON)
    await place.add("2603.00001", "2603.00002")
    adapter.cut_short = True
    assert await place.deliver(3.5) == {State.FAILED: 1}
    adapter.cut_short = False
    await place.add("2603.00003", hours=4)
    assert await place.deliver(5) == {State.SENT: 1}
    first, again = adapter.said
    assert first == again
    assert len(adapter.received) == 1
    await place.deliver(27)
    assert place.told()[-1] == ["2603.00003"]


async def test_news_that_come_meanwhile_are_of_the_next_message(redis: Redis, settings: Settings) -> None:
    adapter = ThreadedAdapter()
    place, wish = Place(redis, settings, adapter), topic("proteins")
    await place.subscriptions.save(wish, NOON)
    await place.add("2603.00001", "2603.00002")

    async def matched(paper: str, hours: float) -> None:
        match = TopicMatch(feed=wish.feed, topic=wish.id, paper=paper, score=0.5)
        await put_matches(place.redis, place.office.ledger, [match], at(hours))

    await matched("2603.00001", 0)
    adapter.cut_short = True
    assert await place.deliver(0) == {State.FAILED: 1}
    adapter.cut_short = False
    await matched("2603.00002", 1)
    assert await place.deliver(1) == {State.SENT: 2}
    first, again, _ = adapter.said
    assert first == again
    assert place.told() == [["2603.00001"], ["2603.00002"]]
    assert await place.redis.exists(keys.inbox(wish.feed)) == 0


async def test_what_a_message_that_stays_incomplete_told_of_does_not_come_again(
    redis: Redis, settings: Settings
) -> None:
    adapter = ThreadedAdapter()
    place, wish = Place(redis, settings, adapter), topic("proteins")
    await place.subscriptions.save(wish, NOON)
    await place.add("2603.00001", "2603.00002")
    for hours, name in ((0.0, "2603.00001"), (1.0, "2603.00002")):
        match = TopicMatch(feed=wish.feed, topic=wish.id, paper=name, score=0.5)
        await put_matches(place.redis, place.office.ledger, [match], at(hours))
        adapter.cut_short, adapter.fails = hours == 0, TryLater("busy")
        await place.deliver(hours)
    await place.deliver(1.5)  # the first one is waited for no longer
    assert place.told() == [["2603.00001"], ["2603.00002"]]


def test_the_first_digest_of_a_week_on_weekdays_looks_back_over_the_weekend() -> None:
    weekdays, daily = Schedule(cadence=Cadence.WEEKDAYS, zone="Asia/Tokyo", at=time(7)), Schedule()
    monday = datetime(2026, 3, 8, 22, tzinfo=UTC)  # 07:00 on Monday in Tokyo
    assert window_of(weekdays, monday) is Window.WEEK
    assert window_of(weekdays, monday + timedelta(days=1)) is Window.DAY
    assert window_of(daily, datetime(2026, 3, 9, 9, tzinfo=UTC)) is Window.DAY
    assert window_of(Schedule(cadence=Cadence.WEEKLY), datetime(2026, 3, 9, 9, tzinfo=UTC)) is Window.WEEK
