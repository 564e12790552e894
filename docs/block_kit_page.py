"""Draws Block Kit as a page: our own drawing of how Slack sets blocks, for the pictures in docs/."""

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from columns import columns_page, with_thumbs

Block = Mapping[str, Any]

STYLE = """
* { box-sizing: border-box } body { margin: 0; background: #fff; color: #1d1c1d; font: 15px/1.46 Lato, "Helvetica Neue",
  Arial, "Noto Sans", sans-serif } a { color: #1264a3; text-decoration: none }
.columns { display: flex; align-items: stretch } .column { padding: 14px 20px 28px }
.column + .column { border-left: 1px solid #ddd }
.place { font-weight: 900; font-size: 17px; border-bottom: 1px solid #ddd; margin: 0 -20px 14px; padding: 0 20px 10px }
.place small { font-weight: 400; font-size: 13px; color: #616061; margin-left: 8px }
.message { display: flex; gap: 10px; margin-bottom: 18px } .face { flex: none; width: 36px; height: 36px;
  border-radius: 6px; background: #2b4a6f; color: #fff; font: 900 18px/36px Georgia, serif; text-align: center }
.person { background: #7a5c3e } .body { min-width: 0; flex: 1 } .name { font-weight: 900 }
.app { background: #e8e8e8; color: #616061; font-size: 10px; font-weight: 700; padding: 1px 4px; border-radius: 2px;
  margin: 0 6px } .when, .only { color: #616061; font-size: 12px } .only { margin-bottom: 3px }
h2 { font-size: 18px; line-height: 1.33; margin: 8px 0 4px } p { margin: 0; white-space: pre-wrap;
  overflow-wrap: anywhere } .rich { margin: 8px 0 2px } .context { font-size: 13px; line-height: 1.38; color: #616061;
  margin: 2px 0 4px; display: flex; flex-wrap: wrap; column-gap: 8px; white-space: pre-wrap }
.actions { display: flex; flex-wrap: wrap; gap: 8px; margin: 6px 0 12px } .button { border: 1px solid #bbbabb;
  border-radius: 4px; padding: 0 10px; font-size: 13px; font-weight: 700; line-height: 26px; background: #fff }
.primary { background: #007a5a; border-color: #007a5a; color: #fff } .danger { border-color: #e01e5a; color: #e01e5a }
hr { border: 0; border-top: 1px solid #ddd; margin: 14px 0 } .unfurl { border-left: 4px solid #ddd; padding-left: 12px;
  margin-top: 6px } .replies { color: #1264a3; font-size: 13px; font-weight: 700 }
.modal { border: 1px solid #ddd; border-radius: 8px; box-shadow: 0 8px 24px #0002; margin: 16px; flex: 1 }
.bar { display: flex; justify-content: space-between; align-items: center; padding: 14px 22px; font-size: 20px;
  font-weight: 900; border-bottom: 1px solid #eee } .bar i { font-style: normal; color: #616061; font-weight: 400 }
.foot { display: flex; gap: 10px; justify-content: flex-end; padding: 14px 22px; border-top: 1px solid #eee }
.foot .button { line-height: 34px; font-size: 15px } .content { padding: 4px 22px 12px } label { display: block;
  font-weight: 700; margin: 14px 0 4px } label small { font-weight: 400; color: #616061; font-size: 15px }
.field { border: 1px solid #868686; border-radius: 4px; padding: 6px 12px; min-height: 36px; display: flex; gap: 6px;
  flex-wrap: wrap; align-items: center } .menu::after { content: "⌄"; margin-left: auto; color: #616061 }
.empty { color: #868686 } .hint { color: #616061; font-size: 13px; margin-top: 4px } .token { background: #e8f5fa;
  border-radius: 3px; padding: 0 6px; font-size: 14px } .option { display: block }
.home { padding: 16px 28px 24px; flex: 1 }
"""

_THUMBS = 'fill="#f2c744" stroke="#8a6a12" stroke-width=".7"'


def page(*columns: str, widths: Sequence[int]) -> str:
    """A whole page; ``widths``: pixels, one a column."""
    return columns_page(STYLE, *columns, widths=widths)


def message(blocks: Iterable[Block], *, when: str, private: bool = False, foot: str = "") -> str:
    """What the app says."""
    only = '<div class="only">Only visible to you</div>' if private else ""
    name = f'<span class="name">Paperboy</span><span class="app">APP</span><span class="when">{when}</span>'
    below = f'<div class="replies">{_text(foot)}</div>' if foot else ""
    face = '<div class="face">P</div>'
    return f'<div class="message">{face}<div class="body">{only}{name}{draw(blocks)}{below}</div></div>'


