"""Following and subscribing in a chat, through the real classes."""

import asyncio

import pytest
from redis.asyncio import Redis

from bot import asks
from bot.actions import Action, Verb, action
from bot.as_they_read import as_they_read
from bot.caller import Caller
from bot.desk import Desk
from bot.forms import Field, Form, FormName, Mistake
from bot.replies import Reply
from bot.threshold_field import SUGGESTED
from bot.topic_looks import topic_wish
from bot.wishing import Wishing
from papers.delivery_models import Disabled
from papers.errors import BadInput, NotFound
from papers.following import Subscription, TopicOptions
from papers.preferences import Preferences
from papers.schedule import Cadence, Schedule, parse_hour
from papers.settings import Settings
from papers.topic_preview import USUAL
from tests.bot.people import ADA, BOB, GUEST, as_filled, desk_at_noon, direct, stock
from tests.papers.builders import NOON
from tests.papers.subscription_builders import check_indexes
from tests.papers.word_encoder import NoEncoder, WordEncoder


@pytest.fixture
def desk(redis: Redis, settings: Settings) -> Desk:
    return desk_at_noon(redis, settings)


def field(form: Form, name: str) -> Field:
    return next(one for one in form.fields if one.name == name)


async def form_of(wishing: Wishing, caller: Caller, verb: Verb, *about: str) -> Form:
    form = await wishing.form(caller, action(verb, *about))
    assert isinstance(form, Form)
    return form


async def follow(desk: Desk, caller: Caller, topic: str, **changed: str | tuple[str, ...]) -> Subscription:
    wishing = Wishing(desk)
    form = await form_of(wishing, caller, Verb.FOLLOW)
    reply = await wishing.submit(caller, as_filled(form, topic=topic, **changed))
    assert isinstance(reply, Reply), reply
    return await desk.subscriptions.get(reply.cards[0].buttons[0].action.about[0])


async def subscribe(
    desk: Desk, caller: Caller, *, another: bool = False, **changed: str | tuple[str, ...]
) -> Subscription:
    wishing = Wishing(desk)
    form = await form_of(wishing, caller, Verb.SUBSCRIBE, *(["another"] if another else []))
    reply = await wishing.submit(caller, as_filled(form, **changed))
    assert isinstance(reply, Reply), reply
    return await desk.subscriptions.get(reply.cards[0].buttons[0].action.about[0])


def verbs(reply: Reply) -> list[list[Verb]]:
    return [[button.action.verb for button in card.buttons] for card in reply.cards]


# following a topic


async def test_without_words_it_says_what_to_write(desk: Desk) -> None:
    reply = await Wishing(desk).offer_follow(ADA, asks.Follow(text="  "))
    assert "/papers follow" in reply.text
    assert reply.buttons[0].action == action(Verb.FOLLOW)


async def test_words_are_shown_with_what_last_week_would_have_brought(desk: Desk) -> None:
    await stock(desk, "Cats and cats", "Dogs in the snow")
    wishing = Wishing(desk)
    reply = await wishing.offer_follow(ADA, asks.Follow(text="cats"))
    assert [card.title for card in reply.cards] == ["Cats and cats", "Dogs in the snow"]
    assert "2 papers" in reply.text
    key = reply.buttons[0].action.about[0]
    form = await form_of(wishing, ADA, Verb.FOLLOW, key)
    assert field(form, "topic").value == ("cats",)
    assert form.outro is not None
    assert form.outro.cards == reply.cards


async def test_words_that_say_nothing_are_refused_with_a_sentence(desk: Desk) -> None:
    with pytest.raises(BadInput, match="has no word that tells papers apart"):
        await Wishing(desk).offer_follow(ADA, asks.Follow(text="the of"))


async def test_a_form_whose_words_are_forgotten_is_empty(desk: Desk) -> None:
    for key in ("abcdefghijklmnopqrstuvwx", "pb:*", ""):
        form = await form_of(Wishing(desk), ADA, Verb.FOLLOW, key)
        assert field(form, "topic").value == ()
        assert form.outro is not None
        assert "Write what the papers should be about" in form.outro.text


