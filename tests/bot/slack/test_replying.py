"""Answers reach the person by whatever way is left."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from redis.asyncio import Redis

from bot.actions import Verb, action
from bot.replies import Button, File, Reply
from bot.slack.contact import Contact
from bot.slack.payloads import Message
from bot.slack.replying import Replies
from papers.settings import Settings
from tests.bot.slack.office import Office, office
from tests.fakes.slack import words
from tests.fakes.slack_state import Message as Shown

HELLO = Reply(text="Hello.")


@pytest.fixture
async def here(redis: Redis, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    async with office(redis, settings.data_dir, monkeypatch, connect=False) as here:
        yield here


def _contact(here: Office, **more: object) -> Contact:
    grant = here.slack.bot_of(here.team.id)
    url = here.slack.new_response_url(here.ada, here.papers, here.team.id)
    known = Contact(
        token=grant.token,
        team=here.team.id,
        user=here.ada.id,
        user_name="ada",
        channel=here.papers.id,
        response_url=url,
        bot_user=grant.bot_user,
        bot_id=grant.bot_id,
    )
    return replace(known, **more)  # type: ignore[arg-type]


def _seen(here: Office) -> list[Shown]:
    return [m for m in here.slack.messages if m.bot_id and m.seen_by in (None, here.ada.id)]


async def test_five_answers_come_by_the_response_url_and_the_sixth_all_the_same(here: Office) -> None:
    contact, replies = _contact(here), Replies(here.web)
    for _ in range(6):
        await replies.send(contact, HELLO)
    assert [words(m) for m in _seen(here)] == ["Hello."] * 6
    assert len(here.slack.calls_of("chat.postEphemeral")) == 1


async def test_after_half_an_hour_an_answer_comes_all_the_same(here: Office) -> None:
    contact = _contact(here)
    here.slack.forward(31 * 60)
    await Replies(here.web).send(contact, HELLO)
    assert [(words(m), m.seen_by) for m in _seen(here)] == [("Hello.", here.ada.id)]


async def test_what_was_asked_in_a_thread_is_answered_in_it_by_whatever_way(here: Office) -> None:
    asked = here.slack.say(here.ada, here.papers, "help").ts
    contact, replies = _contact(here, thread=asked), Replies(here.web)
    for url in (contact.response_url, ""):
        await replies.send(replace(contact, response_url=url), HELLO)
        await replies.send(replace(contact, response_url=url), HELLO.model_copy(update={"private": False}))
    assert [m.thread_ts for m in _seen(here)] == [asked] * 4


async def test_where_the_app_is_no_member_it_comes_by_direct_message(here: Office) -> None:
    elsewhere = here.slack.add_channel(here.team, "elsewhere", here.ada, app=False)
    await Replies(here.web).send(_contact(here, response_url="", channel=elsewhere.id), HELLO)
    assert [m.channel[0] for m in _seen(here)] == ["D"]


async def test_if_no_way_is_left_nothing_is_raised(here: Office) -> None:
    for method in ("chat.postEphemeral", "chat.postMessage"):
        here.slack.faults.refuse(method, "user_disabled")
    await Replies(here.web).send(_contact(here, response_url=""), HELLO)
    assert _seen(here) == []


async def test_what_is_for_all_is_shared_once_with_the_name_of_who_shared_it(here: Office) -> None:
    await Replies(here.web).send(_contact(here), Reply(text="A paper.", private=False))
    assert [(m.seen_by, words(m)) for m in _seen(here)] == [(None, "Shared by ada\nA paper.")]
    assert here.slack.violations == []


async def test_what_cannot_be_shared_is_told_to_whoever_wanted_to(here: Office) -> None:
    elsewhere = here.slack.add_channel(here.team, "elsewhere", here.ada, app=False)
    contact = _contact(here, response_url="", channel=elsewhere.id)
    await Replies(here.web).send(contact, Reply(text="A paper.", private=False))
    assert ["I may not post here" in words(m) for m in _seen(here)] == [True]


async def test_what_may_have_been_shared_is_not_shared_again(here: Office) -> None:
    here.slack.faults.cut("chat.postMessage")
    await Replies(here.web).send(_contact(here, response_url=""), Reply(text="A paper.", private=False))
    told = [(words(m).partition("\n")[0], m.seen_by) for m in _seen(here)]
    assert told[0] == ("Shared by ada", None)
    assert told[1][0].startswith("Slack did not say whether it was shared")


async def test_buttons_of_our_message_are_renamed_and_its_metadata_stays(here: Office) -> None:
    grant = here.slack.bot_of(here.team.id)
    metadata = {"event_type": "delivery", "event_payload": {"id": "d1"}}
    up = action(Verb.UP, "1")
    blocks = [{"type": "actions", "elements": [_button(Button(label="👍", action=up))]}]
    posted = await here.web.client(grant.token).chat_postMessage(
        channel=here.papers.id, text="x", blocks=blocks, metadata=metadata
    )
    message = here.slack.message(here.papers.id, posted["ts"])
    assert message is not None
    pressed = Message.model_validate(message.json())
    contact = _contact(here, pressed=pressed)
    await Replies(here.web).send(contact, Reply(renamed={up.encode(): "👍 3"}))
    assert message.blocks[0]["elements"][0]["text"]["text"] == "👍 3"
    assert message.metadata == metadata
    assert len(_seen(here)) == 1  # nothing is said besides


async def test_a_message_of_others_is_left_alone(here: Office) -> None:
    pressed = Message(ts="1.1", user="U999", blocks=[{"type": "divider"}])
    await Replies(here.web).send(_contact(here, pressed=pressed), Reply(renamed={"up|1": "👍 3"}))
    assert here.slack.calls_of("chat.update") == []
    assert [words(m) for m in _seen(here)] == ["Done."]


async def test_a_file_goes_to_the_person_and_never_to_the_channel(here: Office) -> None:
    await Replies(here.web).send(_contact(here), Reply(text="Here it is.", file=File(name="a.json", text="{é}")))
    with_file = [m for m in here.slack.messages if m.files]
    assert [(m.channel[0], m.files[0].content) for m in with_file] == [("D", "{é}".encode())]
    assert "Here it is. I sent it to you by direct message." in [words(m) for m in _seen(here)]


async def test_a_file_that_cannot_be_sent_is_told(here: Office) -> None:
    here.slack.faults.refuse("conversations.open", "user_disabled")
    await Replies(here.web).send(_contact(here), Reply(text="Here it is.", file=File(name="a.json", text="{}")))
    assert ["could not send you the file" in words(m) for m in _seen(here)] == [True]


def _button(told: Button) -> dict[str, object]:
    from bot.slack.buttons import button

    return button(told)
