"""Makes docs/parity.md: what there is on Slack and on Discord, out of the code of both.

    python docs/parity.py            writes it
    python docs/parity.py --print    shows it

A command, button, form or event of Slack's that has no row here makes this fail.
"""

import argparse
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any, cast

import discord

from bot.actions import OPENS_FORM, Verb
from bot.command_table import COMMANDS, NAMES
from bot.digest_form import PUBLISH, digest_form
from bot.discord.form_pages import pages
from bot.discord.modal import modal as discord_modal
from bot.discord.tree import GROUP, MENU, PapersTree
from bot.follow_form import follow_form
from bot.forms import FieldKind, Form
from bot.settings_form import settings_form
from bot.slack.manifest import COMMAND, EVENTS, UNFURLED, manifest
from bot.slack.modal import modal as slack_modal
from papers.following import DigestOptions, TopicOptions
from papers.schedule import Schedule

PAGE = Path(__file__).with_name("parity.md")
_NOW = datetime(2026, 3, 5, tzinfo=UTC)
_INTRO = """\
# Slack and Discord

What people can do on each, made out of the code of both by docs/parity.py; a test holds it to that. What is said is the
same on both, word for word and in the same order: tests/bot/test_parity.py asks each command, presses each button and
fills in each form on both. Only help differs, in how commands are written.
"""
_ON_SLACK = {
    "plain_text_input": "text",
    "static_select": "menu",
    "radio_buttons": "buttons to choose from",
    "timepicker": "clock",
    "external_select": "one, suggested while it is typed",
    "multi_external_select": "several, suggested while they are typed",
    "checkboxes": "box to tick",
}
_ANNOUNCED = ", in announcement channels"
_ON_DISCORD = {3: "menu", 4: "text, understood when it is typed", 23: "box to tick"}
COUNTERPARTS = {
    "app_home_opened": (
        "a page of one's own",
        "the Home tab: trending, followed, saved",
        "none: `/papers trending`, `following`, `saved`",
    ),
    "app_mention": (
        "a mention",
        "`@Paperboy` and the words of any command",
        f"none needed: `/{GROUP}` works wherever one can write",
    ),
    "message.im": (
        "a direct message",
        "the words of any command",
        f"`/{GROUP}` in a direct message",
    ),
    "link_shared": (
        "a link to a paper",
        f"a card under links to {' and '.join(UNFURLED)}",
        f"none: seeing links would take the privileged Message Content intent; *{MENU}* on the message instead",
    ),
    "app_uninstalled": (
        "it is removed",
        "what is kept of the workspace is erased",
        "see [removal](discord.md#removal)",
    ),
    "team_access_revoked": (
        "an organization takes it from one workspace",
        "what is kept of that workspace is erased",
        "none: no organizations",
    ),
    "tokens_revoked": (
        "its token is revoked",
        "the token is forgotten",
        "a token that Discord refuses stops all calls until there is another",
    ),
}
"""What an event of Slack's means, what it brings there, and what there is on Discord for it."""
_WAYS_IN = ("app_mention", "message.im", "app_home_opened", "link_shared")
"""Events by which people ask; all others are about having the app."""

