"""From subscribing in a channel to the post in it with buttons that work, with the bot as its own process."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.bot.slack.stage import Stage
from tests.fakes.slack import Channel, Message, User, buttons, until, words

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]


def later(minutes: float = 10) -> str:
    """A time after which what was subscribed here is due."""
    return f"{datetime.now(UTC) + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}"


async def subscribe(stage: Stage, user: User, channel: Channel) -> None:
    """Daily, the next time in five minutes."""
    form = await (await stage.slack.command(user, channel, "/papers", "subscribe")).form("hour", "zone", "top")
    hour = datetime.now(ZoneInfo(user.tz)) + timedelta(minutes=5)
    await stage.slack.submit(form, {"cadence": "daily", "hour": f"{hour:%H:%M}", "top": "5"})
    assert "ubscribed" in words(form)


def posts(stage: Stage, channel: Channel) -> list[Message]:
    return [message for message in stage.slack.in_channel(channel) if message.thread_ts in (None, message.ts)]


def label(message: Message, verb: str) -> str:
    return next(str(e["text"]["text"]) for _, e in buttons(message) if e.get("action_id", "").startswith(verb))


async def test_a_channel_gets_its_digest_with_buttons_that_work(stage: Stage, ada: User, papers: Channel) -> None:
    slack = stage.slack
    await subscribe(stage, ada, papers)
    await stage.run("digest", "send", "--at", later())
    (post,) = posts(stage, papers)
    assert "A robot that opens doors of kind 1" in words(post)
    assert post.text
    assert post.metadata
    assert [m for m in slack.in_channel(papers) if m.thread_ts == post.ts], "the details are in the thread"
    await slack.press(post, "up|", ada)
    await until(lambda: label(post, "up|") == "👍 1", lambda: label(post, "up|"))
    bob = stage.person()
    papers.members.add(bob.id)
    await slack.press(post, "up|", bob)
    await until(lambda: label(post, "up|") == "👍 2", lambda: label(post, "up|"))
    await slack.press(post, "up|", bob)
    await until(lambda: label(post, "up|") == "👍 1", lambda: label(post, "up|"))
    assert post.metadata, "it is still found by its delivery"
    for verb in ("save|", "similar|"):
        answer = await (await slack.press(post, verb, bob)).message()
        assert answer.seen_by == bob.id
    await stage.run("digest", "send", "--at", later())
    assert posts(stage, papers) == [post]


async def test_a_post_whose_answer_was_lost_is_not_sent_again(stage: Stage, ada: User, papers: Channel) -> None:
    await subscribe(stage, ada, papers)
    stage.slack.faults.cut("chat.postMessage")
    await stage.run("digest", "send", "--at", later())
    for minutes in (20, 40, 80):
        await stage.run("digest", "send", "--at", later(minutes))
    assert len(posts(stage, papers)) == 1


async def test_whoever_follows_a_topic_gets_new_papers_by_direct_message(
    stage: Stage, ada: User, papers: Channel
) -> None:
    slack = stage.slack
    topic = "a robot arm opens doors after watching videos of people"  # the encoder of tests knows words only
    form = await (await slack.command(ada, papers, "/papers", f"follow {topic}")).form("topic")
    await slack.submit(form, {"cadence": "now", "threshold": "0.25"})
    assert "by direct message" in words(form)
    await stage.paper_arrives(41, "Another robot that opens doors")
    await stage.run("digest", "send", "--at", later())
    (told,) = [m for m in posts(stage, slack.direct(ada.id, slack.bot_of(stage.team.id).bot_user)) if m.metadata]
    assert "Another robot that opens doors" in words(told)
    assert told.seen_by is None
    assert posts(stage, papers) == []
    await slack.press(told, "wider|", ada)


async def test_an_archived_channel_is_told_of_once(stage: Stage, ada: User, papers: Channel) -> None:
    slack = stage.slack
    await subscribe(stage, ada, papers)
    papers.archived = True
    for minutes in (10, 20, 40):
        await stage.run("digest", "send", "--at", later(minutes))
    direct = slack.direct(ada.id, slack.bot_of(stage.team.id).bot_user)
    assert posts(stage, papers) == []
    (told,) = posts(stage, direct)
    assert "archived" in words(told)
    papers.archived = False
    following = await (await slack.command(ada, papers, "/papers", "following")).message()
    await slack.press(following, "Resume", ada)
    await until(lambda: "Pause" in words(following), lambda: words(following))