async def test_hour_and_zone_are_filled_in_from_what_is_known(desk: Desk) -> None:
    form = await form_of(Wishing(desk), ADA, Verb.FOLLOW)
    assert (field(form, "zone").value, field(form, "hour").value) == (("Europe/Berlin",), ("09:00",))
    assert field(form, "zone").options[0].label == "Europe/Berlin (UTC+01:00)"
    assert field(await form_of(Wishing(desk), BOB, Verb.FOLLOW), "zone").value == ("UTC",)
    set_by_ada = Preferences(zone="Asia/Tokyo", at=parse_hour("7:30"))
    await desk.preferences.keep(ADA.person, set_by_ada)
    form = await form_of(Wishing(desk), as_they_read(ADA, set_by_ada), Verb.SUBSCRIBE)
    assert (field(form, "zone").value, field(form, "hour").value) == (("Asia/Tokyo",), ("07:30",))
    odd = ADA.model_copy(update={"person": "slack:T1/U9", "zone": "Mars/Olympus"})
    assert field(await form_of(Wishing(desk), odd, Verb.FOLLOW), "zone").value == ("UTC",)


async def test_the_choices_tell_how_many_papers_each_brings(desk: Desk) -> None:
    await stock(desk, *(f"Cats of breed {n}" for n in range(60)))
    wishing = Wishing(desk)
    form = await wishing.refresh(ADA, as_filled(await form_of(wishing, ADA, Verb.FOLLOW), topic="cats"))
    options = field(form, "threshold").options
    assert field(form, "threshold").value == (SUGGESTED,)
    assert options[0].label.startswith("Suggested: 0.")
    assert all("paper" in option.label for option in options)
    assert len(options) == 11


async def test_new_words_and_exclusions_make_a_new_preview(desk: Desk) -> None:
    await stock(desk, "Cats and cats", "Cats in surveys")
    wishing = Wishing(desk)
    typed = as_filled(await form_of(wishing, ADA, Verb.FOLLOW), topic="cats", hour="17:45", threshold="0.3")
    form = await wishing.refresh(ADA, typed)
    assert form.outro is not None
    assert len(form.outro.cards) == 2
    assert (field(form, "hour").value, field(form, "threshold").value) == (("17:45",), ("0.3",))
    form = await wishing.refresh(ADA, as_filled(form, excluded="surveys, dogs"))
    assert form.outro is not None
    assert [card.title for card in form.outro.cards] == ["Cats and cats"]
    assert field(form, "excluded").value == ("surveys, dogs",)
    form = await wishing.refresh(ADA, as_filled(form, topic="the"))
    assert form.outro is not None
    assert "no word that tells papers apart" in form.outro.text
    assert field(form, "topic").value == ("the",)


async def test_an_author_among_the_words_is_one_in_the_form_as_in_the_command(desk: Desk) -> None:
    await stock(desk, "Cats and cats")
    wishing = Wishing(desk)
    made = await follow(desk, ADA, "cats by Ada Lovelace")
    assert made.topic is not None
    assert (made.topic.text, [author.name for author in made.topic.authors]) == ("cats", ["Ada Lovelace"])
    offered = await wishing.offer_follow(ADA, asks.Follow(text="cats by Ada Lovelace"))
    assert offered.buttons[0].action == action(Verb.CHANGE, made.id)
    form = await wishing.refresh(
        ADA, as_filled(await form_of(wishing, ADA, Verb.FOLLOW), topic="cats by Ada Lovelace", authors="Bo Li")
    )
    assert (field(form, "topic").value, field(form, "authors").value) == (("cats by Ada Lovelace",), ("Bo Li",))
    both = await follow(desk, ADA, "cats by Ada Lovelace", authors="Bo Li, Ada Lovelace")
    assert both.topic is not None
    assert [author.name for author in both.topic.authors] == ["Bo Li", "Ada Lovelace"]


