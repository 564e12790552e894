"""The commands, in a simulated Discord that lets people do only what its clients let them do."""

import json
from typing import Any

import discord
import pytest
import simcord
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle

from bot.command_table import NAMES
from bot.desk import Desk
from bot.discord.app import DiscordApp
from bot.discord.components import walked
from papers.delivery_models import Kind
from tests.bot.discord.told import labels, messages, words


@pytest.fixture
def papers_channel(discord_env: simcord.Env) -> ChannelHandle:
    return discord_env.create_guild().create_text_channel("papers")


@pytest.fixture
def ada(discord_env: simcord.Env, papers_channel: ChannelHandle) -> MemberActor:
    """Somebody who manages channels."""
    guild = discord_env.guild
    managers = guild.create_role("Managers", permissions=discord.Permissions(manage_channels=True))
    return guild.add_member(discord_env.create_user("ada"), roles=[managers])


@pytest.fixture
def bob(discord_env: simcord.Env, papers_channel: ChannelHandle) -> MemberActor:
    return discord_env.guild.add_member(discord_env.create_user("bob"))


async def test_there_is_a_command_for_all_that_can_be_asked(app: DiscordApp) -> None:
    group, menu = app.client.tree.payload()
    assert {option["name"] for option in group["options"]} == set(NAMES)
    assert menu["name"] == "Papers like this"
    for told in (group, menu):
        assert told["integration_types"] == [0, 1]
        assert told["contexts"] == [0, 1, 2]
        assert told["default_member_permissions"] is None
    for option in group["options"]:
        assert 0 < len(option["description"]) <= 100
    assert len(json.dumps(group)) < 8000


async def test_a_search_is_answered_for_whoever_asks_alone(papers_channel: ChannelHandle, bob: MemberActor) -> None:
    result = await bob.slash(papers_channel, "papers search", words="robot that opens doors")
    assert result.ephemeral
    assert not result.deferred
    assert "A robot that opens doors" in words(result)


async def test_a_search_is_narrowed_by_its_options(papers_channel: ChannelHandle, bob: MemberActor) -> None:
    result = await bob.slash(papers_channel, "papers search", words="robot", category="cs.RO", since="2026-01-01")
    assert "in cs.RO" in words(result)


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ({"category": "cs.NOPE"}, "“cs.NOPE” is none of arXiv’s categories"),
        ({"since": "yesterday"}, "“yesterday” is no date"),
        ({"author": "42"}, "“42” is no name of an author"),
    ],
)
async def test_an_option_that_cannot_be_understood_is_told(
    papers_channel: ChannelHandle, bob: MemberActor, option: dict[str, str], said: str
) -> None:
    result = await bob.slash(papers_channel, "papers search", words="robot", **option)
    assert said in words(result)


async def test_the_words_of_a_search_are_read_as_in_the_other_chat(
    papers_channel: ChannelHandle, bob: MemberActor
) -> None:
    for typed in ("https://arxiv.org/abs/2603.00001", "2603.00001"):
        assert "Papers like" in words(await bob.slash(papers_channel, "papers search", words=typed))
    for typed, told in {"🎉": "no words in", "!!!": "no words", "cs.CL": "alone is no search"}.items():
        assert told in words(await bob.slash(papers_channel, "papers search", words=typed))
    narrowed = await bob.slash(papers_channel, "papers search", words="robot in:robotics", category="nlp")
    assert "in cs.RO or cs.CL" in words(narrowed)


async def test_charts_of_a_window_and_categories(papers_channel: ChannelHandle, bob: MemberActor) -> None:
    result = await bob.slash(papers_channel, "papers trending", window="week", category="cs.RO")
    assert result.ephemeral
    assert "cs.RO" in words(result)


async def test_an_example_is_written_as_discord_takes_it(papers_channel: ChannelHandle, bob: MemberActor) -> None:
    assert "/papers follow topic\\:diffusion models" in words(await bob.slash(papers_channel, "papers following"))
    chart = await bob.slash(papers_channel, "papers trending", category="robotics")
    assert "none of arXiv" not in words(chart)


async def test_papers_like_a_message(papers_channel: ChannelHandle, ada: MemberActor, bob: MemberActor) -> None:
    said = await ada.send(papers_channel, "have you seen https://arxiv.org/abs/2603.00001 ?")
    result = await bob.context_menu(papers_channel, "Papers like this", said)
    assert result.ephemeral
    assert "A robot that opens doors of kind 1" in words(result)


async def test_a_topic_is_shown_before_it_is_followed(papers_channel: ChannelHandle, bob: MemberActor) -> None:
    result = await bob.slash(papers_channel, "papers follow", topic="robots that open doors")
    assert "“robots that open doors”" in words(result)
    assert "Choose when" in labels(result.response.components)  # type: ignore[union-attr]


async def followed(channel: ChannelHandle, who: MemberActor, **options: Any) -> Any:
    """Follow a topic with options: the form shows what they would bring, and one click follows it."""
    shown = await who.slash(channel, "papers follow", **options)
    done = await who.click(shown.response.message, label="Follow")  # type: ignore[union-attr]
    assert not done.followups
    return shown


