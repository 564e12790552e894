"""Delivery to Discord, against one on a real socket: lost answers, limits, threads, forums, people, what is gone."""

import asyncio
from datetime import timedelta

import pytest
from pydantic import SecretStr

from papers import keys
from papers.adapters import ABSENT, Scope, seen
from papers.deliveries import Claim, Risk
from papers.delivery_models import State
from papers.delivery_steps import Outcome
from papers.destinations import parse_destination
from papers.errors import TryLater
from papers.following import DigestOptions
from tests.bot.discord.post_office import HISTORY, LATER, OPEN_DM, POST, THREAD, PostOffice, reference
from tests.bot.samples import HOSTILE_TITLE
from tests.fakes.discord_permissions import bits
from tests.fakes.discord_state import CROSSPOSTED, Channel, Guild, Message
from tests.fakes.discord_state import THREAD as THREAD_TYPE
from tests.papers.builders import NOON
from tests.papers.ledger_builders import claim_one, message, put
from tests.papers.waiting import eventually


async def test_a_digest_arrives_with_its_details_in_a_thread(office: PostOffice, channel: Channel) -> None:
    found = await office.deliver(channel)
    (main,) = office.there(channel)
    (thread,) = office.world.threads_of(channel)
    assert (found.state, found.message_id) == (State.SENT, f"{channel.id}/{main.id}")
    assert "A paper 1" in str(main.components)
    assert thread.name == "More on these papers · Trending today"
    assert "A paper 1" in str(office.there(thread)[0].components)
    assert office.world.violations == []


async def test_fifty_papers_with_hostile_titles_ping_nobody_and_do_not_flood_the_channel(
    office: PostOffice, channel: Channel
) -> None:
    office.writer.count, office.writer.title = 50, HOSTILE_TITLE
    found = await office.deliver(channel)
    assert found.state is State.SENT
    (thread,) = office.world.threads_of(channel)
    assert len(office.there(channel)) == 3
    everything = [*office.there(channel), *office.there(thread)]
    shown = "".join(str(one.components) for one in everything)
    assert all(f"2410.{rank:05d}" in shown for rank in range(1, 51))
    assert [ping for one in everything for ping in one.pings] == []
    assert office.world.violations == []


async def test_where_no_thread_may_be_opened_all_papers_follow_and_the_details_are_left_out(office: PostOffice) -> None:
    channel = office.world.add_channel(office.world.add_guild())
    office.world.deny(channel, "create_public_threads")
    office.writer.count = 20
    assert (await office.deliver(channel)).state is State.SENT
    assert len(office.there(channel)) == 4
    assert "A paper 20" in str(office.there(channel)[-1].components)
    await put(office.ledger, message(reference(channel), period="2"))
    assert (await office.again(days=2)).state is State.SENT
    assert office.world.calls_of(THREAD) == []  # it was asked, not tried


async def test_where_a_thread_could_be_opened_and_not_written_in_none_is_opened(
    office: PostOffice, channel: Channel
) -> None:
    office.world.deny(channel, "send_messages_in_threads")
    office.writer.count = 25
    assert (await office.deliver(channel)).state is State.SENT
    shown = "".join(str(one.components) for one in office.there(channel))
    assert [rank for rank in range(1, 26) if f"A paper {rank}" not in shown] == []
    assert office.world.calls_of(THREAD) == []
    asked = len(office.world.calls_of("GET "))
    office.world.forward(10)
    await put(office.ledger, message(reference(channel), period="2"))
    assert (await office.again(days=2)).state is State.SENT
    assert len(office.world.calls_of("GET ")) == asked  # it is remembered
    assert office.world.threads_of(channel) == []
    assert office.world.violations == []


async def test_where_discord_does_not_tell_what_is_allowed_a_thread_is_tried(
    office: PostOffice, channel: Channel
) -> None:
    office.world.faults.broken("GET /guilds/{guild_id}/roles")
    assert (await office.deliver(channel)).state is State.SENT
    assert len(office.world.threads_of(channel)) == 1


