"""The desk that bots work at: over the real post office, without a model."""

import os
import subprocess
import sys
from pathlib import Path

from bot import asks
from bot.caller import Caller
from bot.commands import Commands
from paperboy.desk import desk_of
from paperboy.post import open_post
from paperboy.wiring import open_app
from papers.settings import Settings
from tests.papers.word_encoder import WordEncoder

ADA = Caller(person="slack:T1/U1", place="slack:T1/C1")


async def test_without_a_worker_everything_that_needs_no_model_is_answered(settings: Settings) -> None:
    async with open_app(settings) as app, open_post(app) as post:
        commands = Commands(desk_of(post))
        assert "no preview at the moment" in (await commands.answer(ADA, asks.Follow(text="cats in hats"))).text
        assert (await commands.answer(ADA, asks.Following())).heading.startswith("What you follow")
        assert len((await commands.home(ADA)).sections) == 4


async def test_an_encoder_can_be_given(settings: Settings) -> None:
    async with open_app(settings) as app, open_post(app) as post:
        encoder = WordEncoder()
        await Commands(desk_of(post, encoder=encoder)).answer(ADA, asks.Follow(text="cats in hats"))
        assert "cats in hats" in encoder.texts


def test_a_desk_loads_no_model(data_dir: Path) -> None:
    probe = (
        "import asyncio, sys\n"
        "from paperboy.desk import desk_of\n"
        "from paperboy.post import run_with_post\n"
        "from bot import asks\n"
        "from bot.caller import Caller\n"
        "from bot.commands import Commands\n"
        "async def work(post):\n"
        "    await Commands(desk_of(post)).answer(Caller(person='slack:T1/U1'), asks.Follow(text='cats in hats'))\n"
        "run_with_post(work)\n"
        "print(*sys.modules)\n"
    )
    environment = {**os.environ, "PAPERBOY_DATA_DIR": str(data_dir), "PYTHONPATH": str(Path(__file__).parents[2])}
    out = subprocess.run([sys.executable, "-c", probe], check=True, capture_output=True, text=True, env=environment)
    assert not set(out.stdout.split()) & {"torch", "transformers", "sentence_transformers", "taskiq"}
