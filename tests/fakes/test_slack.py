"""The fake Slack holds its own limits."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack import AppConfig, Channel, Slack, Team, User, slack_fake, words
from tests.fakes.slack_oauth import GRACE_SECONDS

BLOCKS: list[dict[str, Any]] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "Words"}},
    {
        "type": "actions",
        "elements": [{"type": "button", "action_id": "save", "text": {"type": "plain_text", "text": "Save"}}],
    },
]
FORM = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Follow"},
    "submit": {"type": "plain_text", "text": "Save"},
    "blocks": [
        {
            "type": "input",
            "block_id": "topic",
            "dispatch_action": True,
            "label": {"type": "plain_text", "text": "Topic"},
            "element": {"type": "plain_text_input", "action_id": "words", "max_length": 100},
        }
    ],
}


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    async with slack_fake() as slack:
        yield slack


@pytest.fixture
def team(slack: Slack) -> Team:
    team = slack.add_team()
    slack.add_grant(team)
    return team


@pytest.fixture
def ada(slack: Slack, team: Team) -> User:
    return slack.add_user(team)


@pytest.fixture
def papers(slack: Slack, team: Team, ada: User) -> Channel:
    return slack.add_channel(team, "papers", ada)


def client(slack: Slack, team: Team | None = None, *, token: str | None = None) -> AsyncWebClient:
    token = token or (slack.bot_of(team.id).token if team else None)
    return AsyncWebClient(token, base_url=f"{slack.api_url}/", timeout=20, retry_handlers=[])


async def refusal(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


async def test_a_message_is_posted_changed_and_found_by_its_metadata(slack: Slack, team: Team, papers: Channel) -> None:
    app = client(slack, team)
    metadata = {"event_type": "delivery", "event_payload": {"id": "d1"}}
    posted = await app.chat_postMessage(
        channel=papers.id, text="Today", blocks=BLOCKS, metadata=metadata, unfurl_links=False
    )
    await app.chat_postMessage(channel=papers.id, text="More", thread_ts=posted["ts"])
    await app.chat_update(channel=papers.id, ts=posted["ts"], text="Today!", blocks=BLOCKS)
    plain = await app.conversations_history(channel=papers.id)
    full = await app.conversations_history(channel=papers.id, include_all_metadata=True, limit=5)
    thread = await app.conversations_replies(channel=papers.id, ts=posted["ts"])
    assert [(m["text"], m.get("metadata")) for m in plain["messages"]] == [("Today!", None)]
    assert full["messages"][0]["metadata"] == metadata
    assert [m["text"] for m in thread["messages"]] == ["Today!", "More"]
    assert slack.violations == []


async def test_channels_refuse_who_does_not_belong(slack: Slack, team: Team, ada: User) -> None:
    app = client(slack, team)
    stranger = slack.add_team("Elsewhere")
    slack.add_grant(stranger)
    cases = {
        slack.add_channel(team, "other", app=False).id: "not_in_channel",
        slack.add_channel(team, "secret", app=False, private=True).id: "channel_not_found",
        slack.add_channel(team, "old", archived=True).id: "is_archived",
        slack.add_channel(stranger, "theirs").id: "channel_not_found",
        slack.add_user(team, "closed", dms_closed=True).id: "messages_tab_disabled",
        slack.add_user(team, "gone", deactivated=True).id: "user_disabled",
        "C404": "channel_not_found",
    }
    assert {c: await refusal(app.chat_postMessage(channel=c, text="x")) for c in cases} == cases
    assert await refusal(app.users_info(user=slack.add_user(stranger).id)) == "user_not_found"


async def test_tokens_and_scopes_are_checked(slack: Slack, team: Team, papers: Channel) -> None:
    grant = slack.bot_of(team.id)
    grant.scopes -= {"chat:write"}
    assert await refusal(client(slack).auth_test()) == "not_authed"
    assert await refusal(client(slack, token="xoxb-forged").auth_test()) == "invalid_auth"
    assert await refusal(client(slack, team).chat_postMessage(channel=papers.id, text="x")) == "missing_scope"
    grant.revoked = True
    assert await refusal(client(slack, token=grant.token).auth_test()) == "token_revoked"
    assert slack.violations == ["missing scope chat:write"]


async def test_a_workspace_may_call_a_method_so_often_in_a_minute(slack: Slack, team: Team, ada: User) -> None:
    slack.a_minute["users.info"] = 3
    other = slack.add_team("Other")
    slack.add_grant(other)
    bob = slack.add_user(other, "bob")
    for _ in range(3):
        await client(slack, team).users_info(user=ada.id)
    assert await refusal(client(slack, team).users_info(user=ada.id)) == "ratelimited"
    assert (await client(slack, other).users_info(user=bob.id))["ok"]
    slack.forward(20)
    assert (await client(slack, team).users_info(user=ada.id))["ok"]


async def test_a_channel_takes_one_message_a_second(slack: Slack, team: Team, papers: Channel) -> None:
    app = client(slack, team)
    for _ in range(slack.burst):
        await app.chat_postMessage(channel=papers.id, text="x")
    with pytest.raises(SlackApiError) as caught:
        await app.chat_postMessage(channel=papers.id, text="x")
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "1"
    assert slack.violations == []
    await refusal(app.chat_postMessage(channel=papers.id, text="x"))
    assert "before Retry-After" in slack.violations[0]
    slack.forward(1.1)
    await app.chat_postMessage(channel=papers.id, text="x")


async def test_history_may_be_limited_to_once_a_minute(slack: Slack, team: Team, ada: User, papers: Channel) -> None:
    slack.history_limited = True
    for n in range(20):
        slack.say(ada, papers, str(n))
    page = await client(slack, team).conversations_history(channel=papers.id)
    assert len(page["messages"]) == 15
    assert page["has_more"]
    assert await refusal(client(slack, team).conversations_history(channel=papers.id)) == "ratelimited"
    slack.forward(61)
    await client(slack, team).conversations_history(channel=papers.id, cursor=page["response_metadata"]["next_cursor"])


async def test_what_slack_would_refuse_or_people_would_mind_is_recorded(
    slack: Slack, team: Team, papers: Channel
) -> None:
    app = client(slack, team)
    assert await refusal(app.chat_postMessage(channel=papers.id, text="x", blocks=[{"type": "x"}])) == "invalid_blocks"
    await app.chat_postMessage(channel=papers.id, text="<!channel> https://arxiv.org")
    assert await refusal(app.api_call("papers.read")) == "unknown_method"
    await app.api_call("users.info", params={"user": slack.bot_of(team.id).bot_user, "colour": "red"})
    assert [text.partition(":")[0] for text in slack.violations][:4] == [
        "chat.postMessage",
        "chat.postMessage",
        "chat.postMessage",
        "papers.read",
    ]


async def test_calls_fail_as_they_are_told_to(slack: Slack, team: Team, papers: Channel) -> None:
    app = client(slack, team)
    faults = slack.faults
    said: dict[str, Any] = {"channel": papers.id, "text": "x"}
    faults.too_many("chat.postMessage", 7)
    faults.broken("chat.postMessage")
    faults.refuse("chat.postMessage", "token_revoked")
    faults.cut("chat.postMessage", before=True)
    faults.cut("chat.postMessage")
    faults.late("chat.postMessage", 0.2)
    with pytest.raises(SlackApiError) as caught:
        await app.chat_postMessage(**said)
    assert caught.value.response.headers["Retry-After"] == "7"
    with pytest.raises(SlackApiError):
        await app.chat_postMessage(**said)
    assert await refusal(app.chat_postMessage(**said)) == "token_revoked"
    with pytest.raises(aiohttp.ClientError):
        await app.chat_postMessage(**said)
    assert slack.messages == []
    with pytest.raises(aiohttp.ClientError):
        await app.chat_postMessage(**said)
    assert len(slack.messages) == 1
    began = time.monotonic()
    await app.chat_postMessage(**said)
    assert time.monotonic() - began >= 0.2


async def test_a_scope_may_be_missing_on_demand(slack: Slack, team: Team, papers: Channel) -> None:
    slack.faults.refuse("chat.postMessage", "missing_scope")
    assert await refusal(client(slack, team).chat_postMessage(channel=papers.id, text="x")) == "missing_scope"
    assert slack.violations == []


async def test_files_are_handed_over_in_a_conversation(slack: Slack, team: Team, ada: User) -> None:
    app = client(slack, team)
    direct = (await app.conversations_open(users=ada.id))["channel"]["id"]
    await app.files_upload_v2(channel=direct, filename="data.json", content="{}", initial_comment="Yours")
    message = slack.in_channel(direct)[0]
    assert [(file.name, file.content) for file in message.files] == [("data.json", b"{}")]
    assert slack.violations == []


class Bot:
    """A little app: what it is told it notes, and answers with ``answer``."""

    def __init__(self, slack: Slack) -> None:
        self.slack = slack
        self.heard: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.answer: Any = None
        self.pause = 0.0
        self.fail = 0
        """So many requests are answered with 500."""

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        verifier = SignatureVerifier(self.slack.config.signing_secret)
        if not verifier.is_valid_request(body, dict(request.headers)):
            return web.Response(status=401)
        self.headers.append(dict(request.headers))
        form = await request.post()
        self.heard.append(await request.json() if request.content_type == "application/json" else dict(form))
        await asyncio.sleep(self.pause)
        if self.fail:
            self.fail -= 1
            return web.Response(status=500)
        return web.json_response(self.answer) if self.answer is not None else web.Response()


@pytest.fixture
async def bot(slack: Slack) -> AsyncIterator[Bot]:
    bot = Bot(slack)
    app = web.Application()
    app.router.add_post("/slack/events", bot.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    slack.use_http(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    yield bot
    await runner.cleanup()


async def test_a_command_is_answered_five_times_within_half_an_hour(
    slack: Slack, bot: Bot, ada: User, papers: Channel
) -> None:
    bot.answer = {"text": "Searching"}
    answer = await slack.command(ada, papers, "/papers", "search x & y")
    assert bot.heard[0]["text"] == "search x & y"
    assert words(await answer.message()) == "Searching"
    async with aiohttp.ClientSession() as session:
        for _ in range(5):
            async with session.post(bot.heard[0]["response_url"], json={"text": "Found", "blocks": BLOCKS}) as response:
                assert response.status == 200
        async with session.post(bot.heard[0]["response_url"], json={"text": "Found"}) as response:
            assert (response.status, (await response.json())["error"]) == (404, "used_url")
        slack.forward(1801)
        async with session.post(bot.heard[0]["response_url"], json={"text": "Found"}) as response:
            assert (await response.json())["error"] == "expired_url"
    stranger = slack.add_user(slack.teams[ada.team], "charles")
    assert len(slack.in_channel(papers, seen_by=ada)) == 6
    assert slack.in_channel(papers, seen_by=stranger) == []


async def test_a_private_message_is_replaced_and_deleted(slack: Slack, bot: Bot, ada: User, papers: Channel) -> None:
    bot.answer = {"text": "Found", "blocks": BLOCKS}
    message = await (await slack.command(ada, papers, "/papers")).message()
    bot.answer = None
    await slack.press(message, "Save", ada)
    payload = json.loads(bot.heard[1]["payload"])
    assert "message" not in payload
    assert payload["container"]["is_ephemeral"]
    async with aiohttp.ClientSession() as session:
        await session.post(payload["response_url"], json={"text": "Saved", "replace_original": True})
        assert words(message) == "Saved"
        await session.post(payload["response_url"], json={"delete_original": True})
    assert slack.in_channel(papers, seen_by=ada) == []
    assert slack.violations == []


async def test_a_late_acknowledgement_is_recorded(slack: Slack, bot: Bot, ada: User, papers: Channel) -> None:
    bot.pause = 3.2
    answer = await slack.command(ada, papers, "/papers")
    assert not answer.ack.ok
    assert "acknowledged after 3.2 s" in slack.violations[0]


async def test_an_event_comes_again_until_it_is_acknowledged(slack: Slack, bot: Bot, ada: User) -> None:
    bot.fail = 2
    await slack.direct_message(ada, "help")
    assert [headers.get("X-Slack-Retry-Num") for headers in bot.headers] == [None, "1", "2"]
    assert len({event["event_id"] for event in bot.heard}) == 1
    assert bot.heard[0]["event"]["channel_type"] == "im"
    assert bot.heard[0]["authorizations"][0]["team_id"] == ada.team


async def test_a_trigger_opens_one_view_within_three_seconds(
    slack: Slack, bot: Bot, team: Team, ada: User, papers: Channel
) -> None:
    app = client(slack, team)
    answer = await slack.command(ada, papers, "/papers", "follow x")
    trigger = bot.heard[0]["trigger_id"]
    opened = await app.views_open(trigger_id=trigger, view=FORM)
    assert await refusal(app.views_open(trigger_id=trigger, view=FORM)) == "exchanged_trigger_id"
    view = await answer.view()
    await slack.fill(view, "topic", "diffusion")
    assert (await slack.submit(view)).ack.ok
    assert view.closed
    values = json.loads(bot.heard[-1]["payload"])["view"]["state"]["values"]
    assert values == {"topic": {"words": {"type": "plain_text_input", "value": "diffusion"}}}
    await slack.command(ada, papers, "/papers", "follow x")
    slack.forward(3.1)
    late = app.views_open(trigger_id=bot.heard[-1]["trigger_id"], view=FORM)
    assert await refusal(late) == "expired_trigger_id"
    assert await refusal(app.views_update(view_id=opened["view"]["id"], view=FORM)) == "not_found"


async def test_a_view_changed_meanwhile_is_not_overwritten(
    slack: Slack, bot: Bot, team: Team, ada: User, papers: Channel
) -> None:
    app = client(slack, team)
    answer = await slack.command(ada, papers, "/papers", "follow x")
    opened = (await app.views_open(trigger_id=bot.heard[0]["trigger_id"], view=FORM))["view"]
    view = await answer.view()
    await slack.fill(view, "topic", "diffusion")
    await app.views_update(view_id=view.id, hash=opened["hash"], view=FORM)
    assert view.values["topic"]["words"]["value"] == "diffusion"
    assert await refusal(app.views_update(view_id=view.id, hash=opened["hash"], view=FORM)) == "hash_conflict"
    bot.answer = {"response_action": "errors", "errors": {"topic": "Write more."}}
    await slack.submit(view)
    assert (view.closed, view.errors) == (False, {"topic": "Write more."})
    bot.answer = {"response_action": "errors", "errors": {"title": "Write more."}}
    await slack.submit(view)
    assert "errors for fields that are not there" in slack.violations[-1]


async def test_links_unfurl_in_the_message_that_has_them(
    slack: Slack, bot: Bot, team: Team, ada: User, papers: Channel
) -> None:
    url, other = "https://arxiv.org/abs/2410.05258", "https://arxiv.org/abs/1"
    message = await slack.share_link(ada, papers, url, "https://example.org/x")
    assert [link["url"] for link in bot.heard[0]["event"]["links"]] == [url]
    app = client(slack, team)
    await app.chat_unfurl(channel=papers.id, ts=message.ts, unfurls={url: {"blocks": BLOCKS}})
    assert list(message.unfurls) == [url]
    wrong = app.chat_unfurl(channel=papers.id, ts=message.ts, unfurls={other: {"blocks": BLOCKS}})
    assert await refusal(wrong) == "cannot_unfurl_url"


async def test_a_code_is_exchanged_once_and_tokens_are_renewed_once() -> None:
    async with slack_fake(AppConfig(rotates=True)) as slack:
        ada = slack.add_user(slack.add_team())
        api, secret = client(slack), slack.config.client_secret
        code = slack.oauth.new_code(ada.id, "http://x/back", "chat:write")
        asked = {"client_id": slack.config.client_id, "code": code, "redirect_uri": "http://x/back"}
        assert await refusal(api.oauth_v2_access(client_secret="x", **asked)) == "bad_client_secret"
        wrong = {**asked, "redirect_uri": "http://y"}
        assert await refusal(api.oauth_v2_access(client_secret=secret, **wrong)) == "bad_redirect_uri"
        got = await api.oauth_v2_access(client_secret=secret, **asked)
        assert got["scope"] == "chat:write"
        assert await refusal(api.oauth_v2_access(client_secret=secret, **asked)) == "code_already_used"
        slack.forward(43_201)
        assert await refusal(client(slack, token=got["access_token"]).auth_test()) == "token_expired"
        again = {"grant_type": "refresh_token", "refresh_token": got["refresh_token"]}
        fresh = await api.oauth_v2_access(client_id=slack.config.client_id, client_secret=secret, **again)
        await client(slack, token=fresh["access_token"]).auth_test()
        slack.forward(GRACE_SECONDS + 1)
        twice = api.oauth_v2_access(client_id=slack.config.client_id, client_secret=secret, **again)
        assert await refusal(twice) == "invalid_refresh_token"


async def test_a_refresh_token_is_taken_again_for_a_short_while_and_two_tokens_are_active() -> None:
    async with slack_fake(AppConfig(rotates=True)) as slack:
        first = slack.add_grant(slack.add_team()).token
        api, app = client(slack), {"client_id": slack.config.client_id, "client_secret": slack.config.client_secret}
        again = {"grant_type": "refresh_token", "refresh_token": slack.grants[0].refresh_token or ""}
        second = (await api.oauth_v2_access(**app, **again))["access_token"]
        for token in (first, second):
            await client(slack, token=token).auth_test()
        third = (await api.oauth_v2_access(**app, **again))["access_token"]
        for token in (second, third):
            await client(slack, token=token).auth_test()
        assert await refusal(client(slack, token=first).auth_test()) == "invalid_auth"
        assert slack.violations == []


async def test_socket_mode_greets_delivers_and_takes_acknowledgements(slack: Slack, ada: User, papers: Channel) -> None:
    opened = await client(slack, token=slack.config.app_token).apps_connections_open(app_token=slack.config.app_token)
    async with aiohttp.ClientSession() as session, session.ws_connect(opened["url"]) as socket:
        assert (await socket.receive_json())["type"] == "hello"
        asking = asyncio.create_task(slack.command(ada, papers, "/papers", "help"))
        envelope = await socket.receive_json()
        assert (envelope["type"], envelope["payload"]["text"]) == ("slash_commands", "help")
        await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "Help"}})
        assert words(await (await asking).message()) == "Help"
        telling = asyncio.create_task(slack.mention(ada, papers, "help"))
        event = await socket.receive_json()
        assert event["payload"]["event"]["type"] == "app_mention"
        await socket.send_json({"envelope_id": event["envelope_id"]})
        assert (await telling).ack.ok
        await slack.lines.refresh()
        assert (await socket.receive_json())["reason"] == "refresh_requested"
        slack.lines.cut(in_mid_message=True)
        assert (await socket.receive()).type in (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR)
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(opened["url"])
    assert slack.violations == []


async def test_a_person_can_look_at_it_in_a_browser(slack: Slack, bot: Bot, ada: User, papers: Channel) -> None:
    bot.answer = {"text": "Found", "blocks": BLOCKS}
    async with aiohttp.ClientSession() as session:
        said = {"channel": papers.id, "text": "/papers search x"}
        async with session.post(f"{slack.base_url}/do/say", data=said) as response:
            page = await response.text()
        assert "Words" in page
        assert "Save" in page
        async with session.get(f"{slack.base_url}/state") as response:
            assert (await response.json())["messages"][0]["text"] == "Found"
