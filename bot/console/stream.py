"""The console a message is rendered on: what it may assume of a terminal, a pipe, a file."""

import io
import os
from collections.abc import Mapping
from typing import IO

from rich.console import Console
from rich.theme import Theme

PIPE_WIDTH = 80
"""Columns where nobody can be asked: a pipe, a file, a log."""

# Only the terminal's own sixteen colours, and none of its pale ones: they follow a light or a dark background.
STYLES = Theme(
    {
        "paperboy.heading": "bold",
        "paperboy.rank": "bold cyan",
        "paperboy.title": "bold",
        "paperboy.quiet": "dim",
        "paperboy.gist": "default",
        "paperboy.reason": "green",
        "paperboy.score": "bold magenta",
        "paperboy.link": "cyan underline",
        "paperboy.note": "italic",
        "paperboy.warning": "bold red",
    }
)


def make_console(stream: IO[str], *, color: bool | None = None, environ: Mapping[str, str] | None = None) -> Console:
    """A console on ``stream``. ``color``: True always, False never, None where a terminal can show it.

    In a pipe there are no escape codes and 80 columns (or ``COLUMNS``). ``NO_COLOR`` (https://no-color.org) is
    honoured unless ``color`` is True; it takes colours away, not bold or links. ``TERM=dumb`` gets plain text.
    """
    environ = os.environ if environ is None else environ
    terminal = _is_terminal(stream)
    _never_fail_to_encode(stream)
    return Console(
        file=stream,
        theme=STYLES,
        width=None if terminal else _columns(environ),
        force_terminal=True if color else None if terminal else False,
        force_jupyter=False,
        no_color=_no_color(color, environ),
        markup=False,
        emoji=False,
        highlight=False,
        legacy_windows=False if not terminal else None,
        _environ=environ,
    )


def clickable(console: Console) -> bool:
    """Whether addresses may hide behind labels (OSC 8). In a pipe never, even with forced colours."""
    return _is_terminal(console.file) and console.is_terminal and console.color_system is not None


def _is_terminal(stream: IO[str]) -> bool:
    try:
        return stream.isatty()
    except ValueError:  # closed
        return False


def _no_color(color: bool | None, environ: Mapping[str, str]) -> bool:
    return not color if color is not None else bool(environ.get("NO_COLOR"))


def _columns(environ: Mapping[str, str]) -> int:
    columns = environ.get("COLUMNS", "")
    return int(columns) if columns.isascii() and columns.isdigit() and 20 <= int(columns) <= 1000 else PIPE_WIDTH


def _never_fail_to_encode(stream: IO[str]) -> None:
    """An old locale shows "?" for what it lacks, rather than a traceback in the middle of a digest."""
    if isinstance(stream, io.TextIOWrapper) and (stream.encoding or "").lower().replace("-", "") != "utf8":
        stream.reconfigure(errors="replace")
