"""What is done twice, late, by somebody whom it does not concern, or while the connection is lost."""

import asyncio
import re
from typing import Any

import pytest

from tests.bot.discord.stage import Stage
from tests.fakes.discord import Channel, Message, User, buttons, find_component, until, words

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

_COMMAND, _COMPONENT, _SUBMIT = 2, 3, 5


async def test_what_comes_twice_is_answered_once(stage: Stage, ada: User, papers: Channel) -> None:
    discord = stage.discord
    form = await stage.ask(ada, papers, "subscribe")
    data = {"custom_id": find_component(form, "Subscribe")["custom_id"], "component_type": 2, "id": 1}
    asked = discord.asked(_COMPONENT, ada, papers, data, form)
    answer = await discord.deliver(asked, twice=True)
    await answer.changed()
    await asyncio.sleep(0.3)
    following = await stage.ask(ada, papers, "following")
    assert [one["label"] for one in buttons(following)].count("Remove") == 1
    found = await stage.ask(ada, papers, "search", words="robot")
    shared = {"custom_id": find_component(found, "Share")["custom_id"], "component_type": 2, "id": 1}
    await (await discord.deliver(discord.asked(_COMPONENT, ada, papers, shared, found), twice=True)).message()
    await asyncio.sleep(0.3)
    assert len(discord.in_channel(papers)) == 1


async def test_two_processes_that_hear_the_same_answer_once(stage: Stage, ada: User, papers: Channel) -> None:
    async with stage.another():
        for number in range(5):
            answer = await stage.discord.command(ada, papers, "search", words=f"robot {number}")
            assert "robot" in words(await answer.message())
            await asyncio.sleep(0.1)
            assert len(answer.messages) == 1
        found = await answer.message()
        await (await stage.discord.press(found, "Share", ada)).message()
        boss = stage.manager()
        await stage.ask(boss, papers, "subscribe", time="7:00")
        await (await stage.discord.command(boss, papers, "settings")).modal()
        await asyncio.sleep(0.3)
        assert len(stage.discord.in_channel(papers)) == 1
        following = await stage.ask(boss, papers, "following")
        assert [one["label"] for one in buttons(following)].count("Remove") == 1


async def test_a_form_handed_in_again_is_one_subscription(stage: Stage, ada: User, papers: Channel) -> None:
    form = await stage.ask(ada, papers, "subscribe")
    submit = find_component(form, "Subscribe")["custom_id"]
    answers = await asyncio.gather(*(stage.discord.press_id(form, submit, ada) for _ in range(4)))
    for answer in answers:
        await answer.changed()
    following = await stage.ask(ada, papers, "following")
    assert [one["label"] for one in buttons(following)].count("Remove") == 1


async def test_what_comes_late_harms_nobody(stage: Stage, ada: User, papers: Channel) -> None:
    discord = stage.discord
    path = {"name": "papers", "id": discord.commands[0][0]["id"], "type": 1, "options": [{"name": "help", "type": 1}]}
    late = discord.asked(_COMMAND, ada, papers, path, late=10)
    await discord.deliver(late, wait=False)
    await until(
        lambda: any(one.status == 404 and f"/{late.id}/" in one.path for one in discord.calls), lambda: discord.calls
    )
    assert "/papers search" in words(await stage.ask(ada, papers, "help"))


async def test_what_discord_has_called_failed_is_not_done(stage: Stage, ada: User, papers: Channel) -> None:
    discord = stage.discord
    form = await stage.ask(ada, papers, "subscribe")
    found = await stage.ask(ada, papers, "search", words="robot")
    hour = {"name": "subscribe", "type": 1, "options": [{"name": "time", "type": 3, "value": "7:00"}]}
    command = {"name": "papers", "id": discord.commands[0][0]["id"], "type": 1, "options": [hour]}
    late = [
        discord.asked(_COMMAND, ada, papers, command, late=10),
        discord.asked(_COMPONENT, ada, papers, _pressed(form, "Subscribe"), form, late=10),
        discord.asked(_COMPONENT, ada, papers, _pressed(found, "Save"), found, late=10),
    ]
    for one in late:
        await discord.deliver(one, wait=False)
        await until(
            lambda one=one: any(call.status == 404 and f"/{one.id}/" in call.path for call in discord.calls),  # type: ignore[misc]
            lambda: discord.calls[-5:],
        )
    await discord.command(ada, papers, "help")
    assert not [label for label in buttons(await stage.ask(ada, papers, "following")) if label["label"] == "Remove"]
    assert "A robot" not in words(await stage.ask(ada, papers, "saved"))
    await (await discord.press(form, "Subscribe", ada)).changed()
    assert "Subscribed." in words(form)


