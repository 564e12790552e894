"""What is taken is finished, or undone so that it comes again: whoever is killed, told to stop or given up on."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.slack.authorizing import NotInstalled
from bot.slack.payloads import identity_of
from bot.slack.receiving import NOT_INSTALLED, Receiver, answer_to, to_begin
from papers.errors import TryLater
from papers.once import Once
from papers.settings import Settings
from tests.bot.slack.office import Office, office

Json = dict[str, Any]


class App:
    """Takes payloads when it is let."""

    def __init__(self) -> None:
        self.may = asyncio.Event()
        self.begun = asyncio.Event()
        self.taken = 0
        self.status = 200

    async def async_dispatch(self, request: object) -> Any:
        from slack_bolt import BoltResponse

        self.begun.set()
        await self.may.wait()
        self.taken += 1
        return BoltResponse(status=self.status, body="")


EVENT: Json = {"type": "event_callback", "event_id": "Ev1", "event": {"type": "app_mention"}}
PRESS: Json = {"type": "block_actions", "trigger_id": "1.2.a", "actions": []}


def receiver(app: App, redis: Redis) -> Receiver:
    return Receiver(app, Once(redis))  # type: ignore[arg-type]  # has the one method that is used


async def test_an_event_that_is_under_way_is_not_called_done(redis: Redis) -> None:
    app = App()
    first = asyncio.create_task(receiver(app, redis).receive(EVENT))
    await app.begun.wait()
    assert (await receiver(app, redis).receive(EVENT)).status == 503
    app.may.set()
    assert (await first).status == 200
    assert (await receiver(app, redis).receive(EVENT)).status == 200
    assert app.taken == 1


async def test_a_retry_while_the_first_is_under_way_does_not_lose_what_fails_then(redis: Redis) -> None:
    app = App()
    app.status = 503
    first = asyncio.create_task(receiver(app, redis).receive(EVENT))
    await app.begun.wait()
    assert (await receiver(app, redis).receive(EVENT)).status == 503
    app.may.set()
    assert (await first).status == 503
    app.status = 200
    assert (await receiver(app, redis).receive(EVENT)).status == 200
    assert app.taken == 2


async def test_a_retry_takes_over_what_fails_at_that_moment(redis: Redis) -> None:
    app, well = App(), App()
    app.status = 503
    well.may.set()
    first = asyncio.create_task(receiver(app, redis).receive(EVENT))
    await app.begun.wait()
    retry = asyncio.create_task(receiver(well, redis).receive(EVENT))
    app.may.set()
    assert ((await first).status, (await retry).status) == (503, 200)
    assert (app.taken, well.taken) == (1, 1)


async def test_an_event_whose_process_died_may_come_again_soon(redis: Redis) -> None:
    await Once(redis).begin(to_begin(EVENT))
    (key,) = [key async for key in redis.scan_iter("pb:once:*")]
    assert 0 < await redis.ttl(key) <= 30


async def test_a_press_that_comes_twice_is_done_once(redis: Redis) -> None:
    app = App()
    first = asyncio.create_task(receiver(app, redis).receive(PRESS))
    await app.begun.wait()
    assert (await receiver(app, redis).receive(PRESS)).status == 200
    app.may.set()
    assert (await first).status == 200
    assert app.taken == 1


async def test_what_is_under_way_when_the_process_is_told_to_stop_comes_again(redis: Redis) -> None:
    app = App()
    taking = receiver(app, redis)
    given_up = asyncio.create_task(taking.receive(EVENT))
    await app.begun.wait()
    given_up.cancel()  # as the server does with requests that take too long at the end
    await asyncio.gather(given_up, return_exceptions=True)
    await taking.close()
    app.may.set()
    assert (await receiver(app, redis).receive(EVENT)).status == 200
    assert app.taken == 1


async def test_what_can_be_finished_before_the_end_is_and_is_known_to_be_done(redis: Redis) -> None:
    app = App()
    taking = receiver(app, redis)
    given_up = asyncio.create_task(taking.receive(EVENT))
    await app.begun.wait()
    given_up.cancel()
    await asyncio.gather(given_up, return_exceptions=True)
    app.may.set()
    await taking.close()
    assert app.taken == 1
    assert (await receiver(app, redis).receive(EVENT)).status == 200
    assert app.taken == 1


@pytest.mark.parametrize("kind", ["app_uninstalled", "tokens_revoked", "team_access_revoked"])
def test_the_end_of_an_installation_is_taken_as_often_as_it_is_told(kind: str) -> None:
    assert identity_of({**EVENT, "event": {"type": kind}}) is None
    assert identity_of({**EVENT, "event": {"event": {"type": kind}}}) is None
    assert identity_of({**EVENT, "type": "block_actions", "event": {"type": kind}}) == ("event_id", "Ev1")


def test_whoever_presses_where_it_is_not_installed_any_more_is_told_so() -> None:
    told: list[tuple[str, str]] = []

    def answered(payload: Json) -> tuple[int, Any]:
        answer = answer_to(NotInstalled(), payload, lambda url, sentence: told.append((url, sentence)))
        return answer.status, answer.body

    assert answered({**PRESS, "response_url": "https://hooks.example/1"}) == (200, "")
    assert told == [("https://hooks.example/1", NOT_INSTALLED)]
    assert answered({"command": "/papers", "response_url": "https://hooks.example/2"}) == (200, NOT_INSTALLED)
    status, body = answered({"type": "view_submission", "view": {}})
    assert (status, NOT_INSTALLED in body, '"response_action": "update"' in body) == (200, True, True)
    assert answered({"type": "block_suggestion"}) == (200, '{"options": []}')
    assert answered(PRESS) == answered(EVENT) == (200, "")
    assert len(told) == 1


def test_a_form_that_cannot_be_taken_at_the_moment_stays_open() -> None:
    assert answer_to(TryLater("away"), {"type": "view_submission", "view": {}}).status == 503


@pytest.fixture
async def here(redis: Redis, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    async with office(redis, settings.data_dir, monkeypatch, connect=False) as here:
        yield here


async def test_suggestions_that_take_too_long_are_none(redis: Redis) -> None:
    app = App()
    typed = {"type": "block_suggestion", "action_id": "zone", "value": "Ber"}
    answer = await receiver(app, redis).receive(typed)
    assert (answer.status, answer.body) == (200, '{"options": []}')


async def test_the_app_says_to_a_form_that_it_is_not_installed_any_more(here: Office) -> None:
    eve = here.slack.add_user(here.slack.add_team("Elsewhere"), "eve")
    who = {"user": {"id": eve.id, "team_id": eve.team}, "team": {"id": eve.team}, "trigger_id": "1.2.a"}
    view = {"id": "V1", "type": "modal", "callback_id": "paperboy-form", "state": {"values": {}}, "blocks": []}
    answer = await here.app.receiver.receive({"type": "view_submission", **who, "view": view})
    assert (answer.status, NOT_INSTALLED in answer.body) == (200, True)
