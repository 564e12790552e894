"""Makes docs/slack-*.png: what people see in Slack, from the bundled sample, drawn in Chromium.

    python docs/slack_pictures.py [--html FOLDER]      needs chromium, and the model

The drawing is our own (block_kit_page.py); the blocks are what is sent to Slack.
"""

from pathlib import Path
from zoneinfo import ZoneInfo

from block_kit_page import draw, message, modal, page, said
from columns import place
from sample_talk import ASKED, ZONE, follow_form, make_pictures, talk

from bot import asks
from bot.actions import Verb, action
from bot.caller import Caller
from bot.commands import Commands
from bot.forms import Filled
from bot.posts import post_of
from bot.slack import home_view
from bot.slack.blocks import render, split
from bot.slack.modal import modal as modal_of
from papers.contents import DigestContent
from papers.models import Paper

CALLER = Caller(person="slack:T1/U1", place="slack:T1/C1", place_name="#reading-group", zone=ZONE)
SCALE = 1.25
"""Pixels of a picture for each of the page's."""
TALLEST = {"follow": 3000, "search": 1200}
TALL = 1100
"""Pixels of a page, of those that are not named above; a digest goes on below its picture."""


async def pages(folder: Path) -> dict[str, str]:
    """Every picture's page, by its name."""
    async with talk(folder) as shown:
        return {
            "digest": digest_page(shown.digest),
            "search": await search_page(shown.commands, shown.papers[0], shown.papers[1]),
            "follow": await follow_page(shown.commands),
            "home": await home_page(shown.commands),
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
    answer = message(render(found).blocks, when="10:14", private=True)
    why = message(render(await commands.press(CALLER, action(Verb.WHY, one.id))).blocks, when="10:15", private=True)
    url = other.url or ""
    cards = await commands.unfurl(CALLER, [url])
    unfurled = home_view.unfurl(cards[url])["blocks"]
    linked = said("Ada", f"Worth a look before Thursday: <{url}|{url}>", when="10:21", unfurled=unfurled)
    typed = f'<div class="only">/papers search {ASKED}</div>'
    left = place("# reading-group") + typed + answer
    return page(left, place("# reading-group", "“Why”, and a link") + why + linked, widths=(640, 560))


async def follow_page(commands: Commands) -> str:
    """The form to follow a topic, with what it would have brought."""
    form = await follow_form(commands, CALLER)
    return page(modal(modal_of(form)), widths=(600,))


async def home_page(commands: Commands) -> str:
    """A page of one's own, after a topic was followed and papers were saved."""
    form = await follow_form(commands, CALLER)
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


if __name__ == "__main__":
    make_pictures("slack", __doc__, pages, scale=SCALE, tallest=lambda picture: TALLEST.get(picture, TALL))