async def test_words_that_were_followed_as_words_stay_words_when_something_else_is_changed(desk: Desk) -> None:
    wishing, topic = Wishing(desk), TopicOptions(text="poems by Ada Lovelace", threshold=0.4)
    wish = topic_wish(ADA, topic, Schedule(), desk.clock.now())
    await desk.subscriptions.save(wish, desk.clock.now())
    form = await form_of(wishing, ADA, Verb.CHANGE, wish.id)
    await wishing.submit(ADA, as_filled(form, hour="17:45"))
    changed = await desk.subscriptions.get(wish.id)
    assert changed.topic is not None
    assert (changed.topic.text, changed.topic.authors) == ("poems by Ada Lovelace", ())
    assert changed.schedule.at == parse_hour("17:45")


async def test_a_followed_topic_goes_to_the_person_wherever_it_was_asked(desk: Desk, redis: Redis) -> None:
    await stock(desk, "Cats and cats")
    wishing = Wishing(desk)
    form = await form_of(wishing, ADA, Verb.FOLLOW)
    typed = as_filled(
        form,
        topic="cats",
        excluded="surveys",
        authors="Ada Lovelace",
        categories=("cs.lg",),
        cadence="weekly-friday",
        hour="8:15",
        threshold="0.35",
    )
    reply = await wishing.submit(ADA, typed)
    assert isinstance(reply, Reply)
    assert "on Fridays at 08:15 (Europe/Berlin)" in reply.cards[0].title
    assert reply.cards[0].text == "Next: 6 March 2026, 08:15 CET."
    (made,) = (await check_indexes(redis)).values()
    assert (made.owner, made.destination) == (ADA.person, ADA.person)
    assert made.topic is not None
    assert (made.topic.excluded, made.topic.threshold, made.topic.categories) == (("surveys",), 0.35, ("cs.LG",))
    assert await desk.subscriptions.vectors([made.id])


async def test_the_suggested_threshold_is_that_of_the_words_as_they_are_handed_in(desk: Desk) -> None:
    await stock(desk, *(f"Cats of breed {n}" for n in range(60)))
    made = await follow(desk, ADA, "cats")
    assert made.topic is not None
    expected = (await desk.topics.look(made.topic, None)).preview.threshold
    assert made.topic.threshold == expected != USUAL


async def test_the_same_wish_changes_what_is_there_and_says_so(desk: Desk) -> None:
    wishing = Wishing(desk)
    form = await form_of(wishing, ADA, Verb.FOLLOW)
    first = await wishing.submit(ADA, as_filled(form, topic="cats"))
    again = await wishing.submit(ADA, as_filled(form, topic="Cats"))
    other = await wishing.submit(ADA, as_filled(form, topic="cats", hour="10:00"))
    assert isinstance(first, Reply)
    assert isinstance(again, Reply)
    assert isinstance(other, Reply)
    assert "You follow this now" in first.text
    assert "already" in again.text
    assert "already; it is changed" in other.text
    assert len(await desk.subscriptions.of_owner(ADA.person)) == 1


async def test_words_that_are_followed_already_open_what_is_there(desk: Desk) -> None:
    made = await follow(desk, ADA, "cats", excluded="surveys", hour="11:00")
    wishing = Wishing(desk)
    offered = await wishing.offer_follow(ADA, asks.Follow(text="Cats"))
    assert "You follow this already" in offered.notes[-1]
    assert offered.buttons[0].action == action(Verb.CHANGE, made.id)
    form = await form_of(wishing, ADA, Verb.FOLLOW, await desk.asked.keep("cats"))
    assert (form.name, form.context) == (FormName.CHANGE_TOPIC, made.id)
    assert field(form, "excluded").value == ("surveys",)
    assert (await form_of(wishing, BOB, Verb.FOLLOW, await desk.asked.keep("cats"))).name is FormName.FOLLOW


