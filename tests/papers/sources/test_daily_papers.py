import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.errors import SourceMalformed
from papers.models import SignalName
from papers.sources.daily_papers import ParsedPage, parse_daily_papers
from papers.sources.recorded import parse_recorded
from tests.fakes.huggingface import item

RECORDED = Path(__file__).parents[4] / "shared" / "data" / "hf_daily"
SEEN = datetime(2026, 3, 5, 12, tzinfo=UTC)
DAY = SEEN.date()


def parsed(**paper: Any) -> ParsedPage:
    return parse_daily_papers([item(1, DAY, **paper)], seen_at=SEEN)


def test_a_flat_item_is_read_like_a_nested_one() -> None:
    nested = item(1, DAY)
    (flat,) = parse_daily_papers([nested["paper"]], seen_at=SEEN).observations
    (whole,) = parse_daily_papers([nested], seen_at=SEEN).observations
    assert flat.paper == whole.paper


def test_in_old_answers_the_items_own_date_is_the_listing() -> None:
    """As recorded in 2024: listed three days after publication, with no submittedOnDailyAt."""
    old = item(1, DAY, publishedAt="2024-05-24T17:34:15.000Z", submittedOnDailyAt=None)
    old["publishedAt"] = "2024-05-27T03:50:58.348Z"
    (only,) = parse_daily_papers([old], seen_at=SEEN).observations
    assert only.paper.listed == datetime(2024, 5, 27, 3, 50, 58, 348000, UTC)


def test_in_new_answers_it_is_a_shifted_publication_and_no_listing() -> None:
    new = item(1, DAY, publishedAt="2026-02-23T18:59:41.000Z", submittedOnDailyAt=None)
    new["publishedAt"] = "2026-02-23T13:59:41.000Z"
    (only,) = parse_daily_papers([new], seen_at=SEEN).observations
    assert only.paper.listed is None


@pytest.mark.parametrize(
    "wrong", ["1900-01-01", "2999-12-31T00:00:00Z", "0000-00-00", "soon", 7, None, [], "", "9" * 99]
)
def test_an_implausible_date_is_no_date(wrong: object) -> None:
    (only,) = parsed(publishedAt=wrong, submittedOnDailyAt=wrong).observations
    assert only.paper.published is None


@pytest.mark.parametrize("wrong", [-1, "12", None, True, float("nan"), float("inf"), 10**400, [], {}])
def test_a_count_that_is_none_is_left_out(wrong: object) -> None:
    (only,) = parsed(upvotes=wrong, githubStars=wrong).observations
    assert {signal.name for signal in only.signals} == {SignalName.COMMENTS, SignalName.PARTICIPATION}


@pytest.mark.parametrize(
    "wrong", ["javascript:alert(1)", "ftp://x.org", "https://", "//x", 5, None, "http://[", "https://a b"]
)
def test_a_link_that_is_none_is_left_out(wrong: object) -> None:
    (only,) = parsed(githubRepo=wrong, projectPage=wrong).observations
    assert (only.paper.code_url, only.paper.project_url) == (None, None)


def test_a_paper_without_abstract_and_authors_is_a_paper() -> None:
    (only,) = parsed(summary=None, authors=None).observations
    assert (only.paper.abstract, only.paper.authors) == ("", ())


def test_a_withdrawn_paper_is_known() -> None:
    assert parsed(withdrawnAt="2026-03-04T00:00:00Z").observations[0].paper.withdrawn


def test_a_bad_item_is_named_and_the_others_go_on() -> None:
    page = parse_daily_papers(
        [None, item(1, DAY), {"paper": {"title": "x"}}, item(2, DAY, title=None) | {"title": " "}, "text"], seen_at=SEEN
    )
    assert len(page.observations) == 1
    assert page.problems == (
        "item 1 is NoneType, not an object",
        "item 3 has no arXiv id but 'None'",
        "item 4 (2603.90002) has no title",
        "item 5 is str, not an object",
    )
    assert page.items == 5


def test_an_error_instead_of_a_list_is_one_line() -> None:
    with pytest.raises(SourceMalformed) as caught:
        parse_daily_papers({"error": "Internal\nerror"}, seen_at=SEEN)
    assert str(caught.value) == "huggingface: answered dict where a list of papers was due (Internal error)"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FIELDS = sorted({*item(1, DAY), *item(1, DAY)["paper"], "organization", "ai_keywords", "githubStars", "withdrawnAt"})


@given(st.dictionaries(st.sampled_from(FIELDS), ANYTHING), st.dictionaries(st.sampled_from(FIELDS), ANYTHING), ANYTHING)
def test_no_value_in_any_field_breaks_the_page(paper: dict[str, Any], outer: dict[str, Any], other: object) -> None:
    sound = item(1, DAY)
    broken = {**sound, **outer, "paper": {**sound["paper"], **paper}}
    page = parse_daily_papers([broken, other, sound], seen_at=SEEN)
    assert len(page.observations) + len(page.problems) == page.items == 3
    assert page.observations[-1].paper.id == "2603.90001"
    for problem in page.problems:
        assert "\n" not in problem


@pytest.mark.skipif(not RECORDED.exists(), reason="the recorded months are not here")
def test_every_recorded_answer_is_read_whole() -> None:
    papers = listed = 0
    for path in sorted(RECORDED.glob("20*.jsonl.gz")):
        for line in gzip.decompress(path.read_bytes()).splitlines():
            value = json.loads(line)
            page = parse_recorded(value["response"], seen_at=datetime.fromisoformat(value["fetched_at"]))
            assert page.problems == ()
            papers += page.items
            listed += sum(observation.paper.listed is not None for observation in page.observations)
    assert papers > 7000
    assert listed > 0.98 * papers


@pytest.mark.skipif(not RECORDED.exists(), reason="the recorded answers are not here")
def test_answers_recorded_in_full_are_read_whole() -> None:
    for path in RECORDED.glob("raw_*.json"):
        page = parse_recorded(json.loads(path.read_text()), seen_at=SEEN)
        assert (len(page.observations), page.problems) == (12, ())
