import asyncio

import numpy as np
import pytest
from redis.asyncio import Redis

from papers import keys, layout
from papers.errors import NotFound, SchemaMismatch, StoreError
from papers.models import Observation, Paper, SignalName
from papers.settings import Settings
from papers.store import PaperStore
from papers.twins import alias_keys
from tests.papers.builders import at, paper, seen, signal

UP, STARS = SignalName.UPVOTES, SignalName.STARS
RICH = Paper(
    id="2603.00007",
    title="Gödel machines: “quotes”, <b>and</b> 数学",
    abstract="Two lines\n\nof text.",
    authors=("Kurt Gödel", "李 明"),
    orcids={"Kurt Gödel": "0000-0002-1825-0097"},
    published=at(-50),
    updated=at(-40),
    version=2,
    categories=("cs.LO", "math.LO"),
    doi="10.1000/xyz",
    gist="In short.",
    keywords=("logic", "proof"),
    organization="IAS",
    code_url="https://github.com/a/b",
    project_url="https://example.org",
    comment="9 pages",
    journal_ref="J. Logic 1",
    withdrawn=True,
    listed=at(-30),
)


@pytest.fixture
async def store(redis: Redis, settings: Settings) -> PaperStore:
    return PaperStore(redis, settings)


async def save(store: PaperStore, *observations: Observation) -> None:
    assert await store.write(await store.plan(observations), {}) == []


async def test_a_paper_comes_back_as_it_was_saved(store: PaperStore) -> None:
    await save(store, seen(RICH, 0))
    assert await store.get(RICH.id) == RICH.model_copy(update={"first_seen": at(0), "as_of": at(0)})


async def test_a_second_look_at_the_same_changes_nothing(store: PaperStore) -> None:
    observation = seen(RICH, 0, signal(UP, 3, 0))
    await save(store, observation)
    (change,) = await store.plan([observation])
    assert not change.paper_changed
    assert change.add == ()


async def test_signals_are_appended_in_time(store: PaperStore) -> None:
    await save(store, seen(RICH, 0, signal(UP, 3, 0), signal(STARS, 1234567, 0)))
    await save(store, seen(RICH, 5, signal(UP, 8, 5)))
    signals = (await store.signals([RICH.id]))[RICH.id]
    assert {(s.name, s.value, s.at) for s in signals} == {(UP, 3, at(0)), (UP, 8, at(5)), (STARS, 1234567, at(0))}
    assert [s.value for s in (await store.signals([RICH.id], until=at(1)))[RICH.id] if s.name is UP] == [3]


async def test_two_observations_of_one_paper_in_a_batch_are_one_change(store: PaperStore) -> None:
    changes = await store.plan([seen(paper(), 0, signal(UP, 1, 0)), seen(paper(gist="Short."), 1, signal(UP, 2, 1))])
    assert len(changes) == 1
    assert changes[0].paper.gist == "Short."
    assert len(changes[0].add) == 2


async def test_a_doi_finds_the_paper_that_is_stored_under_its_arxiv_id(store: PaperStore) -> None:
    await save(store, seen(RICH, 0))
    twin = Paper(id="doi:10.1000/xyz", title="Another wording of the title", doi="10.1000/XYZ", journal_ref="J. 2")
    await save(store, seen(twin, 1))
    assert await store.count() == 1
    assert (await store.find("https://doi.org/10.1000/xyz")).id == RICH.id


async def test_a_title_finds_its_twin_from_another_source(store: PaperStore) -> None:
    await save(store, seen(paper("2603.00001", "Graphs that learn: a long story"), 0))
    await save(store, seen(paper("doi:10.1000/y", "graphs that LEARN — a long story", doi="10.1000/y"), 1))
    assert await store.count() == 1


async def test_twins_within_one_batch_become_one_paper(store: PaperStore) -> None:
    await save(
        store,
        seen(paper("2603.00001", "Graphs that learn: a long story"), 0),
        seen(paper("doi:10.1000/y", "Graphs That Learn: A Long Story", doi="10.1000/y"), 0),
    )
    assert await store.count() == 1
    stored = await store.get("2603.00001")
    assert stored is not None
    assert stored.doi == "10.1000/y"


