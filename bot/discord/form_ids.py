"""What the buttons and modals of a form say when they come back: ``pbf:KEY:0`` opens or hands in its first page,
``pbf:KEY:ok`` hands in the whole. The key is that of the draft (drafts.py)."""

import re

from papers.errors import BadInput
from papers.models import Frozen

PATTERN = r"pbf:(?P<key>[0-9A-Za-z]{1,40}):(?P<what>\d{1,2}!?|ok)"
"""For discord.py's DynamicItem, which matches from the beginning."""
_PATTERN = re.compile(PATTERN)


class FormPress(Frozen):
    key: str
    """Of the draft."""
    page: int | None = None
    """From 0; None: the whole form is handed in."""
    at_once: bool = False
    """Of a modal: with it the whole form is handed in."""


def page_id(key: str, page: int, *, at_once: bool = False) -> str:
    return f"pbf:{key}:{page}{'!' if at_once else ''}"


def submit_id(key: str) -> str:
    return f"pbf:{key}:ok"


def read_form_id(text: str) -> FormPress:
    """Raises BadInput for what none of ours says."""
    match = _PATTERN.fullmatch(text)
    if match is None:
        raise BadInput("this form is not known any more: open it again")
    key, what = match["key"], match["what"]
    if what == "ok":
        return FormPress(key=key)
    return FormPress(key=key, page=int(what.rstrip("!")), at_once=what.endswith("!"))
