"""What can be done on Slack can be done on Discord, and both say the same, in the same order."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

import pytest
from redis.asyncio import Redis

from bot import asks
from bot.actions import OPENS_FORM, Action, Verb, action
from bot.asks import Ask
from bot.caller import Caller
from bot.command_table import COMMANDS, command_named
from bot.commands import Commands
from bot.desk import Desk
from bot.discord import layout
from bot.discord.confirming import question
from bot.discord.custom_ids import Press, kept
from bot.discord.form_message import form_message
from bot.discord.form_pages import pages
from bot.discord.modal import modal as discord_modal
from bot.forms import FieldKind, Form, FormName
from bot.posts import post_of
from bot.replies import Button, Reply
from bot.slack import blocks as slack
from bot.slack.buttons import button as slack_button
from bot.slack.modal import modal as slack_modal
from papers.contents import Content, DigestContent, Match, NoticeContent, TopicsContent
from papers.following import DigestOptions
from papers.models import Window
from papers.settings import Settings
from tests.bot.desks import desk, fill, papers
from tests.bot.people import as_filled
from tests.bot.plain_words import discord_words, slack_words
from tests.bot.samples import AT, HOSTILE_TITLE, paper, trending
from tests.bot.test_delivered import subscription, topic
from tests.papers.builders import NOON
from tests.papers.word_encoder import WordEncoder

ON_SLACK = Caller(person="slack:T1/U1", place="slack:T1/C1", place_name="#papers", language="en-GB")
ON_DISCORD = ON_SLACK.model_copy(update={"person": "discord:@1", "place": "discord:2", "named_options": True})
FIRST, SECOND = "2603.00001", "2603.00002"

ASKED: tuple[Ask, ...] = (
    asks.Search(text="robots that open doors"),
    asks.Search(text="robots", categories=("cs.RO",), author="Lovelace"),
    asks.Search(text="nothing of that kind", since=NOON.date()),
    asks.Trending(),
    asks.Trending(window=Window.DAY, categories=("cs.CV",)),
    asks.Trending(categories=("math.AG",)),
    asks.Similar(paper=FIRST),
    asks.Similar(paper="no such paper anywhere"),
    asks.Look(paper=FIRST),
    asks.Keep(paper=FIRST),
    asks.Thanks(),
    asks.Search(text="folow robots", meant="follow robots"),
    asks.Follow(),
    asks.Follow(text="robots that open doors, not videos"),
    asks.Following(),
    asks.Subscribe(),
    asks.Settings(),
    asks.Export(),
    asks.ForgetMe(),
    asks.Saved(),
)
HELP = (asks.Help(), asks.Help(about="dance"), *(asks.Help(about=command.name) for command in COMMANDS))
PRESSED: tuple[Action, ...] = (
    action(Verb.SIMILAR, SECOND),
    action(Verb.WHY, FIRST),
    action(Verb.SAVE, SECOND),
    action(Verb.SAVED, "0"),
    action(Verb.SHARE, SECOND),
    action(Verb.UP, FIRST),
    action(Verb.DOWN, FIRST),
    action(Verb.UNSAVE, SECOND),
    action(Verb.TRENDING, "week", "", "5"),
    action(Verb.FOLLOWING),
    action(Verb.EXPORT),
    action(Verb.FORGET),
)
ABOUT_A_TOPIC = (Verb.WIDER, Verb.NARROWER, Verb.UNDO, Verb.PAUSE, Verb.RESUME, Verb.REMOVE)
"""Pressed in this order, on a topic that is followed."""

ABOUT_A_DIGEST = (Verb.BESIDE, Verb.INSTEAD)
"""Pressed in this order, where another digest comes than was asked for."""


@pytest.fixture
async def at(redis: Redis, settings: Settings) -> Desk:
    encoder = WordEncoder()
    made = desk(redis, settings, encoder=encoder)
    await fill(made.store, papers(), encoder)
    return made


@dataclass(frozen=True)
class Both:
    """One who is on both, with the same core behind."""

    at: Desk
    commands: Commands

    async def ask(self, ask: Ask) -> tuple[Reply, Reply]:
        return await self.commands.answer(ON_SLACK, ask), await self.commands.answer(ON_DISCORD, ask)

    async def press(self, on_slack: Action, on_discord: Action | None = None) -> tuple[Reply, Reply]:
        return (
            await self.commands.press(ON_SLACK, on_slack),
            await self.commands.press(ON_DISCORD, on_discord or on_slack),
        )

    async def form(self, on_slack: Action, on_discord: Action | None = None) -> tuple[Form, Form]:
        forms = (
            await self.commands.form(ON_SLACK, on_slack),
            await self.commands.form(ON_DISCORD, on_discord or on_slack),
        )
        assert all(isinstance(form, Form) for form in forms), forms
        return forms  # type: ignore[return-value]

    async def hand_in(self, forms: tuple[Form, Form], **changed: Any) -> tuple[Reply, Reply]:
        done = (
            await self.commands.submit(ON_SLACK, as_filled(forms[0], **changed)),
            await self.commands.submit(ON_DISCORD, as_filled(forms[1], **changed)),
        )
        assert all(isinstance(reply, Reply) for reply in done), done
        return done  # type: ignore[return-value]

    async def same(self, replies: tuple[Reply, Reply]) -> list[str]:
        """The words that both say."""
        on_slack, on_discord = replies[0], as_slack_writes(replies[1])
        said = [word for one in slack.split(on_slack) for word in slack_words(one.blocks)]
        keys = await kept(on_discord, self.at.asked)
        told = [word for one in layout.split(on_discord, keys) for word in discord_words(one.components)]
        assert told == said
        assert (on_discord.private, on_discord.replaces) == (on_slack.private, on_slack.replaces)
        assert bool(on_discord.file) == bool(on_slack.file)
        assert list(on_discord.renamed.values()) == list(on_slack.renamed.values())
        return said


@pytest.fixture
def both(at: Desk) -> Both:
    return Both(at, Commands(at))


def rewritten(reply: Reply, old: str, new: str) -> Reply:
    cards = tuple(card.model_copy(update={"title": card.title.replace(old, new)}) for card in reply.cards)
    heading, text = reply.heading.replace(old, new), reply.text.replace(old, new)
    return reply.model_copy(update={"heading": heading, "text": text, "cards": cards})


def as_slack_writes(reply: Reply) -> Reply:
    """The example of a topic that both give somebody who follows nothing."""
    follow = command_named("follow")
    assert follow is not None
    return rewritten(reply, follow.usage(named=True).examples[0], follow.examples[0])


def the_button(reply: Reply, verb: Verb) -> Action:
    return next(one.action for one in _buttons(reply) if one.action.verb is verb)


def _buttons(reply: Reply) -> list[Button]:
    return [*reply.buttons, *(button for card in reply.cards for button in card.buttons)]


def test_every_command_and_every_button_is_looked_at() -> None:
    assert {type(ask) for ask in (*ASKED, *HELP)} == set(get_args(Ask))
    looked_at = {one.verb for one in PRESSED} | set(ABOUT_A_TOPIC) | set(ABOUT_A_DIGEST) | OPENS_FORM
    assert looked_at | {Verb.MORE, Verb.HELP} == set(Verb)


@pytest.mark.parametrize("ask", ASKED, ids=str)
async def test_a_command_is_answered_with_the_same_words(both: Both, ask: Ask) -> None:
    assert await both.same(await both.ask(ask))


@pytest.mark.parametrize("ask", HELP, ids=str)
async def test_help_is_the_same_but_for_how_commands_are_written(both: Both, ask: Ask) -> None:
    on_slack, on_discord = await both.ask(ask)
    for command in COMMANDS:
        usage, named = command.usage(named=False), command.usage(named=True)
        assert len(usage.examples) == len(named.examples)
        for theirs, its in zip(
            (*named.examples, named.arguments, named.more), (*usage.examples, usage.arguments, usage.more), strict=True
        ):
            if theirs != its:
                on_discord = rewritten(on_discord, theirs, its)
    assert await both.same((on_slack, on_discord))


async def test_the_button_for_help_says_what_the_command_says(both: Both) -> None:
    assert await both.press(action(Verb.HELP)) == await both.ask(asks.Help())


async def test_a_button_is_answered_with_the_same_words(both: Both) -> None:
    for pressed in PRESSED:
        replies = await both.press(pressed)
        assert await both.same(replies) or replies[0].renamed, pressed


async def test_further_pages_say_the_same(both: Both) -> None:
    found = await both.ask(asks.Search(text="robot that opens doors"))
    assert await both.same(await both.press(the_button(found[0], Verb.MORE), the_button(found[1], Verb.MORE)))


async def test_what_follows_from_a_form_says_the_same(both: Both) -> None:
    offered = await both.ask(asks.Follow(text="robots that open doors"))
    forms = await both.form(the_button(offered[0], Verb.FOLLOW), the_button(offered[1], Verb.FOLLOW))
    followed = await both.hand_in(forms, cadence="weekly-friday", hour="08:30", zone="Europe/Berlin")
    assert "Friday" in " ".join(await both.same(followed))
    subscribed = await both.hand_in(await both.form(action(Verb.SUBSCRIBE)), top="5", categories=("cs.RO",))
    assert "Subscribed." in await both.same(subscribed)
    assert await both.same(await both.hand_in(await both.form(action(Verb.SETTINGS)), zone="Asia/Tokyo"))
    assert await both.same(await both.ask(asks.Following()))
    ids = [the_button(reply, Verb.REMOVE).about[0] for reply in followed]
    for verb in ABOUT_A_TOPIC:
        more = (FIRST,) if verb in {Verb.WIDER, Verb.NARROWER} else ()
        assert await both.same(await both.press(action(verb, ids[0], *more), action(verb, ids[1], *more)))


async def test_what_is_asked_of_a_digest_that_comes_already_is_the_same(both: Both) -> None:
    await both.hand_in(await both.form(action(Verb.SUBSCRIBE)), cadence="daily")
    asked = await both.hand_in(await both.form(action(Verb.SUBSCRIBE)), cadence="weekly-friday")
    assert "already" in " ".join(await both.same(asked))
    for verb in ABOUT_A_DIGEST:
        assert await both.same(await both.press(*(the_button(reply, verb) for reply in asked)))
    several = (
        await both.commands.form(ON_SLACK, action(Verb.SUBSCRIBE)),
        await both.commands.form(ON_DISCORD, action(Verb.SUBSCRIBE)),
    )
    assert all(isinstance(one, Reply) for one in several)
    assert await both.same(several)  # type: ignore[arg-type]


async def test_what_is_asked_before_it_is_done_is_the_same(both: Both) -> None:
    forms = await both.form(action(Verb.SUBSCRIBE))
    await both.hand_in(forms)
    for ask, verb in ((asks.ForgetMe(), Verb.FORGET), (asks.Following(), Verb.REMOVE)):
        replies = await both.ask(ask)
        on_slack, on_discord = ([one for one in _buttons(reply) if one.action.verb is verb] for reply in replies)
        assert on_slack
        for its, theirs in zip(on_slack, on_discord, strict=True):
            dialog = slack_button(its)["confirm"]
            asked = layout.render(question(Press(action=theirs.action, confirm=theirs.confirm), theirs.label))
            said = " ".join(discord_words(asked.components))
            assert dialog["text"]["text"] in said
            assert dialog["confirm"]["text"] in said


async def test_forms_ask_the_same(both: Both) -> None:
    key = await both.at.asked.keep("robots that open doors")
    await both.hand_in(await both.form(action(Verb.FOLLOW, key)))
    await both.hand_in(await both.form(action(Verb.SUBSCRIBE)))
    following = await both.ask(asks.Following())
    changing = [
        tuple(card.buttons[0].action for card in reply.cards if card.buttons[0].action.verb is Verb.CHANGE)
        for reply in following
    ]
    assert len(changing[0]) == 2
    forms = [
        await both.form(action(Verb.FOLLOW)),
        await both.form(action(Verb.SUBSCRIBE)),
        await both.form(action(Verb.SETTINGS)),
        *[await both.form(*pair) for pair in zip(*changing, strict=True)],
    ]
    assert {one.name for pair in forms for one in pair} == set(FormName)
    for on_slack, on_discord in forms:
        asked, told = slack_modal(on_slack), form_message(on_discord, "key").components
        assert asks_on_discord(on_discord) == asks_on_slack(asked)
        assert on_discord.title in " ".join(discord_words(told))
        assert on_discord.submit in " ".join(discord_words(told)) or len(pages(on_discord)) == 1
        above = [block for block in asked["blocks"] if block["type"] != "input"]
        for words in (slack_words([block]) for block in above):
            assert " ".join(words) in " ".join(discord_words(told))


def asks_on_slack(view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Label -> what is asked there, of each field of a modal."""
    return {
        block["label"]["text"]: {
            "options": _pairs(block["element"].get("options", ()), lambda one: one["text"]["text"]),
            "filled": _filled_on_slack(block["element"]),
            "required": not block.get("optional", False),
        }
        for block in view["blocks"]
        if block["type"] == "input"
    }


