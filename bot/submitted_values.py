"""What was typed or chosen in a field of a form, as a platform hands it over. It may be forged."""

from collections.abc import Iterable

from papers.display import one_line
from papers.errors import BadInput


def cleaned(values: Iterable[object], longest: int) -> tuple[str, ...]:
    """The values on a line each, without those left empty. Raises BadInput for what no field of ours holds.

    ``longest``: characters that the platform lets one have.
    """
    found = []
    for value in values:
        if value is not None and not (isinstance(value, str) and len(value) <= longest):
            raise unknown_form()
        found.append(one_line(value or ""))
    return tuple(filter(None, found))


def unknown_form() -> BadInput:
    return BadInput("this form is not known any more: open it again")
