"""The terminal as a place to read papers: messages in, lines out."""

from bot.console.chart import render_chart
from bot.console.render import render_digest, render_error, render_paper, render_results
from bot.console.stream import make_console

__all__ = ["make_console", "render_chart", "render_digest", "render_error", "render_paper", "render_results"]
