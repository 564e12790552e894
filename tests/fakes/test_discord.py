"""The Discord of our own refuses what a real one refuses, and notices what annoys people."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from tests.fakes.discord import Channel, Discord, Guild, User, discord_fake
from tests.fakes.discord_limits import INVALID_SECONDS
from tests.fakes.discord_messages import NONCE_SECONDS
from tests.fakes.discord_schema import described
from tests.fakes.discord_state import EPHEMERAL, PRIVATE_THREAD, V2, VOICE, Json
from tests.fakes.discord_webhooks import TOKEN_SECONDS

PROJECT = Path(__file__).parents[2]
QUIET: Json = {"allowed_mentions": {"parse": []}}
with_the_description = pytest.mark.skipif(not described(), reason="Discord's description of its API is not here")


@dataclass
class App:
    """Calls the API as an app does."""

    discord: Discord
    session: aiohttp.ClientSession

    async def call(self, method: str, path: str, body: Any = None, **more: Any) -> tuple[int, Any]:
        async with self.session.request(
            method, f"{self.discord.api_url}/v10{path}", json=body, headers=self._headers(), **more
        ) as response:
            self.headers = response.headers
            text = await response.text()
            return response.status, json.loads(text) if response.content_type == "application/json" else text

    async def send(self, channel: Channel, **given: Any) -> tuple[int, Any]:
        return await self.call("POST", f"/channels/{channel.id}/messages", {**QUIET, **given})

    def _headers(self) -> dict[str, str]:
        token = self.discord.config.token
        return {"Authorization": f"Bot {token}", "User-Agent": "DiscordBot (https://example.org, 1)"}


@pytest_asyncio.fixture
async def discord() -> AsyncIterator[Discord]:
    async with discord_fake() as discord:
        yield discord


@pytest_asyncio.fixture
async def app(discord: Discord) -> AsyncIterator[App]:
    async with aiohttp.ClientSession() as session:
        yield App(discord, session)


@pytest.fixture
def guild(discord: Discord) -> Guild:
    return discord.add_guild()


@pytest.fixture
def ada(discord: Discord, guild: Guild) -> User:
    return discord.add_user("ada", guild)


@pytest.fixture
def papers(discord: Discord, guild: Guild) -> Channel:
    return discord.add_channel(guild)


# messages


async def test_a_message_is_sent_once_with_the_same_nonce_for_some_minutes(
    discord: Discord, app: App, papers: Channel
) -> None:
    once = {"content": "digest", "nonce": "d1", "enforce_nonce": True}
    _, first = await app.send(papers, **once)
    _, again = await app.send(papers, **once)
    assert (again["id"], len(discord.in_channel(papers))) == (first["id"], 1)
    discord.forward(NONCE_SECONDS + 1)
    _, later = await app.send(papers, **once)
    assert later["id"] != first["id"]
    assert discord.violations == []


async def test_a_nonce_is_not_kept_with_the_message(app: App, papers: Channel) -> None:
    _, sent = await app.send(papers, content="digest", nonce="d1")
    assert sent["nonce"] == "d1"
    _, (read,) = await app.call("GET", f"/channels/{papers.id}/messages")
    assert "nonce" not in read


async def test_messages_are_listed_from_the_newest(discord: Discord, app: App, ada: User, papers: Channel) -> None:
    said = [discord.say(ada, papers, f"message {number}") for number in range(10)]
    ids = [str(one.id) for one in said]

    async def listed(query: str) -> list[str]:
        _, found = await app.call("GET", f"/channels/{papers.id}/messages?{query}")
        assert all(one["content"] == "" for one in found)  # they are not the app's to read
        return [one["id"] for one in found]

    assert await listed("limit=2") == [ids[9], ids[8]]
    assert await listed(f"limit=2&before={ids[5]}") == [ids[4], ids[3]]
    assert await listed(f"limit=2&after={ids[5]}") == [ids[7], ids[6]]
    assert await listed(f"limit=3&around={ids[5]}") == [ids[6], ids[5], ids[4]]


async def test_what_is_not_there_or_not_allowed_is_refused(
    discord: Discord, app: App, ada: User, guild: Guild, papers: Channel
) -> None:
    discord.limits.per_second = 1000
    elsewhere = discord.add_channel(discord.add_guild("Elsewhere", app=False))
    hidden, silent = discord.add_channel(guild, "hidden"), discord.add_channel(guild, "silent")
    discord.deny(hidden, "view_channel")
    discord.deny(silent, "send_messages", "read_message_history")
    said = discord.say(ada, papers, "hello")
    for method, path, refused in (
        ("GET", "/channels/12345", (404, 10003)),
        ("GET", f"/channels/{elsewhere.id}", (403, 50001)),
        ("GET", f"/channels/{hidden.id}", (403, 50001)),
        ("POST", f"/channels/{silent.id}/messages", (403, 50013)),
        ("POST", f"/channels/{discord.add_forum(guild).id}/messages", (400, 50008)),
        ("GET", f"/channels/{papers.id}/messages/1", (404, 10008)),
        ("PATCH", f"/channels/{papers.id}/messages/{said.id}", (403, 50005)),
        ("DELETE", f"/channels/{papers.id}/messages/{said.id}", (403, 50013)),
        ("POST", f"/channels/{papers.id}/messages/{said.id}/crosspost", (403, 50005)),
        ("GET", "/guilds/12345", (404, 10004)),
        ("GET", "/users/12345", (404, 10013)),
        ("GET", f"/guilds/{guild.id}/members/12345", (404, 10013)),
    ):
        body = {**QUIET, "content": "hello"} if method in ("POST", "PATCH") and "crosspost" not in path else None
        status, answer = await app.call(method, path, body)
        assert (status, answer["code"]) == refused, (method, path, answer)
    assert await app.call("GET", f"/channels/{silent.id}/messages") == (200, [])
    assert (await app.send(papers))[1]["code"] == 50006


async def test_a_private_thread_is_seen_by_whom_somebody_mentioned_there(
    discord: Discord, app: App, ada: User, papers: Channel
) -> None:
    secret = discord.add_thread(papers, "secret plans", type=PRIVATE_THREAD)
    for call in (app.call("GET", f"/channels/{secret.id}"), app.send(secret, content="x")):
        status, told = await call
        assert (status, told["code"]) == (403, 50001)
    discord.say(ada, secret, f"<@{discord.app.id}> come in")
    status, _ = await app.send(secret, content="x")
    assert status == 200


async def test_the_chat_of_a_voice_channel_is_read_by_whom_may_connect(
    discord: Discord, app: App, guild: Guild
) -> None:
    talk = discord.add_channel(guild, "talk", VOICE)
    status, _ = await app.call("GET", f"/channels/{talk.id}/messages")
    assert status == 200
    discord.deny(talk, "connect")
    status, told = await app.call("GET", f"/channels/{talk.id}/messages")
    assert (status, told["code"]) == (403, 50001)


async def test_only_the_right_token_gets_in(discord: Discord, app: App) -> None:
    async with app.session.get(
        f"{discord.api_url}/v10/users/@me", headers={"Authorization": "Bot nonsense"}
    ) as response:
        assert response.status == 401
    assert (await app.call("GET", "/users/@me"))[1]["username"] == "Paperboy"


async def test_direct_messages_want_a_server_in_common_and_an_open_door(
    discord: Discord, app: App, ada: User, guild: Guild
) -> None:
    _, opened = await app.call("POST", "/users/@me/channels", {"recipient_id": str(ada.id)})
    path = f"/channels/{opened['id']}/messages"
    assert (await app.call("POST", path, {**QUIET, "content": "hello"}))[0] == 200
    ada.dms_closed = True
    assert (await app.call("POST", path, {**QUIET, "content": "hello"}))[1]["code"] == 50007
    ada.dms_closed = False
    discord.leave(ada, guild)
    assert (await app.call("POST", path, {**QUIET, "content": "hello"}))[1]["code"] == 50278
    ada.installed = True
    assert (await app.call("POST", path, {**QUIET, "content": "hello"}))[0] == 200


async def test_direct_messages_are_not_opened_too_fast(discord: Discord, app: App, guild: Guild) -> None:
    discord.limits.dms = (2, 60.0)
    people = [discord.add_user(f"ada{number}", guild) for number in range(3)]
    answers = [await app.call("POST", "/users/@me/channels", {"recipient_id": str(one.id)}) for one in people]
    assert [answer.get("code") for _, answer in answers] == [None, None, 40003]
    again = await app.call("POST", "/users/@me/channels", {"recipient_id": str(people[0].id)})
    assert again[0] == 200
    discord.forward(61)
    assert (await app.call("POST", "/users/@me/channels", {"recipient_id": str(people[2].id)}))[0] == 200


async def test_whoever_is_pinged_is_noticed(discord: Discord, app: App, papers: Channel) -> None:
    path = f"/channels/{papers.id}/messages"
    await app.call("POST", path, {"content": "@everyone <@12345>"})
    assert [one.partition(": ")[2] for one in discord.violations] == [
        "allowed_mentions is missing",
        "pings @everyone",
        "pings <@12345>",
    ]
    discord.violations.clear()
    for quiet in ("@everyone", "<@&1> @here"):
        await app.send(papers, content=quiet)
    await app.call("POST", path, {"content": "`@everyone` \\@here", "allowed_mentions": {"parse": ["everyone"]}})
    assert discord.violations == []
    shown = {"flags": V2, "components": [{"type": 10, "content": "<@12345>"}]}
    await app.call("POST", path, {**shown, "allowed_mentions": {"users": ["12345"]}})
    assert [one.partition(": ")[2] for one in discord.violations] == ["pings <@12345>"]


async def test_forums_get_posts_and_announcements_are_passed_on(discord: Discord, app: App, guild: Guild) -> None:
    forum, news = discord.add_forum(guild, "reading", "digest", tag_needed=True), discord.add_announcements(guild)
    post: Json = {"name": "Papers of today", "message": {**QUIET, "content": "digest"}}
    assert (await app.call("POST", f"/channels/{forum.id}/threads", post))[1]["code"] == 40067
    post["applied_tags"] = [forum.tags[0]["id"]]
    _, made = await app.call("POST", f"/channels/{forum.id}/threads", post)
    (thread,) = discord.threads_of(forum)
    assert (made["id"], made["message"]["id"], made["message"]["channel_id"]) == (str(thread.id),) * 3
    assert [one.content for one in discord.in_channel(thread)] == ["digest"]
    _, sent = await app.send(news, content="digest")
    path = f"/channels/{news.id}/messages/{sent['id']}/crosspost"
    assert (await app.call("POST", path))[0] == 200
    assert (await app.call("POST", path))[1]["code"] == 40033
    assert discord.violations == []


@with_the_description
async def test_bodies_are_held_against_the_description(discord: Discord, app: App, papers: Channel) -> None:
    button = {"type": 2, "style": 1, "label": "x" * 81, "custom_id": "a"}
    row = {"type": 1, "components": [button]}
    status, answer = await app.send(papers, components=[row])
    assert (status, answer["code"]) == (400, 50035)
    assert "label: longer than 80" in discord.violations[0]
    discord.violations.clear()
    await app.send(papers, content="hello", contents="hello")
    assert discord.violations == ["POST /channels/{channel_id}/messages: contents: unknown"]


async def test_messages_keep_to_their_limits(discord: Discord, app: App, papers: Channel) -> None:
    discord.limits.buckets.clear()
    text = {"type": 10, "content": "x" * 2001}
    twice = [{"type": 2, "style": 1, "label": "Save", "custom_id": "save|1"}] * 2
    for given, where in (
        ({"content": "x" * 2001}, "content"),
        ({"embeds": [{"description": "x" * 3001}] * 2}, "embeds"),
        ({"flags": V2, "content": "x", "components": [{"type": 10, "content": "x"}]}, "content"),
        ({"flags": V2, "components": [text, text]}, "components"),
        ({"flags": V2, "components": [{"type": 14}] * 40 + [{"type": 1, "components": twice[:1]}]}, "components"),
        ({"components": [{"type": 10, "content": "x"}]}, "components"),
        ({"components": [{"type": 1, "components": twice}]}, "components"),
    ):
        status, answer = await app.send(papers, **given)
        assert (status, answer["code"]) == (400, 50035), given
        assert where in json.dumps(answer["errors"]), answer
    assert discord.in_channel(papers) == []


# limits


async def test_a_channel_takes_five_messages_in_five_seconds(discord: Discord, app: App, papers: Channel) -> None:
    for left in (4, 3, 2, 1, 0):
        assert (await app.send(papers, content="hello"))[0] == 200
        assert app.headers["X-RateLimit-Remaining"] == str(left)
    status, answer = await app.send(papers, content="hello")
    assert (status, answer["global"], app.headers["X-RateLimit-Scope"]) == (429, False, "user")
    assert 0 < answer["retry_after"] <= 5
    assert discord.violations == []
    await app.send(papers, content="hello")
    assert "before Retry-After has passed" in discord.violations[0]
    discord.forward(5)
    assert (await app.send(papers, content="hello"))[0] == 200


async def test_fifty_calls_a_second_are_all_there_are_but_for_interactions(
    discord: Discord, app: App, ada: User, papers: Channel
) -> None:
    discord.limits.buckets["GET /users/@me"] = (1000, 1.0)
    answers = [await app.call("GET", "/users/@me") for _ in range(60)]
    assert [status for status, _ in answers].index(429) == 50
    _, refused = answers[50]
    assert (refused["global"], app.headers["X-RateLimit-Scope"]) == (True, "global")
    asked = discord.asked(2, ada, papers, {"name": "papers"})
    answer = {"type": 4, "data": {**QUIET, "content": "hello"}}
    assert (await app.call("POST", f"/interactions/{asked.id}/{asked.token}/callback", answer))[0] == 204


async def test_whoever_is_refused_too_often_is_shut_out(
    discord: Discord, app: App, guild: Guild, papers: Channel
) -> None:
    discord.limits.invalid = 3
    discord.deny(papers, "send_messages")
    for _ in range(3):
        assert (await app.send(papers, content="hello"))[0] == 403
    status, text = await app.call("GET", "/users/@me")
    assert (status, text) == (429, "error code: 1015")
    assert "Via" not in app.headers
    assert "too many answers" in discord.violations[0]
    discord.forward(INVALID_SECONDS + 1)
    assert (await app.call("GET", "/users/@me"))[0] == 200


async def test_calls_fail_on_demand(discord: Discord, app: App, papers: Channel) -> None:
    route = "POST /channels/{channel_id}/messages"
    discord.faults.broken(route, 502)
    discord.faults.too_many(route, 0.5)
    discord.faults.refuse(route, 50001)
    discord.faults.cut(route, before=True)
    discord.faults.cut(route)
    assert (await app.send(papers, content="1"))[0] == 502
    assert (await app.send(papers, content="2"))[1]["retry_after"] == 0.5
    assert (await app.send(papers, content="3"))[1]["code"] == 50001
    for content in ("4", "5"):
        with pytest.raises(aiohttp.ClientError):
            await app.send(papers, content=content)
    assert [one.content for one in discord.in_channel(papers)] == ["5"]


# interactions


async def test_an_interaction_is_answered_once_and_in_time(
    discord: Discord, app: App, ada: User, papers: Channel
) -> None:
    answer = {"type": 4, "data": {**QUIET, "content": "hello", "flags": EPHEMERAL}}
    asked = discord.asked(2, ada, papers, {"name": "papers"})
    path = f"/interactions/{asked.id}/{asked.token}/callback"
    assert (await app.call("POST", path, answer))[0] == 204
    assert (await app.call("POST", path, answer))[1]["code"] == 40060
    assert discord.in_channel(papers) == []
    assert [one.content for one in discord.in_channel(papers, seen_by=ada)] == ["hello"]
    late = discord.asked(2, ada, papers, {"name": "papers"}, late=4)
    status, refused = await app.call("POST", f"/interactions/{late.id}/{late.token}/callback", answer)
    assert (status, refused["code"]) == (404, 10062)


async def test_what_was_promised_comes_within_a_quarter_of_an_hour(
    discord: Discord, app: App, ada: User, papers: Channel
) -> None:
    asked = discord.asked(2, ada, papers, {"name": "papers"})
    hook = f"/webhooks/{discord.app.id}/{asked.token}"
    assert (await app.call("POST", hook, {**QUIET, "content": "early"}))[1]["code"] == 10015
    await app.call(
        "POST", f"/interactions/{asked.id}/{asked.token}/callback", {"type": 5, "data": {"flags": EPHEMERAL}}
    )
    (promised,) = discord.in_channel(papers, seen_by=ada)
    assert promised.loading
    _, first = await app.call("POST", hook, {**QUIET, "content": "first"})
    assert (first["id"], promised.content, promised.seen_by) == (str(promised.id), "first", ada.id)
    await app.call("PATCH", f"{hook}/messages/@original", {**QUIET, "content": "changed"})
    await app.call("POST", hook, {**QUIET, "content": "second"})
    assert [one.content for one in discord.in_channel(papers, seen_by=ada)] == ["changed", "second"]
    assert [one.content for one in discord.in_channel(papers)] == ["second"]
    assert (await app.call("DELETE", f"{hook}/messages/@original"))[0] == 204
    discord.forward(TOKEN_SECONDS)
    assert (await app.call("POST", hook, {**QUIET, "content": "late"}))[1]["code"] == 50027


async def test_files_come_beside_the_json(discord: Discord, app: App, papers: Channel) -> None:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field(
        "payload_json", json.dumps({**QUIET, "content": "all that is kept"}), content_type="application/json"
    )
    form.add_field("files[0]", b"{}", filename="paperboy.json", content_type="application/json")
    path = f"{discord.api_url}/v10/channels/{papers.id}/messages"
    headers = {"Authorization": f"Bot {discord.config.token}", "User-Agent": "DiscordBot (https://example.org, 1)"}
    async with app.session.post(path, data=form, headers=headers) as response:
        (shown,) = (await response.json())["attachments"]
    async with app.session.get(shown["url"]) as response:
        assert await response.read() == b"{}"
    assert discord.violations == []


async def test_a_strange_route_is_noticed(discord: Discord, app: App) -> None:
    assert (await app.call("GET", "/nonsense"))[0] == 404
    assert discord.violations == ["GET /api/v10/nonsense: there is no such route"]


# by itself


async def test_a_person_tries_a_bot_through_the_control_api(
    discord: Discord, app: App, ada: User, papers: Channel
) -> None:
    async with app.session.post(f"{discord.base_url}/control", json={"do": "say", "text": "hello"}) as response:
        assert response.status == 200
    async with app.session.get(f"{discord.base_url}/control") as response:
        assert [one["words"] for one in (await response.json())["messages"]] == ["hello"]
    async with app.session.post(f"{discord.base_url}/control", json={"do": "command", "name": "search"}) as response:
        assert "there is no command" in (await response.json())["error"]


async def test_it_runs_by_itself_with_as_many_servers_as_asked_for(app: App) -> None:
    arguments = ["--guilds", "3", "--channels", "2", "--shards", "2", "--max-concurrency", "2"]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.fakes.discord", *arguments), stdout=asyncio.subprocess.PIPE, cwd=PROJECT
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(20):
            said = [(await process.stdout.readline()).decode().split() for _ in range(4)]
        (_, control), (_, api), (_, token) = said[1:]
        async with app.session.get(control) as response:
            assert set((await response.json())["channels"]) == {"papers", "papers-1", "news", "reading"}
        headers = {
            "Authorization": f"Bot {token.partition('=')[2]}",
            "User-Agent": "DiscordBot (https://example.org, 1)",
        }
        async with app.session.get(f"{api.partition('=')[2]}/v10/gateway/bot", headers=headers) as response:
            told = await response.json()
        assert (told["shards"], told["session_start_limit"]["max_concurrency"]) == (2, 2)
    finally:
        process.terminate()
        await process.wait()
