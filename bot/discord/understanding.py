"""What was typed where other chats choose: an hour, a zone, categories. What is meant is taken; else it is asked."""

from collections.abc import Awaitable, Callable, Iterable, Mapping

from bot.category_words import category_parts, is_everything, meant_by, not_meant
from bot.discord.drafts import with_values
from bot.discord.form_pages import pages
from bot.discord.modal import is_menu
from bot.forms import Field, FieldKind, Form, Mistake, Option
from bot.rhythm_fields import ZONE
from bot.typed_hours import NOT_UNDERSTOOD, typed_hour
from bot.wording import sentence
from bot.zones import no_zone
from papers.display import one_line, shorten

Suggest = Callable[[str, str], Awaitable[tuple[Option, ...]]]
"""Field and what is typed -> options (``Commands.suggest``)."""
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


async def _understood(field: Field, given: tuple[str, ...], suggest: Suggest) -> tuple[tuple[str, ...], Mistake | None]:
    if field.kind is FieldKind.TIME:
        return _hour(field, given)
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


def _hour(field: Field, given: tuple[str, ...]) -> tuple[tuple[str, ...], Mistake | None]:
    for text in given[:1]:
        hour = typed_hour(text)
        if hour is None:
            told = f"“{shorten(one_line(text), _SHOWN)}” is no time of day. {NOT_UNDERSTOOD}"
            return (text,), Mistake(field=field.name, text=told)
        return (hour,), None
    return (), None


def _categories(field: Field, given: tuple[str, ...]) -> tuple[tuple[str, ...], Mistake | None]:
    """What is several of many is categories. Those that are there may stay, whatever they are."""
    pieces = [piece.strip() for text in given for piece in text.split(",")]
    values = [piece for piece in pieces if piece in field.value]
    mistake = None
    for part in category_parts(",".join(piece for piece in pieces if piece not in field.value)):
        meant = meant_by(part)
        if is_everything(part):
            continue
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
        told = no_zone(text) if field.name == ZONE else "Write it in another way."
        return Mistake(field=field.name, text=f"“{shown}” is not known. {told}")
    nearest = ", ".join(
        option.value if field.kind is not FieldKind.CHOICE else option.label for option in offered[:_NEAREST]
    )
    why = "may be one of several" if field.kind is FieldKind.SUGGEST else "is not one of them"
    return Mistake(field=field.name, text=f"“{shown}” {why}. Write one of these: {nearest}.")


def _named(options: Iterable[Option], text: str) -> str | None:
    wanted = text.casefold()
    return next((each.value for each in options if wanted in {each.value.casefold(), each.label.casefold()}), None)


def _beginning(options: Iterable[Option], text: str) -> tuple[Option, ...]:
    """Those that begin with it; all of them where none does."""
    given = tuple(options)
    wanted = text.casefold()
    found = tuple(each for each in given if each.label.casefold().startswith(wanted))
    return found or given