async def test_nobody_ends_what_belongs_to_others(stage: Stage, ada: User, papers: Channel) -> None:
    discord = stage.discord
    await stage.follow(ada, papers, topic="robots that open doors", how_often="Daily")
    form = await stage.ask(ada, papers, "subscribe")
    await (await discord.press(form, "Subscribe", ada)).changed()
    following = await stage.ask(ada, papers, "following")
    # A sentence that is asked first lies under the digest of its words: who knows the key knows them.
    named = [re.sub(r"\?\w+:", ":", one["custom_id"]) for one in buttons(following)]
    guild = discord.add_guild("Eve Ltd")
    await discord.invite(guild)
    eve, mallory, there = stage.manager(guild), stage.person(), stage.channel(guild)
    own = await stage.ask(eve, there, "help")
    stranger = await stage.ask(mallory, papers, "help")
    forged = [*named, *(one.replace("remove", "change") for one in named), "pb:remove|x", "nonsense", "pb:a|b|c|d|e"]
    forged += ["pb:", "pb?:remove", "pb:~nonsense", "pbf:nonsense:0", "pbf:nonsense:ok", "x" * 100, "pb:save|\u202e|"]
    for custom_id in forged:
        for message, user in ((own, eve), (stranger, mallory)):
            answer = await discord.press_id(message, custom_id, user)
            assert answer.response is not None, custom_id
            for told in answer.messages:
                assert "robots that open doors" not in words(told), custom_id
                assert papers.name not in words(told) or user is mallory, custom_id
    shown = buttons(own)[0]["custom_id"]
    asked = discord.asked(_COMPONENT, eve, there, {"custom_id": shown, "component_type": 3, "id": 1, "values": []}, own)
    assert (await discord.deliver(asked)).response is not None, "a button that calls itself a menu"
    for modal_id in ("nonsense", "pbf:nonsense:0", "pbf:nonsense:0!"):
        asked = discord.asked(_SUBMIT, eve, there, {"custom_id": modal_id, "components": []})
        assert (await discord.deliver(asked)).response is not None
    kept = await stage.ask(ada, papers, "following")
    assert "robots that open doors" in words(kept)
    assert [one["label"] for one in buttons(kept)].count("Pause") == 2


async def test_whoever_was_banned_or_left_is_still_answered(stage: Stage, ada: User, papers: Channel) -> None:
    found = await stage.ask(ada, papers, "search", words="robot")
    asked = stage.discord.asked(
        _COMPONENT,
        ada,
        papers,
        {"custom_id": find_component(found, "Why")["custom_id"], "component_type": 2, "id": 1},
        found,
    )
    await asyncio.sleep(0)
    answer = await stage.discord.deliver(asked)
    stage.discord.leave(ada, stage.guild)
    assert "votes" in words(await answer.message())
    direct = stage.discord.direct(ada)
    assert "/papers search" in words(await stage.ask(ada, direct, "help"))


async def test_a_connection_that_breaks_is_resumed_and_nothing_is_missed(
    stage: Stage, ada: User, papers: Channel
) -> None:
    discord = stage.discord
    for number, breaks in enumerate((discord.gateway.cut, None), start=1):
        before = discord.gateway.resumed
        if breaks:
            breaks()
        else:
            await discord.gateway.reconnect()
        answer = await discord.command(ada, papers, "search", words=f"robot {number}")
        assert "robot" in words(await answer.message())
        await until(lambda before=before: discord.gateway.resumed > before, lambda: discord.gateway.sessions)  # type: ignore[misc]


async def test_a_session_that_is_over_is_begun_anew(stage: Stage, ada: User, papers: Channel) -> None:
    discord = stage.discord
    before = len(discord.gateway.identified)
    await discord.gateway.invalidate()
    await until(lambda: len(discord.gateway.identified) > before, lambda: discord.gateway.sessions, 20)
    await discord.ready()
    assert "/papers search" in words(await stage.ask(ada, papers, "help"))


async def test_answers_get_there_when_discord_stumbles(stage: Stage, ada: User, papers: Channel) -> None:
    discord = stage.discord
    callback = "POST /interactions/{interaction_id}/{interaction_token}/callback"
    discord.faults.late(callback, 0.5)
    assert "/papers search" in words(await stage.ask(ada, papers, "help"))
    discord.faults.cut(callback)  # done, but nobody was told
    await discord.command(ada, papers, "help")
    assert "/papers search" in words(await stage.ask(ada, papers, "help"))


def _pressed(message: Message, label: str) -> dict[str, Any]:
    return {"custom_id": find_component(message, label)["custom_id"], "component_type": 2, "id": 1}