BUTTONS: Mapping[Verb, tuple[str, str]] = {
    Verb.MORE: ("Next page", "the next page of a search, or the one before"),
    Verb.SIMILAR: ("Similar", "papers like this one"),
    Verb.WHY: ("Why", "why it trends, and what is known of it"),
    Verb.SAVE: ("Save", "keeps a paper"),
    Verb.UNSAVE: ("Remove", "keeps it no more"),
    Verb.SAVED: ("Show all", "the papers that are kept"),
    Verb.SHARE: ("Share", "shows a paper to everybody in the channel"),
    Verb.UP: ("👍", "a reader’s thumb up; the same again takes it back"),
    Verb.DOWN: ("👎", "a reader’s thumb down"),
    Verb.WIDER: ("More like this", "lets a topic bring more like this paper"),
    Verb.NARROWER: ("Less like this", "lets it bring less"),
    Verb.UNDO: ("Undo", "takes the last of these back"),
    Verb.FOLLOW: ("Follow this topic", "follows a topic"),
    Verb.SUBSCRIBE: ("Choose when", "subscribes the channel, or the person alone"),
    Verb.CHANGE: ("Change", "changes what is subscribed"),
    Verb.INSTEAD: ("Change this one", "changes a digest into what was asked"),
    Verb.BESIDE: ("Add it beside", "adds what was asked to the digests that come already"),
    Verb.SETTINGS: ("My settings", "zone, hour and language of a person"),
    Verb.PAUSE: ("Pause", "nothing comes for a while"),
    Verb.RESUME: ("Resume", "it comes again"),
    Verb.REMOVE: ("Remove", "ends what is subscribed"),
    Verb.FOLLOWING: ("What comes here", "what is followed, and what comes to the channel"),
    Verb.TRENDING: ("Trending this week", "the chart, of another time or other categories, or its next page"),
    Verb.EXPORT: ("Export my data", "all that is kept of the person"),
    Verb.FORGET: ("Forget me", "erases all that is kept of the person"),
    Verb.HELP: ("All commands", "what there is"),
}
"""What it is called, at one of its places, and what it does."""
_ALIKE = {Verb.UNSAVE: "Remove (a saved paper)", Verb.REMOVE: "Remove (a digest or a topic)"}
"""Buttons that are called the same."""
ASKS_FIRST = frozenset({Verb.REMOVE, Verb.FORGET})
_ANSWERS = (
    ("who sees an answer", "whoever asks alone, until it is shared", "the same"),
    (
        "a paper that is shared",
        "for everybody in the channel; five in ten minutes",
        "the same, from whoever may write there",
    ),
    ("a digest", "a message, with details in its thread", "the same; a post each in a forum; published where asked"),
    ("what is kept of a person", "a file by direct message", "a file that only that person sees"),
    ("time zone", "of the profile", "the first that one chooses in a form"),
    ("language", "of the profile", "of the app"),
)


def page() -> str:
    """The page. Raises KeyError for what has no row."""
    group, menu = _tree()
    return "\n".join(
        [
            _INTRO,
            "## Commands\n",
            *_table(("what it does", "Slack", "Discord"), _commands(group)),
            "\nOptions of Discord's that Slack has not are fields of the form there; its filters are words "
            '(`in:cs.CL`, `by:"Jane Roe"`, `since:2026-03-01`).\n',
            "## Buttons\n",
            *_table(("button", "what it does", "Slack", "Discord"), _buttons()),
            "\nThey work at any age of the message and after a restart: what a button does is in its text, or in Redis "
            "under a key in its text where that is too long. A form's message is known for a day, and the channel that "
            "`channel:` named for an hour.\n",
            "## Forms\n",
            *_table(("form", "field", "Slack", "Discord"), _fields()),
            "\nSlack shows a form as one modal, with its preview. Discord's modals hold five fields and no preview: a "
            "longer form is a message that shows what is filled in and what that would bring, with a button for each "
            "modal.\n",
            "## The rest\n",
            "Where people ask without a command:\n",
            *_table(("where", "Slack", "Discord"), _ways_in(menu)),
            "\nWhat they get:\n",
            *_table(("what", "Slack", "Discord"), _ANSWERS),
            "\nWho has it, and until when:\n",
            *_table(("what happens", "Slack", "Discord"), _having(group)),
            "",
        ]
    )


def _tree() -> tuple[dict[str, Any], dict[str, Any]]:
    """The group and the context menu as Discord is told of them."""
    tree = PapersTree(discord.Client(intents=discord.Intents.none()))
    tree.listen(cast("Any", None), cast("Any", None))
    told = {one["name"]: one for one in tree.payload()}
    return told[GROUP], told[MENU]


