"""What people do in Slack, with the bot as its own process: over Socket Mode and over HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.bot.slack.stage import Stage, on_stage, paper_id
from tests.fakes import slack_payloads
from tests.fakes.slack import Channel, Message, User, find_button, until, words

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["socket", "http"])
async def running(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    async with on_stage(request.param) as stage:
        yield stage


async def ask(stage: Stage, user: User, channel: Channel, text: str) -> Message:
    answer = await stage.slack.command(user, channel, "/papers", text)
    assert answer.ack.seconds < 1
    return await answer.message()


async def test_papers_are_found_looked_into_saved_and_shared(stage: Stage, ada: User, papers: Channel) -> None:
    slack = stage.slack
    found = await ask(stage, ada, papers, "search robot opens doors")
    assert "Papers 1 to 5, found by meaning and by words." in words(found)
    assert "opens doors after watching videos" in words(found)
    assert found.seen_by == ada.id
    await slack.press(found, "Next page", ada)
    await until(lambda: "Papers 6 to 10" in words(found), lambda: words(found))
    similar = await (await slack.press(found, "Similar", ada)).message()
    assert "Papers like" in words(similar)
    saved = await (await slack.press(similar, "Save", ada)).message()
    assert "aved" in words(saved)
    why = await (await slack.press(similar, "Why", ada)).message()
    assert "votes" in words(why)
    assert all(message.seen_by == ada.id for message in slack.in_channel(papers, seen_by=ada))
    slack.may_ping = {f"<@{ada.id}>"}  # who shared it, by name
    shared = await (await slack.press(similar, "Share", ada)).message()
    assert shared.seen_by is None
    assert slack.in_channel(papers) == [shared]
    bob = stage.person()
    papers.members.add(bob.id)
    assert (await (await slack.press(shared, "Save", bob)).message()).seen_by == bob.id
    assert "A robot that opens doors" in words(await ask(stage, ada, papers, "saved"))


async def test_a_hostile_title_is_only_words(stage: Stage, ada: User, papers: Channel) -> None:
    found = await ask(stage, ada, papers, "search robots doors click")
    assert "click" in words(found)  # and pinged nobody, or it were a violation
    why = await (await stage.slack.press(found, f"share|{paper_id(2)}", ada)).message()
    assert "click" in words(why)


async def test_commands_answer_the_asker_alone(stage: Stage, ada: User, papers: Channel) -> None:
    for text, said in {
        "trending": "A robot that opens doors of kind 1",
        "trending day cs.RO": "cs.RO",
        f"similar {paper_id(1)}": "Papers like",
        "help": "/papers search",
        "": "/papers search",
        "following": "follow",
        "saved": "None yet",
        "similar 1234.56789": "known here",
        "serach": "Did you mean /papers search",
        "🤖🤖": "words",
        "search “robot” — doors’ kind": "robot",
        "x" * 3000: "",
        "search <!channel> `robot` <@U1>": "",
    }.items():
        answer = await ask(stage, ada, papers, text)
        assert said in words(answer), text
        assert answer.seen_by == ada.id


async def test_a_topic_is_previewed_followed_changed_and_left(stage: Stage, ada: User, papers: Channel) -> None:
    slack = stage.slack
    opened = await slack.command(ada, papers, "/papers", "follow robots that open doors")
    form = await opened.form("topic", "cadence")
    assert "A robot that opens doors" in words(form)
    await slack.type_into(form, "topic", "quantum chemistry")
    assert "“quantum chemistry”: what last week would have brought" in words(form)
    await slack.type_into(form, "topic", "robots that open doors")
    await slack.submit(form)
    assert form.errors == {}
    assert "You follow this now" in words(form)
    following = await ask(stage, ada, papers, "following")
    assert "robots that open doors" in words(following)
    change = await (await slack.press(following, "Change", ada)).form("topic", "cadence")
    await slack.submit(change, {"cadence": "daily", "hour": "17:30"})
    assert "Changed" in words(change)
    assert "17:30" in words(await ask(stage, ada, papers, "following"))
    await slack.press(following, "Remove", ada)
    await until(lambda: "Removed" in words(following), lambda: words(following))
    assert "robots that open doors" not in words(await ask(stage, ada, papers, "following"))


async def test_a_channel_is_subscribed_in_the_zone_of_whoever_asks(stage: Stage, ada: User, papers: Channel) -> None:
    slack = stage.slack
    form = await (await slack.command(ada, papers, "/papers", "subscribe")).form("hour", "zone", "top")
    assert "Berlin" in json.dumps(form.values["zone"])
    assert next(o["value"] for o in await slack.suggest(form, "zone", "tok")) == "Asia/Tokyo"
    await slack.submit(form, {"cadence": "weekdays", "hour": "08:15", "zone": "Europe/Berlin", "top": "3"})
    assert form.errors == {}
    assert "ubscribed" in words(form)
    bob = stage.person()
    papers.members.add(bob.id)
    assert "08:15" in words(await ask(stage, bob, papers, "following"))
    guest = stage.person()
    guest.guest = True
    papers.members.add(guest.id)
    refused = await slack.command(guest, papers, "/papers", "subscribe")
    assert "may not" in words(await refused.told("may not"))


async def test_own_settings_are_kept(stage: Stage, ada: User, papers: Channel) -> None:
    slack = stage.slack
    form = await (await slack.command(ada, papers, "/papers", "settings")).form("zone", "hour", "language")
    await slack.submit(form, {"zone": "Asia/Tokyo", "hour": "07:00", "language": "ja"})
    assert form.errors == {}
    again = await (await slack.command(ada, papers, "/papers", "subscribe")).form("zone", "hour")
    assert "Asia/Tokyo" in json.dumps(again.values["zone"])
    assert "07:00" in json.dumps(again.values["hour"])


async def test_what_is_kept_is_handed_over_and_erased(stage: Stage, ada: User, papers: Channel) -> None:
    slack = stage.slack
    found = await ask(stage, ada, papers, "search robot")
    await (await slack.press(found, "Save", ada)).message()
    await slack.command(ada, papers, "/papers", "export")
    direct = slack.direct(ada.id, slack.bot_of(stage.team.id).bot_user)
    await until(lambda: any(m.files for m in slack.in_channel(direct)), lambda: slack.calls[-5:])
    (file,) = next(m.files for m in slack.in_channel(direct) if m.files)
    assert b"2610." in (file.content or b"")
    asked = await ask(stage, ada, papers, "forget-me")
    await slack.press(asked, "forget", ada)
    await until(lambda: "nothing is kept of you" in words(asked), lambda: words(asked))
    assert "A robot" not in words(await ask(stage, ada, papers, "saved"))


async def test_mentions_and_direct_messages_are_answered_once(stage: Stage, ada: User, papers: Channel) -> None:
    slack = stage.slack
    mentioned = await (await slack.mention(ada, papers, "search robot doors")).message()
    assert "Papers 1 to 5" in words(mentioned)
    assert mentioned.seen_by == ada.id
    told = await (await slack.direct_message(ada, "trending")).message()
    assert (told.seen_by, "A robot that opens doors" in words(told)) == (None, True)
    direct = slack.direct(ada.id, slack.bot_of(stage.team.id).bot_user)
    said = slack.say(ada, direct, "help")
    event = slack_payloads.event(slack, ada.team, slack_payloads.said(ada, said, channel_type="im"), direct)
    before = len(slack.in_channel(direct))
    await slack.deliver("events_api", event, repeat=3)
    await until(lambda: len(slack.in_channel(direct)) > before, lambda: slack.calls[-3:])
    await asyncio.sleep(0.5)
    assert len(slack.in_channel(direct)) == before + 1


async def test_the_home_tab_shows_and_changes_what_one_has(stage: Stage, ada: User) -> None:
    slack = stage.slack
    home = await slack.open_home(ada)
    assert "Trending today" in words(home)
    assert "A robot that opens doors of kind 1" in words(home)
    before = home.hash
    await slack.press(home, "Save", ada)
    await until(lambda: home.hash != before, lambda: slack.calls[-5:])
    form = await (await slack.press(home, "Follow a topic", ada)).form("topic")
    await slack.submit(form, {"topic": "robots that open doors"})
    await until(lambda: "robots that open doors" in words(home), lambda: words(home))
    await (await slack.press(home, "Settings", ada)).form("zone")
    helped = await (await slack.press(home, "Help", ada)).told("/papers search")
    assert helped.user == ada.id


async def test_papers_like_a_message_are_found(stage: Stage, ada: User, papers: Channel) -> None:
    slack = stage.slack
    for text in ("we need a robot for our doors", f"see <https://arxiv.org/abs/{paper_id(3)}|this>"):
        found = await (await slack.shortcut(slack.say(ada, papers, text), ada)).message()
        assert "A robot that opens doors" in words(found)
        assert found.seen_by == ada.id
    nothing = await (await slack.shortcut(slack.say(ada, papers, "🤖"), ada)).message()
    assert "no words" in words(nothing)


async def test_a_link_gets_a_card_once_a_day(stage: Stage, ada: User, papers: Channel) -> None:
    slack = stage.slack
    url = f"https://arxiv.org/abs/{paper_id(5)}"
    first = await slack.share_link(ada, papers, url)
    await until(lambda: url in first.unfurls, lambda: slack.calls[-3:])
    again = await slack.share_link(ada, papers, url)
    other = await slack.share_link(ada, papers, f"https://huggingface.co/papers/{paper_id(6)}")
    await until(lambda: other.unfurls, lambda: slack.calls[-3:])
    assert again.unfurls == {}
    elsewhere = await slack.share_link(ada, stage.channel(ada), url)
    await until(lambda: elsewhere.unfurls, lambda: slack.calls[-3:])


async def test_somebody_new_reads_times_as_their_profile_says(stage: Stage, papers: Channel) -> None:
    new = stage.person(tz="America/New_York", locale="de-DE")
    papers.members.add(new.id)
    home = await stage.slack.open_home(new)
    assert " EST" in words(home) or " EDT" in words(home)
    assert "24 hours to" not in words(home)
    other = stage.person(tz="Asia/Kolkata", locale="en-US")
    papers.members.add(other.id)
    assert "IST" in words(await ask(stage, other, papers, "trending day"))


async def test_nobody_ends_what_belongs_to_others(stage: Stage, ada: User, papers: Channel) -> None:
    slack = stage.slack
    form = await (await slack.command(ada, papers, "/papers", "follow robots that open doors")).form("topic")
    await slack.submit(form)
    following = await ask(stage, ada, papers, "following")
    _, remove = find_button(following, "Remove")
    eve = stage.person()
    papers.members.add(eve.id)
    own = await ask(stage, eve, papers, "help")
    block_id, _ = find_button(own, "What comes here")
    for forged in (
        remove["action_id"],
        remove["action_id"].replace("remove", "change"),
        "remove|x",
        "nonsense",
        "a|b|c",
    ):
        payload = slack_payloads.press(slack, eve, own, {**remove, "action_id": forged}, block_id)
        (answer,) = await slack.deliver("interactive", payload)
        assert answer.ack.ok
    await asyncio.sleep(0.3)
    assert "robots that open doors" in words(await ask(stage, ada, papers, "following"))
    for message in slack.in_channel(papers, seen_by=eve):
        assert "robots that open doors" not in words(message)


async def test_answers_get_there_when_slack_stumbles(stage: Stage, ada: User, papers: Channel) -> None:
    slack = stage.slack
    slack.faults.broken("response_url")
    await ask(stage, ada, papers, "help")
    slack.faults.too_many("response_url", 1)
    await ask(stage, ada, papers, "help")
    slack.faults.broken("users.info")
    await (await slack.command(ada, papers, "/papers", "subscribe")).form("zone")
    slack.faults.late("views.open", 0.5)
    await (await slack.command(ada, papers, "/papers", "settings")).form("zone")
    slack.faults.refuse("views.open", "internal_error")
    await ask(stage, ada, papers, "follow robots")


async def test_a_connection_cut_in_mid_message_is_made_anew(stage: Stage, ada: User, papers: Channel) -> None:
    if stage.mode == "http":
        pytest.skip("there is no connection to cut")
    slack = stage.slack
    slack.lines.cut(in_mid_message=True)
    await ask(stage, ada, papers, "help")
    await slack.lines.refresh()
    await ask(stage, ada, papers, "help")
    await until(lambda: len(slack.lines.sockets) >= 1, lambda: slack.lines.sockets)


async def test_requests_that_are_forged_or_replayed_are_refused(stage: Stage, ada: User, papers: Channel) -> None:
    if stage.mode == "socket":
        pytest.skip("nobody can send requests here")
    slack, now = stage.slack, int(stage.slack.now())
    from tests.fakes.slack_lines import encoded, signature

    body = encoded("slash_commands", slack_payloads.command(slack, ada, papers, "/papers", "help"))
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    before = len(slack.messages)
    for headers, stamp in (
        ({"X-Slack-Signature": "v0=" + "0" * 64}, str(now)),
        ({"X-Slack-Signature": "v0=\u00e9"}, str(now)),
        ({}, "abc"),
        ({}, str(now - 600)),
        ({"X-Slack-Signature": signature("another secret", str(now), body)}, str(now)),
    ):
        ack = await slack.lines.post_signed(body, {**form, **headers}, timestamp=stamp)
        assert 400 <= ack.status < 500, (headers, stamp)
    assert (await slack.lines.post_signed(body, form, timestamp=str(now))).status == 200
    assert (await slack.lines.post_signed(body, form, timestamp=str(now))).status == 401
    await until(lambda: len(slack.messages) > before, lambda: slack.messages[before:])
    await asyncio.sleep(0.2)
    assert len(slack.messages) == before + 1


async def test_workspaces_know_nothing_of_each_other(stage: Stage, ada: User, papers: Channel) -> None:
    if stage.mode == "socket":
        pytest.skip("there is one workspace")
    slack = stage.slack
    form = await (await slack.command(ada, papers, "/papers", "subscribe")).form("hour", "zone")
    await slack.submit(form)
    _, pause = find_button(await ask(stage, ada, papers, "following"), "Pause")
    other = slack.add_team("Elsewhere")
    eve = slack.add_user(other, "eve")
    assert (await slack.install(f"{stage.url}/slack/install", eve)).status == 200
    there = stage.channel(eve)
    own = await ask(stage, eve, there, "help")
    payload = slack_payloads.press(slack, eve, own, {**pause}, "0")
    await slack.deliver("interactive", payload)
    assert papers.name not in words(await ask(stage, eve, there, "following"))
    assert "Pause" in [e["text"]["text"] for m in [await ask(stage, ada, papers, "following")] for _, e in _all(m)]
    await slack.uninstall(other, revoked_first=True)
    assert (await slack.install(f"{stage.url}/slack/install", eve)).status == 200
    assert "search" in words(await ask(stage, eve, there, "help"))


def _all(message: Message) -> list[tuple[str, dict[str, Any]]]:
    from tests.fakes.slack import buttons

    return [(block, element) for block, element in buttons(message) if element["type"] == "button"]


async def test_installing_wants_the_same_browser_and_our_state(stage: Stage) -> None:
    if stage.mode == "socket":
        pytest.skip("it is installed by hand")
    slack, install = stage.slack, f"{stage.url}/slack/install"
    mallory = slack.add_user(slack.add_team("Mallory Ltd"), "mallory")
    assert (await slack.install(install, mallory, cookies=False)).status >= 400
    assert (await slack.install(install, mallory, change={"state": "forged"})).status >= 400
    assert (await slack.install(install, mallory, change={"code": "forged"})).status >= 400
    assert "no" in (await slack.install(install, mallory, allow=False)).page
    assert slack.grant_of(mallory.team) is None


async def test_it_is_gone_when_it_is_uninstalled(stage: Stage, ada: User, papers: Channel) -> None:
    slack = stage.slack
    form = await (await slack.command(ada, papers, "/papers", "subscribe")).form("hour", "zone")
    await slack.submit(form)
    for ack in await slack.uninstall(stage.team):
        assert ack.ok
    calls = len(slack.calls)
    await asyncio.sleep(0.3)
    assert [call.answer for call in slack.calls[calls:] if not call.answer["ok"]] == []