async def test_following_again_keeps_the_thumbs(desk: Desk) -> None:
    ids = await stock(desk, "Cats and cats", "Dogs and cats")
    made = await follow(desk, ADA, "cats")
    await Wishing(desk).tune(ADA, action(Verb.WIDER, made.id, ids[1]))
    before = await desk.subscriptions.vectors([made.id])
    again = await follow(desk, ADA, "cats", hour="11:00")
    assert again.topic is not None
    assert len(again.topic.feedback) == 1
    assert await desk.subscriptions.vectors([made.id]) == before


@pytest.mark.parametrize("encoder", [NoEncoder(), WordEncoder(seconds=30)], ids=["no worker", "too slow"])
async def test_without_a_model_a_topic_is_followed_all_the_same(
    redis: Redis, settings: Settings, encoder: WordEncoder
) -> None:
    desk = desk_at_noon(redis, settings, encoder)
    wishing = Wishing(desk, longest_look=0.05)
    offered = await wishing.offer_follow(ADA, asks.Follow(text="cats"))
    assert "no preview at the moment" in offered.text
    form = await form_of(wishing, ADA, Verb.FOLLOW, offered.buttons[0].action.about[0])
    assert form.outro is not None
    assert "no preview at the moment" in form.outro.text
    assert isinstance(await wishing.submit(ADA, as_filled(form)), Reply)
    (made,) = await desk.subscriptions.of_owner(ADA.person)
    assert made.topic is not None
    assert made.topic.threshold == USUAL
    assert not await desk.subscriptions.vectors([made.id])


async def test_authors_alone_can_be_followed(desk: Desk) -> None:
    made = await follow(desk, ADA, "", authors="Ada Lovelace,  Alan  Turing")
    assert made.topic is not None
    assert [author.name for author in made.topic.authors] == ["Ada Lovelace", "Alan Turing"]
    assert made.topic.threshold == 0.0


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"topic": ""}, "topic"),
        ({"topic": "the"}, "topic"),
        ({"topic": "cats " * 200}, "topic"),
        ({"excluded": "cats, !!"}, "excluded"),
        ({"excluded": ",".join(f"w{n}" for n in range(21))}, "excluded"),
        ({"authors": "Ada, 12"}, "authors"),
        ({"categories": ("cs.XX",)}, "categories"),
        ({"categories": tuple(f"c{n}" for n in range(10_000))}, "categories"),
        ({"cadence": "hourly"}, "cadence"),
        ({"cadence": ""}, "cadence"),
        ({"cadence": "weekly"}, "cadence"),
        ({"hour": "25:00"}, "hour"),
        ({"hour": ""}, "hour"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"threshold": "nan"}, "threshold"),
        ({"threshold": "1e9"}, "threshold"),
        ({"threshold": "٠.٥"}, "threshold"),
    ],
)
async def test_what_must_be_mended_is_named(desk: Desk, changed: dict[str, str], named: str) -> None:
    wishing = Wishing(desk)
    form = await form_of(wishing, ADA, Verb.FOLLOW)
    mistake = await wishing.submit(ADA, as_filled(form, **{"topic": "cats", **changed}))
    assert isinstance(mistake, Mistake)
    assert mistake.field == named
    assert mistake.text.endswith(".")
    assert not await desk.subscriptions.of_owner(ADA.person)


async def test_nothing_need_be_said_of_the_hour_of_what_comes_at_once(desk: Desk) -> None:
    made = await follow(desk, ADA, "cats", cadence="now", hour="", zone="")
    assert made.schedule.cadence is Cadence.NOW