def said(name: str, text: str, *, when: str, unfurled: Iterable[Block] = ()) -> str:
    """What a person says, with the card under its link."""
    card = f'<div class="unfurl">{draw(unfurled)}</div>' if unfurled else ""
    head = f'<span class="name">{_text(name)}</span> <span class="when">{when}</span>'
    face = f'<div class="face person">{_text(name[:1])}</div>'
    return f'<div class="message">{face}<div class="body">{head}<p>{_mrkdwn(text)}</p>{card}</div></div>'


def modal(view: Block) -> str:
    title = f'<div class="bar">{_text(view["title"]["text"])}<i>×</i></div>'
    submit = f'<span class="button primary">{_text(view["submit"]["text"])}</span>' if "submit" in view else ""
    foot = f'<div class="foot"><span class="button">{_text(view["close"]["text"])}</span>{submit}</div>'
    return f'<div class="modal">{title}<div class="content">{draw(view["blocks"])}</div>{foot}</div>'


def draw(blocks: Iterable[Block]) -> str:
    return "".join(map(_block, blocks))


def _block(block: Block) -> str:  # noqa: PLR0911 - a kind of block each
    match block["type"]:
        case "header":
            return f"<h2>{_text(block['text']['text'])}</h2>"
        case "section":
            return f'<p class="rich">{_mrkdwn(block["text"]["text"])}</p>'
        case "rich_text":
            pieces = (piece for part in block["elements"] for piece in part["elements"])
            return f'<p class="rich">{"".join(map(_piece, pieces))}</p>'
        case "context":
            return f'<div class="context">{"".join(map(_small, block["elements"]))}</div>'
        case "actions":
            return f'<div class="actions">{"".join(map(_button, block["elements"]))}</div>'
        case "divider":
            return "<hr>"
        case "input":
            return _input(block)
    raise ValueError(f"there is no drawing of {block['type']} yet")


def _piece(piece: Block) -> str:
    text = _text(piece["text"])
    if piece["type"] == "link":
        text = f'<a href="{_text(piece["url"])}">{text}</a>'
    style = piece.get("style", {})
    text = f"<b>{text}</b>" if style.get("bold") else text
    return f"<i>{text}</i>" if style.get("italic") else text


def _small(element: Block) -> str:
    text = _mrkdwn(element["text"]) if element["type"] == "mrkdwn" else _text(element["text"])
    return f"<span>{text}</span>"


def _button(element: Block) -> str:
    shown = with_thumbs(_text(element["text"]["text"]), _THUMBS)
    return f'<span class="button {element.get("style", "")}">{shown}</span>'


def _input(block: Block) -> str:
    optional = " <small>(optional)</small>" if block.get("optional") else ""
    hint = f'<div class="hint">{_text(block["hint"]["text"])}</div>' if "hint" in block else ""
    return f"<label>{_text(block['label']['text'])}{optional}</label>{_element(block['element'])}{hint}"


def _element(element: Block) -> str:
    empty = f'<span class="empty">{_text(element.get("placeholder", {}).get("text", ""))}</span>'
    match element["type"]:
        case "plain_text_input":
            return f'<div class="field">{_text(element.get("initial_value", "")) or empty}</div>'
        case "timepicker":
            return f'<div class="field menu">{_text(element.get("initial_time", "")) or empty}</div>'
        case "static_select" | "external_select":
            chosen = _text(element.get("initial_option", {}).get("text", {}).get("text", ""))
            return f'<div class="field menu">{chosen or empty}</div>'
        case "multi_external_select":
            chosen = "".join(f'<span class="token">{_text(o["text"]["text"])}</span>' for o in _initial(element))
            return f'<div class="field menu">{chosen or empty}</div>'
        case "radio_buttons" | "checkboxes":
            on, off = ("◉", "○") if element["type"] == "radio_buttons" else ("☑", "☐")
            chosen_ones = [*_initial(element), element.get("initial_option")]
            rows = (f"{on if o in chosen_ones else off} {_text(o['text']['text'])}" for o in element["options"])
            return "".join(f'<span class="option">{row}</span>' for row in rows)
    raise ValueError(f"there is no drawing of {element['type']} yet")


def _initial(element: Block) -> Sequence[Block]:
    return element.get("initial_options", ())


def _text(text: str) -> str:
    return html.escape(text)


def _mrkdwn(text: str) -> str:
    """Links and bold, which is all that is written here; the text is escaped as Slack wants it."""
    linked = re.sub(r"<(https?://[^|>]+)\|([^>]*)>", r'<a href="\1">\2</a>', text)
    return re.sub(r"(?<!\w)\*(<a .*?</a>)\*", r"<b>\1</b>", linked)