async def test_of_several_channels_of_a_server_its_roles_are_asked_once(office: PostOffice, guild: Guild) -> None:
    attempt = office.attempt()
    for number in range(3):
        await office.deliver(office.world.add_channel(guild, f"papers-{number}"), attempt)
    asked = [call.route for call in office.world.calls_of("GET ")]
    assert (asked.count("GET /channels/{channel_id}"), asked.count("GET /guilds/{guild_id}/roles")) == (3, 1)


@pytest.mark.parametrize("may_delete", [True, False])
async def test_where_threads_may_not_be_written_in_any_more_all_papers_follow_and_no_empty_thread_is_left(
    office: PostOffice, guild: Guild, channel: Channel, may_delete: bool
) -> None:
    await office.redis.set(keys.discord_room(str(channel.id)), "threads")
    office.world.deny(channel, "send_messages_in_threads")
    if may_delete:
        guild.everyone |= bits("manage_threads")
    office.writer.count = 25
    assert (await office.deliver(channel)).state is State.SENT
    shown = "".join(str(one.components) for one in office.there(channel))
    assert [rank for rank in range(1, 26) if f"A paper {rank}" not in shown] == []
    assert [thread.archived for thread in office.world.threads_of(channel)] == ([] if may_delete else [True])
    assert await office.redis.get(keys.discord_room(str(channel.id))) == b"no threads"  # one refusal is enough
    assert office.world.violations == []


async def test_a_person_gets_it_by_direct_message_in_a_conversation_that_is_opened_once(
    office: PostOffice, guild: Guild
) -> None:
    ada, attempt = office.world.add_user("ada", guild), office.attempt()
    found = await office.deliver(ada, attempt)
    (main,) = office.there(office.world.direct(ada))
    assert (found.state, found.message_id) == (State.SENT, f"{main.channel}/{main.id}")
    await put(office.ledger, message(reference(ada), period="2"))
    assert (await office.again(attempt, days=2)).state is State.SENT
    assert len(office.world.calls_of(OPEN_DM)) == 1
    assert office.world.violations == []


async def test_a_forum_gets_a_post_with_a_title_and_the_tag_it_wants(office: PostOffice, guild: Guild) -> None:
    forum = office.world.add_forum(guild, "reading", "papers", tag_needed=True)
    office.writer.count = 10
    found = await office.deliver(forum)
    (post,) = office.world.threads_of(forum)
    assert (found.state, found.message_id) == (State.SENT, f"{post.id}/{post.id}")
    assert post.name.startswith("Trending today · 24 hours to ")
    assert post.applied_tags == [forum.tags[0]["id"]]
    assert "A paper 10" in "".join(str(one.components) for one in office.there(post))
    await put(office.ledger, message(reference(forum), period="2"))
    await office.again(days=2)
    in_vain = [call for call in office.world.calls if call.route == POST and call.status == 400]
    assert len(in_vain) == 1  # it was taken for a channel once
    assert office.world.violations == []


async def test_a_lost_answer_is_found_by_its_mark_and_what_follows_is_made_up_for(
    office: PostOffice, channel: Channel
) -> None:
    office.world.faults.cut(POST)
    found = await office.deliver(channel)
    assert found.state is State.SENT
    assert len(office.there(channel)) == 1
    assert len(office.world.threads_of(channel)) == 1


@pytest.mark.parametrize("status", [408, 502])
@pytest.mark.parametrize("forum", [False, True])
async def test_what_was_done_although_a_proxy_gave_up_is_found_and_not_sent_again(
    office: PostOffice, guild: Guild, channel: Channel, status: int, forum: bool
) -> None:
    target = office.world.add_forum(guild) if forum else channel
    office.world.faults.broken("POST /channels/{channel_id}/threads" if forum else POST, status, done=True)
    assert (await office.deliver(target)).state is State.SENT
    assert len(office.world.threads_of(channel if not forum else target)) == 1
    assert len(office.there(target)) == (0 if forum else 1)