async def test_a_topic_is_changed_and_keeps_what_the_form_does_not_ask(desk: Desk) -> None:
    await stock(desk, "Cats and cats")
    wishing = Wishing(desk)
    made = await follow(desk, ADA, "cats", threshold="0.35")
    assert made.topic is not None
    more = made.topic.model_copy(update={"revisions": True})
    await desk.subscriptions.change(made.id, NOON, topic=more)
    form = await form_of(wishing, ADA, Verb.CHANGE, made.id)
    assert (form.name, form.context) == (FormName.CHANGE_TOPIC, made.id)
    assert field(form, "threshold").value == ("0.35",)
    vector = await desk.subscriptions.vectors([made.id])
    reply = await wishing.submit(ADA, as_filled(form, hour="10:30", cadence="weekdays"))
    assert isinstance(reply, Reply)
    assert "Changed" in reply.text
    changed = await desk.subscriptions.get(made.id)
    assert changed.topic == more
    assert (changed.schedule.cadence, changed.schedule.at) == (Cadence.WEEKDAYS, parse_hour("10:30"))
    assert await desk.subscriptions.vectors([made.id]) == vector
    await wishing.submit(ADA, as_filled(form, topic="dogs"))
    assert await desk.subscriptions.vectors([made.id]) != vector


async def test_a_topic_cannot_become_one_that_is_there_already(desk: Desk) -> None:
    await follow(desk, ADA, "cats")
    dogs = await follow(desk, ADA, "dogs")
    form = await form_of(Wishing(desk), ADA, Verb.CHANGE, dogs.id)
    mistake = await Wishing(desk).submit(ADA, as_filled(form, topic="cats"))
    assert isinstance(mistake, Mistake)
    assert mistake.field == "topic"


async def test_too_many_subscriptions_are_refused_with_a_sentence(redis: Redis, settings: Settings) -> None:
    few = settings.model_copy(update={"delivery": settings.delivery.model_copy(update={"max_subscriptions": 1})})
    desk = desk_at_noon(redis, few)
    await follow(desk, ADA, "cats")
    form = await form_of(Wishing(desk), ADA, Verb.FOLLOW)
    mistake = await Wishing(desk).submit(ADA, as_filled(form, topic="dogs"))
    assert isinstance(mistake, Mistake)
    assert "remove one first" in mistake.text


# a digest


async def test_a_place_is_subscribed_in_the_persons_zone(desk: Desk, redis: Redis) -> None:
    wishing = Wishing(desk)
    offered = await wishing.offer_subscribe(ADA)
    assert "#papers" in offered.text
    assert offered.buttons[0].action == action(Verb.SUBSCRIBE)
    form = await form_of(wishing, ADA, Verb.SUBSCRIBE)
    typed = as_filled(form, top="5", categories=("cs.CL", "cs"), empty="yes")
    reply = await wishing.submit(ADA, typed)
    assert isinstance(reply, Reply)
    assert reply.cards[0].text == "Next: 6 March 2026, 09:00 CET."
    (made,) = (await check_indexes(redis)).values()
    assert (made.owner, made.destination, made.notify) == (ADA.place, ADA.place, ADA.person)
    assert made.digest is not None
    assert (made.digest.top, made.digest.categories, made.digest.say_when_empty) == (5, ("cs.CL", "cs"), True)


async def test_in_a_direct_message_the_digest_is_the_persons_own(desk: Desk) -> None:
    made = await subscribe(desk, direct(ADA))
    assert (made.owner, made.destination, made.notify) == (ADA.person, ADA.person, None)


async def test_subscribing_twice_changes_one_digest(desk: Desk) -> None:
    first = await subscribe(desk, ADA)
    second = await subscribe(desk, BOB, hour="18:00")
    assert first.id == second.id
    assert second.schedule.at == parse_hour("18:00")
    offered = await Wishing(desk).offer_subscribe(ADA)
    assert len(offered.cards) == 1
    assert "already" in offered.text


async def test_a_digest_is_changed(desk: Desk) -> None:
    made = await subscribe(desk, ADA)
    wishing = Wishing(desk)
    form = await form_of(wishing, BOB, Verb.CHANGE, made.id)
    assert form.name is FormName.CHANGE_DIGEST
    assert isinstance(await wishing.submit(BOB, as_filled(form, top="20", cadence="weekly-monday")), Reply)
    changed = await desk.subscriptions.get(made.id)
    assert changed.digest is not None
    assert changed.digest.top == 20
    assert changed.schedule.cadence is Cadence.WEEKLY


