"""Makes docs/slack-*.png: what people see in Slack, from the bundled sample, drawn in Chromium.

    python docs/slack_pictures.py [--html FOLDER]      needs chromium, and the model

The drawing is our own (block_kit_page.py); the blocks are what is sent to Slack.
"""

import argparse
import asyncio
import tempfile
from pathlib import Path
from zoneinfo import ZoneInfo

from block_kit_page import draw, message, modal, page, place, said
from chromium import photograph

from bot import asks
from bot.actions import Verb, action
from bot.caller import Caller
from bot.commands import Commands
from bot.forms import Filled, Form
from bot.posts import post_of
from bot.slack import home_view
from bot.slack.blocks import render, split
from bot.slack.modal import modal as modal_of
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
CALLER = Caller(person="slack:T1/U1", place="slack:T1/C1", place_name="#reading-group", zone="Europe/Berlin")
ASKED = "agents that remember"
TOPIC = "agents that use tools, not surveys"
SCALE = 1.25
"""Pixels of a picture for each of the page's."""
TALLEST = {"follow": 3000}
TALL = 1100
"""Pixels of a page, of those that are not named above; a digest goes on below its picture."""


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
            "search": await search_page(commands, chart[0].paper, chart[1].paper),
            "follow": await follow_page(commands),
            "home": await home_page(commands),
        }


def digest_page(content: DigestContent) -> str:
    """The digest in its channel, its thread beside it."""
    post = post_of(content)
    main = split(post.main)
    details = split(post.details, below=True) if post.details else ()
    first, *rest = [*main, *details]
    when = f"{content.at.astimezone(ZoneInfo(content.zone)):%H:%M}"
    channel = place("# reading-group") + message(first.blocks, when=when, foot=f"{len(rest)} replies")
    thread = place("Thread", "# reading-group") + "".join(message(part.blocks, when=when) for part in rest)
    return page(channel, thread, widths=(640, 480))


async def search_page(commands: Commands, one: Paper, other: Paper) -> str:
    """A search's answer; why one paper trends; the card under a link to another."""
    found = await commands.answer(CALLER, asks.Search(text=ASKED))
    answer = message(render(found).blocks, when="09:14", private=True)
    why = message(render(await commands.press(CALLER, action(Verb.WHY, one.id))).blocks, when="09:15", private=True)
    url = other.url or ""
    cards = await commands.unfurl(CALLER, [url])
    unfurled = home_view.unfurl(cards[url])["blocks"]
    linked = said("Ada", f"Worth a look before Thursday: <{url}|{url}>", when="09:21", unfurled=unfurled)
    typed = f'<div class="only">/papers search {ASKED}</div>'
    left = place("# reading-group") + typed + answer
    return page(left, place("# reading-group", "“Why”, and a link") + why + linked, widths=(640, 560))


async def follow_page(commands: Commands) -> str:
    """The form to follow a topic, with what it would have brought."""
    offered = await commands.answer(CALLER, asks.Follow(text=TOPIC))
    button = next(button for button in offered.buttons if button.action.verb is Verb.FOLLOW)
    form = await commands.form(CALLER, button.action)
    assert isinstance(form, Form)
    return page(modal(modal_of(form)), widths=(600,))


async def home_page(commands: Commands) -> str:
    """A page of one's own, after a topic was followed and papers were saved."""
    offered = await commands.answer(CALLER, asks.Follow(text=TOPIC))
    form = await commands.form(CALLER, offered.buttons[0].action)
    assert isinstance(form, Form)
    values = {field.name: field.value for field in form.fields if field.value}
    await commands.submit(CALLER, Filled(name=form.name, context=form.context, values=values))
    trending = await commands.answer(CALLER, asks.Trending())
    for card in trending.cards[1:3]:
        saving = next(button for button in card.buttons if button.action.verb is Verb.SAVE)
        await commands.press(CALLER, saving.action)
    view = home_view.home(await commands.home(CALLER))
    first_line = [block["type"] for block in view["blocks"]].index("divider")
    above, below = view["blocks"][:first_line], view["blocks"][first_line + 1 :]
    return page(place("Paperboy", "Home") + draw(above), place("", "further down") + draw(below), widths=(560, 560))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--html", type=Path, help="keep everything in this folder")
    kept: Path | None = parser.parse_args().html
    with tempfile.TemporaryDirectory(prefix="pb-", dir="/tmp") as name:
        folder = Path(name)
        for picture, drawn in asyncio.run(pages(folder / "data")).items():
            target = folder / f"{picture}.html"
            target.write_text(drawn, "utf-8")
            (DOCS / f"slack-{picture}.png").write_bytes(
                photograph(target, scale=SCALE, tallest=TALLEST.get(picture, TALL))
            )
            if kept:
                kept.mkdir(parents=True, exist_ok=True)
                (kept / target.name).write_text(drawn, "utf-8")


if __name__ == "__main__":
    main()
