"""What the pictures of all chats show: one talk about the bundled sample; and how its pages become pictures."""

import argparse
import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chromium import photograph

from bot import asks
from bot.actions import Verb
from bot.caller import Caller
from bot.commands import Commands
from bot.forms import Form
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

ASKED = "agents that remember"
TOPIC = "agents that use tools, not surveys"
ZONE = "Asia/Singapore"
"""Where the sample's time is a morning, ten past ten."""
_DOCS = Path(__file__).parent


@dataclass(frozen=True)
class Talk:
    commands: Commands
    digest: DigestContent
    papers: tuple[Paper, ...]
    """Those that trend on the day, the first first."""


@asynccontextmanager
async def talk(folder: Path) -> AsyncIterator[Talk]:
    """``folder`` is for the store; what is said is said at the sample's own time."""
    async with open_app(load_settings(data_dir=folder, now=SHOWN_AT)) as app, open_post(app) as post:
        await play(app, read_replay([sample_path()]))
        chart = await charts.compute(app.store, at=SHOWN_AT, window=Window.DAY)
        options = DigestOptions()
        shown = tuple(charts.select(chart, limit=options.top))
        digest = DigestContent(chart=shown, at=SHOWN_AT, window=Window.DAY, zone=ZONE, options=options)
        commands = Commands(desk_of(post, encoder=app.encoder))
        yield Talk(commands, digest, tuple(item.paper for item in chart))


async def follow_form(commands: Commands, caller: Caller) -> Form:
    """The form that the button of a topic's preview opens."""
    offered = await commands.answer(caller, asks.Follow(text=TOPIC))
    button = next(button for button in offered.buttons if button.action.verb is Verb.FOLLOW)
    form = await commands.form(caller, button.action)
    assert isinstance(form, Form)
    return form


def make_pictures(
    chat: str,
    about: str,
    pages: Callable[[Path], Coroutine[Any, Any, Mapping[str, str]]],
    *,
    scale: float,
    tallest: Callable[[str], int],
) -> None:
    """Writes docs/CHAT-NAME.png of each page. ``scale`` and ``tallest``, of a page by its name, are as for photographs.

    ``about`` is the module's docstring, for --help.
    """
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--html", type=Path, help="keep everything in this folder")
    kept: Path | None = parser.parse_args().html
    with tempfile.TemporaryDirectory(prefix="pb-", dir="/tmp") as name:
        folder = Path(name)
        for picture, drawn in asyncio.run(pages(folder / "data")).items():
            target = folder / f"{picture}.html"
            target.write_text(drawn, "utf-8")
            (_DOCS / f"{chat}-{picture}.png").write_bytes(photograph(target, scale=scale, tallest=tallest(picture)))
            if kept:
                kept.mkdir(parents=True, exist_ok=True)
                (kept / target.name).write_text(drawn, "utf-8")