@pytest.mark.parametrize("fault", ["before", "broken", "late"])
async def test_a_message_that_never_arrived_is_looked_for_and_sent_once(
    office: PostOffice, channel: Channel, fault: str
) -> None:
    if fault == "before":
        office.world.faults.cut(POST, before=True)
    elif fault == "broken":
        office.world.faults.broken(POST, 503)
    else:
        office.world.faults.late(POST, 2.5)
    first = await office.deliver(channel)
    if fault == "late":
        await asyncio.sleep(1)
    else:
        assert first.state is State.FAILED
    found = first if first.state is State.SENT else await office.again(days=2)
    assert found.state is State.SENT
    assert len(office.there(channel)) == 1


async def test_without_the_right_to_look_the_nonce_keeps_it_from_coming_twice(
    office: PostOffice, channel: Channel
) -> None:
    office.world.deny(channel, "read_message_history")
    office.world.faults.cut(POST)
    first = await office.deliver(channel)
    assert first.state is State.FAILED
    found = await office.again(days=2)
    (main,) = office.there(channel)
    assert (found.state, found.message_id) == (State.SENT, f"{channel.id}/{main.id}")


async def test_when_the_nonce_is_forgotten_and_nobody_may_look_it_is_unknown(
    office: PostOffice, channel: Channel
) -> None:
    office.world.deny(channel, "read_message_history")
    office.world.say(office.world.add_user("ada"), channel, "Good morning")
    await put(office.ledger, message(reference(channel)))
    claim = await claim_one(office.ledger, now=LATER)
    left = (await office.ledger.commit(claim, ("p1",), NOON)) - timedelta(minutes=10)
    delivery = claim.delivery.model_copy(update={"left": left})
    state = await office.attempt().make(Claim(delivery, claim.turn, Risk.MAY_HAVE_LEFT), NOON)
    assert state is State.UNKNOWN
    assert office.there(channel) == []


async def test_after_a_restart_in_between_it_is_found_and_not_sent_again(office: PostOffice, channel: Channel) -> None:
    await put(office.ledger, message(reference(channel)))
    claim = await claim_one(office.ledger, now=LATER)
    await office.ledger.commit(claim, ("p1",), NOON)
    await office.send(office.adapter(), claim.delivery)
    await office.ledger.finish(claim, Outcome(State.DUE, look=True), NOON)  # as a claim that was taken over
    assert (await office.again()).state is State.SENT
    assert len(office.there(channel)) == 1


@pytest.mark.parametrize("left", [1, 4])
async def test_whoever_takes_it_over_within_the_minute_adds_what_is_missing_the_thread_included(
    office: PostOffice, guild: Guild, left: int
) -> None:
    """``left``: how many of its messages are there as its sender dies: three stand in the channel."""
    news = office.world.add_announcements(guild)
    office.writer.count, office.writer.options = 25, DigestOptions(publish=True)
    await put(office.ledger, message(reference(news)))
    claim = await claim_one(office.ledger, now=LATER)
    await office.ledger.commit(claim, ("p1",), NOON)
    for _ in range(left):
        office.world.faults.late(POST, 0.0)
    office.world.faults.late(POST, 1.0)
    sending = asyncio.create_task(office.send(office.adapter(), claim.delivery))

    async def are_there() -> bool:
        return len(office.world.calls_of(POST)) >= left

    await eventually(are_there)
    await asyncio.sleep(0.2)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    await office.ledger.finish(claim, Outcome(State.DUE, look=True), NOON)  # as a claim that was taken over
    assert (await office.again()).state is State.SENT
    (thread,) = office.world.threads_of(news)
    everything = [*office.there(news), *office.there(thread)]
    shown = "".join(str(one.components) for one in everything)
    assert [rank for rank in range(1, 26) if f"A paper {rank}" not in shown] == []
    assert len({str(one.components) for one in everything}) == len(everything)
    assert office.world.violations == []