def _commands(group: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    known = {one["name"]: one for one in group["options"]}
    assert set(known) <= set(NAMES), "Discord has a command that bot/command_table.py does not know"
    for command in COMMANDS:
        usage = f"`{f'{COMMAND} {command.name} {command.arguments}'.strip()}`"
        options = [_option(one) for one in known[command.name].get("options", ())]
        yield command.does.rstrip("."), usage, " ".join([f"`/{GROUP} {command.name}`", ", ".join(options)]).strip()


def _option(option: dict[str, Any]) -> str:
    name = f"`{option['name']}`"
    if option.get("choices"):
        return f"{name} (one of {len(option['choices'])})"
    return f"{name} (suggested)" if option.get("autocomplete") else name


def _buttons() -> Iterator[tuple[str, ...]]:
    forms = {Verb.FOLLOW: _FORMS[0], Verb.CHANGE: _FORMS[1], Verb.SUBSCRIBE: _FORMS[2], Verb.SETTINGS: _FORMS[4]}
    for verb in Verb:
        label, does = BUTTONS[verb]
        on_slack = on_discord = "button"
        if verb in ASKS_FIRST:
            on_slack, on_discord = "button, a dialogue asks first", "button, a message asks first"
        elif verb in OPENS_FORM:
            single = len(pages(forms[verb])) == 1
            on_slack, on_discord = (
                "button, opens a modal",
                f"button, opens a {'modal' if single else 'message with modals'}",
            )
        yield _ALIKE.get(verb, label), does, on_slack, on_discord


def _fields() -> Iterator[tuple[str, ...]]:
    for form in _FORMS:
        on_slack = {
            block["element"]["action_id"]: block["element"]["type"]
            for block in slack_modal(form)["blocks"]
            if block["type"] == "input"
        }
        components = [
            one for number in range(len(pages(form))) for one in discord_modal(form, "key", number)["components"]
        ]
        on_discord = {one["component"]["custom_id"]: one["component"]["type"] for one in components}
        for number, field in enumerate(form.fields):
            kind = on_slack[field.name]
            theirs = "text" if field.kind is FieldKind.TEXT else _ON_DISCORD[on_discord[field.name]]
            ours = "none: Slack publishes nothing" if field.name == PUBLISH else _ON_SLACK[kind]
            theirs += _ANNOUNCED if field.name == PUBLISH else ""
            yield "" if number else form.title, field.label, ours, theirs


def _ways_in(menu: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    (shortcut,) = manifest()["features"]["shortcuts"]
    yield "the menu of a message", f"*{shortcut['name']}*", f"*{menu['name']}*, under Apps"
    for event in _WAYS_IN:
        yield COUNTERPARTS[event]


def _having(group: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    yield "it is added", "a workspace does, and everybody there has it", _installs(group)
    for event in EVENTS:
        if event not in _WAYS_IN:
            yield COUNTERPARTS[event]


def _installs(group: dict[str, Any]) -> str:
    kinds = {0: "a server adds it", 1: "a person takes it along, into every server and direct message"}
    return "; ".join(kinds[kind] for kind in sorted(group["integration_types"]))


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"


def _forms() -> tuple[Form, ...]:
    schedule = Schedule()
    options = DigestOptions()
    return (
        follow_form(TopicOptions(), schedule, _NOW),
        follow_form(TopicOptions(text="robots"), schedule, _NOW, subscription="s1"),
        digest_form(options, schedule, _NOW, where="#papers", context="", change=False, may_publish=True),
        digest_form(options, schedule, _NOW, where="#papers", context="s1", change=True, may_publish=True),
        settings_form(at=time(9), zone="UTC", language="en", now=_NOW),
    )


_FORMS = _forms()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--print", action="store_true", help="show it instead of writing it")
    if parser.parse_args().print:
        print(page())
    else:
        PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
