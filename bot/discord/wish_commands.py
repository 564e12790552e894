"""Commands with which somebody follows a topic, or subscribes a channel. Without options, a form asks."""

from typing import TYPE_CHECKING, Any, cast

import discord
from discord import app_commands
from discord.app_commands import AppCommandChannel, AppCommandThread, Choice, Group, Range

from bot import asks
from bot.category_field import CATEGORIES
from bot.category_words import category_parts
from bot.digest_form import TOP
from bot.discord.callers import caller_in, caller_of
from bot.discord.describing import does
from bot.follow_form import AUTHORS, EXCLUDED, TOPIC
from bot.forms import SUGGESTED_TOPICS
from bot.rhythm_fields import CADENCE, HOUR, ZONE, cadences
from bot.threshold_field import THRESHOLD

if TYPE_CHECKING:
    from bot.discord.asking import Questions
    from bot.discord.choices import Choices

Interaction = discord.Interaction[Any]

_LONGEST = 500
_AT = "The hour, as in 09:00"
_ZONE = "The time zone, as in Berlin"
_CATEGORY = "Only in these of arXiv’s categories, such as cs.CL; several with spaces between them"
Chosen = AppCommandChannel | AppCommandThread
_PLACES = [
    *(discord.ChannelType.text, discord.ChannelType.news, discord.ChannelType.forum, discord.ChannelType.voice),
    *(discord.ChannelType.public_thread, discord.ChannelType.private_thread, discord.ChannelType.news_thread),
]


class Places(app_commands.Transformer):
    """Channels that something can be posted in."""

    type = discord.AppCommandOptionType.channel
    channel_types = _PLACES

    async def transform(self, interaction: Interaction, value: Any, /) -> Chosen:
        return cast(Chosen, value)


def add_wishing(group: Group, questions: "Questions", choices: "Choices") -> None:
    """Add them to the group."""

    @group.command(name="follow", description=does("follow"))
    @app_commands.describe(
        topic="What the papers should be about; you see what last week would have brought",
        exclude="Without papers that mention these words, with commas between them",
        author="Only by these authors, with commas between them",
        category=_CATEGORY,
        how_often="When new papers come to you",
        time=_AT,
        zone=_ZONE,
        threshold="How near a paper must be, from 0 to 1: the higher, the fewer come",
    )
    @app_commands.rename(how_often="how-often")
    @app_commands.choices(how_often=_cadences(at_once=True))
    async def follow(
        interaction: Interaction,
        topic: Range[str, 1, _LONGEST] | None = None,
        exclude: Range[str, 1, _LONGEST] | None = None,
        author: Range[str, 1, _LONGEST] | None = None,
        category: Range[str, 1, _LONGEST] | None = None,
        how_often: Choice[str] | None = None,
        time: Range[str, 1, 20] | None = None,
        zone: Range[str, 1, 100] | None = None,
        threshold: Range[float, -1.0, 1.0] | None = None,
    ) -> None:
        typed = {
            EXCLUDED: _one(exclude),
            AUTHORS: _one(author),
            CATEGORIES: _several(category),
            CADENCE: _chosen(how_often),
            HOUR: _one(time),
            ZONE: _one(zone),
            THRESHOLD: _one(None if threshold is None else f"{threshold:.4f}"),
        }
        if any(typed.values()):
            questions.follow(interaction, _told({TOPIC: _one(topic), **typed}))
        elif topic:
            questions.answer(interaction, asks.Follow(text=topic))
        else:
            questions.open(interaction, asks.Follow())

    @group.command(name="subscribe", description=does("subscribe"))
    @app_commands.describe(
        how_often="When the digest comes",
        time=_AT,
        zone=_ZONE,
        papers="How many papers it has at most",
        category=_CATEGORY,
        channel="Where it comes to, if not here: a forum gets a post a digest",
    )
    @app_commands.rename(how_often="how-often")
    @app_commands.choices(how_often=_cadences(at_once=False))
    async def subscribe(
        interaction: Interaction,
        how_often: Choice[str] | None = None,
        time: Range[str, 1, 20] | None = None,
        zone: Range[str, 1, 100] | None = None,
        papers: Range[int, 1, 50] | None = None,
        category: Range[str, 1, _LONGEST] | None = None,
        channel: app_commands.Transform[Chosen, Places] | None = None,
    ) -> None:
        typed = {
            CADENCE: _chosen(how_often),
            HOUR: _one(time),
            ZONE: _one(zone),
            TOP: _one(None if papers is None else str(papers)),
            CATEGORIES: _several(category),
        }
        caller = caller_of(interaction) if channel is None else caller_in(interaction, channel)
        if any(typed.values()):
            questions.subscribe(interaction, caller, _told(typed))
        else:
            questions.open(interaction, asks.Subscribe(), caller)

    @follow.autocomplete("topic")
    async def topics(interaction: Interaction, typed: str) -> list[Choice[str]]:
        return await choices.of(interaction, SUGGESTED_TOPICS, typed)

    async def categories(interaction: Interaction, typed: str) -> list[Choice[str]]:
        return await choices.several(interaction, CATEGORIES, typed)

    async def zones(interaction: Interaction, typed: str) -> list[Choice[str]]:
        return await choices.of(interaction, ZONE, typed)

    follow.autocomplete("category")(categories)
    follow.autocomplete("zone")(zones)
    subscribe.autocomplete("category")(categories)
    subscribe.autocomplete("zone")(zones)


def _cadences(*, at_once: bool) -> list[Choice[str]]:
    return [Choice(name=option.label, value=option.value) for option in cadences(at_once=at_once)]


def _chosen(choice: Choice[str] | None) -> tuple[str, ...]:
    return (choice.value,) if choice else ()


def _one(value: str | None) -> tuple[str, ...]:
    return (value,) if value and value.strip() else ()


def _several(value: str | None) -> tuple[str, ...]:
    return category_parts(value or "")


def _told(typed: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """What was given: the rest is as the form has it filled in."""
    return {name: values for name, values in typed.items() if values}
