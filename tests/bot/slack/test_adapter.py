"""Delivery to Slack, against a Slack on a real socket: lost answers, limits, threads, direct messages, what is gone."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.slack.adapter import SlackAdapter
from bot.slack.installation import Installation
from bot.slack.installations import RedisInstallations
from bot.slack.reinstalling import enable_again
from papers.adapters import Scope
from papers.deliveries import Claim, Risk
from papers.delivery_models import Disabled, State
from papers.delivery_steps import Outcome
from papers.destinations import parse_destination
from papers.errors import TryLater
from tests.bot.samples import HOSTILE_TITLE
from tests.bot.slack.post_office import Digests, PostOffice, installation, post_office
from tests.papers.builders import NOON
from tests.papers.ledger_builders import claim_one, message, put

LATER = NOON + timedelta(days=1)


@pytest.fixture
async def office(redis: Redis, redis_server: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[PostOffice]:
    async with post_office(redis, redis_server, monkeypatch) as office:
        yield office


async def test_a_digest_arrives_with_its_id_and_its_details_below(office: PostOffice) -> None:
    channel = office.slack.add_channel(office.team)
    found = await office.deliver(channel.id)
    main, details = office.slack.in_channel(channel)
    assert (found.state, found.message_id) == (State.SENT, f"{channel.id}/{main.ts}")
    assert main.metadata is not None
    assert main.metadata["event_type"] == "paperboy_delivery"
    assert main.metadata["event_payload"].items() >= {"delivery_id": found.id, "part": 0}.items()
    assert (details.thread_ts, details.metadata and details.metadata["event_payload"]["part"]) == (main.ts, 1)
    assert "A paper 1" in main.text
    assert office.slack.violations == []


async def test_fifty_papers_with_hostile_titles_are_split_into_a_thread_and_ping_nobody(office: PostOffice) -> None:
    channel = office.slack.add_channel(office.team)
    office.writer = Digests(50, HOSTILE_TITLE)
    found = await office.deliver(channel.id)
    assert found.state is State.SENT
    everything = office.slack.in_channel(channel)
    assert len(office.there(channel.id)) == 1
    assert [m.metadata and m.metadata["event_payload"]["part"] for m in everything] == list(range(len(everything)))
    shown = "".join(str(one.blocks) for one in everything)
    assert all(f"2410.{rank:05d}" in shown for rank in range(1, 51))
    assert office.slack.violations == []


async def test_a_person_gets_it_by_direct_message(office: PostOffice) -> None:
    found = await office.deliver(office.ada.id)
    direct = office.slack.direct(office.ada.id, office.grant.bot_user)
    assert found.state is State.SENT
    assert found.message_id == f"{direct.id}/{office.there(direct.id)[0].ts}"


async def test_any_number_of_people_get_it_though_slack_opens_few_conversations_in_a_minute(office: PostOffice) -> None:
    office.slack.a_minute["conversations.open"] = 1
    people = [office.slack.add_user(office.team, f"p{number}") for number in range(3)]
    for person in people:
        assert (await office.deliver(person.id)).state is State.SENT
    for person in people:
        await office.posted(office.slack.direct(person.id, office.grant.bot_user).id)
    assert office.slack.calls_of("conversations.open") == []


async def test_where_slack_opens_no_more_conversations_all_of_the_workspace_waits(office: PostOffice) -> None:
    office.slack.faults.too_many("conversations.open", retry_after=40)
    await put(office.ledger, message(f"slack:{office.team.id}/{office.ada.id}"))
    claim = await claim_one(office.ledger, now=LATER)
    with pytest.raises(TryLater) as told:
        await office.adapter().find(claim.delivery, parse_destination(claim.delivery.destination))
    assert (told.value.seconds, told.value.scope) == (40, Scope.WORKSPACE)


async def test_a_lost_answer_is_found_by_metadata_and_its_thread_is_made_up_for(office: PostOffice) -> None:
    channel = office.slack.add_channel(office.team)
    office.slack.faults.cut("chat.postMessage")
    found = await office.deliver(channel.id)
    assert found.state is State.SENT
    assert len(office.there(channel.id)) == 1
    assert len(office.slack.in_channel(channel)) == 2


async def test_a_lost_answer_of_a_direct_message_is_found_too(office: PostOffice) -> None:
    office.slack.faults.cut("chat.postMessage")
    found = await office.deliver(office.ada.id)
    direct = office.slack.direct(office.ada.id, office.grant.bot_user)
    assert found.state is State.SENT
    assert len(office.there(direct.id)) == 1


@pytest.mark.parametrize("fault", ["before", "broken", "late"])
async def test_a_message_that_never_arrived_is_looked_for_and_sent_once(office: PostOffice, fault: str) -> None:
    channel = office.slack.add_channel(office.team)
    faults = office.slack.faults
    if fault == "before":
        faults.cut("chat.postMessage", before=True)
    elif fault == "broken":
        faults.broken("chat.postMessage", 503)
    else:
        faults.late("chat.postMessage", 2.5)
    first = await office.deliver(channel.id)
    if fault == "late":
        await asyncio.sleep(1)
    else:
        assert first.state is State.FAILED
    found = first if first.state is State.SENT else await office.again(days=2)
    assert found.state is State.SENT
    assert len(office.there(channel.id)) == 1


async def test_after_a_restart_in_between_it_is_found_and_not_sent_again(office: PostOffice) -> None:
    channel = office.slack.add_channel(office.team)
    await put(office.ledger, message(f"slack:{office.team.id}/{channel.id}"))
    claim = await claim_one(office.ledger, now=LATER)
    await office.ledger.commit(claim, ("p1",), NOON)
    await office.send(office.adapter(), claim.delivery)
    await office.ledger.finish(claim, Outcome(State.DUE, look=True), NOON)  # as a claim that was taken over
    found = await office.again()
    assert (found.state, found.papers) == (State.SENT, ("p1",))
    assert len(office.there(channel.id)) == 1


async def test_what_redis_lost_the_record_of_is_found_too(office: PostOffice) -> None:
    channel = office.slack.add_channel(office.team)
    await put(office.ledger, message(f"slack:{office.team.id}/{channel.id}"))
    claim = await claim_one(office.ledger, now=LATER)
    await office.send(office.adapter(), claim.delivery)
    state = await office.attempt().make(Claim(claim.delivery, claim.turn, Risk.RECORD_LOST), NOON)
    assert state is State.SENT
    assert len(office.there(channel.id)) == 1


async def test_it_is_found_among_many_messages_and_with_one_look_a_minute(office: PostOffice) -> None:
    channel = office.slack.add_channel(office.team, "busy", office.ada)
    office.slack.history_limited = True
    office.slack.faults.cut("chat.postMessage")
    office.slack.faults.broken("conversations.history")
    first = await office.deliver(channel.id)
    assert first.state is State.FAILED
    for number in range(20):
        office.slack.say(office.ada, channel, f"message {number}")
    attempt = office.attempt()
    second = await office.again(attempt, days=2)
    assert second.state is State.FAILED
    assert second.retry_at is not None
    assert second.retry_at >= NOON + timedelta(seconds=59)
    office.slack.forward(61)
    await office.redis.delete("pb:{ledger}:buckets")
    third = await office.again(attempt, days=3)
    assert third.state is State.SENT
    assert len(office.there(channel.id)) == 21


async def test_where_history_may_not_be_read_it_is_unknown_and_not_sent_again(office: PostOffice) -> None:
    channel = office.slack.add_channel(office.team)
    office.slack.faults.cut("chat.postMessage")
    office.grant.scopes -= {"channels:history"}
    found = await office.deliver(channel.id)
    assert found.state is State.UNKNOWN
    assert len(office.there(channel.id)) == 1


async def test_metadata_of_another_app_proves_nothing(office: PostOffice) -> None:
    channel = office.slack.add_channel(office.team, "papers", office.ada)
    one = message(f"slack:{office.team.id}/{channel.id}")
    forged = office.slack.say(office.ada, channel, "I was here first")
    forged.metadata = {"event_type": "paperboy_delivery", "event_payload": {"delivery_id": one.id, "part": 0}}
    office.slack.faults.cut("chat.postMessage", before=True)
    assert (await office.deliver(channel.id)).state is State.FAILED


async def test_a_retry_after_is_kept_to_and_nothing_was_posted(office: PostOffice) -> None:
    channel = office.slack.add_channel(office.team)
    office.slack.faults.too_many("chat.postMessage", retry_after=30)
    found = await office.deliver(channel.id)
    assert found.state is State.FAILED
    assert found.retry_at is not None
    assert found.retry_at >= NOON + timedelta(seconds=30)
    assert office.slack.in_channel(channel) == []


@pytest.mark.parametrize("gone", ["archived", "not in channel", "unknown", "uninstalled", "deactivated"])
async def test_what_is_gone_is_disabled_and_the_installer_hears_of_it(office: PostOffice, gone: str) -> None:
    channel = office.slack.add_channel(office.team, app=gone != "not in channel", archived=gone == "archived")
    bob = office.slack.add_user(office.team, "bob", deactivated=True)
    target = bob.id if gone == "deactivated" else "C0NOWHERE" if gone == "unknown" else channel.id
    if gone == "uninstalled":
        office.grant.revoked = True
    found = await office.deliver(target)
    assert found.state is State.DEAD
    assert await office.ledger.disabled(found.destination) is not None
    notices = await office.ledger.of_destination(f"slack:{office.team.id}/{office.ada.id}")
    assert [one.kind for one in notices] == ["notice"]


@pytest.mark.parametrize("gone", ["revoked", "removed"])
async def test_what_a_lost_token_disabled_is_enabled_when_the_app_is_installed_again(
    office: PostOffice, gone: str
) -> None:
    archived = f"slack:{office.team.id}/C0ARCHIVED"
    await office.ledger.disable(archived, Disabled(reason="the channel is archived", at=NOON))
    office.grant.revoked = True
    if gone == "removed":
        await office.installations.remove(office.team.id, await office.installations.at(office.team.id))
    found = await office.deliver(office.slack.add_channel(office.team).id)
    assert await office.ledger.disabled(found.destination) is not None
    assert await enable_again(office.ledger, ["T0OTHER"]) == 0
    assert await enable_again(office.ledger, [office.team.id]) == 1
    assert await office.ledger.disabled(found.destination) is None
    assert await office.ledger.disabled(archived) is not None


async def test_where_nobody_is_known_to_have_installed_it_an_owner_of_the_workspace_hears_of_it(
    office: PostOffice,
) -> None:
    for n in range(250):
        office.slack.add_user(office.team, f"colleague{n}")
    office.slack.add_user(office.team, "before", owner=True, deactivated=True)
    owner = office.slack.add_user(office.team, "owner", owner=True)
    await office.installations.save(installation(office.grant).model_copy(update={"installer": ""}))
    found = await office.deliver("C0NOWHERE")
    assert found.state is State.DEAD
    notices = await office.ledger.of_destination(f"slack:{office.team.id}/{owner.id}")
    assert [one.kind for one in notices] == ["notice"]


@pytest.mark.parametrize("refusal", ["ekm_access_denied", "invalid_auth", "messages_tab_disabled", "something_new"])
async def test_what_others_must_mend_disables_nothing(office: PostOffice, refusal: str) -> None:
    channel = office.slack.add_channel(office.team)
    office.slack.faults.refuse("chat.postMessage", refusal)
    found = await office.deliver(channel.id)
    assert found.state is State.FAILED
    assert await office.ledger.disabled(found.destination) is None


async def test_a_token_that_expired_meanwhile_is_changed_and_the_message_sent_once(office: PostOffice) -> None:
    channel = office.slack.add_channel(office.team)
    old = office.slack.add_grant(office.team)
    old.expires_at = 0.0
    stale = _Stale(office.installations, installation(office.grant, old.token))
    adapter = SlackAdapter(office.settings, stale, office.web)
    await office.send(adapter, message(f"slack:{office.team.id}/{channel.id}"))
    assert len(office.there(channel.id)) == 1
    assert [call.answer.get("error") for call in office.slack.calls_of("chat.postMessage")][:2] == [
        "token_expired",
        None,
    ]


class _Stale(RedisInstallations):
    """Gives an old token once, as to whoever asked just before it was renewed."""

    def __init__(self, stored: RedisInstallations, old: Installation) -> None:
        self._stored, self._old = stored, [old]

    async def find(self, team: str | None, enterprise: str | None = None) -> Installation | None:
        return self._old.pop() if self._old else await self._stored.find(team, enterprise)


async def test_what_fails_below_a_message_does_not_fail_it(office: PostOffice) -> None:
    channel = office.slack.add_channel(office.team)

    async def break_the_second() -> None:
        await office.posted(channel.id)
        office.slack.faults.refuse("chat.postMessage", "restricted_action_thread_locked")

    found, _ = await asyncio.gather(office.deliver(channel.id), break_the_second())
    assert found.state is State.SENT
    assert len(office.slack.in_channel(channel)) == 1


async def test_a_part_that_must_wait_is_sent_once_and_one_whose_answer_is_lost_is_not_sent_again(
    office: PostOffice,
) -> None:
    channel = office.slack.add_channel(office.team)
    office.writer = Digests(20)

    async def disturb() -> None:
        await office.posted(channel.id)
        office.slack.faults.too_many("chat.postMessage", retry_after=1)
        office.slack.faults.cut("chat.postMessage")

    found, _ = await asyncio.gather(office.deliver(channel.id), disturb())
    assert found.state is State.SENT
    parts = [m.metadata["event_payload"]["part"] for m in office.slack.in_channel(channel) if m.metadata]
    assert parts == list(range(len(parts)))
    assert office.slack.violations == []