async def test_a_topic_with_options_is_followed_by_one_click(
    papers_channel: ChannelHandle, bob: MemberActor, shelf: Desk
) -> None:
    result = await followed(
        papers_channel,
        bob,
        topic="robots that open doors",
        exclude="survey",
        category="cs.RO cs.CV",
        zone="Europe/Berlin",
        time="17:30",
        threshold=0.4,
        **{"how-often": "weekly-tuesday"},
    )
    assert "You follow this now." in words(result)
    (wish,) = await shelf.subscriptions.of_owner(f"discord:@{bob.id}")
    assert wish.topic is not None
    assert wish.topic.excluded == ("survey",)
    assert wish.topic.categories == ("cs.RO", "cs.CV")
    assert wish.topic.threshold == pytest.approx(0.4)
    assert (wish.schedule.zone, f"{wish.schedule.at:%H:%M}", wish.schedule.weekday) == ("Europe/Berlin", "17:30", 1)


async def test_a_wrong_option_says_what_to_write(papers_channel: ChannelHandle, bob: MemberActor) -> None:
    result = await bob.slash(papers_channel, "papers follow", topic="robots", zone="Atlantis")
    assert "Atlantis" in words(result)


async def test_following_nothing_yet_opens_a_form(papers_channel: ChannelHandle, bob: MemberActor) -> None:
    result = await bob.slash(papers_channel, "papers follow")
    assert result.modal is not None
    assert result.modal["title"] == "Follow a topic"


async def test_settings_open_as_a_form_and_are_kept(
    papers_channel: ChannelHandle, bob: MemberActor, shelf: Desk
) -> None:
    shown = await bob.slash(papers_channel, "papers settings")
    result = await bob.submit_modal(shown, {"zone": "berlin", "hour": "7:30", "language": "de"})
    assert "Europe/Berlin" in words(result)
    kept = await shelf.preferences.get(f"discord:@{bob.id}")
    assert (kept.zone, f"{kept.at:%H:%M}", kept.language) == ("Europe/Berlin", "07:30", "de")


async def test_who_manages_the_channel_subscribes_it(
    papers_channel: ChannelHandle, ada: MemberActor, shelf: Desk
) -> None:
    result = await ada.slash(papers_channel, "papers subscribe", papers=3, category="cs.RO", time="08:15")
    assert "Subscribed." in words(result)
    (wish,) = await shelf.subscriptions.of_destination(f"discord:{papers_channel.id}")
    assert wish.kind is Kind.DIGEST
    assert wish.digest is not None
    assert (wish.digest.top, wish.digest.categories) == (3, ("cs.RO",))
    assert wish.notify == f"discord:@{ada.id}"


async def test_an_hour_alone_changes_the_digest_that_comes_there_already(
    papers_channel: ChannelHandle, ada: MemberActor, shelf: Desk
) -> None:
    first = {"how-often": "weekly-friday", "category": "nlp", "papers": 3}
    assert "Subscribed." in words(await ada.slash(papers_channel, "papers subscribe", **first))
    assert "it is changed" in words(await ada.slash(papers_channel, "papers subscribe", time="7:00"))
    (wish,) = await shelf.subscriptions.of_destination(f"discord:{papers_channel.id}")
    assert wish.digest is not None
    assert (f"{wish.schedule.at:%H:%M}", wish.schedule.cadence) == ("07:00", "weekly")
    assert (wish.digest.top, wish.digest.categories) == (3, ("cs.CL",))


async def test_another_rhythm_is_asked_about_and_added_or_put_in_its_place_by_a_press(
    papers_channel: ChannelHandle, ada: MemberActor, shelf: Desk
) -> None:
    await ada.slash(papers_channel, "papers subscribe", time="08:00")
    asked = await ada.slash(papers_channel, "papers subscribe", time="07:00", **{"how-often": "weekly-friday"})
    assert "comes to #papers already" in words(asked)
    place = f"discord:{papers_channel.id}"
    assert len(await shelf.subscriptions.of_destination(place)) == 1
    assert asked.response is not None
    done = await ada.click(asked.response.message, label="Add it beside")
    assert "on Fridays" in words(done)
    assert len(await shelf.subscriptions.of_destination(place)) == 2
    which = await ada.slash(papers_channel, "papers subscribe", papers=3)
    assert "which of them is to be changed" in words(which)
    assert which.response is not None
    shown = [part for part in walked(which.response.components) if part.get("label") == "Change this one"]
    assert len(shown) == 2
    await ada.click(which.response.message, custom_id=shown[0]["custom_id"])
    tops = [one.digest.top for one in await shelf.subscriptions.of_destination(place) if one.digest is not None]
    assert sorted(tops) == [3, 10]


async def test_who_does_not_manage_it_is_told_whom_to_ask(
    papers_channel: ChannelHandle, bob: MemberActor, shelf: Desk
) -> None:
    for options in ({}, {"papers": 3}):
        result = await bob.slash(papers_channel, "papers subscribe", **options)
        assert "You may not subscribe #papers: ask somebody with the permission “Manage Channels”" in words(result)
    assert not await shelf.subscriptions.of_destination(f"discord:{papers_channel.id}")