async def test_what_redis_lost_the_record_of_is_found_among_hundreds_of_messages(
    office: PostOffice, channel: Channel
) -> None:
    await put(office.ledger, message(reference(channel)))
    claim = await claim_one(office.ledger, now=LATER)
    ada = office.world.add_user("ada")
    for number in range(150):
        office.world.say(ada, channel, f"message {number}")
    await office.send(office.adapter(), claim.delivery)
    for number in range(150):
        office.world.say(ada, channel, f"message {number}")
    state = await office.attempt().make(Claim(claim.delivery, claim.turn, Risk.RECORD_LOST), NOON)
    assert state is State.SENT
    assert len(office.there(channel)) == 1


async def test_the_mark_of_another_bot_proves_nothing(office: PostOffice, channel: Channel) -> None:
    one = message(reference(channel))
    await office.send(office.adapter(), one)
    (forged,) = office.there(channel)
    forged.author = office.world.add_user("mallory", bot=True).id
    office.world.nonces.clear()
    office.world.faults.cut(POST, before=True)
    assert (await office.deliver(channel)).state is State.FAILED


async def test_a_retry_after_is_kept_to_and_nothing_was_posted(office: PostOffice, channel: Channel) -> None:
    office.world.faults.too_many(POST, retry_after=30)
    found = await office.deliver(channel)
    assert found.state is State.FAILED
    assert found.retry_at is not None
    assert found.retry_at >= NOON + timedelta(seconds=30)
    assert office.there(channel) == []


@pytest.mark.parametrize(
    ("gone", "sentence"),
    [
        ("no permission", "give it the permission Send Messages"),
        ("not seen", "View Channel"),
        ("removed", "Paperboy cannot see this channel"),
        ("unknown", "Discord knows no such channel"),
        ("closed", "takes no direct messages from Paperboy"),
        ("stranger", "shares no server with Paperboy"),
    ],
)
async def test_what_is_gone_is_disabled_with_a_sentence_that_says_who_can_mend_it(
    office: PostOffice, guild: Guild, channel: Channel, gone: str, sentence: str
) -> None:
    ada = office.world.add_user("ada", *(() if gone == "stranger" else (guild,)), dms_closed=gone == "closed")
    if gone in {"no permission", "not seen"}:
        office.world.deny(channel, "send_messages" if gone == "no permission" else "view_channel")
    guild.app = gone != "removed"
    target = "discord:99999999999999999" if gone == "unknown" else ada if gone in {"closed", "stranger"} else channel
    found = await office.deliver(target)
    assert found.state is State.DEAD
    assert found.reason is not None
    assert sentence in found.reason
    assert await office.ledger.disabled(found.destination) is not None


@pytest.mark.parametrize("code", [20026, 40004, 40003, 20016, 130000, 99999])
async def test_what_passes_or_others_must_mend_disables_nothing(
    office: PostOffice, channel: Channel, code: int
) -> None:
    office.world.faults.refuse(POST, code)
    found = await office.deliver(channel)
    assert found.state is State.FAILED
    assert await office.ledger.disabled(found.destination) is None


async def test_parts_that_must_wait_or_whose_answer_is_lost_are_there_once(
    office: PostOffice, channel: Channel
) -> None:
    office.writer.count = 20
    adapter = office.adapter()
    office.world.faults.late(POST, 0.3)
    office.world.faults.too_many(POST, retry_after=1)
    office.world.faults.cut(POST)
    sending = asyncio.create_task(office.send(adapter, message(reference(channel))))
    await sending
    papers = "".join(str(one.components) for one in office.there(channel))
    assert [papers.count(f"A paper {rank} ") <= 1 for rank in range(1, 21)] == [True] * 20
    assert len(office.there(channel)) == 3