def asks_on_discord(form: Form) -> dict[str, dict[str, Any]]:
    """The same, of all pages of a form."""
    labelled = [one for n in range(len(pages(form))) for one in discord_modal(form, "key", n)["components"]]
    by_name = {field.name: field for field in form.fields}
    found = {}
    for one in labelled:
        element = one["component"]
        field = by_name[element["custom_id"]]
        options = _pairs(element.get("options", ()), lambda each: each["label"])
        filled = _filled_on_discord(element)
        if field.kind is FieldKind.TOGGLE:  # a box whose label says all, where Slack wants an option beside it
            options = {"yes": field.options[0].label if field.options else field.placeholder or "Yes"}
        elif field.kind is FieldKind.CHOICE and not options:  # more than a menu holds: typed by their names
            options = {each.value: each.label for each in field.options}
            filled = tuple(value for value, label in options.items() if label in filled)
        found[one["label"]] = {
            "options": options,
            "filled": filled,
            "required": element.get("required", True) and field.kind is not FieldKind.TOGGLE,
        }
    order = [field.label for field in form.fields]
    return {label: found[label] for label in sorted(found, key=order.index)}


def _pairs(options: Any, label: Any) -> Mapping[str, str]:
    return {one["value"]: label(one) for one in options}


def _filled_on_slack(element: dict[str, Any]) -> tuple[str, ...]:
    chosen = element.get("initial_options") or [one for one in [element.get("initial_option")] if one]
    typed = element.get("initial_value") or element.get("initial_time")
    return (typed,) if typed else tuple(one["value"] for one in chosen)


