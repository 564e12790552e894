"""A digest as a picture for the documentation: what a terminal shows, as SVG."""

import io
import re

from bot.console.render import render_digest
from bot.console.stream import make_console
from bot.messages import Digest

_WIDTH = 88
_TERMINAL = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
# A page that shows the picture must not call a font server.
_WEB_FONTS = re.compile(r"@font-face \{.*?\}\s*", re.S)


class _Screen(io.StringIO):
    """Looks like a terminal, so that links are shown as a terminal shows them."""

    def isatty(self) -> bool:
        return True


def to_svg(digest: Digest, *, title: str = "paperboy digest preview") -> str:
    """The digest as SVG text; the same digest gives the same text."""
    console = make_console(_Screen(), color=True, environ=_TERMINAL)
    console.width = _WIDTH
    console.record = True
    render_digest(digest, console)
    return _WEB_FONTS.sub("", console.export_svg(title=title, unique_id="paperboy"))
