"""Whatever is typed, forged or bent, there is an answer, and nothing is said that Discord would refuse."""

import asyncio
import copy
import os
import random
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.abuse import strange
from tests.bot.discord.stage import Stage
from tests.fakes.discord import Channel, User, buttons, words
from tests.fakes.discord_people import AUTOCOMPLETE, COMMAND, COMPONENT, SUBMIT
from tests.fakes.discord_state import Json, Message

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

ROUNDS = int(os.environ.get("FUZZ_ROUNDS", "300"))
"""Of each kind; 10,000 take some minutes."""
_AT_ONCE = 20
_LONGEST_ID = 100


async def all_at_once(rounds: int, one: Callable[[random.Random], Awaitable[None]]) -> None:
    gate = asyncio.Semaphore(_AT_ONCE)

    async def run(number: int) -> None:
        async with gate:
            await one(random.Random(number))

    await asyncio.gather(*(run(number) for number in range(rounds)))


async def answered(stage: Stage, kind: int, user: User, channel: Channel, data: Json, source: Message | None) -> None:
    """It is answered in time, and what was promised comes."""
    discord = stage.discord
    asked = discord.asked(kind, user, channel, data, source)
    answer = await discord.deliver(asked)
    assert answer.response is not None, data
    if answer.response["type"] == 5:
        await answer.message()
    assert discord.violations == [], (data, discord.violations)


def leaves(command: Json) -> list[Json]:
    return [one for one in command["options"] if one["type"] == 1]


def option(dice: random.Random, known: Json) -> Json:
    """A value that Discord lets through."""
    value: Any
    if known.get("choices"):
        value = dice.choice(known["choices"])["value"]
    elif known["type"] == 3:
        value = strange.text(dice)[: min(known.get("max_length", 6000), dice.choice([5, 50, 6000]))]
        value = value or "x"
    elif known["type"] == 4:
        value = dice.randint(known.get("min_value", -(2**53)), known.get("max_value", 2**53))
    else:
        value = dice.uniform(known.get("min_value", -1e9), known.get("max_value", 1e9))
    return {"name": known["name"], "type": known["type"], "value": value}


def filled(dice: random.Random, leaf: Json) -> list[Json]:
    known = [one for one in leaf.get("options") or [] if one["type"] in (3, 4, 10)]
    return [option(dice, one) for one in known if one.get("required") or dice.random() < 0.4]


def told(command: Json, leaf: Json, options: list[Json]) -> Json:
    inner = {"name": leaf["name"], "type": 1, "options": options}
    return {"id": command["id"], "name": command["name"], "type": 1, "options": [inner]}


async def test_every_command_is_answered_whatever_its_options(stage: Stage) -> None:
    (papers, _) = stage.discord.commands[0]
    people = [stage.manager() for _ in range(10)]
    channel = stage.channel()

    async def one(dice: random.Random) -> None:
        leaf = dice.choice(leaves(papers))
        await answered(stage, COMMAND, dice.choice(people), channel, told(papers, leaf, filled(dice, leaf)), None)

    await all_at_once(ROUNDS, one)