async def test_a_paper_known_by_its_doi_goes_by_its_arxiv_id_as_soon_as_that_is_known(store: PaperStore) -> None:
    published = paper("doi:10.1000/y", "Graphs that learn: a long story", doi="10.1000/y", journal_ref="J. 1")
    await save(store, seen(published, 0, signal(UP, 3, 0)))
    await save(store, seen(paper("2603.00001", "Graphs That Learn: A Long Story"), 5, signal(UP, 8, 5)))
    assert [page async for page in store.ids()] == [["2603.00001"]]
    stored = await store.find("10.1000/y")
    assert (stored.id, stored.doi, stored.journal_ref, stored.first_seen) == ("2603.00001", "10.1000/y", "J. 1", at(0))
    signals = await store.signals(["2603.00001", "doi:10.1000/y"])
    assert [s.value for s in signals["2603.00001"]] == [3, 8]
    assert signals["doi:10.1000/y"] == ()
    assert (await store.plan([seen(published, 9)]))[0].paper.id == "2603.00001"


async def test_two_stored_papers_become_one_when_a_source_tells_that_they_are(store: PaperStore) -> None:
    await save(store, seen(paper("doi:10.1000/y", "The printed title of the thing", doi="10.1000/y"), 0))
    await save(store, seen(paper("2603.00001", "The preprint's title of the thing"), 1))
    assert await store.count() == 2
    await save(store, seen(paper("2603.00001", "The preprint's title of the thing", doi="10.1000/y"), 2))
    assert [page async for page in store.ids()] == [["2603.00001"]]


async def test_a_merger_that_was_killed_before_its_end_is_finished_by_the_next_look(
    store: PaperStore, redis: Redis
) -> None:
    twin = seen(paper("doi:10.1000/y", "Graphs that learn: a long story", doi="10.1000/y"), 0, signal(UP, 3, 0))
    arxiv = seen(paper("2603.00001", "Graphs that learn: a long story"), 5)
    await save(store, twin)
    before = {key: await redis.dump(key) for key in (keys.paper("doi:10.1000/y"), keys.signals("doi:10.1000/y"))}
    aliases = {alias: await redis.execute_command("HGET", *alias) for alias in alias_keys(twin.paper)}
    await save(store, arxiv)
    for key, value in before.items():  # as if it had died before the twin was removed
        await redis.execute_command("RESTORE", key, 0, value)
    for alias, target in aliases.items():
        await redis.execute_command("HSET", *alias, target)
    await save(store, arxiv)
    assert [page async for page in store.ids()] == [["2603.00001"]]


async def test_records_in_one_batch_go_by_the_arxiv_id_whatever_their_order(store: PaperStore) -> None:
    await save(
        store,
        seen(paper("doi:10.1000/y", "Graphs that learn: a long story", doi="10.1000/y"), 0),
        seen(paper("2603.00001", "Graphs that learn: a long story"), 0),
        seen(paper("2603.00002", "Graphs that learn: a long story"), 0),
    )
    assert {i async for page in store.ids() for i in page} == {"2603.00001", "2603.00002"}


async def test_papers_of_one_title_with_other_arxiv_ids_stay_two(store: PaperStore) -> None:
    await save(store, seen(paper("2603.00001"), 0), seen(paper("2603.00002"), 0))
    assert await store.count() == 2


async def test_what_another_writer_changed_meanwhile_is_handed_back(store: PaperStore) -> None:
    await save(store, seen(paper(), 0))
    planned = await store.plan([seen(paper(gist="Mine."), 1)])
    await save(store, seen(paper(organization="Theirs"), 1))
    late = await store.write(planned, {})
    assert [change.paper.id for change in late] == [paper().id]
    await save(store, *late[0].observations)
    stored = await store.get(paper().id)
    assert stored is not None
    assert (stored.gist, stored.organization) == ("Mine.", "Theirs")


