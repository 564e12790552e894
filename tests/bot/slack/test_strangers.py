"""People of other workspaces in shared channels, as the table of who has the app and who is of an organization."""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from papers import keys
from papers.settings import Settings
from tests.bot.slack.installing import installation
from tests.bot.slack.neighbours import CASES, Case, Neighbours, neighbours
from tests.fakes.slack import until, words

WITHOUT = [case for case in CASES if not case.theirs]
WITH = [case for case in CASES if case.theirs]
AT_HOME = [case for case in CASES if not (case.invited and case.host)]
"""But where both are in the channel, and of Ada's side an organization is named, from which nobody finds hers."""


@pytest.fixture
async def there(
    request: pytest.FixtureRequest, redis: Redis, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Neighbours]:
    async with neighbours(redis, settings.data_dir, monkeypatch, request.param) as there:
        yield there
        assert there.slack.violations == []


def of(cases: list[Case]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("there", cases, indirect=True, ids=str)


@of(CASES)
async def test_a_person_has_one_reference_however_they_ask(there: Neighbours) -> None:
    slack, eve = there.slack, there.eve
    shown = await there.mention(eve, "search robot doors")  # by mention
    await (await slack.press(shown, "Save", eve)).message()  # by a button
    if there.theirs is None:
        assert {caller.person for caller in there.heard[-2:]} == {there.eves}
        return
    form = await there.follow_form(eve)
    await slack.type_into(form, "topic", "robots that knock")  # in a form
    await slack.submit(form)
    settings = await (await there.pressing(eve, "settings", "Change")).form("zone")
    await slack.suggest(settings, "zone", "berl")  # in a field that suggests
    own = slack.add_channel(there.guests, "ours", eve)
    await (await slack.command(eve, own, "/papers", "following")).message()  # by command
    await (await slack.direct_message(eve, "following")).message()
    await slack.open_home(eve)
    assert len(there.heard) >= 10
    assert {caller.person for caller in there.heard} == {there.eves}


@of(AT_HOME)
async def test_members_of_the_host_are_at_home_in_a_channel_that_is_shared(there: Neighbours) -> None:
    slack, ada = there.slack, there.ada
    await there.digest_of_ada()
    await (await there.pressing(ada, "following", "Pause")).message()
    form = await there.follow_form(ada)
    await slack.submit(form)
    assert "You follow this now" in words(form)
    here = [caller for caller in there.heard if caller.place]
    assert {(caller.person, caller.place) for caller in here} == {(f"slack:{there.host.id}/{ada.id}", there.place)}
    assert all(caller.may_manage for caller in here)


@of(WITH)
async def test_whoever_has_the_app_at_home_follows_there_and_gets_it_there(there: Neighbours) -> None:
    form = await there.follow_form(there.eve)
    await there.slack.submit(form)
    assert "You follow this now" in words(form)
    (mine,) = await there.here.desk.subscriptions.of_owner(there.eves)
    assert mine.destination == there.eves
    found = await there.store.find(there.guests.id)  # as whoever delivers asks
    assert found is not None
    assert there.theirs is not None
    assert found.bot_user == there.theirs.bot_user


@of(WITHOUT)
async def test_whoever_has_no_app_at_home_may_ask_and_is_told_why_nothing_is_kept(there: Neighbours) -> None:
    slack, eve = there.slack, there.eve
    shown = await there.mention(eve, "search robot doors")
    assert "robot" in words(shown)
    for text in ("follow robots that open doors", "subscribe", "settings", "save 2603.00001"):
        assert "not installed in your own workspace" in words(await there.mention(eve, text)), text
    told = await (await slack.press(shown, "Save", eve)).message()
    assert "not installed in your own workspace" in words(told)
    assert "ask whoever manages the apps of your workspace" in words(told)
    await (await there.forged(eve, "follow")).told("not installed in your own workspace")
    assert await there.here.desk.subscriptions.of_owner(there.eves) == []
    assert not await there.here.desk.personal_data.anything(there.eves)


@of(WITHOUT)
async def test_a_form_that_was_open_when_the_app_was_taken_off_at_home_keeps_nothing(
    there: Neighbours, redis: Redis
) -> None:
    theirs = there.slack.add_grant(there.guests)
    await there.store.save(installation(theirs))
    form = await there.follow_form(there.eve)
    await redis.delete(keys.slack_installation(there.guests.id))
    await there.slack.taken_off(theirs)
    await there.slack.submit(form)
    await until(lambda: "not installed in your own workspace" in words(form), lambda: words(form))
    assert await there.here.desk.subscriptions.of_owner(there.eves) == []


@of([Case(guests="E0GUESTS", theirs="own")])
async def test_while_slack_does_not_tell_whose_an_organizations_person_is_nothing_is_kept(there: Neighbours) -> None:
    for _ in range(3):
        there.slack.faults.refuse("users.info", "internal_error")
    assert "does not tell me" in words(await there.mention(there.eve, "follow robots"))
    assert there.heard == []
    assert "robot" in words(await there.mention(there.eve, "search robot doors"))
