"""What a screen reader hears of a button: what it does, in the first words; of two that are alike, which."""

import pytest
from redis.asyncio import Redis

from bot.actions import Verb, action
from bot.asks import Following
from bot.commands import Commands
from bot.desk import Desk
from bot.forms import Form
from bot.paper_cards import paper_buttons
from bot.replies import Button
from bot.slack.buttons import actions, renamed
from papers.settings import Settings
from tests.bot.people import ADA, as_filled, desk_at_noon, direct, stock
from tests.papers.builders import paper

LONG = "UltraDexGrasp: Learning Universal Dexterous Grasping for Bimanual Robots with Synthetic Data"


@pytest.fixture
def desk(redis: Redis, settings: Settings) -> Desk:
    return desk_at_noon(redis, settings)


def heard(button: Button) -> str:
    return str(actions([button])[0]["elements"][0]["accessibility_label"])


async def test_what_takes_a_saved_paper_away_says_so_however_long_its_title_is(desk: Desk) -> None:
    (paper_id,) = await stock(desk, LONG)
    saved = await Commands(desk).press(ADA, action(Verb.SAVE, paper_id))
    remove = next(button for button in saved.buttons if button.action.verb is Verb.UNSAVE)
    assert heard(remove).startswith("Remove “UltraDexGrasp")
    assert heard(remove).endswith("from what you saved")


def test_a_count_of_thumbs_is_heard() -> None:
    (up,) = paper_buttons(paper("2603.00001", LONG), Verb.UP)
    blocks = renamed(actions([up]), {up.action.encode(): "👍 2"})
    assert blocks is not None
    assert blocks[0]["elements"][0]["accessibility_label"].startswith("👍 2 for “UltraDexGrasp")


async def test_two_digests_are_told_apart(desk: Desk) -> None:
    commands = Commands(desk)
    for caller, changed in ((ADA, {"cadence": "weekly"}), (direct(ADA), {}), (ADA, {"categories": ("cs.CL",)})):
        form = await commands.form(caller, action(Verb.SUBSCRIBE))
        assert isinstance(form, Form)
        await commands.submit(caller, as_filled(form, **changed))
    hints = [card.buttons[0].hint for card in (await commands.answer(ADA, Following())).cards]
    assert len(set(hints)) == len(hints)
    assert "Change the weekly digest in #papers" in hints or "Change the daily digest of cs.CL in #papers" in hints