def _filled_on_discord(element: dict[str, Any]) -> tuple[str, ...]:
    if "options" in element:
        return tuple(one["value"] for one in element["options"] if one.get("default"))
    if element.get("default"):
        return ("yes",)
    return tuple(filter(None, str(element.get("value", "")).split(", ")))


DIGEST = DigestContent(
    chart=(trending(), trending(rank=2, id="2410.00002", title=HOSTILE_TITLE)),
    at=AT,
    window=Window.DAY,
    zone="Europe/Berlin",
    options=DigestOptions(),
)
POSTS: Mapping[str, Content] = {
    "digest": DIGEST,
    "quiet": DIGEST.model_copy(update={"chart": (), "note": "Nothing new today."}),
    "long": DIGEST.model_copy(update={"chart": tuple(trending(rank, id=f"2410.{rank:05}") for rank in range(1, 31))}),
    "topics": TopicsContent(
        matches=(
            Match(paper=paper(), score=0.7, topics=("s2", "s1")),
            Match(paper=paper(id="2410.00002", title=HOSTILE_TITLE), score=0.6, topics=("gone",)),
        ),
        subscriptions=(topic(1, text="reading *books*"), topic(2, text="notes")),
        more=3,
        at=AT,
        zone="UTC",
    ),
    "notice": NoticeContent(destination="#papers", reason="it was archived", subscriptions=(subscription(),)),
}


@pytest.mark.parametrize("name", POSTS)
async def test_posts_say_the_same(both: Both, name: str) -> None:
    post = post_of(POSTS[name])
    for reply in filter(None, (post.main, post.details)):
        assert await both.same((reply, reply))