async def test_a_digest_cannot_become_one_that_is_there_already(desk: Desk) -> None:
    await subscribe(desk, ADA)
    weekly = await subscribe(desk, ADA, cadence="weekly-monday", another=True)
    form = await form_of(Wishing(desk), ADA, Verb.CHANGE, weekly.id)
    mistake = await Wishing(desk).submit(ADA, as_filled(form, cadence="daily"))
    assert isinstance(mistake, Mistake)
    assert mistake.field == "cadence"


async def test_asking_again_wakes_what_was_paused_or_disabled(desk: Desk) -> None:
    made = await subscribe(desk, ADA)
    await desk.subscriptions.pause(made.id, NOON)
    await desk.ledger.disable(made.destination, Disabled(reason="is_archived", at=NOON))
    again = await subscribe(desk, ADA)
    assert not again.paused
    assert await desk.ledger.disabled(made.destination) is None


# what there is


async def test_what_one_follows_and_what_is_subscribed_here_are_listed(desk: Desk) -> None:
    topic, digest = await follow(desk, ADA, "cats"), await subscribe(desk, ADA)
    await subscribe(desk, ADA.model_copy(update={"place": "slack:T1/C9"}))
    reply = await Wishing(desk).following(ADA)
    assert [card.buttons[0].action.about for card in reply.cards] == [(topic.id,), (digest.id,)]
    assert [card.byline for card in reply.cards] == ["To you, by direct message", "In #papers"]
    assert verbs(reply) == [[Verb.CHANGE, Verb.PAUSE, Verb.REMOVE]] * 2
    assert all(button.confirm for card in reply.cards for button in card.buttons if button.action.verb is Verb.REMOVE)


async def test_who_follows_nothing_hears_what_to_write(desk: Desk) -> None:
    reply = await Wishing(desk).following(ADA)
    assert "/papers follow" in reply.text
    assert "/papers subscribe" in reply.text


async def test_a_guest_sees_what_is_subscribed_here_without_buttons(desk: Desk) -> None:
    await subscribe(desk, ADA)
    assert verbs(await Wishing(desk).following(GUEST)) == [[]]


async def test_why_nothing_comes_is_told(desk: Desk) -> None:
    topic, digest = await follow(desk, ADA, "cats"), await subscribe(desk, ADA)
    await desk.subscriptions.pause(topic.id, NOON)
    await desk.ledger.disable(digest.destination, Disabled(reason="the channel is archived", at=NOON))
    reply = await Wishing(desk).following(ADA)
    assert "Paused" in reply.cards[0].text
    assert "the channel is archived" in reply.cards[1].text
    assert verbs(reply) == [[Verb.CHANGE, Verb.RESUME, Verb.REMOVE]] * 2


async def test_a_long_list_comes_in_pages(desk: Desk) -> None:
    for n in range(12):
        await follow(desk, ADA, f"cats{n} dogs{n}")
    wishing = Wishing(desk)
    first = await wishing.following(ADA)
    assert (len(first.cards), first.text) == (10, "1 to 10 of 12")
    second = await wishing.following_again(ADA, first.buttons[0].action)
    assert (len(second.cards), second.text, second.replaces) == (2, "11 to 12 of 12", True)
    assert second.buttons[0].action == action(Verb.FOLLOWING, "0")
    for forged in ("-1", "99999999999", "x", "٣"):
        assert len((await wishing.following_again(ADA, action(Verb.FOLLOWING, forged))).cards) == 10