async def test_an_archived_thread_is_opened_again_and_a_locked_one_is_told_of(
    office: PostOffice, channel: Channel
) -> None:
    thread = office.world.add_thread(channel, archived=True)
    assert (await office.deliver(thread)).state is State.SENT
    locked = office.world.add_thread(channel, archived=True, locked=True)
    found = await office.deliver(locked)
    assert found.state is State.DEAD
    assert "Manage Threads" in str(found.reason)
    locked = office.world.add_thread(channel, locked=True)
    found = await office.deliver(locked)
    assert (found.state, "this thread is locked" in str(found.reason)) == (State.DEAD, True)


async def test_a_wrong_token_stops_everything_at_once_and_a_new_one_starts_it_again(
    office: PostOffice, channel: Channel
) -> None:
    right, office.world.config = office.world.config.token, type(office.world.config)(token="another")
    found = await office.deliver(channel)
    assert (found.state, "token" in str(found.reason)) == (State.FAILED, True)
    calls = len(office.world.calls)
    again = await office.again(days=2)
    assert again.state is State.FAILED
    assert len(office.world.calls) == calls
    assert right not in str(found.reason)
    assert again.retry_at is not None
    assert again.retry_at < NOON + timedelta(minutes=1)
    discord = office.settings.discord.model_copy(update={"token": SecretStr("another")})
    office.settings = office.settings.model_copy(update={"discord": discord})
    assert (await office.again(days=3)).state is State.SENT


async def test_the_look_into_history_waits_where_it_is_told_to(office: PostOffice, channel: Channel) -> None:
    office.world.faults.cut(POST)
    office.world.faults.too_many(HISTORY, retry_after=20)
    found = await office.deliver(channel)
    assert found.state is State.FAILED
    assert found.retry_at is not None
    assert found.retry_at >= NOON + timedelta(seconds=20)
    await office.redis.delete("pb:{ledger}:buckets")
    assert (await office.again(days=2)).state is State.SENT
    assert len(office.there(channel)) == 1


async def test_direct_messages_opened_too_fast_make_the_next_ones_wait_without_asking(
    office: PostOffice, guild: Guild
) -> None:
    ada, bob = office.world.add_user("ada", guild), office.world.add_user("bob", guild)
    office.world.faults.refuse(OPEN_DM, 40003)
    first = await office.deliver(ada)
    second = await office.deliver(bob)
    assert [first.state, second.state] == [State.FAILED, State.FAILED]
    assert second.retry_at is not None
    assert second.retry_at >= NOON + timedelta(seconds=290)
    assert len(office.world.calls_of(OPEN_DM)) == 1


async def test_where_no_more_conversations_may_be_opened_only_one_is_tried(office: PostOffice, guild: Guild) -> None:
    people = [office.world.add_user(name, guild) for name in ("ada", "bob", "cleo", "dora")]
    office.world.limits.buckets[OPEN_DM] = (1, 60.0)
    attempt = office.attempt()
    states = [(await office.deliver(person, attempt)).state for person in people]
    assert states == [State.SENT, State.FAILED, State.FAILED, State.FAILED]
    assert [call.status for call in office.world.calls_of(OPEN_DM)] == [200, 429]
    assert office.world.violations == []


async def test_a_conversation_that_is_no_more_is_opened_again(office: PostOffice, guild: Guild) -> None:
    ada = office.world.add_user("ada", guild)
    await office.deliver(ada)
    gone = office.world.direct(ada)
    del office.world.channels[gone.id]
    office.world._direct.clear()
    await put(office.ledger, message(reference(ada), period="2"))
    assert (await office.again(days=2)).state is State.FAILED
    found = await office.again(days=3)
    assert (found.state, len(office.there(office.world.direct(ada)))) == (State.SENT, 1)


