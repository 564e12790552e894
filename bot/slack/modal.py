"""Forms as modals, and what is answered to one."""

import json
from collections.abc import Sequence

from bot.forms import Form, Mistake, Option
from bot.replies import Reply
from bot.slack.blocks import blocks_of
from bot.slack.inputs import input_block, is_of
from bot.slack.inputs import options as option_objects
from bot.slack.texts import LONGEST_VIEW, MOST_IN_VIEW, Block, as_many_as_fit, label, plain_text, rich_text, words
from papers.display import one_line

CALLBACK = "paperboy-form"
_LONGEST_TITLE = 24
_LONGEST_MISTAKE = 300
_MOST_SUGGESTED = 100


def modal(form: Form) -> Block:
    """The view of a form. ``private_metadata`` carries its name and context: see ``submitted.filled``."""
    fields = [input_block(field) for field in form.fields][:MOST_IN_VIEW]
    above = as_many_as_fit(_told(form.intro), MOST_IN_VIEW - len(fields), LONGEST_VIEW // 2)
    outro = _told(form.outro)
    line: list[Block] = [{"type": "divider"}] if outro else []
    below = as_many_as_fit([*line, *outro], MOST_IN_VIEW - len(fields) - len(above), LONGEST_VIEW // 2)
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": json.dumps({"form": form.name, "context": form.context}, ensure_ascii=False),
        "title": plain_text(form.title, _LONGEST_TITLE),
        "submit": label(form.submit, _LONGEST_TITLE),
        "close": label("Cancel", _LONGEST_TITLE),
        "blocks": [*above, *fields, *below],
    }


def loading(title: str) -> Block:
    """What is shown until the form is made: a modal must be opened within three seconds of the press."""
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": plain_text(title, _LONGEST_TITLE),
        "close": label("Cancel", _LONGEST_TITLE),
        "blocks": [rich_text([words("One moment…")])],
    }


def said(reply: Reply) -> Block:
    """A modal that only tells something; it has no buttons."""
    heading = one_line(reply.heading)
    fits = 0 < len(heading) <= _LONGEST_TITLE
    told = _told(reply.model_copy(update={"heading": ""}) if fits else reply)
    return {
        "type": "modal",
        "title": plain_text(heading if fits else "Paperboy", _LONGEST_TITLE),
        "close": label("Close", _LONGEST_TITLE),
        "blocks": as_many_as_fit(told, MOST_IN_VIEW, LONGEST_VIEW) or [rich_text([words("Done.")])],
    }


def errors(mistake: Mistake, fields: Sequence[str]) -> Block:
    """The answer to a form that must be mended; ``fields``: the ids of its blocks (``submitted.field_blocks``).

    Slack shows a sentence only at a field: one about the whole form stands at the first.
    """
    at = next((block_id for block_id in fields if is_of(block_id, mistake.field)), next(iter(fields), ""))
    if not at:
        return {"response_action": "update", "view": said(Reply(text=mistake.text))}
    return {"response_action": "errors", "errors": {at: plain_text(mistake.text, _LONGEST_MISTAKE)["text"]}}


def options(found: Sequence[Option]) -> Block:
    """The answer to ``block_suggestion``."""
    return {"options": option_objects(found, _MOST_SUGGESTED)}


def _told(reply: Reply | None) -> list[Block]:
    if reply is None:
        return []
    cards = tuple(card.model_copy(update={"buttons": ()}) for card in reply.cards)
    return blocks_of(reply.model_copy(update={"cards": cards, "buttons": ()}))