async def test_pause_resume_and_remove_from_the_list_show_the_list(desk: Desk) -> None:
    made = await follow(desk, ADA, "cats")
    await follow(desk, ADA, "dogs")
    wishing = Wishing(desk)

    async def press(verb: Verb) -> Reply:
        listed = await wishing.following(ADA)
        cats = next(card for card in listed.cards if "cats" in card.title)
        pressed: Action = next(b.action for b in cats.buttons if b.action.verb is verb)
        return await {Verb.PAUSE: wishing.pause, Verb.RESUME: wishing.resume, Verb.REMOVE: wishing.remove}[verb](
            ADA, pressed
        )

    paused = await press(Verb.PAUSE)
    assert (await desk.subscriptions.get(made.id)).paused
    assert paused.text == "Paused “cats”."
    assert len(paused.cards) == 2
    assert paused.replaces
    resumed = await press(Verb.RESUME)
    assert not (await desk.subscriptions.get(made.id)).paused
    assert resumed.text == "Resumed “cats”."
    removed = await press(Verb.REMOVE)
    assert removed.text == "Removed “cats”."
    assert len(removed.cards) == 1
    form = await wishing.form(ADA, removed.buttons[-1].action)
    assert isinstance(form, Form)
    assert field(form, "topic").value == ("cats",)


async def test_a_lone_button_answers_with_the_one_it_is_about(desk: Desk) -> None:
    made = await follow(desk, ADA, "cats")
    paused = await Wishing(desk).pause(ADA, action(Verb.PAUSE, made.id))
    assert verbs(paused) == [[Verb.CHANGE, Verb.RESUME, Verb.REMOVE]]
    await desk.ledger.disable(made.destination, Disabled(reason="cannot_dm_bot", at=NOON))
    resumed = await Wishing(desk).resume(ADA, action(Verb.RESUME, made.id))
    assert "Next: " in resumed.cards[0].text
    assert await desk.ledger.disabled(made.destination) is None


# thumbs


async def test_a_thumb_tells_what_it_changes_and_is_taken_back(desk: Desk) -> None:
    ids = await stock(desk, "Cats and cats", "Dogs and cats in the snow of the north")
    made = await follow(desk, ADA, "cats", threshold="0.9")
    wishing = Wishing(desk)
    wider = await wishing.tune(ADA, action(Verb.WIDER, made.id, ids[1]))
    assert "More of that in “cats”" in wider.text
    assert "last week" in wider.text
    changed = await desk.subscriptions.get(made.id)
    assert changed.topic is not None
    assert len(changed.topic.feedback) == 1
    undone = await wishing.undo(ADA, wider.buttons[0].action)
    assert "Taken back" in undone.text
    assert undone.buttons == ()
    assert (await desk.subscriptions.get(made.id)).topic == made.topic
    narrower = await wishing.tune(ADA, action(Verb.NARROWER, made.id, ids[0]))
    assert "Less of that" in narrower.text
    with pytest.raises(BadInput, match="nothing to undo"):
        await wishing.undo(ADA, action(Verb.UNDO, (await follow(desk, ADA, "dogs")).id))


async def test_a_thumb_on_a_paper_that_is_not_there_is_told(desk: Desk) -> None:
    made = await follow(desk, ADA, "cats")
    for about in ((made.id, "9999.99999"), (made.id, "\udcff")):
        with pytest.raises(NotFound):
            await Wishing(desk).tune(ADA, action(Verb.WIDER, *about) if about[1].isascii() else _forged(*about))


def _forged(*about: str) -> Action:
    return Action(verb=Verb.WIDER, about=about)


# suggestions


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("berl", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("Tokyo", "Asia/Tokyo"),
        ("europe/par", "Europe/Paris"),
        ("utc", "UTC"),
        ("Mumbai", "Asia/Kolkata"),
        ("san fran", "America/Los_Angeles"),
        ("Beijing", "Asia/Shanghai"),
        ("Munich", "Europe/Berlin"),
        ("münchen", "Europe/Berlin"),
        ("Boston", "America/New_York"),
        ("Washington", "America/New_York"),
        ("Zurich", "Europe/Zurich"),
        ("montreal", "America/Toronto"),
    ],
)
async def test_zones_are_suggested_by_city_or_name(desk: Desk, typed: str, first: str) -> None:
    found = await Wishing(desk).suggest(ADA, "zone", typed)
    values = [option.value for option in found]
    assert first in values[:3]
    assert len(found) <= 25
    assert all(len(option.label) <= 75 for option in found)