async def test_a_wait_for_all_calls_is_waited_for_if_it_is_short_and_nothing_is_asked_until_it_is_over(
    office: PostOffice, guild: Guild, channel: Channel
) -> None:
    adapter, other = office.adapter(), office.world.add_channel(guild, "other")
    office.world.limits.per_second = 1
    office.writer.count = 1
    await office.send(adapter, message(reference(channel)))
    assert len(office.there(office.world.threads_of(channel)[0])) == 1
    assert len(office.there(channel)) == 1
    office.world.limits.per_second = 0
    with pytest.raises(TryLater) as told:
        await office.send(adapter, message(reference(other)))
    assert told.value.scope == Scope.PLATFORM
    with pytest.raises(TryLater):
        await office.send(adapter, message(reference(other), period="2"))
    assert [one for one in office.world.violations if "Retry-After" in one] == []


async def test_a_published_digest_goes_to_who_follows_an_announcement_channel(
    office: PostOffice, guild: Guild, channel: Channel
) -> None:
    news = office.world.add_announcements(guild)
    office.writer.options = DigestOptions(publish=True)
    office.writer.count = 10
    assert (await office.deliver(news)).state is State.SENT
    assert [bool(one.flags & CROSSPOSTED) for one in office.there(news)] == [True, True]
    assert (await office.deliver(channel)).state is State.SENT  # where nobody can be told, nothing fails
    assert len(office.world.threads_of(channel)) == 1


async def test_a_message_that_somebody_deleted_does_not_come_back(office: PostOffice, channel: Channel) -> None:
    await office.send(office.adapter(), message(reference(channel)))
    office.world.faults.refuse(POST, 10008, 404)  # what Discord answers to the nonce of a deleted message
    found = await office.deliver(channel)
    assert (found.state, "deleted" in str(found.reason)) == (State.DEAD, True)


@pytest.mark.parametrize("arrived", [True, False])
async def test_a_lost_answer_of_a_post_is_looked_for_among_the_forums_posts(
    office: PostOffice, guild: Guild, arrived: bool
) -> None:
    forum = office.world.add_forum(guild)
    office.world.faults.cut("POST /channels/{channel_id}/threads", before=not arrived)
    first = await office.deliver(forum)
    assert first.state is (State.SENT if arrived else State.FAILED)
    found = first if arrived else await office.again(days=2)
    (post,) = office.world.threads_of(forum)
    assert (found.state, found.message_id) == (State.SENT, f"{post.id}/{post.id}")
    assert len(office.there(post)) == 2  # the details are made up for
    assert office.world.violations == []


async def test_a_post_of_somebody_else_at_the_same_time_is_not_ours_and_one_that_was_archived_is(
    office: PostOffice, guild: Guild
) -> None:
    forum = office.world.add_forum(guild)
    await office.deliver(forum)
    (ours,) = office.world.threads_of(forum)
    theirs = office.world.add_thread(forum, "Trending today")
    office.world.say(office.world.add_user("ada"), theirs, "mine")
    ours.archived = True
    (delivery,) = await office.ledger.of_destination(reference(forum))
    found = await office.adapter().find(delivery, parse_destination(reference(forum)))
    assert found == seen(f"{ours.id}/{ours.id}")
    ours.archived = False
    office.world.message(ours, str(ours.id)).deleted = True
    assert await office.adapter().find(delivery, parse_destination(reference(forum))) == ABSENT


@pytest.mark.parametrize("arrived", [True, False])
async def test_a_sender_that_dies_before_it_has_learnt_that_a_channel_is_a_forum_loses_nothing(
    office: PostOffice, guild: Guild, arrived: bool
) -> None:
    forum = office.world.add_forum(guild)
    await office.deliver(forum)
    await put(office.ledger, message(reference(forum), period="2"))
    claim = await claim_one(office.ledger, now=LATER)
    left = await office.ledger.commit(claim, ("p1",), NOON)
    if arrived:
        await office.send(office.adapter(), claim.delivery)
    await office.redis.delete(keys.discord_room(str(forum.id)))  # what was learnt is forgotten after three days
    delivery = claim.delivery.model_copy(update={"left": left})
    state = await office.attempt().make(Claim(delivery, claim.turn, Risk.MAY_HAVE_LEFT), NOON)
    assert (state, len(office.world.threads_of(forum))) == (State.SENT, 2)


