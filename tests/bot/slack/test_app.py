"""The app against the fake Slack, over Socket Mode."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from papers.settings import Settings
from tests.bot.slack.office import Office, office
from tests.fakes import slack_payloads
from tests.fakes.slack import until, words


@pytest.fixture
async def here(redis: Redis, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    async with office(redis, settings.data_dir, monkeypatch) as here:
        yield here
        assert here.slack.violations == []


async def test_a_search_is_answered_to_the_asker_alone(here: Office) -> None:
    answer = await here.slack.command(here.ada, here.papers, "/papers", "search robot doors")
    message = await answer.message()
    assert "opens doors" in words(message)
    assert message.seen_by == here.ada.id


async def test_what_is_asked_wrongly_is_answered_with_what_to_write(here: Office) -> None:
    answer = await here.slack.command(here.ada, here.papers, "/papers", "trending century")
    assert "day, week or month" in words(await answer.message())


async def test_a_paper_is_saved_shared_and_voted_on_with_buttons(here: Office) -> None:
    answer = await here.slack.command(here.ada, here.papers, "/papers", "search robot doors")
    message = await answer.message()
    saved = await (await here.slack.press(message, "save|", here.ada)).message()
    assert "Saved" in words(saved)
    assert await here.desk.saved.count(f"slack:{here.team.id}/{here.ada.id}") == 1
    shared = await (await here.slack.press(message, "share|", here.ada)).message()
    assert shared.seen_by is None
    assert "Shared by ada" in words(shared)


async def test_the_next_page_takes_the_place_of_the_first(here: Office) -> None:
    answer = await here.slack.command(here.ada, here.papers, "/papers", "search robot")
    first = await answer.message()
    before = words(first)
    pressed = await here.slack.press(first, "more|", here.ada)
    await until(lambda: words(first) != before, lambda: pressed.messages)
    assert "Saved" not in words(first)


async def test_a_mention_is_answered_where_it_was_for_the_asker_alone(here: Office) -> None:
    message = await (await here.slack.mention(here.ada, here.papers, "search robot doors")).message()
    assert (message.channel, message.seen_by) == (here.papers.id, here.ada.id)


async def test_a_direct_message_is_answered_with_one(here: Office) -> None:
    message = await (await here.slack.direct_message(here.ada, "trending week")).message()
    assert message.channel.startswith("D")
    assert message.seen_by is None
    await asyncio.sleep(0.3)
    assert len(here.slack.calls_of("chat.postMessage")) == 1  # nothing answers its own answer


async def test_a_channel_is_subscribed_with_a_form(here: Office) -> None:
    answer = await here.slack.command(here.ada, here.papers, "/papers", "subscribe")
    form = await answer.form("zone")
    await here.slack.submit(form)
    assert not form.errors
    place = f"slack:{here.team.id}/{here.papers.id}"
    found = await here.desk.subscriptions.of_destination(place)
    assert [(s.schedule.zone, s.owner) for s in found] == [("Europe/Berlin", place)]


async def test_a_guest_may_not_subscribe_a_channel(here: Office) -> None:
    guest = here.slack.add_user(here.team, "gus", guest=True)
    here.papers.members.add(guest.id)
    answer = await here.slack.command(guest, here.papers, "/papers", "subscribe")
    await answer.told("You may not subscribe")
    assert not await here.desk.subscriptions.of_destination(f"slack:{here.team.id}/{here.papers.id}")


async def test_a_topic_is_followed_with_a_form_that_is_made_anew_as_it_is_filled_in(here: Office) -> None:
    answer = await here.slack.command(here.ada, here.papers, "/papers", "follow robots that open doors")
    form = await answer.form("topic")
    await here.slack.submit(form)
    person = f"slack:{here.team.id}/{here.ada.id}"
    assert [s.destination for s in await here.desk.subscriptions.of_destination(person)] == [person]


async def test_a_form_that_slack_does_not_open_is_offered_with_a_button(here: Office) -> None:
    here.slack.faults.refuse("views.open", "expired_trigger_id")
    answer = await here.slack.command(here.ada, here.papers, "/papers", "subscribe")
    message = await answer.message()
    form = await (await here.slack.press(message, "subscribe", here.ada)).form("zone")
    assert form.blocks


async def test_the_home_tab_is_published_and_again_after_a_change(here: Office) -> None:
    home = await here.slack.open_home(here.ada)
    before = home.hash
    answer = await here.slack.command(here.ada, here.papers, "/papers", "search robot doors")
    await here.slack.press(await answer.message(), "save|", here.ada)
    await until(lambda: here.slack.homes[here.ada.id].hash != before, lambda: words(home))
    assert "Saved" in words(here.slack.homes[here.ada.id])


async def test_a_button_of_the_home_tab_is_answered_in_a_modal(here: Office) -> None:
    home = await here.slack.open_home(here.ada)
    answer = await here.slack.press(home, "save|", here.ada)
    await answer.told("Saved")


async def test_papers_like_a_message_are_found(here: Office) -> None:
    message = here.slack.say(here.ada, here.papers, "has anybody seen <https://arxiv.org/abs/2603.00001>?")
    answer = await here.slack.shortcut(message, here.ada)
    assert (await answer.message()).seen_by == here.ada.id


async def test_a_link_to_a_paper_gets_a_card(here: Office) -> None:
    await here.desk.store.find("2603.00001")
    message = await here.slack.share_link(here.ada, here.papers, "https://arxiv.org/abs/2603.00001")
    await until(lambda: message.unfurls, lambda: here.slack.calls[-3:])


async def test_an_export_comes_by_direct_message_only(here: Office) -> None:
    answer = await here.slack.command(here.ada, here.papers, "/papers", "search robot doors")
    await here.slack.press(await answer.message(), "save|", here.ada)
    await here.slack.command(here.ada, here.papers, "/papers", "export")
    await until(lambda: any(m.files for m in here.slack.messages), lambda: here.slack.calls[-4:])
    assert all(m.channel.startswith("D") for m in here.slack.messages if m.files)


async def test_an_event_that_comes_again_is_done_once(here: Office) -> None:
    said = here.slack.say(here.ada, here.slack.direct(here.ada.id, here.slack.bot_of(here.team.id).bot_user), "help")
    what = slack_payloads.said(here.ada, said, channel_type="im")
    payload = slack_payloads.event(here.slack, here.team.id, what)
    answers = await here.slack.deliver("events_api", payload, repeat=5)
    assert all(answer.ack.ok for answer in answers)
    await answers[0].message()
    await asyncio.sleep(0.3)
    assert len(here.slack.calls_of("chat.postMessage")) == 1


async def test_the_end_of_an_installation_is_handed_on(here: Office) -> None:
    bot = here.slack.bot_of(here.team.id).bot_user
    assert all(ack.ok for ack in await here.slack.uninstall(here.team, revoked_first=True))
    assert here.ends.told == [("revoked", here.team.id, None, (bot,)), ("uninstalled", here.team.id, None)]


@pytest.mark.parametrize("wrapped", [False, True])
async def test_workspaces_taken_out_of_an_organization_are_handed_on(here: Office, wrapped: bool) -> None:
    event = {"type": "team_access_revoked", "team_ids": ["T1", None, "T2"]}
    payload = slack_payloads.event(here.slack, here.team.id, {"event": event} if wrapped else event)
    (answer,) = await here.slack.deliver("events_api", payload | {"enterprise_id": "E1"})
    assert answer.ack.ok
    assert here.ends.told == [("taken out", ("T1", "T2"), "E1")]
