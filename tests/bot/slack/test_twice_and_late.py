"""What is done twice, late, in the wrong order, or by somebody whom it does not concern."""

import asyncio

import pytest

from tests.bot.slack.stage import Stage
from tests.fakes import slack_payloads
from tests.fakes.slack import Channel, Message, User, buttons, find_button, until, words

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]


async def ask(stage: Stage, user: User, channel: Channel, text: str) -> Message:
    return await (await stage.slack.command(user, channel, "/papers", text)).message()


async def test_a_form_handed_in_twice_is_one_subscription(stage: Stage, ada: User, papers: Channel) -> None:
    slack = stage.slack
    form = await (await slack.command(ada, papers, "/papers", "subscribe")).form("hour", "zone")
    await slack.deliver("interactive", slack_payloads.submission(slack, ada, form), repeat=5)
    following = await ask(stage, ada, papers, "following")
    assert words(following).count("Digest of") == 1


async def test_a_paper_saved_and_shared_twice_is_there_once(stage: Stage, ada: User, papers: Channel) -> None:
    slack = stage.slack
    slack.may_ping = {f"<@{ada.id}>"}
    found = await ask(stage, ada, papers, "search robot doors")
    for verb in ("save|", "share|"):
        answers = await asyncio.gather(*(slack.press(found, verb, ada) for _ in range(3)))
        assert all(answer.ack.ok for answer in answers)
    await until(lambda: slack.in_channel(papers), lambda: slack.messages[-5:])
    await asyncio.sleep(0.3)
    assert len(slack.in_channel(papers)) == 1
    _, share = find_button(found, "share|")
    kept = await ask(stage, ada, papers, "saved")
    unsave = f"{share['action_id'].replace('share', 'unsave')}|0"
    assert [e["action_id"] for _, e in buttons(kept)].count(unsave) == 1


async def test_the_end_of_a_subscription_pressed_twice_is_told_twice(stage: Stage, ada: User, papers: Channel) -> None:
    slack = stage.slack
    form = await (await slack.command(ada, papers, "/papers", "subscribe")).form("hour", "zone")
    await slack.submit(form)
    following = await ask(stage, ada, papers, "following")
    block, remove = find_button(following, "Remove")
    await slack.deliver("interactive", slack_payloads.press(slack, ada, following, remove, block), repeat=2)
    await until(lambda: "Removed" in words(following) or "no" in words(following), lambda: words(following))
    late = slack_payloads.press(slack, ada, following, {**remove, "action_id": remove["action_id"]}, block)
    (answer,) = await slack.deliver("interactive", late)
    assert answer.ack.ok


async def test_a_press_whose_form_comes_too_late_is_answered_in_words(stage: Stage, ada: User, papers: Channel) -> None:
    slack = stage.slack
    found = await ask(stage, ada, papers, "search robot")
    block, button = find_button(found, "Follow this topic")
    payload = slack_payloads.press(slack, ada, found, button, block)
    slack.triggers[payload["trigger_id"]].at -= 10
    before = len(slack.messages)
    await slack.deliver("interactive", payload)
    await until(lambda: len(slack.messages) > before, lambda: slack.violations)
    assert slack.messages[-1].seen_by == ada.id
    assert slack.violations.pop() == "views.open: the trigger is older than 3 seconds"


async def test_what_is_answered_through_an_address_that_is_used_up_comes_another_way(
    stage: Stage, ada: User, papers: Channel
) -> None:
    slack = stage.slack
    found = await ask(stage, ada, papers, "search robot")
    block, button = find_button(found, "Why")
    payload = slack_payloads.press(slack, ada, found, button, block)
    slack.response_urls[payload["response_url"].removeprefix(f"{slack.base_url}/actions/")].uses = 5
    before = len(slack.messages)
    await slack.deliver("interactive", payload)
    await until(lambda: len(slack.messages) > before, lambda: slack.violations)
    assert slack.messages[-1].seen_by == ada.id
    assert slack.violations.pop() == "response_url: used more than 5 times"


async def test_where_the_app_is_no_member_its_answers_are_seen_all_the_same(stage: Stage, ada: User) -> None:
    slack = stage.slack
    secret = slack.add_channel(stage.team, "secret", ada, private=True, app=False)
    found = await ask(stage, ada, secret, "search robot")
    assert (await (await slack.press(found, "Why", ada)).message()).channel == secret.id
    slack.may_ping = {f"<@{ada.id}>"}
    shared = await (await slack.press(found, "Share", ada)).message()
    assert (shared.channel, shared.seen_by) == (secret.id, None)


