"""arXiv categories as a field of a form, with their names."""

from collections.abc import Sequence

from bot.category_words import is_everything, meant_by, not_meant
from bot.forms import Field, FieldKind, Filled, Mistake, Option
from bot.wording import sentence
from papers.category_names import NAMES, like, spelt
from papers.category_nicknames import called
from papers.display import one_line, shorten

CATEGORIES = "categories"
MOST = 20
_LONGEST = 75


def category_field(chosen: Sequence[str]) -> Field:
    return Field(
        name=CATEGORIES,
        label="Only in these categories",
        kind=FieldKind.SUGGESTS,
        value=tuple(chosen[:MOST]),
        options=tuple(map(category_option, chosen[:MOST])),
        placeholder="As in cs.CL, or robotics",
        hint="None chosen: in all of them.",
        required=False,
    )


def category_option(category: str) -> Option:
    """``cs.CL: Computation and Language``; what is no category of arXiv's stands for itself."""
    name = NAMES.get(category)
    label = f"{category}: {name}" if name else one_line(category) or "(no name)"
    return Option(value=category[:_LONGEST], label=shorten(label, _LONGEST))


def suggested_categories(typed: str, *, most: int, first: Sequence[str] = ()) -> tuple[Option, ...]:
    """Those that fit what is typed so far; before anything is typed, these first."""
    found = (*called(typed), *like(typed)) if typed.strip() else (*filter(spelt, first), *like(""))
    return tuple(map(category_option, list(dict.fromkeys(found))[:most]))


def read_categories(filled: Filled, before: Sequence[str] = ()) -> tuple[str, ...] | Mistake:
    """Those that were chosen, or named, in their own spelling. ``before`` may be kept, whatever they are."""
    typed = list(dict.fromkeys(filter(None, (one.strip() for one in filled.values.get(CATEGORIES, ())))))
    if len(typed) > MOST:
        return Mistake(field=CATEGORIES, text=f"{MOST} categories are the most: cs stands for all of cs.….")
    found: list[str] = []
    for one in typed:
        meant = (one,) if one in before else meant_by(one)
        if not meant and not is_everything(one):
            return Mistake(field=CATEGORIES, text=sentence(not_meant(one)))
        found += meant
    return tuple(dict.fromkeys(found))
