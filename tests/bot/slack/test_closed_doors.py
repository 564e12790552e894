"""Where people are locked out, gone or from elsewhere, and channels archived: through the bot as its own process."""

import asyncio

import pytest

from tests.bot.slack.stage import Stage
from tests.bot.slack.test_daily_post import later, posts
from tests.fakes import slack_payloads
from tests.fakes.slack import Channel, User, until, words

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]


async def test_old_buttons_answer_in_a_channel_that_was_archived(stage: Stage, ada: User, papers: Channel) -> None:
    slack = stage.slack
    found = await (await slack.command(ada, papers, "/papers", "search robot")).message()
    papers.archived = True
    assert "robot" in words(await (await slack.press(found, "Why", ada)).message())
    mentioned = await (await slack.mention(ada, papers, "help")).message()
    assert mentioned.channel == slack.direct(ada.id, slack.bot_of(ada.team).bot_user).id, "nobody may write there"


async def test_somebody_whose_account_was_ended_meanwhile_changes_nothing(
    stage: Stage, ada: User, papers: Channel
) -> None:
    slack = stage.slack
    gone = stage.person()
    papers.members.add(gone.id)
    gone.deactivated = True
    opened = await slack.command(gone, papers, "/papers", "subscribe")
    assert "may not" in words(await opened.told("may not"))
    following = await (await slack.command(ada, papers, "/papers", "following")).message()
    assert "Pause" not in words(following)


async def test_a_topic_of_somebody_whose_direct_messages_are_closed_waits_for_them(
    stage: Stage, ada: User, papers: Channel
) -> None:
    slack = stage.slack
    topic = "a robot arm opens doors after watching videos of people"
    form = await (await slack.command(ada, papers, "/papers", f"follow {topic}")).form("topic")
    await slack.submit(form, {"cadence": "now", "threshold": "0.25"})
    ada.dms_closed = True
    await stage.paper_arrives(51, "A robot that knocks at doors")
    for minutes in (10, 20, 40):
        await stage.run("digest", "send", "--at", later(minutes))
    direct = slack.direct(ada.id, slack.bot_of(ada.team).bot_user)
    assert posts(stage, direct) == []
    tried = [call for call in slack.calls_of("chat.postMessage") if call.arguments.get("channel") == direct.id]
    assert len(tried) < 3, "what is closed is not knocked at again and again"
    (kept,) = [one for one in await stage.run("deliveries", "list") if one["destination"].endswith(ada.id)]
    assert (kept["state"], kept["tries"]) == ("failed", 1)
    assert kept["retry_at"], "it is tried again when an hour has passed"


async def test_somebody_of_another_company_may_ask_but_not_subscribe(stage: Stage, ada: User, papers: Channel) -> None:
    slack = stage.slack
    theirs = slack.add_team("Guests")
    eve = slack.add_user(theirs, "eve")
    papers.shared_with.add(theirs.id)
    papers.members.add(eve.id)

    async def asks(text: str) -> str:
        return words(await (await slack.mention(eve, papers, text)).message())

    assert "A robot" in await asks("search robot doors")
    assert "not installed in your own workspace" in await asks("subscribe")


async def test_an_event_whose_acknowledgement_slack_never_got_is_done_once(
    stage: Stage, ada: User, papers: Channel
) -> None:
    slack = stage.slack
    said = slack.say(ada, papers, f"<@{slack.bot_of(ada.team).bot_user}> help")
    event = slack_payloads.event(slack, ada.team, {**slack_payloads.said(ada, said), "type": "app_mention"}, papers)
    since = len(slack.messages)
    for retry, reason in ((0, ""), (1, "http_timeout"), (2, "http_timeout"), (3, "http_error")):
        ack = await slack.lines.send("events_api", event, retry=retry, reason=reason)
        assert ack.ok or retry, ack  # within one second the very same request is a replay
    await until(lambda: len(slack.messages) > since, lambda: slack.calls[-2:])
    await asyncio.sleep(0.5)
    assert len(slack.messages) == since + 1