async def test_an_offset_finds_its_zones_and_nonsense_none(desk: Desk) -> None:
    wishing = Wishing(desk)
    assert any("UTC+05:30" in option.label for option in await wishing.suggest(ADA, "zone", "UTC+5:30"))
    assert any("UTC−03:00" in option.label for option in await wishing.suggest(ADA, "zone", "gmt-3"))
    assert await wishing.suggest(ADA, "zone", "xyzzy") == ()
    assert await wishing.suggest(ADA, "colour", "red") == ()
    assert len(await wishing.suggest(ADA, "zone", "")) > 10


@pytest.mark.parametrize(
    ("typed", "first"),
    [("+5", "UTC+05:00"), ("UTC+5", "UTC+05:00"), ("-3", "UTC−03:00"), ("+5:30", "UTC+05:30"), ("IST", "Asia/Kolkata")],
)
async def test_an_offset_and_an_abbreviation_mean_what_people_mean_by_them(desk: Desk, typed: str, first: str) -> None:
    found = await Wishing(desk).suggest(ADA, "zone", typed)
    assert found
    assert not any(option.value.startswith("Etc/") for option in found)
    assert first in f"{found[0].value} {found[0].label}"


async def test_categories_are_suggested_with_their_names(desk: Desk) -> None:
    wishing = Wishing(desk)
    assert (await wishing.suggest(ADA, "categories", "cs.cl"))[0].label == "cs.CL: Computation and Language"
    assert "cs.RO" in [option.value for option in await wishing.suggest(ADA, "categories", "robot")]
    assert len(await wishing.suggest(ADA, "categories", "")) == 25


async def test_a_form_without_live_fields_is_not_made_anew(desk: Desk) -> None:
    wishing = Wishing(desk)
    form = await form_of(wishing, ADA, Verb.SUBSCRIBE)
    with pytest.raises(BadInput):
        await wishing.refresh(ADA, as_filled(form))


# twice, late, at once


async def test_a_form_that_is_handed_in_many_times_at_once_is_one_subscription(desk: Desk, redis: Redis) -> None:
    wishing = Wishing(desk)
    topic = as_filled(await form_of(wishing, ADA, Verb.FOLLOW), topic="cats")
    digest = as_filled(await form_of(wishing, ADA, Verb.SUBSCRIBE))
    replies = await asyncio.gather(*(wishing.submit(ADA, form) for form in (topic, digest) for _ in range(10)))
    assert all(isinstance(reply, Reply) for reply in replies)
    assert len(await check_indexes(redis)) == 2


async def test_a_form_or_button_that_comes_too_late_says_so(desk: Desk) -> None:
    made = await follow(desk, ADA, "cats")
    wishing = Wishing(desk)
    form = await form_of(wishing, ADA, Verb.CHANGE, made.id)
    await wishing.remove(ADA, action(Verb.REMOVE, made.id))
    late = await wishing.submit(ADA, as_filled(form, hour="10:00"))
    assert isinstance(late, Mistake)
    assert "not there any more" in late.text
    with pytest.raises(NotFound, match="not there any more"):
        await wishing.remove(ADA, action(Verb.REMOVE, made.id))
    assert await desk.subscriptions.known(made.id) is None


async def test_a_name_in_the_words_of_a_topic_is_filled_in_as_its_author(desk: Desk) -> None:
    wishing = Wishing(desk)
    offered = await wishing.offer_follow(ADA, asks.Follow(text="world models by Yann LeCun"))
    form = await wishing.form(ADA, offered.buttons[0].action)
    assert isinstance(form, Form)
    assert (field(form, "topic").value, field(form, "authors").value) == (("world models",), ("Yann LeCun",))


async def test_what_last_week_would_have_brought_is_told_above_the_fields_too(desk: Desk) -> None:
    await stock(desk, "Cats and cats")
    offered = await Wishing(desk).offer_follow(ADA, asks.Follow(text="cats"))
    form = await Wishing(desk).form(ADA, offered.buttons[0].action)
    assert isinstance(form, Form)
    assert form.intro is not None
    assert "With a threshold of" in form.intro.text