def old_post(office: PostOffice, guild: Guild, forum: Channel, *, archived_at: float | None = None) -> None:
    """Made an hour ago."""
    made = office.world.snowflake(office.world.now() - 3600)
    old = Channel(made, THREAD_TYPE, "old", guild.id, parent=forum.id, archived=True, archived_at=archived_at)
    office.world.add(old)


@pytest.mark.parametrize("archived", [150, 250])
async def test_a_post_is_found_among_hundreds_that_were_archived_after_it(
    office: PostOffice, guild: Guild, archived: int
) -> None:
    forum = office.world.add_forum(guild)
    await office.deliver(forum)
    (ours,) = office.world.threads_of(forum)
    ours.archived = True
    for number in range(archived):
        old_post(office, guild, forum, archived_at=office.world.now() + number)
    (delivery,) = await office.ledger.of_destination(reference(forum))
    sought = parse_destination(reference(forum))
    assert await office.adapter().find(delivery, sought) == seen(f"{ours.id}/{ours.id}")


async def test_what_was_archived_before_a_post_can_have_left_is_not_read(office: PostOffice, guild: Guild) -> None:
    forum = office.world.add_forum(guild)
    await office.deliver(forum)
    office.world.channels.pop(office.world.threads_of(forum)[0].id)
    for _ in range(250):
        old_post(office, guild, forum)
    (delivery,) = await office.ledger.of_destination(reference(forum))
    assert await office.adapter().find(delivery, parse_destination(reference(forum))) == ABSENT
    assert len(office.world.calls_of("GET /channels/{channel_id}/threads/archived/public")) == 1


async def test_a_forum_without_the_right_to_post_is_told_of_as_one(office: PostOffice, guild: Guild) -> None:
    forum = office.world.add_forum(guild)
    office.world.deny(forum, "send_messages")
    found = await office.deliver(forum)
    assert (found.state, "Create Posts" in str(found.reason)) == (State.DEAD, True)


async def test_nothing_that_was_sent_pings_anybody_or_shows_previews(office: PostOffice, channel: Channel) -> None:
    office.writer.count = 20
    await office.deliver(channel)
    bodies = [call.body for call in office.world.calls if call.route == POST]
    assert len(bodies) > 4
    assert all(body["allowed_mentions"] == {"parse": []} and body["flags"] & 1 << 2 for body in bodies)
    assert all(body["enforce_nonce"] for body in bodies)
    assert len({body["nonce"] for body in bodies}) == len(bodies)


async def test_what_a_killed_process_left_half_sent_is_completed_and_nothing_comes_twice(
    office: PostOffice, channel: Channel
) -> None:
    office.writer.count = 20
    await put(office.ledger, message(reference(channel)))
    claim = await claim_one(office.ledger, now=LATER)
    await office.ledger.commit(claim, ("p1",), NOON)
    office.world.faults.late(POST, 0)
    office.world.faults.late(POST, 1.5)
    sending = asyncio.create_task(office.send(office.adapter(), claim.delivery))
    await eventually(lambda: _some(office.there(channel)))
    sending.cancel()
    await asyncio.wait([sending])
    assert len(office.there(channel)) == 1
    await office.ledger.finish(claim, Outcome(State.DUE, look=True), NOON)  # as a claim that was taken over
    found = await office.again()
    first, *others = office.there(channel)
    assert (found.state, found.message_id, len(others)) == (State.SENT, f"{channel.id}/{first.id}", 2)
    (thread,) = office.world.threads_of(channel)
    shown = "".join(str(one.components) for one in (first, *others, *office.there(thread)[:1]))
    assert [f"2410.{rank:05d}" in shown for rank in range(1, 21)] == [True] * 20
    assert office.world.violations == []


async def _some(there: list[Message]) -> bool:
    return bool(there)
