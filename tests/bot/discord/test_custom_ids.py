import re
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from bot.actions import Action, Verb, action
from bot.discord.confirming import question
from bot.discord.custom_ids import LONGEST, PATTERN, Press, custom_id, kept, press, read, told_apart
from bot.discord.form_ids import PATTERN as FORM_PATTERN
from bot.discord.form_ids import FormPress, page_id, read_form_id, submit_id
from bot.replies import Button, Card, Reply, Style
from papers.asked import AskedTexts
from papers.errors import BadInput

SAVE = Button(label="Save", action=action(Verb.SAVE, "2410.05258"))
SURE = "Remove “robots”? It is gone for good."
REMOVE = Button(label="Remove", action=action(Verb.REMOVE, "s1"), style=Style.DANGER, confirm=SURE)
LONG = Button(label="Save", action=action(Verb.SAVE, "x" * 200))
ACTIONS = st.builds(
    lambda verb, about: action(verb, *about), st.sampled_from(Verb), st.lists(st.text(max_size=20), max_size=3)
)


@pytest.fixture
def asked(redis: Redis) -> AskedTexts:
    return AskedTexts(redis)


def text_of(button: Button, keys: Any = None) -> str:
    text = custom_id(button, keys or {})
    assert text is not None
    return text


def test_a_button_says_what_it_does() -> None:
    assert text_of(SAVE) == "pb:save|2410.05258"
    assert read("pb:save|2410.05258") == SAVE.action
    assert read("pb12:save|2410.05258") == SAVE.action


@given(ACTIONS)
def test_what_fits_comes_back_as_it_was(wanted: Action) -> None:
    text = custom_id(Button(label="x", action=wanted), {})
    if text is not None:
        assert len(text) <= LONGEST
        assert read(text) == wanted
        assert re.fullmatch(PATTERN, text)


def test_what_does_not_fit_needs_a_key() -> None:
    assert custom_id(LONG, {}) is None
    assert custom_id(LONG, {LONG.action.encode(): "k" * 24}) == f"pb:~{'k' * 24}"


async def test_what_does_not_fit_is_kept_and_found_again(asked: AskedTexts) -> None:
    reply = Reply(cards=(Card(title="x", buttons=(LONG, SAVE)),))
    text = text_of(LONG, await kept(reply, asked))
    assert len(text) <= LONGEST
    assert await press(text, asked) == Press(action=LONG.action)


async def test_nothing_is_kept_of_buttons_that_carry_all(asked: AskedTexts) -> None:
    assert await kept(Reply(buttons=(SAVE,)), asked) == {}


async def test_a_button_that_asks_first_has_its_sentence(asked: AskedTexts) -> None:
    text = text_of(REMOVE, await kept(Reply(buttons=(REMOVE,)), asked))
    pressed = await press(text, asked)
    assert pressed == Press(action=REMOVE.action, confirm=SURE)
    asks = question(pressed, "Remove")
    assert asks.text == SURE
    (button,) = asks.buttons
    assert (button.label, button.action, button.style) == ("Remove", REMOVE.action, Style.DANGER)
    assert not button.confirm


async def test_it_asks_in_other_words_when_its_sentence_is_gone(asked: AskedTexts) -> None:
    text = text_of(REMOVE, {SURE: "k" * 24})
    assert await press(text, asked) == Press(action=REMOVE.action, confirm="Are you sure?")
    assert await press(text_of(REMOVE), asked) == Press(action=REMOVE.action, confirm="Are you sure?")


@pytest.mark.parametrize(
    "text",
    ["", "pb:", "pb:nothing|x", "pb:~", "pb:~gone", "pb123:save|1", "xpb:save|1", "pb:save|" + "1" * 100, "pb?:"],
)
async def test_what_no_button_says_is_refused(asked: AskedTexts, text: str) -> None:
    with pytest.raises(BadInput):
        await press(text, asked)
    with pytest.raises(BadInput):
        read(text)


@given(st.text(max_size=120))
def test_any_text_is_read_or_refused(text: str) -> None:
    for reads in (read, read_form_id):
        with suppress(BadInput):
            reads(text)


def test_the_second_of_two_that_do_the_same_is_numbered() -> None:
    components = [
        {"type": 2, "custom_id": text} for text in ("pb:save|1", "pb?k:remove|1", "pb:save|1", "pb?k:remove|1")
    ]
    told_apart(components)
    assert [each["custom_id"] for each in components] == ["pb:save|1", "pb?k:remove|1", "pb1:save|1", "pb1?k:remove|1"]


def test_forms_have_texts_of_their_own() -> None:
    assert read_form_id(page_id("key", 1)) == FormPress(key="key", page=1)
    assert read_form_id(page_id("key", 0, at_once=True)) == FormPress(key="key", page=0, at_once=True)
    assert read_form_id(submit_id("key")) == FormPress(key="key")
    for text in (page_id("key", 1), submit_id("key")):
        assert re.match(FORM_PATTERN, text)
        assert not re.match(PATTERN, text)
