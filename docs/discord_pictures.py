"""Makes docs/discord-*.png: what people see in Discord, from the bundled sample, drawn in Chromium.

    python docs/discord_pictures.py [--html FOLDER]      needs chromium, and the model

The drawing is our own (components_page.py); the components are what is sent to Discord.
"""

from pathlib import Path

from columns import place
from components_page import message, modal, page
from sample_talk import ASKED, ZONE, follow_form, make_pictures, talk

from bot import asks
from bot.actions import Verb, action
from bot.caller import Caller
from bot.commands import Commands
from bot.discord.form_message import form_message
from bot.discord.layout import render, split
from bot.discord.modal import modal as modal_of
from bot.posts import post_of
from papers.contents import DigestContent
from papers.models import Paper

CALLER = Caller(person="discord:@11", place="discord:12", place_name="#reading-group", zone=ZONE)
SCALE = 1.15
"""Pixels of a picture for each of the page's."""
TALL = 1420
"""Pixels of a page; what is longer goes on below its picture."""


async def pages(folder: Path) -> dict[str, str]:
    """Every picture's page, by its name."""
    async with talk(folder) as shown:
        return {
            "digest": digest_page(shown.digest),
            "search": await search_page(shown.commands),
            "follow": await follow_page(shown.commands),
            "why": await why_page(shown.commands, shown.papers[0]),
        }


def digest_page(content: DigestContent) -> str:
    """The digest in its channel: ten papers are two messages."""
    first, *rest = split(post_of(content).main)
    channel = place("# reading-group") + message(first.components, when="Today at 10:10")
    below = place("# reading-group", "further down") + "".join(
        message(part.components, when="Today at 10:10") for part in rest
    )
    return page(channel, below, widths=(660, 660))


async def search_page(commands: Commands) -> str:
    found = await commands.answer(CALLER, asks.Search(text=ASKED))
    asked = f"/papers search {ASKED}"
    answer = message(render(found).components, when="Today at 10:14", private=True, asked=asked)
    return page(place("# reading-group") + answer, widths=(680,))


async def why_page(commands: Commands, one: Paper) -> str:
    why = render(await commands.press(CALLER, action(Verb.WHY, one.id))).components
    answer = message(why, when="Today at 10:15", private=True)
    return page(place("# reading-group", "“Why”") + answer, widths=(680,))


async def follow_page(commands: Commands) -> str:
    """The form to follow a topic, with what it would have brought; a page of it."""
    form = await follow_form(commands, CALLER)
    shown = message(form_message(form, "key").components, when="Today at 10:20", private=True, asked="/papers follow")
    modals = modal(modal_of(form, "key", 0)) + modal(modal_of(form, "key", 1))
    return page(place("# reading-group") + shown, place("“What…” and “When…”") + modals, widths=(660, 520))


if __name__ == "__main__":
    make_pictures("discord", __doc__, pages, scale=SCALE, tallest=lambda _: TALL)
