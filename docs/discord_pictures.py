"""Makes docs/discord-*.png: what people see in Discord, from the bundled sample, drawn in Chromium.

    python docs/discord_pictures.py [--html FOLDER]      needs chromium, and the model

The drawing is our own (components_page.py); the components are what is sent to Discord.
"""

import argparse
import asyncio
import tempfile
from pathlib import Path

from chromium import photograph
from components_page import message, modal, page, place

from bot import asks
from bot.actions import Verb, action
from bot.caller import Caller
from bot.commands import Commands
from bot.discord.form_message import form_message
from bot.discord.layout import render, split
from bot.discord.modal import modal as modal_of
from bot.forms import Form
from bot.posts import post_of
from paperboy.desk import desk_of
from paperboy.ingesting import play
from paperboy.post import open_post
from paperboy.wiring import open_app
from papers import charts
from papers.contents import DigestContent
from papers.following import DigestOptions
from papers.models import Paper, Window
from papers.replay import read_replay
from papers.sample import SHOWN_AT, sample_path
from papers.settings import load_settings

DOCS = Path(__file__).parent
CALLER = Caller(person="discord:@11", place="discord:12", place_name="#reading-group", zone="Europe/Berlin")
ASKED = "agents that remember"
TOPIC = "agents that use tools, not surveys"
SCALE = 1.15
"""Pixels of a picture for each of the page's."""
TALL = 1420
"""Pixels of a page; what is longer goes on below its picture."""


async def pages(folder: Path) -> dict[str, str]:
    """Every picture's page, by its name."""
    async with open_app(load_settings(data_dir=folder, now=SHOWN_AT)) as app, open_post(app) as post:
        await play(app, read_replay([sample_path()]))
        commands = Commands(desk_of(post, encoder=app.encoder))
        chart = await charts.compute(app.store, at=SHOWN_AT, window=Window.DAY)
        options = DigestOptions()
        shown = tuple(charts.select(chart, limit=options.top))
        digest = DigestContent(chart=shown, at=SHOWN_AT, window=Window.DAY, zone="Europe/Berlin", options=options)
        return {
            "digest": digest_page(digest),
            "search": await search_page(commands),
            "follow": await follow_page(commands),
            "why": await why_page(commands, chart[0].paper),
        }


def digest_page(content: DigestContent) -> str:
    """The digest in its channel: ten papers are two messages."""
    first, *rest = split(post_of(content).main)
    channel = place("# reading-group") + message(first.components, when="Today at 09:00")
    below = place("# reading-group", "further down") + "".join(
        message(part.components, when="Today at 09:00") for part in rest
    )
    return page(channel, below, widths=(660, 660))


async def search_page(commands: Commands) -> str:
    found = await commands.answer(CALLER, asks.Search(text=ASKED))
    asked = f"/papers search {ASKED}"
    answer = message(render(found).components, when="Today at 09:14", private=True, asked=asked)
    return page(place("# reading-group") + answer, widths=(680,))


async def why_page(commands: Commands, one: Paper) -> str:
    """Why a paper trends, and papers like it."""
    why = render(await commands.press(CALLER, action(Verb.WHY, one.id))).components
    alike = render(await commands.press(CALLER, action(Verb.SIMILAR, one.id))).components
    left = place("# reading-group", "“Why”") + message(why, when="Today at 09:15", private=True)
    right = place("# reading-group", "“Similar”") + message(alike, when="Today at 09:16", private=True)
    return page(left, right, widths=(660, 660))


async def follow_page(commands: Commands) -> str:
    """The form to follow a topic, with what it would have brought; a page of it."""
    offered = await commands.answer(CALLER, asks.Follow(text=TOPIC))
    button = next(button for button in offered.buttons if button.action.verb is Verb.FOLLOW)
    form = await commands.form(CALLER, button.action)
    assert isinstance(form, Form)
    shown = message(form_message(form, "key").components, when="Today at 09:20", private=True, asked="/papers follow")
    modals = modal(modal_of(form, "key", 0)) + modal(modal_of(form, "key", 1))
    return page(place("# reading-group") + shown, place("“What…” and “When…”") + modals, widths=(660, 520))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--html", type=Path, help="keep everything in this folder")
    kept: Path | None = parser.parse_args().html
    with tempfile.TemporaryDirectory(prefix="pb-", dir="/tmp") as name:
        folder = Path(name)
        for picture, drawn in asyncio.run(pages(folder / "data")).items():
            target = folder / f"{picture}.html"
            target.write_text(drawn, "utf-8")
            (DOCS / f"discord-{picture}.png").write_bytes(photograph(target, scale=SCALE, tallest=TALL))
            if kept:
                kept.mkdir(parents=True, exist_ok=True)
                (kept / target.name).write_text(drawn, "utf-8")


if __name__ == "__main__":
    main()
