from datetime import UTC, date, datetime, timedelta

import pytest

from papers.errors import SourceMalformed, SourceUnavailable
from papers.models import SignalName
from tests.fakes.huggingface import FakeHuggingFace, item
from tests.fakes.server import Fault
from tests.papers.sources.conftest import NOW, TODAY, YESTERDAY, Build, World, fetched, fetched_until_error

SUNDAY = date(2026, 3, 1)


async def test_a_range_of_days_is_asked_day_by_day(world: World) -> None:
    found = await fetched(world.sources["huggingface"], date(2026, 3, 2), TODAY)
    assert [asked.args["date"] for asked in world.huggingface.asked] == [
        "2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05",
    ]  # fmt: skip
    assert len(found) == 12
    assert all(observation.seen_at == NOW for observation in found)


async def test_an_item_becomes_a_paper_with_its_signals(world: World) -> None:
    world.huggingface.lists[TODAY] = [
        item(
            1,
            TODAY,
            upvotes=42,
            title="Sub-$O(n^2)$ attention",
            githubStars=7,
            githubRepo="https://github.com/a/b",
            projectPage="javascript:alert(1)",
            ai_summary="Short.",
            ai_keywords=["attention", "attention", None],
            organization={"name": "lab", "fullname": "The Lab"},
        )
    ]
    (only,) = await fetched(world.sources["huggingface"], TODAY, TODAY)
    paper = only.paper
    assert (paper.id, paper.title) == ("2603.90001", "Sub-O(n²) attention")
    assert paper.abstract == "This abstract number 1 of a fake upstream says nothing."
    assert paper.authors == ("Ada Lovelace",)
    assert paper.listed == datetime(2026, 3, 5, 2, 1, tzinfo=UTC)
    assert (paper.code_url, paper.project_url) == ("https://github.com/a/b", None)
    assert (paper.gist, paper.keywords, paper.organization) == ("Short.", ("attention",), "The Lab")
    assert {signal.name: signal.value for signal in only.signals} == {
        SignalName.UPVOTES: 42, SignalName.COMMENTS: 1, SignalName.STARS: 7, SignalName.PARTICIPATION: 0,
    }  # fmt: skip


async def test_pages_are_asked_until_one_is_short(world: World) -> None:
    world.huggingface.lists[TODAY] = [item(number, TODAY) for number in range(230)]
    found = await fetched(world.sources["huggingface"], TODAY, TODAY)
    assert len({observation.paper.id for observation in found}) == len(found) == 230
    assert [asked.args["p"] for asked in world.huggingface.asked] == ["0", "1", "2"]


async def test_an_empty_weekend_is_no_error(world: World) -> None:
    assert await fetched(world.sources["huggingface"], SUNDAY, SUNDAY) == []


async def test_a_day_that_answers_an_earlier_list_keeps_the_papers_own_dates(world: World) -> None:
    world.huggingface.answers_earlier = True
    found = await fetched(world.sources["huggingface"], SUNDAY, SUNDAY)
    assert {observation.paper.listed.date() for observation in found if observation.paper.listed} == {date(2026, 2, 27)}


async def test_days_to_come_and_days_before_there_was_a_list_are_not_asked(world: World) -> None:
    assert await fetched(world.sources["huggingface"], TODAY + timedelta(days=1), TODAY + timedelta(days=9)) == []
    assert await fetched(world.sources["huggingface"], date(1900, 1, 1), date(2023, 5, 3)) == []
    assert world.huggingface.asked == []


async def test_one_unreadable_day_costs_only_itself_and_is_reported(world: World) -> None:
    world.huggingface.faults.append(Fault("html"))
    found, error = await fetched_until_error(world.sources["huggingface"], YESTERDAY, TODAY)
    assert len(found) == 3
    assert isinstance(error, SourceMalformed)
    assert "2026-03-04: " in str(error)
    assert "text/html that is no JSON" in str(error)


async def test_a_bad_item_is_skipped_and_counted(world: World) -> None:
    world.huggingface.lists[TODAY] = [item(1, TODAY), {"paper": {"id": "nonsense"}}, item(2, TODAY)]
    found = await fetched(world.sources["huggingface"], TODAY, TODAY)
    assert len(found) == 2
    assert world.sources["huggingface"].skipped == 1


async def test_papers_are_asked_by_id_and_unknown_ones_left_out(world: World) -> None:
    known = world.huggingface.lists[TODAY][0]["paper"]["id"]
    found = await world.sources["huggingface"].fetch_ids([f"https://arxiv.org/abs/{known}v3", "2601.00001", "no id"])
    assert [observation.paper.id for observation in found] == [known]


async def test_the_token_is_sent_and_a_wrong_one_is_named_but_not_shown(build: Build) -> None:
    right = await build(huggingface={"token": "hf_right"})
    right.huggingface.token = "hf_right"
    assert "with a token" in await right.sources["huggingface"].check()
    wrong = await build(huggingface={"token": "hf_wrong"})
    with pytest.raises(SourceUnavailable, match="HTTP 401: its token in the settings is not accepted") as caught:
        await wrong.sources["huggingface"].check()
    assert "hf_wrong" not in str(caught.value)


async def test_an_unchanged_list_is_not_sent_again(world: World) -> None:
    first = await fetched(world.sources["huggingface"], TODAY, TODAY)
    again = await fetched(world.sources["huggingface"], TODAY, TODAY)
    assert first == again
    assert "If-None-Match" in world.huggingface.asked[1].headers


async def test_a_used_up_quota_says_until_when_to_wait(world: World, huggingface: FakeHuggingFace) -> None:
    huggingface.left = 0
    with pytest.raises(SourceUnavailable, match=r"until 2026-03-05 12:05 UTC"):
        await fetched(world.sources["huggingface"], TODAY, TODAY)
    asked = len(huggingface.asked)
    with pytest.raises(SourceUnavailable, match="left alone until"):
        await fetched(world.sources["huggingface"], TODAY, TODAY)
    assert len(huggingface.asked) == asked, "an upstream that asked for a pause is not asked again"


@pytest.mark.parametrize("status", [400, 404])
async def test_a_date_that_is_not_taken_costs_only_itself(world: World, status: int) -> None:
    world.huggingface.faults.append(Fault("status", status))
    found, error = await fetched_until_error(world.sources["huggingface"], YESTERDAY, TODAY)
    assert len(found) == 3
    assert f"2026-03-04: huggingface: HTTP {status}" in str(error)


async def test_a_flood_of_bad_items_is_counted(world: World) -> None:
    world.huggingface.lists[TODAY] = [{"paper": {}}] * 90
    assert await fetched(world.sources["huggingface"], TODAY, TODAY) == []
    assert world.sources["huggingface"].skipped == 90
