"""Whatever is filled in: it is taken, or what must be mended is named, at a field that the form has."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from redis.asyncio import Redis

from bot.actions import Action, Verb, action
from bot.caller import Caller
from bot.desk import Desk
from bot.finding import Finding
from bot.forms import Filled, Form, FormName, Mistake
from bot.personal import Personal
from bot.replies import Reply
from bot.wishing import Wishing
from papers.errors import BadInput, NotFound
from papers.settings import Settings
from tests.bot.people import ADA, desk_at_noon, direct, filled, stock
from tests.papers.subscription_builders import check_indexes

FIELDS = {
    FormName.FOLLOW: ("topic", "threshold", "excluded", "authors", "categories", "cadence", "hour", "zone"),
    FormName.SUBSCRIBE: ("cadence", "hour", "zone", "top", "categories", "empty"),
    FormName.SETTINGS: ("zone", "hour", "language"),
}
FIELDS[FormName.CHANGE_TOPIC] = FIELDS[FormName.FOLLOW]
FIELDS[FormName.CHANGE_DIGEST] = FIELDS[FormName.SUBSCRIBE]
ANYTHING = st.text(max_size=60) | st.text(alphabet=st.characters(categories=["Cs", "Cc", "Nd", "Lo"]), max_size=9)
LIKELY = {
    "topic": st.sampled_from(["cats", "not cats", "-", "the", "cats " * 99, "c" * 501, "cats, not dogs", "猫", "💥💥"]),
    "threshold": st.sampled_from(["suggested", "0.45", "-1", "1", "1.01", "nan", "inf", "-inf", "1e-400", "0x1", "٠"]),
    "excluded": st.sampled_from(["surveys", "a,b,c", ",,,", "!", "x" * 3000, ",".join("abcdefghijklmnopqrstuvwxyz")]),
    "authors": st.sampled_from(["Ada Lovelace", "李 明", "0", ",", "A" * 3000, "Ada, Ada, Ada"]),
    "cadence": st.sampled_from(["now", "daily", "weekdays", "weekly-monday", "weekly", "weekly-", "weekly-8", "DAILY"]),
    "hour": st.sampled_from(["09:00", "23:59", "24:00", "-1:00", "9", "99:99", "09:00:00", "٠٩:٠٠", "0:00"]),
    "zone": st.sampled_from(
        ["UTC", "europe/berlin", "Mars", "../etc/passwd", "Etc/GMT+14", "localtime", "\0", "UTC+1"]
    ),
    "top": st.sampled_from(["1", "10", "50", "51", "0", "-1", "1e1", "²", "٣", "9" * 400]),
    "categories": st.sampled_from(["cs.CL", "CS.lg", "cs", "stat", "zz.ZZ", "cs.CL,cs.LG", "*", "{cs}"]),
    "empty": st.sampled_from(["yes", "no"]),
    "language": st.sampled_from(["de", "pt-BR", "xx", "en_US.UTF-8", "de-", "zh-Hant", "../de", "C"]),
}
GOOD = {
    "topic": "cats that sleep",
    "threshold": "0.4",
    "excluded": "surveys",
    "authors": "Ada Lovelace",
    "cadence": "weekdays",
    "hour": "10:30",
    "zone": "Asia/Kolkata",
    "top": "7",
    "categories": "cs.CL",
    "empty": "yes",
    "language": "de",
}
LOOSE = examples(max_examples=150)


@st.composite
def forms(draw: st.DrawFn) -> Filled:
    name = draw(st.sampled_from(FormName))
    values: dict[str, tuple[str, ...]] = {}
    for field in FIELDS[name]:
        odd = draw(st.integers(0, 9))
        one = ANYTHING if odd == 0 else LIKELY[field]
        values[field] = tuple(draw(st.lists(one, max_size=3))) if odd < 4 else (GOOD[field],)
    values |= draw(st.dictionaries(ANYTHING, st.tuples(ANYTHING), max_size=2))
    own = {FormName.CHANGE_TOPIC: "mine", FormName.CHANGE_DIGEST: "place", FormName.SUBSCRIBE: ADA.place or ""}
    other = st.sampled_from(["mine", "place", ""]) | ANYTHING
    context = own.get(name, "") if draw(st.integers(0, 9)) else draw(other)
    return Filled(name=name, context=context, values=values)


async def submit(desk: Desk, caller: Caller, form: Filled) -> Reply | Mistake:
    wishing = Wishing(desk)
    if form.name is FormName.SETTINGS:
        return await Personal(desk, Finding(desk), wishing).submit(caller, form)
    return await wishing.submit(caller, form)


async def made(desk: Desk, verb: Verb, **changed: str) -> str:
    """The id of a subscription made with a form."""
    wishing = Wishing(desk)
    clock = {"cadence": "daily", "hour": "09:00", "zone": "UTC"}
    name = FormName.FOLLOW if verb is Verb.FOLLOW else FormName.SUBSCRIBE
    context = "" if verb is Verb.FOLLOW else ADA.place or ""
    reply = await wishing.submit(ADA, filled(name, context, **clock, **changed))
    assert isinstance(reply, Reply), reply
    return reply.cards[0].buttons[0].action.about[0]


@LOOSE
@given(form=forms(), alone=st.booleans())
async def test_a_form_is_taken_or_a_field_of_it_is_named(
    redis: Redis, settings: Settings, form: Filled, alone: bool
) -> None:
    desk = desk_at_noon(redis, settings)
    mine = await made(desk, Verb.FOLLOW, topic="dogs in the snow")
    place = await made(desk, Verb.SUBSCRIBE, top="10")
    context = {"mine": mine, "place": place}.get(form.context, form.context)
    form = form.model_copy(update={"context": context})
    answer = await submit(desk, direct(ADA) if alone else ADA, form)
    if isinstance(answer, Mistake):
        assert answer.field in {*FIELDS[form.name], ""}
        assert answer.text[-1] in ".…"
        assert "\n" not in answer.text
        assert len(answer.text) <= 600
    else:
        assert answer.text
    await check_indexes(redis)
    wishes = await desk.subscriptions.of_owner(ADA.person)
    assert {wish.destination for wish in wishes} <= {ADA.person}
    for wish in wishes[1:]:
        await desk.subscriptions.remove(wish.id)


@LOOSE
@given(form=forms())
async def test_a_form_made_anew_keeps_to_what_a_form_may_be(redis: Redis, settings: Settings, form: Filled) -> None:
    desk = desk_at_noon(redis, settings)
    mine = await made(desk, Verb.FOLLOW, topic="dogs in the snow")
    form = form.model_copy(update={"context": mine if form.context == "mine" else form.context})
    with suppress(BadInput, NotFound):
        check(await Wishing(desk).refresh(ADA, form))


def check(form: Form) -> None:
    """What bot/forms.py says of a form."""
    assert len(form.title) <= 24
    assert len(form.submit) <= 24
    assert len(form.context) <= 1000
    assert [field.name for field in form.fields] == list(FIELDS[form.name])
    for field in form.fields:
        assert all(1 <= len(option.value) <= 75 and 1 <= len(option.label) <= 75 for option in field.options)
        assert len({option.value for option in field.options}) == len(field.options)
        if field.options:
            assert set(field.value) <= {option.value for option in field.options}
        if field.kind == "text":
            assert all(len(value) <= field.longest for value in field.value)
    for told in (form.intro, form.outro):
        assert told is None or not (told.buttons or any(card.buttons for card in told.cards))


@pytest.mark.parametrize("verb", [Verb.FOLLOW, Verb.SUBSCRIBE, Verb.CHANGE, Verb.SETTINGS])
async def test_every_form_keeps_to_what_a_form_may_be(redis: Redis, settings: Settings, verb: Verb) -> None:
    desk = desk_at_noon(redis, settings)
    await stock(desk, *(f"Cats of breed {n}, a title that does not end " * 9 for n in range(15)))
    wishing = Wishing(desk)
    mine = await made(desk, Verb.FOLLOW, topic="cats", authors="Ada Lovelace", excluded="dogs", threshold="0.3")
    place = await made(desk, Verb.SUBSCRIBE, top="7")
    asked: dict[Verb, list[tuple[str, ...]]] = {
        Verb.FOLLOW: [(), (await desk.asked.keep("cats of every breed"),)],
        Verb.SUBSCRIBE: [()],
        Verb.CHANGE: [(mine,), (place,)],
        Verb.SETTINGS: [()],
    }
    maker = Personal(desk, Finding(desk), wishing) if verb is Verb.SETTINGS else wishing
    for about in asked[verb]:
        form = await maker.form(ADA, action(verb, *about))
        assert isinstance(form, Form)
        check(form)


@LOOSE
@given(verb=st.sampled_from(Verb), about=st.lists(ANYTHING, max_size=3), typed=ANYTHING)
async def test_no_button_and_no_typing_makes_more_than_a_sentence(
    redis: Redis, settings: Settings, verb: Verb, about: list[str], typed: str
) -> None:
    from bot.commands import Commands

    desk = desk_at_noon(redis, settings)
    commands = Commands(desk)
    pressed = Action(verb=verb, about=tuple(about))
    opens = verb in {Verb.FOLLOW, Verb.SUBSCRIBE, Verb.CHANGE, Verb.SETTINGS}
    answer = await (commands.form if opens else commands.press)(ADA, pressed)
    assert isinstance(answer, Form) or "went wrong" not in answer.text
    for field in ("zone", "categories", "x"):
        found = await Wishing(desk).suggest(ADA, field, typed)
        assert len(found) <= 25
