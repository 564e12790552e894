"""Forms while they are filled in: Discord's modals come one after the other, and a bot may restart between them."""

from collections.abc import Mapping
from datetime import timedelta

from pydantic import ValidationError

from bot.forms import Filled, Form
from papers.asked import AskedTexts
from papers.errors import BadInput

_KEPT = timedelta(days=1)


class Drafts:
    """Forms by a short key that says nothing of them, for a day. Raises redis-py's errors."""

    def __init__(self, asked: AskedTexts) -> None:
        self._asked = asked

    async def keep(self, form: Form) -> str:
        """The key of a form with what is filled in so far; of the same form always the same."""
        return await self._asked.keep(form.model_dump_json(), kept=_KEPT)

    async def form(self, key: str) -> Form:
        """The form with what was filled in. Raises BadInput if it was let go of."""
        kept = await self._asked.text(key)
        try:
            return Form.model_validate_json(kept or "")
        except ValidationError:
            raise BadInput("this form is not known any more: open it again") from None


def filled_of(form: Form) -> Filled:
    """What is filled in, as it is handed in."""
    values = {field.name: field.value for field in form.fields if field.value}
    return Filled(name=form.name, context=form.context, values=values)


def with_values(form: Form, values: Mapping[str, tuple[str, ...]]) -> Form:
    """The form with these values in these fields; the other fields keep theirs."""
    fields = (field.model_copy(update={"value": values.get(field.name, field.value)}) for field in form.fields)
    return form.model_copy(update={"fields": tuple(fields)})


def is_live(form: Form) -> bool:
    """Whether the form is to be made anew (``Commands.refresh``) after it was changed."""
    return any(field.live for field in form.fields)
