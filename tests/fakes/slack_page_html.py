"""How a person sees the fake Slack: messages, forms and buttons as plain HTML. Pure."""

import html
from collections.abc import Iterable
from typing import Any

from tests.fakes.slack_answers import buttons, words
from tests.fakes.slack_state import Json, Message, View
from tests.fakes.slack_views import state_field

HEAD = """<!doctype html><meta charset="utf-8"><title>Fake Slack</title><style>
body{font:15px/1.4 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}
article{border:1px solid #ccc;border-radius:8px;padding:.5em 1em;margin:.5em 0;white-space:pre-wrap}
article p{margin:.3em 0}label{display:inline-block;width:16em}.private{background:#f6f6f6}.thread{margin-left:3em}
form{display:inline}input[name=text]{width:40em}input,select{min-width:18em}h2{margin-top:2em}.wrong{color:#a00}
</style>"""


def button(action: str, label: str, **fields: str) -> str:
    hidden = "".join(f'<input type="hidden" name="{name}" value="{html.escape(v)}">' for name, v in fields.items())
    return f'<form method="post" action="{action}">{hidden}<button>{html.escape(label)}</button></form> '


def wrong(sentences: Iterable[str]) -> str:
    return "".join(f'<p class="wrong">{html.escape(sentence)}</p>' for sentence in sentences if sentence)


def message_html(message: Message) -> str:
    kind = " ".join(name for name, is_so in (("private", message.seen_by), ("thread", message.thread_ts)) if is_so)
    files = "".join(f"\n📎 {html.escape(file.name)}" for file in message.files)
    cards = "".join(f"\n🔗 card for {html.escape(url)}" for url in message.unfurls)
    name = f"{message.channel}/{message.ts}"
    return f'<article class="{kind}">{_text(message)}{files}{cards}\n{_presses(message, name)}</article>'


def view_html(view: View) -> str:
    title = view.body.get("title", {}).get("text", "Home tab")
    fields = "".join(_field(view, block) for block in view.blocks if block["type"] == "input")
    submit = view.body.get("submit", {}).get("text")
    form = ""
    if submit:
        hidden = f'<input type="hidden" name="thing" value="{view.id}">'
        form = (
            f'<form method="post" action="/do/submit">{hidden}{fields}{wrong(view.errors.values())}'
            f"<button>{html.escape(submit)}</button></form>"
        )
    close = button("/do/close", "Close", thing=view.id) if view.body["type"] == "modal" else ""
    shown = f"{_text(view)}\n{_presses(view, view.id)}{form}{close}"
    return f"<h2>{html.escape(title)}</h2><article>{shown}</article>"


def _text(thing: Message | View) -> str:
    told = [block for block in thing.blocks if block["type"] not in ("actions", "input")]
    if isinstance(thing, View):
        return html.escape("\n".join(words(_only(thing, block)) for block in told))
    return html.escape("\n".join(words(_only(thing, block)) for block in told) or thing.text)


def _only(thing: Message | View, block: Json) -> Message:
    """A message of that block alone, without its button."""
    bare = {name: part for name, part in block.items() if name != "accessory"}
    return Message("", "", "———" if block["type"] == "divider" else "", [bare], "")


def _presses(thing: Message | View, name: str) -> str:
    return "".join(
        button("/do/press", element["text"]["text"], thing=name, button=str(element.get("action_id", "")))
        for _, element in buttons(thing)
        if element["type"] == "button"
    )


def _field(view: View, block: Json) -> str:
    element = block["element"]
    name = f"field:{html.escape(block['block_id'])}"
    value = view.values[block["block_id"]][element["action_id"]].get(state_field(element))
    chosen = _chosen(value)
    options = element.get("options", [])
    if options and element["type"] != "checkboxes":
        listed = "".join(_option(option, option["value"] in chosen) for option in options)
        entry = f'<select name="{name}">{listed}</select>'
    else:
        offered = ", ".join(option["value"] for option in options)
        entry = f'<input name="{name}" value="{html.escape("; ".join(chosen))}" placeholder="{html.escape(offered)}">'
    hint = html.escape(block.get("hint", {}).get("text", ""))
    return f"<p><label>{html.escape(block['label']['text'])}</label> {entry} {hint}</p>"


def _option(option: Json, selected: bool) -> str:
    mark = " selected" if selected else ""
    return f'<option value="{html.escape(option["value"])}"{mark}>{html.escape(option["text"]["text"])}</option>'


def _chosen(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [str(value["value"])]
    if isinstance(value, list):
        return [str(option["value"]) for option in value]
    return [str(value)] if value else []
