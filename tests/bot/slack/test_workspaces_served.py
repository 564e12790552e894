"""Many workspaces, and organizations, whose tokens are rotated, served by one process."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.bot.slack.stage import Stage, on_stage
from tests.fakes.slack import AppConfig, words

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]
TOKEN_SECONDS = 7000
"""Less than the two hours before its end in which a token is renewed."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running() -> AsyncIterator[Stage]:
    async with on_stage("http", AppConfig(rotates=True, token_seconds=TOKEN_SECONDS)) as stage:
        yield stage


async def test_a_token_is_renewed_once_however_many_ask(stage: Stage) -> None:
    slack = stage.slack
    people = [stage.person() for _ in range(30)]
    channel = stage.channel(*people)
    answers = await asyncio.gather(*(slack.command(user, channel, "/papers", "subscribe") for user in people))
    await asyncio.gather(*(answer.form("zone") for answer in answers))
    assert slack.oauth.refreshed == 1, "the first token was due at once, and is good no more"


async def test_an_organization_installs_it_for_all_its_workspaces(stage: Stage) -> None:
    slack = stage.slack
    first, second = slack.add_team("North", enterprise="E1"), slack.add_team("South", enterprise="E1")
    ada, bob = slack.add_user(first, "ada"), slack.add_user(second, "bob")
    assert (await slack.install(f"{stage.url}/slack/install", ada, enterprise=True)).status == 200
    forms = []
    for user in (ada, bob):
        channel = stage.channel(user)
        form = await (await slack.command(user, channel, "/papers", "subscribe")).form("hour", "zone")
        await slack.submit(form)
        assert "ubscribed" in words(form), words(form)
        forms.append((user, channel))
    for ack in await slack.uninstall(first):
        assert ack.ok
    assert (await slack.install(f"{stage.url}/slack/install", ada, enterprise=True)).status == 200
    for user, channel in forms:
        shown = await (await slack.command(user, channel, "/papers", "following")).message()
        assert "Pause" not in words(shown), "what an organization had is gone with the app"


async def test_installing_again_keeps_what_was_subscribed(stage: Stage) -> None:
    slack = stage.slack
    ada = slack.add_user(slack.add_team("Again"), "ada")
    assert (await slack.install(f"{stage.url}/slack/install", ada)).status == 200
    channel = stage.channel(ada)
    form = await (await slack.command(ada, channel, "/papers", "subscribe")).form("hour", "zone")
    await slack.submit(form)
    assert (await slack.install(f"{stage.url}/slack/install", ada)).status == 200
    assert "Pause" in words(await (await slack.command(ada, channel, "/papers", "following")).message())
    await slack.revoke(slack.teams[ada.team])
    answer = await slack.command(ada, channel, "/papers", "help")
    await asyncio.sleep(0.2)
    assert answer.ack.seconds < 1
    assert (await slack.install(f"{stage.url}/slack/install", ada)).status == 200
    assert "search" in words(await (await slack.command(ada, channel, "/papers", "help")).message())


async def test_many_workspaces_ask_at_once(stage: Stage) -> None:
    slack = stage.slack
    people = [slack.add_user(slack.add_team(f"Team {n}"), "ada") for n in range(40)]
    for person in people:
        assert (await slack.install(f"{stage.url}/slack/install", person)).status == 200
    channels = [stage.channel(person) for person in people]
    answers = await asyncio.gather(
        *(slack.command(p, c, "/papers", "search robot") for p, c in zip(people, channels, strict=True))
    )
    await asyncio.gather(*(answer.message() for answer in answers))
    for person, channel in zip(people, channels, strict=True):
        assert len(slack.in_channel(channel, seen_by=person)) == 1


async def test_an_organizations_end_is_not_that_of_another_which_shares_a_channel(stage: Stage) -> None:
    slack = stage.slack
    host, guests = slack.add_team("Host", enterprise="E0HOST"), slack.add_team("Guests", enterprise="E0GUESTS")
    ada, eve = slack.add_user(host, "ada"), slack.add_user(guests, "eve")
    for user in (ada, eve):
        assert (await slack.install(f"{stage.url}/slack/install", user, enterprise=True)).status == 200
    papers = slack.add_channel(host, "papers", ada, eve)
    papers.shared_with.add(guests.id)
    form = await (await slack.command(ada, papers, "/papers", "subscribe")).form("hour", "zone")
    await slack.submit(form)
    offered = await (await slack.mention(eve, papers, "follow robots that open doors")).message()
    topic = await (await slack.press(offered, "Choose when", eve)).form("topic")
    await slack.submit(topic)
    assert "You follow this now" in words(topic)
    of_both = {f"slack:{host.id}/{papers.id}", f"slack:{guests.id}/{eve.id}"}
    assert of_both <= {one["to"] for one in await stage.run("subscriptions", "list")}
    for ack in await slack.uninstall(guests):
        assert ack.ok
    async with asyncio.timeout(30):
        while len(of_both & {one["to"] for one in await stage.run("subscriptions", "list")}) == 2:  # noqa: ASYNC110 - of a process
            await asyncio.sleep(0.2)
    assert [one["state"] for one in await stage.run("subscriptions", "list") if one["to"] in of_both] == ["active"]
    following = await (await slack.mention(ada, papers, "following")).message()
    assert "Pause" in words(following), "hers is there, and she may change it"
    refused = await (await slack.mention(eve, papers, "follow robots")).message()
    assert "not installed in your own workspace" in words(refused)