async def test_a_file_for_somebody_whose_direct_messages_are_closed_is_spoken_of(
    stage: Stage, ada: User, papers: Channel
) -> None:
    slack = stage.slack
    await (await slack.press(await ask(stage, ada, papers, "search robot"), "Save", ada)).message()
    ada.dms_closed = True
    told = await ask(stage, ada, papers, "export")
    assert "direct messages" in words(told)
    assert told.seen_by == ada.id


async def test_somebody_of_another_company_in_a_shared_channel_changes_nothing(
    stage: Stage, ada: User, papers: Channel
) -> None:
    slack = stage.slack
    theirs = slack.add_team("Partner")
    eve = slack.add_user(theirs, "eve")
    papers.shared_with.add(theirs.id)
    papers.members.add(eve.id)
    form = await (await slack.command(ada, papers, "/papers", "subscribe")).form("hour", "zone")
    await slack.submit(form)
    following = await ask(stage, ada, papers, "following")
    for label in ("Pause", "Remove", "Change"):
        block, button = find_button(following, label)
        payload = slack_payloads.press(slack, ada, following, button, block)
        payload["user"] = {"id": eve.id, "username": "eve", "name": "eve", "team_id": theirs.id}
        (answer,) = await slack.deliver("interactive", payload)
        assert answer.ack.ok
    await asyncio.sleep(0.5)
    assert "Pause" in words(await ask(stage, ada, papers, "following"))


async def test_events_of_a_workspace_that_left_are_let_go(stage: Stage) -> None:
    slack = stage.slack
    ada = slack.add_user(slack.add_team("Leaving"), "ada")
    assert (await slack.install(f"{stage.url}/slack/install", ada)).status == 200
    papers = stage.channel(ada)
    await ask(stage, ada, papers, "help")
    event = slack_payloads.event(slack, ada.team, slack_payloads.said(ada, slack.say(ada, papers, "help")))
    command = slack_payloads.command(slack, ada, papers, "/papers", "following")
    await slack.uninstall(slack.teams[ada.team])
    calls = len(slack.calls)
    (told,) = await slack.deliver("events_api", event)
    (asked,) = await slack.deliver("slash_commands", command)
    assert told.ack.ok
    assert asked.ack.ok
    await asyncio.sleep(0.3)
    assert slack.calls[calls:] == []


async def test_buttons_and_forms_of_an_app_whose_token_was_revoked_say_so(stage: Stage) -> None:
    slack = stage.slack
    ada = slack.add_user(slack.add_team("Revoked"), "ada")
    assert (await slack.install(f"{stage.url}/slack/install", ada)).status == 200
    papers = stage.channel(ada)
    found = await ask(stage, ada, papers, "search robot")
    block, button = find_button(found, "Why")
    press = slack_payloads.press(slack, ada, found, button, block)
    form = await (await slack.command(ada, papers, "/papers", "subscribe")).form("hour", "zone")
    submission = slack_payloads.submission(slack, ada, form)
    assert (await slack.revoke(slack.teams[ada.team])).ok
    (pressed,) = await slack.deliver("interactive", press)
    assert "not installed here any more" in words(await pressed.message())
    (filled,) = await slack.deliver("interactive", submission)
    assert filled.ack.body["response_action"] == "update"
    assert "not installed here any more" in str(filled.ack.body["view"])


async def test_an_old_token_that_ends_does_not_end_what_was_installed_since(stage: Stage) -> None:
    slack = stage.slack
    team = slack.add_team("Back again")
    ada = slack.add_user(team, "ada")
    assert (await slack.install(f"{stage.url}/slack/install", ada)).status == 200
    papers = stage.channel(ada)
    old = slack.bot_of(team.id)
    gone = slack_payloads.event(slack, team.id, {"type": "app_uninstalled"})
    gone["event_time"] -= 60  # it comes late: the app was installed again since
    old.revoked = True
    await asyncio.sleep(1.1)  # Slack tells times in whole seconds
    assert (await slack.install(f"{stage.url}/slack/install", ada)).status == 200
    await slack.deliver("events_api", gone)
    papers.members.add(slack.bot_of(team.id).bot_user)
    assert "search" in words(await ask(stage, ada, papers, "help"))
