"""People who come to a desk, the papers they find there, and forms as they fill them in."""

from typing import Any

from redis.asyncio import Redis

from bot.caller import Caller
from bot.desk import Desk
from bot.forms import Filled, Form, FormName
from papers.clock import FixedClock
from papers.ingestion import Ingestion, at_hand
from papers.settings import Settings
from tests.bot.desks import desk
from tests.papers.builders import NOON, at, paper, seen
from tests.papers.word_encoder import WordEncoder

ADA = Caller(person="slack:T1/U1", place="slack:T1/C1", place_name="#papers", zone="Europe/Berlin")
BOB = ADA.model_copy(update={"person": "slack:T1/U2", "zone": None})
GUEST = BOB.model_copy(update={"person": "slack:T1/U3", "may_manage": False})
STRANGER = Caller(person="slack:T2/U1", place="slack:T2/C1", place_name="#papers")


def direct(caller: Caller) -> Caller:
    """The same person in a direct message."""
    return caller.model_copy(update={"place": None})


def desk_at_noon(redis: Redis, settings: Settings, encoder: WordEncoder | None = None) -> Desk:
    return desk(redis, settings, encoder=encoder, clock=FixedClock(NOON))


async def stock(desk: Desk, *titles: str) -> list[str]:
    """Papers of these titles, listed in the last days; returns their ids."""
    papers = [
        paper(f"2603.{n:05d}", title, abstract=f"{title}.", authors=("Ada Lovelace",), listed=at(-n))
        for n, title in enumerate(titles, start=1)
    ]
    await Ingestion(desk.store, WordEncoder()).run(at_hand([seen(one) for one in papers]))
    return [one.id for one in papers]


def as_filled(form: Form, **changed: str | tuple[str, ...]) -> Filled:
    """The form handed in as it is filled in already, but for what is changed; an empty string leaves a field empty."""
    values: dict[str, tuple[str, ...]] = {field.name: field.value for field in form.fields if field.value}
    for name, value in changed.items():
        values[name] = (value,) if isinstance(value, str) and value else tuple(value)
    return Filled(name=form.name, context=form.context, values={k: v for k, v in values.items() if v})


def filled(name: FormName, context: str = "", **values: Any) -> Filled:
    return Filled(name=name, context=context, values={k: (v,) if isinstance(v, str) else v for k, v in values.items()})
