"""Draws Discord's components as a page: our own drawing of how Discord sets them, for the pictures in docs/."""

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from columns import columns_page, with_thumbs

Component = Mapping[str, Any]

STYLE = """
* { box-sizing: border-box } body { margin: 0; background: #313338; color: #dbdee1; font: 16px/1.375 "gg sans",
  "Noto Sans", "Helvetica Neue", Arial, sans-serif } a { color: #00a8fc; text-decoration: none }
.columns { display: flex; align-items: stretch } .column { padding: 0 20px 18px }
.column + .column { border-left: 1px solid #26282c }
.place { font-weight: 600; border-bottom: 1px solid #26282c; margin: 0 -20px 14px; padding: 12px 20px; color: #f2f3f5 }
.place small { font-weight: 400; font-size: 14px; color: #949ba4; margin-left: 10px }
.message { display: flex; gap: 16px; margin-bottom: 18px } .face { flex: none; width: 40px; height: 40px;
  border-radius: 50%; background: #2b4a6f; color: #fff; font: 900 20px/40px Georgia, serif; text-align: center }
.body { min-width: 0; flex: 1; max-width: 560px } .name { font-weight: 500; color: #f2f3f5 }
.app { background: #5865f2; color: #fff; font-size: 10px; font-weight: 600; padding: 1px 5px; border-radius: 3px;
  margin: 0 6px; vertical-align: 2px } .when, .only { color: #949ba4; font-size: 12px }
.typed { color: #949ba4; font-size: 14px; margin: 0 0 4px 56px } .typed b { color: #c9cdfb; font-weight: 500 }
.container { background: #2b2d31; border: 1px solid #3f4147; border-left: 4px solid #2b4a6f; border-radius: 8px;
  padding: 14px 16px; display: flex; flex-direction: column; gap: 8px; margin-top: 4px }
h2, h3, p { margin: 0; overflow-wrap: anywhere } h2 { font-size: 20px; line-height: 1.3; color: #f2f3f5 }
h3 { font-size: 16px; color: #f2f3f5 } p small { display: block; font-size: 13px; line-height: 1.35; color: #949ba4 }
hr { border: 0; border-top: 1px solid #3f4147; margin: 4px 0; width: 100% }
.row { display: flex; flex-wrap: wrap; gap: 8px } .button { border-radius: 8px; padding: 0 14px; font-size: 14px;
  font-weight: 500; line-height: 32px; background: #3e4047; color: #fff } .s1 { background: #5865f2 }
.s4 { background: #da373c } .off { opacity: .5 }
.modal { background: #313338; border-radius: 8px; box-shadow: 0 0 0 1px #26282c, 0 8px 24px #0006; margin-top: 16px }
.bar { font-size: 20px; font-weight: 600; padding: 16px 20px 4px; color: #f2f3f5; display: flex;
  justify-content: space-between } .bar i { font-style: normal; color: #949ba4 } .fields { padding: 0 20px 16px }
label { display: block; font-weight: 500; margin: 14px 0 2px; color: #f2f3f5 } label em { color: #f23f42;
  font-style: normal } .hint { color: #b5bac1; font-size: 14px; margin-bottom: 6px }
.field { background: #1e1f22; border-radius: 4px; padding: 8px 10px; min-height: 40px; display: flex } .menu::after {
  content: "⌄"; margin-left: auto; color: #949ba4 } .empty { color: #87898c }
.foot { background: #2b2d31; border-radius: 0 0 8px 8px; padding: 12px 20px; text-align: right }
.foot .button { display: inline-block; margin-left: 8px }
"""
_THUMBS = 'fill="#ffcc4d"'


def page(*columns: str, widths: Sequence[int]) -> str:
    """A whole page; ``widths``: pixels, one a column."""
    return columns_page(STYLE, *columns, widths=widths)


def message(components: Iterable[Component], *, when: str, private: bool = False, asked: str = "") -> str:
    """What the app says; ``asked`` is the command that it answers."""
    above = f'<div class="typed"><b>ada</b> used <b>{html.escape(asked)}</b></div>' if asked else ""
    only = '<div class="only">Only you can see this · Dismiss message</div>' if private else ""
    name = f'<span class="name">Paperboy</span><span class="app">APP</span><span class="when">{when}</span>'
    return (
        f'{above}<div class="message"><div class="face">P</div><div class="body">{name}{draw(components)}{only}</div>'
        "</div>"
    )


def modal(made: Component) -> str:
    fields = "".join(map(_component, made["components"]))
    foot = '<div class="foot"><span class="button">Cancel</span><span class="button s1">Submit</span></div>'
    title = f'<div class="bar">{html.escape(made["title"])}<i>×</i></div>'
    return f'<div class="modal">{title}<div class="fields">{fields}</div>{foot}</div>'


def draw(components: Iterable[Component]) -> str:
    return "".join(map(_component, components))


def _component(component: Component) -> str:  # noqa: PLR0911 - a kind of component each
    match component["type"]:
        case 1:
            return f'<div class="row">{draw(component["components"])}</div>'
        case 2:
            shown = with_thumbs(html.escape(component["label"]), _THUMBS)
            return (
                f'<span class="button s{component["style"]} {"off" * component.get("disabled", False)}">{shown}</span>'
            )
        case 3:
            chosen = next((o["label"] for o in component["options"] if o.get("default")), "")
            return f'<div class="field menu">{html.escape(chosen) or _empty(component)}</div>'
        case 4:
            return f'<div class="field">{html.escape(component.get("value", "")) or _empty(component)}</div>'
        case 10:
            return _markdown(component["content"])
        case 14:
            return "<hr>"
        case 17:
            return f'<div class="container">{draw(component["components"])}</div>'
        case 18:
            needed = " <em>*</em>" if component["component"].get("required") else ""
            hint = (
                f'<div class="hint">{html.escape(component["description"])}</div>' if "description" in component else ""
            )
            return f"<label>{html.escape(component['label'])}{needed}</label>{hint}{_component(component['component'])}"
        case 23:
            return f"<div>{'☑' if component.get('default') else '☐'}</div>"
    raise ValueError(f"there is no drawing of components of type {component['type']} yet")


def _empty(component: Component) -> str:
    return f'<span class="empty">{html.escape(component.get("placeholder", ""))}</span>'


def _markdown(text: str) -> str:
    """Those marks that are written here."""
    blocks = []
    for line in text.split("\n"):
        mark, _, rest = line.partition(" ")
        tag = {"##": "h2", "###": "h3", "-#": "small"}.get(mark)
        blocks.append(f"<{tag}>{_inline(rest)}</{tag}>" if tag else f"{_inline(line)}<br>" if line else "<br>")
    told = "".join(blocks).removesuffix("<br>").replace("<br><small>", "<small>")
    return f"<p>{told}</p>" if not told.startswith("<h") else _headed(told)


def _headed(told: str) -> str:
    head, end, rest = told.partition("</h2>" if told.startswith("<h2>") else "</h3>")
    return f"<div>{head}{end}<p>{rest}</p></div>"


def _inline(text: str) -> str:
    held: list[str] = []

    def hold(match: re.Match[str]) -> str:
        held.append(match[1])
        return f"\x00{len(held) - 1}\x00"

    shown = re.sub(r"\\([^0-9A-Za-z\s])", hold, text)
    shown = html.escape(shown)
    shown = re.sub(r"\[([^\]]*)\]\((https?://[^)]*)\)", r'<a href="\2">\1</a>', shown)
    shown = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", shown)
    return re.sub("\x00(\\d+)\x00", lambda match: html.escape(held[int(match[1])]), shown)
