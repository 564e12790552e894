"""Commands that find papers. What they find is for whoever asks alone, until it is shared."""

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.app_commands import Choice, Group, Range

from bot import asks
from bot.apologies import apology
from bot.category_field import CATEGORIES
from bot.command_filters import narrowed, read_filters
from bot.command_text import read_search
from bot.discord.callers import COMMAND
from bot.discord.describing import does
from bot.forms import SUGGESTED_PAPERS
from papers.errors import BadInput
from papers.models import Window

if TYPE_CHECKING:
    from bot.discord.asking import Questions
    from bot.discord.choices import Choices

Interaction = discord.Interaction[Any]

_LONGEST_WORDS = 1000
_LONGEST = 200
_WINDOWS = [
    Choice(name="today", value=Window.DAY.value),
    Choice(name="this week", value=Window.WEEK.value),
    Choice(name="this month", value=Window.MONTH.value),
]
_CATEGORY = "arXiv’s categories, such as cs.CL; several with spaces between them"


def add_finding(group: Group, questions: "Questions", choices: "Choices") -> None:
    """Add them to the group."""

    @group.command(name="search", description=does("search"))
    @app_commands.describe(
        words="What the papers should be about, in your own words",
        category=_CATEGORY,
        author="A name, or a part of one",
        since="Not older than this day, as in 2026-03-01",
    )
    async def search(
        interaction: Interaction,
        words: Range[str, 1, _LONGEST_WORDS],
        category: Range[str, 1, _LONGEST] | None = None,
        author: Range[str, 1, _LONGEST] | None = None,
        since: Range[str, 1, 10] | None = None,
    ) -> None:
        try:
            filters = read_filters(category or "", author or "", since or "")
            ask = read_search(words, COMMAND)
        except BadInput as error:
            questions.tell(interaction, apology(error))
            return
        questions.answer(interaction, narrowed(ask, filters) if isinstance(ask, asks.Search) else ask)

    @group.command(name="trending", description=does("trending"))
    @app_commands.describe(window="Of which time; the week if you say nothing", category=_CATEGORY)
    @app_commands.choices(window=_WINDOWS)
    async def trending(
        interaction: Interaction, window: Choice[str] | None = None, category: Range[str, 1, _LONGEST] | None = None
    ) -> None:
        try:
            categories = read_filters(category or "", "", "").categories
        except BadInput as error:
            questions.tell(interaction, apology(error))
            return
        span = Window(window.value) if window else Window.WEEK
        questions.answer(interaction, asks.Trending(window=span, categories=categories))

    @group.command(name="similar", description=does("similar"))
    @app_commands.describe(paper="Words of its title, its arXiv id, its DOI, or a link to it")
    async def similar(interaction: Interaction, paper: Range[str, 1, _LONGEST_WORDS]) -> None:
        questions.answer(interaction, asks.Similar(paper=paper))

    @search.autocomplete("category")
    async def of_search(interaction: Interaction, typed: str) -> list[Choice[str]]:
        return await choices.several(interaction, CATEGORIES, typed)

    @trending.autocomplete("category")
    async def of_trending(interaction: Interaction, typed: str) -> list[Choice[str]]:
        return await choices.several(interaction, CATEGORIES, typed)

    @similar.autocomplete("paper")
    async def of_similar(interaction: Interaction, typed: str) -> list[Choice[str]]:
        return await choices.of(interaction, SUGGESTED_PAPERS, typed)
