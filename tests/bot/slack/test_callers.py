from collections.abc import AsyncIterator
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.slack.callers import Callers
from bot.slack.contact import Contact
from papers.settings import Settings
from tests.bot.slack.office import Office, office


@pytest.fixture
async def here(redis: Redis, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    async with office(redis, settings.data_dir, monkeypatch, connect=False) as here:
        yield here


async def _installed(team: str, organization: str | None) -> bool | None:
    return True if team == "T0INSTALLED" else None


def _contact(here: Office, user: str, **more: Any) -> Contact:
    token = here.slack.bot_of(here.team.id).token
    return Contact(token=token, team=here.team.id, user=user, channel=here.papers.id, channel_name="papers", **more)


async def test_a_member_may_manage_and_has_the_zone_of_their_profile(here: Office) -> None:
    caller = await Callers(here.web, _installed).full(_contact(here, here.ada.id))
    assert (caller.person, caller.place) == (
        f"slack:{here.team.id}/{here.ada.id}",
        f"slack:{here.team.id}/{here.papers.id}",
    )
    assert (caller.zone, caller.language, caller.may_manage) == ("Europe/Berlin", "en-US", True)
    assert caller.place_name == "#papers"


@pytest.mark.parametrize("standing", [{"guest": True}, {"deactivated": True}])
async def test_guests_and_the_deactivated_may_not(here: Office, standing: dict[str, bool]) -> None:
    user = here.slack.add_user(here.team, "gus", **standing)
    assert not (await Callers(here.web, _installed).full(_contact(here, user.id))).may_manage


async def test_a_stranger_in_a_shared_channel_may_not_and_is_known_by_their_own_workspace(here: Office) -> None:
    other = here.slack.add_team("Elsewhere")
    here.papers.shared_with.add(other.id)
    eve = here.slack.add_user(other, "eve")
    contact = _contact(here, eve.id, user_team=other.id)
    for caller in (Callers(here.web, _installed).quick(contact), await Callers(here.web, _installed).full(contact)):
        assert (caller.person, caller.may_manage) == (f"slack:{other.id}/{eve.id}", False)
        assert caller.place == f"slack:{here.team.id}/{here.papers.id}"


async def test_a_profile_is_asked_once_an_hour(here: Office) -> None:
    callers = Callers(here.web, _installed)
    for _ in range(3):
        await callers.full(_contact(here, here.ada.id))
    assert len(here.slack.calls_of("users.info")) == 1


async def test_if_slack_is_slow_a_member_may_manage_a_stranger_may_not(here: Office) -> None:
    callers = Callers(here.web, _installed, seconds=0.05)
    for user_team, may in (("", True), (here.team.id, True), ("T999", False)):
        here.slack.faults.late("users.info", 0.5)
        caller = await callers.full(_contact(here, here.ada.id, user_team=user_team))
        assert (caller.may_manage, caller.zone) == (may, None)


async def test_in_direct_messages_and_views_there_is_no_place(here: Office) -> None:
    from dataclasses import replace

    for channel in (None, "D1"):
        assert Callers(here.web, _installed).quick(replace(_contact(here, here.ada.id), channel=channel)).place is None


async def test_a_profile_that_is_not_told_is_not_waited_for_with_every_answer(here: Office) -> None:
    callers = Callers(here.web, _installed, seconds=0.05)
    here.slack.faults.late("users.info", 0.5)
    assert [(await callers.full(_contact(here, here.ada.id))).zone for _ in range(3)] == [None] * 3
