"""The fake is as unkind about people of other workspaces as Slack is."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes import slack_payloads
from tests.fakes.slack import Channel, Grant, Slack, Team, User, slack_fake

MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "x"}, "blocks": []}


@dataclass
class Shared:
    slack: Slack
    host: Team
    app: Grant
    guests: Team
    eve: User
    papers: Channel

    def client(self, grant: Grant) -> AsyncWebClient:
        return AsyncWebClient(token=grant.token, base_url=f"{self.slack.api_url}/")

    async def error(self, grant: Grant, method: str, **arguments: Any) -> str:
        try:
            await self.client(grant).api_call(method, json=arguments)
        except SlackApiError as error:
            return str(error.response["error"])
        return ""


@pytest.fixture(params=[None, "E0GUESTS"], ids=["a workspace", "an organization"])
async def there(request: pytest.FixtureRequest) -> AsyncIterator[Shared]:
    """A channel that is shared with somebody who does not have the app."""
    async with slack_fake() as slack:
        host, guests = slack.add_team("Host"), slack.add_team("Guests", enterprise=request.param)
        app = slack.add_grant(host)
        eve = slack.add_user(guests, "eve")
        papers = slack.add_channel(host, "papers", eve)
        papers.shared_with.add(guests.id)
        yield Shared(slack, host, app, guests, eve, papers)


async def test_a_mention_names_the_host_and_of_an_organization_no_workspace(there: Shared) -> None:
    said = slack_payloads.said(there.eve, there.slack.say(there.eve, there.papers, "help"))
    what = {**said, "type": "app_mention"}
    payload = slack_payloads.event(there.slack, there.host.id, what, there.papers, there.eve)
    assert payload["event"]["team"] == payload["team_id"] == payload["authorizations"][0]["team_id"] == there.host.id
    assert payload["event"]["user_team"] == (there.guests.enterprise or there.guests.id)


async def test_other_events_name_theirs(there: Shared) -> None:
    said = slack_payloads.said(there.eve, there.slack.say(there.eve, there.papers, "help"))
    payload = slack_payloads.event(there.slack, there.host.id, said, there.papers, there.eve)
    assert (payload["team_id"], payload["enterprise_id"]) == (there.guests.id, there.guests.enterprise)
    assert payload["authorizations"][0]["team_id"] == payload["context_team_id"] == there.host.id


async def test_a_press_names_the_host_and_a_form_theirs(there: Shared) -> None:
    posted = await there.client(there.app).chat_postMessage(channel=there.papers.id, text="x")
    message = there.slack.message(there.papers.id, posted["ts"])
    assert message is not None
    pressed = slack_payloads.press(there.slack, there.eve, message, {"type": "button", "action_id": "a"}, "b")
    assert (pressed["team"]["id"], pressed["user"]["team_id"]) == (there.host.id, there.guests.id)
    opened = await there.client(there.app).views_open(trigger_id=pressed["trigger_id"], view=MODAL)
    view = there.slack.views[opened["view"]["id"]]
    handed_in = slack_payloads.submission(there.slack, there.eve, view)
    assert handed_in["team"]["id"] == handed_in["user"]["team_id"] == there.guests.id
    assert handed_in["team"].get("enterprise_id") == there.guests.enterprise
    assert handed_in["view"]["app_installed_team_id"] == there.host.id


async def test_the_token_of_another_workspace_opens_changes_and_unfurls_nothing(there: Shared) -> None:
    slack = there.slack
    other = slack.add_grant(slack.add_team("Elsewhere"))
    trigger = slack.new_trigger(there.eve, there.host.id)
    assert await there.error(other, "views.open", trigger_id=trigger, view=MODAL) == "invalid_trigger_id"
    opened = await there.client(there.app).views_open(trigger_id=trigger, view=MODAL)
    assert await there.error(other, "views.update", view_id=opened["view"]["id"], view=MODAL) == "not_found"
    assert len(slack.violations) == 2
    slack.violations.clear()
    message = slack.say(there.eve, there.papers, "https://arxiv.org/abs/1")
    unfurls: dict[str, Any] = {"https://arxiv.org/abs/1": {"blocks": []}}
    given = {"channel": there.papers.id, "ts": message.ts, "unfurls": unfurls}
    assert await there.error(other, "chat.unfurl", **given) == "channel_not_found"


async def test_whoever_the_app_meets_in_a_channel_is_called_no_stranger(there: Shared) -> None:
    met = await there.client(there.app).users_info(user=there.eve.id)
    assert (met["user"]["is_stranger"], met["user"]["team_id"]) == (False, there.guests.id)
    there.papers.members.remove(there.app.bot_user)
    seen = await there.client(there.app).users_info(user=there.eve.id)
    assert seen["user"]["is_stranger"] is True


async def test_of_two_installations_in_a_channel_an_event_names_the_last(there: Shared) -> None:
    theirs = there.slack.add_grant(there.guests)
    there.papers.members.add(theirs.bot_user)
    ada = there.slack.add_user(there.host)
    there.papers.members.add(ada.id)
    heard = []

    async def hear(payload: dict[str, Any]) -> None:
        heard.append(payload)

    there.slack.lines.send_event = hear  # type: ignore[method-assign,assignment]
    await there.slack.mention(ada, there.papers, "help")
    assert there.app.bot_user in heard[0]["event"]["text"], "she means the one of her own workspace"
    assert heard[0]["authorizations"][0]["user_id"] == theirs.bot_user
    assert heard[0]["event"]["user_team"] == there.host.id
