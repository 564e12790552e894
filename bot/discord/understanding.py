"""What was typed where other chats choose: an hour, a zone, categories. What is meant is taken; else it is asked."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping

from bot.category_words import category_parts, meant_by, not_meant
from bot.discord.drafts import with_values
from bot.discord.form_pages import pages
from bot.discord.modal import is_menu
from bot.forms import Field, FieldKind, Form, Mistake, Option
from bot.wording import sentence
from papers.display import shorten

Suggest = Callable[[str, str], Awaitable[tuple[Option, ...]]]
"""Field and what is typed -> options (``Commands.suggest``)."""
_HOUR = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?\s*(?:([ap])\.?m\.?)?", re.I | re.ASCII)
_NEAREST = 5
_SHOWN = 40


async def taken(
    form: Form, page: int, given: Mapping[str, tuple[str, ...]], suggest: Suggest
) -> tuple[Form, Mistake | None]:
    """The form with what was filled in on a page, and the first thing on it that must be mended.

    What is not understood stays in the form as it was typed.
    """
    all_of_them = pages(form)
    values: dict[str, tuple[str, ...]] = {}
    mistakes = []
    for field in all_of_them[page].fields if 0 <= page < len(all_of_them) else ():
        values[field.name], mistake = await _understood(field, given.get(field.name, ()), suggest)
        mistakes += [mistake] if mistake else []
    return with_values(form, values), next(iter(mistakes), None)


def hour(text: str) -> str:
    """``9``, ``9:00``, ``9.00``, ``9am`` as ``09:00``; anything else as it is."""
    match = _HOUR.fullmatch(text.strip())
    if match is None:
        return text
    number, minutes, half = int(match[1]), int(match[2] or 0), (match[3] or "").lower()
    if half:
        if not 1 <= number <= 12:
            return text
        number = number % 12 + (12 if half == "p" else 0)
    return f"{number:02}:{minutes:02}" if number < 24 and minutes < 60 else text


async def _understood(field: Field, given: tuple[str, ...], suggest: Suggest) -> tuple[tuple[str, ...], Mistake | None]:
    if field.kind is FieldKind.TIME:
        return tuple(map(hour, given)), None
    if field.kind is FieldKind.SUGGESTS:
        return _categories(field, given)
    if field.kind is FieldKind.SUGGEST or (field.kind is FieldKind.CHOICE and not is_menu(field)):
        typed = dict.fromkeys(given[:1])
    else:
        return given, None
    mistake = None
    values = []
    for text in typed:
        meant = await _meant(field, text, suggest)
        mistake = mistake or (meant if isinstance(meant, Mistake) else None)
        values.append(text if isinstance(meant, Mistake) else meant)
    return tuple(dict.fromkeys(values)), mistake


def _categories(field: Field, given: tuple[str, ...]) -> tuple[tuple[str, ...], Mistake | None]:
    """What is several of many is categories. Those that are there may stay, whatever they are."""
    pieces = [piece.strip() for text in given for piece in text.split(",")]
    values = [piece for piece in pieces if piece in field.value]
    mistake = None
    for part in category_parts(",".join(piece for piece in pieces if piece not in field.value)):
        meant = meant_by(part)
        if not meant and mistake is None:
            mistake = Mistake(field=field.name, text=sentence(not_meant(part)))
        values += meant or (part,)
    return tuple(dict.fromkeys(values)), mistake


async def _meant(field: Field, text: str, suggest: Suggest) -> str | Mistake:
    """The value of the option that is named, or of the only one that fits."""
    exact = _named(field.options, text)
    if exact is not None:
        return exact
    offered = _beginning(field.options, text) if field.kind is FieldKind.CHOICE else await suggest(field.name, text)
    exact = _named(offered, text)
    if exact is not None or len(offered) == 1:
        return exact or offered[0].value
    shown = shorten(text, _SHOWN)
    if not offered:
        return Mistake(field=field.name, text=f"“{shown}” is not known. Write it in another way.")
    nearest = ", ".join(
        option.value if field.kind is not FieldKind.CHOICE else option.label for option in offered[:_NEAREST]
    )
    return Mistake(field=field.name, text=f"“{shown}” is not one of them. Write one of these: {nearest}.")


def _named(options: Iterable[Option], text: str) -> str | None:
    wanted = text.casefold()
    return next((each.value for each in options if wanted in {each.value.casefold(), each.label.casefold()}), None)


def _beginning(options: Iterable[Option], text: str) -> tuple[Option, ...]:
    """Those that begin with it; all of them where none does."""
    given = tuple(options)
    wanted = text.casefold()
    found = tuple(each for each in given if each.label.casefold().startswith(wanted))
    return found or given