async def test_another_channel_is_subscribed_by_who_may_manage_that(
    discord_env: simcord.Env, papers_channel: ChannelHandle, ada: MemberActor, bob: MemberActor, shelf: Desk
) -> None:
    forum = discord_env.guild.create_forum_channel("digests")
    refused = await bob.slash(papers_channel, "papers subscribe", channel=forum)
    assert "You may not subscribe #digests" in words(refused)
    done = await ada.slash(papers_channel, "papers subscribe", channel=forum, papers=5)
    assert "Subscribed." in words(done)
    assert len(await shelf.subscriptions.of_destination(f"discord:{forum.id}")) == 1


async def test_a_direct_message_is_ones_own(discord_env: simcord.Env, bob: MemberActor, shelf: Desk) -> None:
    eve = discord_env.create_user("eve")
    result = await eve.slash("papers subscribe", papers=3)
    assert "Subscribed." in words(result)
    (wish,) = await shelf.subscriptions.of_owner(f"discord:@{eve.id}")
    assert wish.destination == f"discord:@{eve.id}"


async def test_what_is_kept_comes_as_a_file_for_the_person_alone(
    papers_channel: ChannelHandle, bob: MemberActor
) -> None:
    await followed(papers_channel, bob, topic="robots", time="09:00")
    result = await bob.slash(papers_channel, "papers export")
    (attached,) = [one for message in messages(result) for one in message.attachments]
    assert attached.filename == "papers-data.json"
    assert all(message.ephemeral for message in messages(result))


async def test_forgetting_asks_before_it_is_done(papers_channel: ChannelHandle, bob: MemberActor, shelf: Desk) -> None:
    await followed(papers_channel, bob, topic="robots", time="09:00")
    offer = await bob.slash(papers_channel, "papers forget-me")
    asked = await bob.click(offer.response.message, label="Forget me")  # type: ignore[union-attr]
    assert "It cannot be taken back." in words(asked)
    assert await shelf.subscriptions.of_owner(f"discord:@{bob.id}")
    (question,) = messages(asked)
    await bob.click(question.message, label="Forget me")
    assert not await shelf.subscriptions.of_owner(f"discord:@{bob.id}")


@pytest.mark.parametrize("command", ["following", "saved", "help"])
async def test_what_is_ones_own_is_answered_privately(
    papers_channel: ChannelHandle, bob: MemberActor, command: str
) -> None:
    result = await bob.slash(papers_channel, f"papers {command}")
    assert result.ephemeral
    assert words(result)


async def test_titles_are_suggested_by_their_words(papers_channel: ChannelHandle, bob: MemberActor) -> None:
    found = await bob.autocomplete(papers_channel, "papers similar", "paper", "doors of ki")
    assert len(found) == 7
    assert found[0]["value"].startswith("2603.")
    assert "doors" in found[0]["name"]
    for named in ("2603.00002", "https://arxiv.org/abs/2603.00002"):
        (one,) = await bob.autocomplete(papers_channel, "papers similar", "paper", named)
        assert one["value"] == "2603.00002"
    trending = await bob.autocomplete(papers_channel, "papers similar", "paper", "")
    assert trending[0]["value"] == "2603.00001"


async def test_categories_zones_and_own_topics_are_suggested(papers_channel: ChannelHandle, bob: MemberActor) -> None:
    categories = await bob.autocomplete(papers_channel, "papers search", "category", "cs.RO robo", words="x")
    assert all(one["value"].startswith("cs.RO ") for one in categories)
    named = await bob.autocomplete(papers_channel, "papers trending", "category", "machine learning")
    assert [one["value"] for one in named] == ["cs.LG", "stat.ML"]
    first = await bob.autocomplete(papers_channel, "papers trending", "category", "")
    assert [one["value"] for one in first][:5] == ["cs.AI", "cs.CL", "cs.CV", "cs.LG", "stat.ML"]
    zones = await bob.autocomplete(papers_channel, "papers follow", "zone", "berl")
    assert zones[0]["value"] == "Europe/Berlin"
    await followed(papers_channel, bob, topic="robots that open doors", time="09:00")
    topics = await bob.autocomplete(papers_channel, "papers follow", "topic", "doors")
    assert [one["value"] for one in topics] == ["doors", "robots that open doors"]


async def test_a_command_that_discord_still_has_and_we_do_not_is_answered(
    discord_env: simcord.Env, papers_channel: ChannelHandle, bob: MemberActor, app: DiscordApp
) -> None:
    group = app.client.tree.get_command("papers")
    assert isinstance(group, discord.app_commands.Group)
    group.remove_command("saved")
    result = await bob.slash(papers_channel, "papers saved")
    assert result.ephemeral
    assert "This command has changed" in words(result)
    assert [type(error).__name__ for error in discord_env.errors] == ["CommandNotFound"]
