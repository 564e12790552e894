"""The form of a digest: when it comes, how many papers it has, and in which categories. Pure."""

from datetime import datetime

from bot.category_field import CATEGORIES, category_field, read_categories
from bot.forms import Field, FieldKind, Filled, Form, FormName, Mistake, Option
from bot.replies import Reply
from bot.rhythm_fields import CADENCE, HOUR, ZONE, read_rhythm, rhythm_fields
from papers.following import DigestOptions
from papers.schedule import Schedule

TOP, EMPTY, PUBLISH = "top", "empty", "publish"
_TOPS = (3, 5, 7, 10, 15, 20, 30, 50)
_YES = "yes"


def digest_form(
    options: DigestOptions,
    schedule: Schedule,
    now: datetime,
    *,
    where: str,
    context: str,
    change: bool,
    may_publish: bool = False,
) -> Form:
    """The form with this filled in; ``where`` names the place as in a sentence, ``#papers``, or is empty."""
    tops = sorted({*_TOPS, options.top})
    return Form(
        name=FormName.CHANGE_DIGEST if change else FormName.SUBSCRIBE,
        title="Change a digest" if change else "Subscribe to a digest",
        fields=(
            *rhythm_fields(schedule, now, at_once=False),
            Field(
                name=TOP,
                label="How many papers",
                kind=FieldKind.CHOICE,
                value=(str(options.top),),
                options=tuple(Option(value=str(n), label=str(n)) for n in tops),
            ),
            category_field(options.categories),
            Field(
                name=EMPTY,
                label="Say so on a day without news",
                kind=FieldKind.TOGGLE,
                value=(_YES,) if options.say_when_empty else (),
                hint="One line, instead of nothing.",
                required=False,
            ),
            *([_publish_field(options)] if may_publish else []),
        ),
        intro=Reply(text=f"What is trending comes to {where}.") if where else None,
        submit="Save" if change else "Subscribe",
        context=context,
    )


def filled_in(form: Form, asked: Filled) -> Filled:
    """The form as it is filled in, with what was asked put into it."""
    values = {field.name: field.value for field in form.fields if field.value}
    return Filled(name=form.name, context=form.context, values={**values, **asked.values})


def in_full(filled: Filled) -> Filled:
    """A form that was handed in, told with the fields that were left empty: nobody need guess what they were."""
    asked = (CADENCE, HOUR, ZONE, TOP, CATEGORIES, EMPTY, PUBLISH)
    return filled.model_copy(update={"values": {name: filled.values.get(name, ()) for name in asked}})


def read_digest(
    filled: Filled, options: DigestOptions, schedule: Schedule, *, may_publish: bool = False
) -> tuple[DigestOptions, Schedule] | Mistake:
    """What was filled in; ``options`` and ``schedule`` keep what the form does not ask."""
    rhythm = read_rhythm(filled, schedule, at_once=False)
    if isinstance(rhythm, Mistake):
        return rhythm
    categories = read_categories(filled, options.categories)
    if isinstance(categories, Mistake):
        return categories
    typed = filled.one(TOP) or ""
    top = int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 2 else 0
    if not 1 <= top <= max(_TOPS):
        return Mistake(field=TOP, text=f"Choose how many papers it is to have, {max(_TOPS)} at most.")
    read = {
        "top": top,
        "categories": categories,
        "say_when_empty": filled.one(EMPTY) == _YES,
        "publish": filled.one(PUBLISH) == _YES if may_publish else options.publish,
    }
    return options.model_copy(update=read), rhythm


def _publish_field(options: DigestOptions) -> Field:
    return Field(
        name=PUBLISH,
        label="Publish it to channels that follow this",
        kind=FieldKind.TOGGLE,
        value=(_YES,) if options.publish else (),
        required=False,
    )
