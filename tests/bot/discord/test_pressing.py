"""Buttons and forms: at any age, after a restart, forged, twice, too late."""

from typing import Any

import discord
import pytest
import simcord
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle

from bot.actions import Verb, action
from bot.desk import Desk
from bot.discord.app import DiscordApp, make_app
from bot.discord.components import walked
from bot.discord.layout import render
from bot.discord.view import view_of
from bot.replies import Button, Card, Reply
from tests.bot.discord.told import labels, messages, texts, words

POST = Reply(
    heading="Trending papers",
    cards=(
        Card(
            title="A robot that opens doors",
            buttons=(
                Button(label="👍", action=action(Verb.UP, "2603.00001")),
                Button(label="Save", action=action(Verb.SAVE, "2603.00001")),
                Button(label="Similar", action=action(Verb.SIMILAR, "2603.00001")),
                Button(label="Share", action=action(Verb.SHARE, "2603.00001")),
            ),
        ),
    ),
    buttons=(Button(label="What comes here", action=action(Verb.FOLLOWING)),),
)


@pytest.fixture
def channel(discord_env: simcord.Env) -> ChannelHandle:
    return discord_env.create_guild().create_text_channel("papers")


@pytest.fixture
def ada(discord_env: simcord.Env, channel: ChannelHandle) -> MemberActor:
    return discord_env.guild.add_member(discord_env.create_user("ada"))


@pytest.fixture
async def post(app: DiscordApp, channel: ChannelHandle) -> discord.Message:
    """A digest in the channel, seen by everybody."""
    there = app.client.get_partial_messageable(channel.id)
    return await there.send(view=view_of(render(POST).components))


async def test_a_button_answers_whoever_pressed_it_alone(post: discord.Message, ada: MemberActor) -> None:
    result = await ada.click(post, label="Similar")
    assert result.ephemeral
    assert "A robot that opens doors of kind" in words(result)


async def test_a_thumb_is_counted_on_the_button_itself(
    post: discord.Message, ada: MemberActor, channel: ChannelHandle
) -> None:
    before = _ids(channel)
    result = await ada.click(post, label="👍")
    assert not result.followups
    assert _ids(channel) == before
    assert "👍 1" in labels(_shown(channel))
    assert texts(_shown(channel)) == texts(render(POST).components)


async def test_what_is_shared_is_seen_by_all_and_tells_who_shared_it(post: discord.Message, ada: MemberActor) -> None:
    result = await ada.click(post, label="Share")
    (shared,) = messages(result)
    assert not shared.ephemeral
    assert "Shared by ada" in words(result)


async def test_pages_take_the_place_of_the_page_before(channel: ChannelHandle, ada: MemberActor) -> None:
    first = await ada.slash(channel, "papers search", words="robot that opens doors")
    assert first.response is not None
    again = await ada.click(first.response.message, label="Next page")
    assert not again.followups
    assert "6." in "".join(texts(first.response.components))


async def test_buttons_of_before_a_restart_work(
    discord_env: simcord.Env, post: discord.Message, ada: MemberActor, shelf: Desk
) -> None:
    restarted = make_app(shelf)
    await discord_env.restart_bot(restarted.client)
    result = await ada.click(post, label="Save")
    assert result.acknowledged
    assert await shelf.saved.count(f"discord:@{ada.id}") == 1
    await restarted.errands.close()


async def test_a_form_that_was_opened_before_a_restart_is_taken(
    discord_env: simcord.Env, channel: ChannelHandle, ada: MemberActor, shelf: Desk
) -> None:
    shown = await ada.slash(channel, "papers settings")
    restarted = make_app(shelf)
    await discord_env.restart_bot(restarted.client)
    await ada.submit_modal(shown, {"zone": "Berlin", "hour": "8", "language": "en"})
    assert (await shelf.preferences.get(f"discord:@{ada.id}")).zone == "Europe/Berlin"
    await restarted.errands.close()


async def test_a_topic_is_followed_by_a_form_of_several_pages(
    channel: ChannelHandle, ada: MemberActor, shelf: Desk
) -> None:
    shown = await ada.slash(channel, "papers follow")
    filled = await ada.submit_modal(shown, {"topic": "robots that open doors", "threshold": ["suggested"]})
    assert "robots that open doors" in words(filled)
    (form,) = messages(filled)
    when = await ada.click(form.message, label="When…")
    assert when.modal is not None
    await ada.submit_modal(when, {"cadence": ["daily"], "hour": "7:15", "zone": "berlin"})
    done = await ada.click(form.message, label="Follow")
    assert not done.followups
    (wish,) = await shelf.subscriptions.of_owner(f"discord:@{ada.id}")
    assert (f"{wish.schedule.at:%H:%M}", wish.schedule.zone) == ("07:15", "Europe/Berlin")


async def test_an_unknown_button_is_answered(app: DiscordApp, channel: ChannelHandle, ada: MemberActor) -> None:
    there = app.client.get_partial_messageable(channel.id)
    for text in ("pb:no-such-verb|1", "pbf:nokey:0", "something-else", "pb:~gone", "pb"):
        forged = {"type": 1, "components": [{"type": 2, "style": 1, "label": "Press", "custom_id": text}]}
        sent = await there.send(view=view_of([forged]))
        result = await ada.click(sent, label="Press")
        assert result.ephemeral, text
        assert "not known any more" in words(result), text


async def test_of_two_presses_that_are_one_only_the_first_is_done(
    discord_env: simcord.Env, post: discord.Message, ada: MemberActor, shelf: Desk, app: DiscordApp
) -> None:
    listening, seen = app.client.on_interaction, []  # type: ignore[attr-defined]

    async def on_interaction(interaction: discord.Interaction[Any]) -> None:
        seen.append(interaction)
        await listening(interaction)

    app.client.event(on_interaction)
    await ada.click(post, label="👍")
    (press,) = seen
    app.client._connection._view_store.dispatch_view(2, "pb:up|2603.00001", press)
    await discord_env.settle()
    tally = await shelf.votes.tally(f"discord:{post.channel.id}", "2603.00001")
    assert tally.up == 1


def _ids(channel: ChannelHandle) -> list[int]:
    """By which a post is found again after a crash."""
    return [component["id"] for component in walked(_shown(channel))]


def _shown(channel: ChannelHandle) -> list[dict[str, Any]]:
    message = channel.last_message
    assert message is not None
    return [component.to_dict() for component in message.components]  # type: ignore[misc]
