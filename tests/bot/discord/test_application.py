"""What Discord tells of the application and of channels is read, or is no answer of Discord's: nothing else happens."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discord.application import read_application, read_gateway
from bot.discord.permissions import Permission, Place
from bot.discord.reach import Reaches
from papers.errors import TryLater
from tests.fakes.discord_permissions import DEFAULT

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
)
APPLICATION: dict[str, Any] = {"id": "1", "name": "Paperboy", "bot": {"id": "2", "username": "paperboy"}}
GATEWAY: dict[str, Any] = {"shards": 2, "session_start_limit": {"total": 10, "remaining": 9, "reset_after": 1000}}


def test_an_application_is_read_with_what_old_ones_do_not_tell() -> None:
    found = read_application(APPLICATION)
    assert (found.id, found.bot, found.public, found.servers) == (1, 2, True, None)
    assert (found.for_servers, found.for_people) == (True, False)
    assert not found.wants_code
    assert not found.endpoint


def test_a_link_that_adds_commands_alone_is_seen() -> None:
    def link(params: Any) -> bool:
        return read_application(APPLICATION | {"integration_types_config": {"0": params}}).link_adds_bot

    assert not link({"oauth2_install_params": {"scopes": ["applications.commands"], "permissions": "0"}})
    assert link({"oauth2_install_params": {"scopes": ["applications.commands", "bot"], "permissions": "0"}})
    for none in ({}, None, {"oauth2_install_params": None}):
        assert link(none)


def test_a_gateway_is_read() -> None:
    assert read_gateway(GATEWAY).reset_seconds == 1.0


@given(st.data())
def test_anything_else_is_no_answer_of_discords(data: st.DataObject) -> None:
    for good, read in ((APPLICATION, read_application), (GATEWAY, read_gateway)):
        bent = {**good, data.draw(st.sampled_from([*good, "flags", "integration_types_config"])): data.draw(JSON)}
        for told in (bent, data.draw(JSON)):
            with suppress(TryLater):
                read(told)


ANSWERS: dict[str, Any] = {
    "/channels/5": {"type": 0, "name": "papers", "guild_id": "1", "permission_overwrites": []},
    "/channels/6": {"type": 11, "name": "a thread", "guild_id": "1", "parent_id": "5"},
    "/guilds/1/roles": [{"id": "1", "permissions": str(DEFAULT)}],
    "/guilds/1/members/9": {"roles": []},
}


async def reach(answers: dict[str, Any], channel: str) -> Any:
    async def ask(path: str) -> Any:
        return answers[path]

    return await Reaches(ask, 9).of(channel)


async def test_a_thread_goes_by_the_exceptions_of_its_channel() -> None:
    denied = {"id": "9", "type": 1, "allow": "0", "deny": str(1 << 16)}
    answers = {**ANSWERS, "/channels/5": {**ANSWERS["/channels/5"], "permission_overwrites": [denied]}}
    found = await reach(answers, "6")
    assert (found.name, found.place, found.missing) == ("#a thread", Place.THREAD, (Permission.HISTORY,))
    assert (await reach(ANSWERS, "6")).missing == ()


@pytest.mark.parametrize("path", ANSWERS)
@pytest.mark.parametrize("told", [None, [], {}, "", 7, {"type": []}, {"type": 0, "guild_id": {}}, [{"id": 1}]])
async def test_what_is_not_understood_is_tried_later(path: str, told: Any) -> None:
    with suppress(TryLater):
        await reach({**ANSWERS, path: told}, "6")