async def test_commands_that_are_not_as_we_told_discord_are_answered_too(stage: Stage) -> None:
    (papers, _) = stage.discord.commands[0]
    ada, channel = stage.person(), stage.channel()

    async def one(dice: random.Random) -> None:
        leaf = dice.choice(leaves(papers))
        data = told(papers, leaf, filled(dice, leaf))
        inner = data["options"][0]
        bent = dice.randrange(4)
        if bent == 0:
            inner["options"].append({"name": "unknown", "type": 3, "value": strange.text(dice)[:100]})
        elif bent == 1:
            inner["name"] = dice.choice(["gone", "searches", "x"])
        elif bent == 2:
            inner["options"] = []
        else:
            data["options"] = []
        await answered(stage, COMMAND, ada, channel, data, None)

    await all_at_once(ROUNDS // 3, one)


async def test_whatever_is_typed_is_completed_or_not_but_answered(stage: Stage) -> None:
    (papers, _) = stage.discord.commands[0]
    ada, channel = stage.person(), stage.channel()
    completed = [(leaf, one) for leaf in leaves(papers) for one in leaf.get("options") or [] if one.get("autocomplete")]

    async def one(dice: random.Random) -> None:
        leaf, known = dice.choice(completed)
        typed = {"name": known["name"], "type": 3, "value": strange.text(dice)[:100], "focused": True}
        others = [each for each in filled(dice, leaf) if each["name"] != known["name"]]
        await answered(stage, AUTOCOMPLETE, ada, channel, told(papers, leaf, [*others, typed]), None)

    await all_at_once(ROUNDS, one)


async def test_every_press_is_answered_whoever_forged_it(stage: Stage) -> None:
    discord = stage.discord
    ada, eve, channel = stage.manager(), stage.person(), stage.channel()
    await stage.follow(ada, channel, topic="robots that are a secret", how_often="Daily")
    following = await stage.ask(ada, channel, "following")
    form = await stage.ask(ada, channel, "subscribe")
    # A sentence that is asked first lies under the digest of its words: who knows the key knows them.
    real = [re.sub(r"\?\w+:", "?:", one["custom_id"]) for one in (*buttons(following), *buttons(form))]
    ids = [one.partition("|")[2] for one in real if "|" in one]
    own = await stage.ask(eve, channel, "search", words="robot")
    shared = await (await discord.press(own, "Share", eve)).message()

    def forged(dice: random.Random) -> str:
        if dice.random() < 0.6:
            begins = dice.choice(["pb:", "pb2:", "pb?:", "pb?x:", "pb:~", "pbf:", "", "pb"])
            return (begins + strange.press(dice, ids))[:_LONGEST_ID] or "x"
        text = list(dice.choice([*real, *(one["custom_id"] for one in buttons(own))]))
        for _ in range(dice.randint(1, 3)):
            text[dice.randrange(len(text))] = dice.choice("|:?~%@ pb0é🤖\u202e")
        return "".join(text)[:_LONGEST_ID]

    async def one(dice: random.Random) -> None:
        data = {"custom_id": forged(dice), "component_type": dice.choice([2, 2, 2, 3]), "id": dice.randint(0, 60)}
        if data["component_type"] == 3:
            data["values"] = [strange.text(dice)[:_LONGEST_ID]]
        await answered(stage, COMPONENT, eve, channel, data, dice.choice([own, shared]))

    await all_at_once(ROUNDS, one)
    assert "robots that are a secret" in words(await stage.ask(ada, channel, "following"))
    told = [words(one) for one in discord.messages if one.seen_by in (None, eve.id)]
    assert [one for one in told if "secret" in one] == []


async def test_every_form_is_answered_whatever_is_in_it(stage: Stage) -> None:
    discord = stage.discord
    ada, channel = stage.manager(), stage.channel()
    modals = [await (await discord.command(ada, channel, name)).modal() for name in ("settings", "follow")]
    form = await stage.ask(ada, channel, "subscribe")
    modals += [await (await discord.press(form, label, ada)).modal() for label in ("What…", "When…")]

    def components(dice: random.Random, given: list[Json]) -> list[Json]:
        made: list[Json] = []
        for one in copy.deepcopy(given):
            field = one["component"]
            shown: Json = {"type": field["type"], "custom_id": field["custom_id"], "id": 1}
            if field["type"] == 4:
                shown["value"] = strange.text(dice)[: field.get("max_length", 4000)]
            elif field["type"] == 23:
                shown["value"] = dice.choice([True, False])
            else:
                shown["values"] = [dice.choice([*(o["value"] for o in field.get("options") or []), "forged"])]
            if dice.random() < 0.05:
                shown["custom_id"] = strange.text(dice)[:_LONGEST_ID] or "x"
            if dice.random() < 0.95:
                made.append({"type": 18, "id": 1, "component": shown})
        return made

    async def one(dice: random.Random) -> None:
        modal = dice.choice(modals)
        forged = f"pbf:{strange.press(dice, ['x'])}"[:_LONGEST_ID]
        custom_id = modal.custom_id if dice.random() < 0.9 else forged
        data = {"custom_id": custom_id, "components": components(dice, modal.components)}
        await answered(stage, SUBMIT, ada, channel, data, dice.choice([None, form]))

    await all_at_once(ROUNDS, one)


async def test_papers_like_any_message_are_looked_for(stage: Stage) -> None:
    ada, channel = stage.person(), stage.channel()

    async def one(dice: random.Random) -> None:
        said = stage.discord.say(ada, channel, strange.text(dice)[:2000])
        await (await stage.discord.context_menu("Papers like this", said, ada)).message()
        assert stage.discord.violations == [], (said.content, stage.discord.violations)

    await all_at_once(ROUNDS // 3, one)
