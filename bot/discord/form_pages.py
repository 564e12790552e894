"""A form's fields divided among modals: Discord takes five in one."""

from collections.abc import Sequence

from bot.forms import Field, Form
from bot.rhythm_fields import CADENCE, HOUR, ZONE
from papers.models import Frozen

MOST_FIELDS = 5
_WHEN = {CADENCE, HOUR, ZONE}


class Page(Frozen):
    label: str
    """Of the button that opens it."""
    fields: tuple[Field, ...]


def pages(form: Form) -> tuple[Page, ...]:
    """What it is about, then when it comes; one page where the form asks only one of the two."""
    what = [field for field in form.fields if field.name not in _WHEN]
    when = [field for field in form.fields if field.name in _WHEN]
    if len(form.fields) <= MOST_FIELDS and (not when or CADENCE not in {field.name for field in when}):
        return (Page(label="Fill in…", fields=form.fields),) if form.fields else ()
    return (*_paged("What…", what), *_paged("When…", when))


def _paged(label: str, fields: Sequence[Field]) -> list[Page]:
    starts = range(0, len(fields), MOST_FIELDS)
    return [
        Page(label=label if start == 0 else f"More {number}…", fields=tuple(fields[start : start + MOST_FIELDS]))
        for number, start in enumerate(starts)
    ]
