"""Options as people type them, through a process of its own: each is understood, or answered with what to write."""

import pytest

from tests.bot.discord.stage import Stage
from tests.fakes.discord import words

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

_UNDERSTOOD = [
    ({"time": "7"}, "07:00"),
    ({"time": "7pm"}, "19:00"),
    ({"time": "noon"}, "12:00"),
    ({"time": "0700"}, "07:00"),
    ({"zone": "Berlin"}, "Europe/Berlin"),
    ({"zone": "London time"}, "Europe/London"),
    ({"category": "nlp, robotics"}, "cs.CL, cs.RO"),
    ({"category": "Computation and Language (cs.CL)"}, "in cs.CL"),
]
_TOLD = [
    ("subscribe", {"time": "25:00"}, "“25:00” is no time of day. Write"),
    ("subscribe", {"time": "🎉"}, "Write a time of day like 09:00"),
    ("subscribe", {"time": "in the morning"}, "Write a time of day like 09:00"),
    ("subscribe", {"zone": "CET"}, "Write one of these: Europe/Berlin"),
    ("subscribe", {"zone": "UTC+2"}, "Write one of these:"),
    ("subscribe", {"zone": "berln"}, "Is it one of these? Europe/Berlin"),
    ("subscribe", {"zone": "Germany"}, "Write a city"),
    ("subscribe", {"category": "robotcs"}, "may mean one of these: cs.RO"),
    ("subscribe", {"category": "https://arxiv.org/abs/2410.05258"}, "write some like cs.CL"),
    ("trending", {"category": "🎉"}, "write some like cs.CL"),
    ("search", {"words": "🎉"}, "no words in"),
    ("search", {"words": " "}, "Say what the papers should be about"),
    ("search", {"words": "cs.CL"}, "alone is no search"),
    ("search", {"words": "https://arxiv.org/abs/2410.05258"}, "is known here"),
    ("follow", {"topic": "https://arxiv.org/abs/2410.05258"}, "names a paper"),
    ("follow", {"topic": "Computation and Language (cs.CL)"}, "is a category"),
    ("follow", {"topic": "🎉"}, "write a few words"),
    ("follow", {"topic": "robots", "time": "25:00"}, "is no time of day"),
]


async def test_what_is_meant_is_done(stage: Stage) -> None:
    for options, done in _UNDERSTOOD:
        answer = words(await stage.ask(stage.manager(), stage.channel(), "subscribe", **options)).replace("\\", "")
        assert "Subscribed." in answer, options
        assert done in answer, options


async def test_what_is_not_understood_is_answered_with_what_to_write(stage: Stage) -> None:
    for command, options, told in _TOLD:
        answer = words(await stage.ask(stage.manager(), stage.channel(), command, **options)).replace("\\", "")
        assert told in answer, (command, options)


async def test_blank_options_are_none(stage: Stage) -> None:
    for options in ({"time": " "}, {"zone": "  "}, {"category": " "}):
        answer = words(await stage.ask(stage.manager(), stage.channel(), "subscribe", **options))
        assert "Subscribe to a digest" in answer, options
