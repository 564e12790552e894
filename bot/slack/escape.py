"""Other people's words where Slack reads marks: in ``mrkdwn`` and in the ``text`` of a message.

Wherever it can be, text goes into ``rich_text`` and ``plain_text`` instead (bot/slack/texts.py), in which Slack reads
nothing and a title stays as it is, to copy too. Here, what Slack would read is either written as Slack documents it
(``&amp;``) or, since its marks cannot be written any other way, shown by a character that looks alike. Invisible
characters between would be copied unseen, and whether Slack reads past them is not documented.

Source: docs.slack.dev/messaging/formatting-message-text.
"""

import re

from papers.display import one_line
from papers.links import web_address

ASTERISK = "∗"
_LIKE = {"*": ASTERISK, "_": "ˍ", "~": "∼", "`": "ˋ"}
_OPENS = r"(?<![^\W_]){mark}(?=\S)"
_CLOSES = r"(?<=\S){mark}(?![^\W_])"
_MARKS = tuple(
    (like, re.compile(_OPENS.format(mark=re.escape(mark))), re.compile(_CLOSES.format(mark=re.escape(mark))))
    for mark, like in _LIKE.items()
)
_EMOJI = re.compile(r":(?=[\w+'-]+:)")
# Not read unless ``link_names`` is asked for, which nobody here does; other bridges may.
_EVERYBODY = re.compile(r"@(?=(?:here|channel|everyone)\b)", re.I)
_CONTROLS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def escape(text: str) -> str:
    """``text`` on one line, which pings nobody, links nowhere and reads as it was written."""
    shown = one_line(text)
    shown = _EVERYBODY.sub("＠", _EMOJI.sub("∶", _without_marks(shown)))
    if shown.startswith(">"):  # it would be a quotation, escaped or not
        shown = f"›{shown[1:]}"
    return shown.translate(_CONTROLS)


def link(url: str, label: str) -> str:
    """``<https://…|label>``; the label alone where ``url`` is no address of the web."""
    address = web_address(url)  # without spaces, "<", ">" and "|", which would end it
    return f"<{address.translate(_CONTROLS)}|{escape(label)}>" if address else escape(label)


def _without_marks(written: str) -> str:
    letters = list(written)  # changed apart from what is read: a look-alike may count as a letter
    for like, opens, closes in _MARKS:
        opened = opens.search(written)
        # One alone marks nothing: ``A* search`` stays as it is.
        if opened and closes.search(written, opened.end()):
            for pattern in (opens, closes):
                for mark in pattern.finditer(written):
                    letters[mark.start()] = like
    return "".join(letters)
