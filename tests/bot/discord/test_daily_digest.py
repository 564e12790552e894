"""From subscribing in a channel to the digest in it, whose buttons work at any age and after the bot was restarted."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from tests.bot.discord.stage import Stage
from tests.fakes.discord import Channel, Message, User, buttons, until, words

_COMPONENT = 3
pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]


def later(minutes: float = 10) -> str:
    """A time after which what was subscribed here is due."""
    return f"{datetime.now(UTC) + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}"


async def subscribe(stage: Stage, user: User, channel: Channel) -> None:
    """Daily, the next time in five minutes."""
    hour = f"{datetime.now(UTC) + timedelta(minutes=5):%H:%M}"
    done = await stage.ask(user, channel, "subscribe", how_often="Daily", time=hour, zone="UTC", papers=5)
    assert "ubscribed" in words(done)


def label(message: Message, verb: str) -> str:
    return next(str(one["label"]) for one in buttons(message) if f":{verb}" in one["custom_id"])


async def test_a_channel_gets_its_digest_whose_buttons_work_after_a_restart(
    stage: Stage, ada: User, papers: Channel
) -> None:
    discord = stage.discord
    await subscribe(stage, ada, papers)
    await stage.run("digest", "send", "--at", later())
    post, *more = discord.in_channel(papers)
    assert "A robot that opens doors of kind 1" in words(post)
    discord.forward(3600)
    await stage.restart()
    bob = stage.person()
    await (await discord.press(post, "up|", ada)).changed()
    assert label(post, "up|") == "👍 1"
    await (await discord.press(post, "up|", bob)).changed()
    assert label(post, "up|") == "👍 2"
    await (await discord.press(post, "up|", bob)).changed()
    assert label(post, "up|") == "👍 1"
    for verb in ("save|", "similar|"):
        answer = await discord.press(post, verb, bob)
        told = await answer.changed()
        assert told.seen_by == bob.id or verb == "save|"
    assert "A robot that opens doors" in words(await stage.ask(bob, papers, "saved"))
    await stage.run("digest", "send", "--at", later())
    assert discord.in_channel(papers) == [post, *more]


async def test_a_thumb_of_which_discord_said_that_it_failed_is_not_counted(
    stage: Stage, ada: User, papers: Channel
) -> None:
    discord = stage.discord
    await subscribe(stage, ada, papers)
    await stage.run("digest", "send", "--at", later())
    post = discord.in_channel(papers)[0]
    thumb = next(one for one in buttons(post) if ":up|" in one["custom_id"])
    data = {"custom_id": thumb["custom_id"], "component_type": 2, "id": thumb["id"]}
    late = discord.asked(_COMPONENT, ada, papers, data, post, late=20)
    await discord.deliver(late, wait=False)
    await until(
        lambda: any(one.status == 404 and f"/{late.id}/" in one.path for one in discord.calls), lambda: discord.calls
    )
    await (await discord.press(post, "up|", ada)).changed()
    assert label(post, "up|") == "👍 1"


async def test_thumbs_of_people_who_press_at_once_are_all_on_the_buttons(
    stage: Stage, ada: User, papers: Channel
) -> None:
    discord = stage.discord
    await subscribe(stage, ada, papers)
    await stage.run("digest", "send", "--at", later())
    post = discord.in_channel(papers)[0]
    first, second = [one for one in buttons(post) if ":up|" in one["custom_id"]][:2]
    presses = [
        discord.asked(_COMPONENT, stage.person(), papers, {"component_type": 2, **one}, post)
        for button in (first, second)
        for one in [{"custom_id": button["custom_id"], "id": button["id"]}] * 4
    ]
    await asyncio.gather(*(discord.deliver(press, wait=False) for press in presses))

    def thumbs() -> list[str]:
        return [str(one["label"]) for one in buttons(post) if ":up|" in one["custom_id"]][:2]

    await until(lambda: thumbs() == ["👍 4", "👍 4"], thumbs)


async def test_commands_are_told_to_discord_only_when_they_changed(stage: Stage) -> None:
    assert len(stage.discord.calls_of("PUT /applications/{application_id}/commands")) == 1


async def test_a_digest_whose_answer_was_lost_is_not_sent_again(stage: Stage, ada: User, papers: Channel) -> None:
    await subscribe(stage, ada, papers)
    stage.discord.faults.cut("POST /channels/{channel_id}/messages")
    await stage.run("digest", "send", "--at", later())
    first = [words(one) for one in stage.discord.in_channel(papers)]
    for minutes in (20, 40, 80):
        stage.discord.forward(1200)  # the nonce is forgotten
        await stage.run("digest", "send", "--at", later(minutes))
    sent = [words(one) for one in stage.discord.in_channel(papers)]
    assert len(set(sent)) == len(sent)
    assert sent[: len(first)] == first


async def test_a_digest_comes_though_the_gateway_is_lost(stage: Stage, ada: User, papers: Channel) -> None:
    discord = stage.discord
    await subscribe(stage, ada, papers)
    discord.gateway.closed = True
    discord.gateway.cut()
    await stage.run("digest", "send", "--at", later())
    post, *_ = discord.in_channel(papers)
    discord.gateway.closed = False
    await discord.ready()
    await (await discord.press(post, "up|", ada)).changed()
    assert label(post, "up|") == "👍 1"


async def test_forums_get_a_post_and_announcements_a_message(stage: Stage, ada: User) -> None:
    discord = stage.discord
    forum, news = discord.add_forum(stage.guild), discord.add_announcements(stage.guild)
    hour = f"{datetime.now(UTC) + timedelta(minutes=5):%H:%M}"
    for place in (forum, news):
        done = await stage.ask(
            ada, stage.channel(), "subscribe", how_often="Daily", time=hour, zone="UTC", channel=place
        )
        assert place.name in words(done)
    await stage.run("digest", "send", "--at", later())
    (post,) = discord.threads_of(forum)
    first = discord.in_channel(post)[0]
    assert "A robot that opens doors of kind 1" in words(first)
    assert "A robot that opens doors of kind 1" in words(discord.in_channel(news)[0])
    bob = stage.person()
    await (await discord.press(first, "Save", bob)).changed()


async def test_whoever_follows_a_topic_gets_new_papers_by_direct_message(
    stage: Stage, ada: User, papers: Channel
) -> None:
    discord = stage.discord
    topic = "a robot arm opens doors after watching videos of people"  # the encoder of tests knows words only
    done = await stage.follow(ada, papers, topic=topic, how_often="now", threshold=0.25)
    assert "direct message" in words(done)
    await stage.paper_arrives(41, "Another robot that opens doors")
    await stage.run("digest", "send", "--at", later())
    (told,) = discord.in_channel(discord.direct(ada))
    assert "Another robot that opens doors" in words(told)
    await (await discord.press(told, "wider|", ada)).changed()
    ada.dms_closed = True
    await stage.paper_arrives(42, "One more robot that opens doors")
    for minutes in (10, 20, 40):
        await stage.run("digest", "send", "--at", later(minutes))
    assert discord.in_channel(discord.direct(ada)) == [told]
    refused = [one for one in discord.calls if one.status == 403]
    assert len(refused) <= 2, "a closed door is knocked at once"
    assert "direct messages" in words(await stage.ask(ada, papers, "following"))


async def test_a_channel_that_cannot_be_written_to_is_told_of_once(stage: Stage, ada: User, papers: Channel) -> None:
    discord = stage.discord
    await subscribe(stage, ada, papers)
    await discord.forbid(papers, "send_messages")
    for minutes in (10, 20, 40):
        await stage.run("digest", "send", "--at", later(minutes))
    assert discord.in_channel(papers) == []
    (told,) = discord.in_channel(discord.direct(ada))
    assert "Send Messages" in words(told)
    await discord.permit(papers)
    following = await stage.ask(ada, papers, "following")
    await (await discord.press(following, "Resume", ada)).changed()
    await until(lambda: "Pause" in [one["label"] for one in buttons(following)], lambda: words(following))


async def test_a_server_that_took_the_app_out_gets_nothing_more(stage: Stage) -> None:
    discord = stage.discord
    guild = discord.add_guild("Leaving")
    await discord.invite(guild)
    ada, there = stage.manager(guild), stage.channel(guild)
    await subscribe(stage, ada, there)
    await discord.outage(guild)
    await discord.outage_over(guild)
    await discord.remove(guild)
    calls = len(discord.calls)
    for minutes in (10, 20, 40):
        await stage.run("digest", "send", "--at", later(minutes))
    assert discord.in_channel(there) == []
    assert sum(1 for one in discord.calls[calls:] if one.status in (401, 403, 429)) <= 3