async def test_a_new_text_takes_the_vectors_of_the_old_one_with_it(store: PaperStore, redis: Redis) -> None:
    key, mine, other = keys.paper(paper().id), layout.vector_field(store.model), "vec_another_model"
    await store.write(await store.plan([seen(paper(abstract="Old."), 0)]), {paper().id: np.ones(4, np.float32)})
    await redis.execute_command("HSET", key, other, b"1234")
    await save(store, seen(paper(abstract="Old.", gist="Same text."), 1))
    assert await redis.execute_command("HEXISTS", key, other)
    (change,) = await store.plan([seen(paper(abstract="New."), 2)])
    assert change.wants_vector
    await store.write([change], {paper().id: np.zeros(4, np.float32)})
    assert not await redis.execute_command("HEXISTS", key, other)
    assert await redis.execute_command("HEXISTS", key, mine)


async def test_a_text_with_a_vector_wants_no_other(store: PaperStore) -> None:
    await store.write(await store.plan([seen(paper(), 0)]), {paper().id: np.ones(4, np.float32)})
    (change,) = await store.plan([seen(paper(), 5, signal(UP, 3, 5))])
    assert not change.wants_vector


async def test_vectors_made_of_an_outdated_text_are_not_written(store: PaperStore) -> None:
    await save(store, seen(paper(abstract="Old."), 0))
    old = await store.get_many([paper().id])
    await save(store, seen(paper(abstract="New."), 1))
    await store.write_vectors(old, {paper().id: np.ones(4, np.float32)})
    assert [i async for i in store.ids_without_vector()] == [paper().id]


async def test_a_lost_field_is_filled_by_writing_again(store: PaperStore, redis: Redis) -> None:
    """A writer that dies after the paper but before its signals has lost nothing that a rerun does not bring back."""
    observation = seen(paper(), 0, signal(UP, 3, 0))
    await save(store, observation)
    await redis.delete(keys.signals(paper().id), keys.ACTIVE)
    await save(store, observation)
    assert len((await store.signals([paper().id]))[paper().id]) == 1
    assert [c.paper.id for c in await store.candidates(at(-1), at(1))] == [paper().id]


async def test_candidates_are_those_seen_by_then_and_active_since(store: PaperStore) -> None:
    await save(store, seen(paper("2603.00001"), 0, signal(UP, 1, 0)))
    await save(store, seen(paper("2603.00002"), 9, signal(UP, 1, 9)))
    await save(store, seen(paper("2603.00003"), 0))
    assert [c.paper.id for c in await store.candidates(at(-1), at(5))] == ["2603.00001"]
    assert {c.paper.id for c in await store.candidates(at(5), at(10))} == {"2603.00002"}


async def test_an_unknown_paper_is_not_found_and_said_so(store: PaperStore) -> None:
    with pytest.raises(NotFound, match=r"9999\.99999"):
        await store.find("9999.99999")


async def test_a_store_of_another_layout_is_refused(store: PaperStore, redis: Redis) -> None:
    await store.check_schema()
    await store.check_schema()
    await redis.set(keys.SCHEMA, 999)
    with pytest.raises(SchemaMismatch, match="999"):
        await store.check_schema()


async def test_a_damaged_hash_is_one_clear_error(store: PaperStore, redis: Redis) -> None:
    await redis.execute_command("HSET", keys.paper("x"), "title", "T", "data", "{broken")
    with pytest.raises(StoreError, match="damaged"):
        await store.get("x")


async def test_many_writers_at_once_lose_nothing(redis: Redis, settings: Settings) -> None:
    async def writer(name: str) -> None:
        store = PaperStore(redis, settings)
        late = await store.plan([seen(paper(), 1, signal(UP, ord(name[0]), ord(name[0])))])
        while late:
            late = await store.write(await store.plan([o for c in late for o in c.observations]), {})

    await asyncio.gather(*(writer(name) for name in "abcdefgh"))
    assert len((await PaperStore(redis, settings).signals([paper().id]))[paper().id]) == 8
