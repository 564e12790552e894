"""When something comes, as fields of a form: how often, at which hour, in which zone."""

from datetime import datetime, time

from bot.forms import Field, FieldKind, Filled, Mistake, Option
from bot.typed_hours import NOT_UNDERSTOOD
from bot.wording import sentence
from bot.zones import zone_option
from papers.errors import BadInput
from papers.schedule import WEEKDAYS, Cadence, Schedule, parse_hour, parse_zone

CADENCE, HOUR, ZONE = "cadence", "hour", "zone"
_AT_ONCE = Option(value=Cadence.NOW, label="At once, whenever there is something")
_BY_THE_CLOCK = (
    Option(value=Cadence.DAILY, label="Daily"),
    Option(value=Cadence.WEEKDAYS, label="Monday to Friday"),
    *(Option(value=f"{Cadence.WEEKLY}-{day}", label=f"Weekly, on {day.title()}s") for day in WEEKDAYS),
)


def rhythm_fields(schedule: Schedule, now: datetime, *, at_once: bool) -> tuple[Field, ...]:
    """The fields with this schedule filled in; ``at_once``: whether that may be chosen."""
    options, chosen = cadences(at_once=at_once), (_chosen(schedule),)
    return (
        Field(name=CADENCE, label="How often", kind=FieldKind.CHOICE, value=chosen, options=options),
        hour_field(schedule.at, hint="Does not matter for what comes at once." if at_once else ""),
        zone_field(schedule.zone, now),
    )


def cadences(*, at_once: bool) -> tuple[Option, ...]:
    """How often something may come; ``at_once``: whether that may be chosen."""
    return (_AT_ONCE, *_BY_THE_CLOCK) if at_once else _BY_THE_CLOCK


def hour_field(at: time, *, hint: str = "") -> Field:
    return Field(name=HOUR, label="At", kind=FieldKind.TIME, value=(f"{at:%H:%M}",), hint=hint)


def zone_field(zone: str, now: datetime) -> Field:
    return Field(
        name=ZONE,
        label="Time zone",
        kind=FieldKind.SUGGEST,
        value=(zone,),
        options=(zone_option(zone, now),),
        placeholder="A city, as in Berlin",
    )


def read_rhythm(filled: Filled, before: Schedule, *, at_once: bool) -> Schedule | Mistake:
    """The schedule that was filled in; ``before`` keeps what the form does not ask."""
    cadence, _, day = (filled.one(CADENCE) or "").partition("-")
    allowed = {option.value for option in _BY_THE_CLOCK} | ({_AT_ONCE.value} if at_once else set())
    if filled.one(CADENCE) not in allowed:
        return Mistake(field=CADENCE, text="Choose how often it is to come.")
    changed: dict[str, object] = {"cadence": Cadence(cadence)}
    if day:
        changed["weekday"] = WEEKDAYS.index(day)
    if cadence == Cadence.NOW and filled.one(HOUR) is None and filled.one(ZONE) is None:
        return before.model_copy(update=changed)
    at, zone = read_hour(filled), read_zone(filled)
    if isinstance(at, Mistake):
        return at
    if isinstance(zone, Mistake):
        return zone
    quiet = before.quiet if cadence == Cadence.NOW else None
    return before.model_copy(update={**changed, "at": at, "zone": zone, "quiet": quiet})


def read_hour(filled: Filled) -> time | Mistake:
    try:
        return parse_hour(filled.one(HOUR) or "")
    except BadInput:
        return Mistake(field=HOUR, text=NOT_UNDERSTOOD)


def read_zone(filled: Filled) -> str | Mistake:
    try:
        return parse_zone(filled.one(ZONE) or "")
    except BadInput as error:
        return Mistake(field=ZONE, text=sentence(str(error)))


def _chosen(schedule: Schedule) -> str:
    weekly = schedule.cadence is Cadence.WEEKLY
    return f"{schedule.cadence}-{WEEKDAYS[schedule.weekday]}" if weekly else schedule.cadence
