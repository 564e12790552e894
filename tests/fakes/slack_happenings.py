"""What happens in a workspace and is told to an app as an event; and how the app is installed and taken off."""

import asyncio
import re
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import aiohttp

from bot.slack.manifest import UNFURLED
from tests.fakes import slack_payloads, slack_sharing, slack_views
from tests.fakes.slack_answers import Answer, until
from tests.fakes.slack_lines import Ack
from tests.fakes.slack_people import People
from tests.fakes.slack_state import Channel, Grant, Json, Message, Team, User, View


@dataclass(frozen=True)
class Installed:
    """Where a browser ended that installed the app."""

    status: int
    page: str
    url: str


@dataclass
class Happenings(People):
    def __post_init__(self) -> None:
        super().__post_init__()
        self.telling: set[asyncio.Task[Ack]] = set()

    def say(self, user: User, channel: Channel, text: str, thread_ts: str | None = None) -> Message:
        """A person writes a message; nobody is told."""
        message = Message(channel.id, self.next_ts(), text, [], user.id, thread_ts=thread_ts)
        self.messages.append(message)
        return message

    async def mention(self, user: User, channel: Channel, text: str) -> Answer:
        """``text`` after a mention of the app."""
        bot = slack_sharing.met_by(self, user, channel).bot_user
        message = self.say(user, channel, f"<@{bot}> {text}")
        return await self.happened(user, channel, {**slack_payloads.said(user, message), "type": "app_mention"})

    async def direct_message(self, user: User, text: str) -> Answer:
        channel = self.direct(user.id, self.bot_of(user.team).bot_user)
        message = self.say(user, channel, text)
        return await self.happened(user, channel, slack_payloads.said(user, message, channel_type="im"))

    async def share_link(self, user: User, channel: Channel, *urls: str) -> Message:
        """A message with links of the app's domains; its ``unfurls`` are filled by the app."""
        message = self.say(user, channel, " ".join(f"<{url}>" for url in urls))
        await self.happened(user, channel, self.link_event(user, message, *urls))
        return message

    async def write_link(self, user: User, channel: Channel, *urls: str) -> Answer:
        """Links in a message that is still being written."""
        message = Message(channel.id, self.next_ts(), "", [], user.id)
        what = self.link_event(user, message, *urls)
        draft = {"source": "composer", "channel": "COMPOSER", "message_ts": f"{user.id}-{message.ts}"}
        return await self.happened(user, channel, {**what, **draft})

    def link_event(self, user: User, message: Message, *urls: str) -> Json:
        links = []
        for url in urls:
            host = urlsplit(url).hostname or ""
            domain = next((name for name in UNFURLED if host == name or host.endswith(f".{name}")), None)
            links += [{"domain": domain, "url": url}] if domain else []
        bot = slack_sharing.told_of(self, user, self.channels[message.channel]).bot_user
        return {
            "type": "link_shared",
            "user": user.id,
            "channel": message.channel,
            "message_ts": message.ts,
            "links": links,
            "unfurl_id": f"unfurl-{message.ts}",
            "source": "conversations_history",
            "is_bot_user_member": bot in self.channels[message.channel].members,
        }

    async def open_home(self, user: User, *, seconds: float = 10) -> View:
        """Waits until the tab was published anew."""
        home = self.homes.get(user.id)
        before = home.hash if home else None
        channel = self.direct(user.id, self.bot_of(user.team).bot_user)
        what: Json = {"type": "app_home_opened", "user": user.id, "channel": channel.id, "tab": "home"}
        if home:
            what["view"] = slack_views.shown(self, home)
        await self.happened(user, channel, what)
        await until(
            lambda: user.id in self.homes and self.homes[user.id].hash != before, lambda: self.violations, seconds
        )
        return self.homes[user.id]

    async def happened(self, user: User, channel: Channel, what: Json) -> Answer:
        """An event of that person in that channel, with Slack's retries."""
        since = len(self.messages)
        app = slack_sharing.told_of(self, user, channel)
        where = slack_sharing.workspace_in(self, app, channel)
        ack = await self.lines.send_event(slack_payloads.event(self, where, what, channel, user))
        return Answer(self, user, ack, since)

    async def uninstall(self, team: Team, *, revoked_first: bool = False, token_outlives: bool = False) -> list[Ack]:
        """Somebody takes the app off: tokens are revoked and two events come, in no certain order.

        ``token_outlives``: the token is good until both were acknowledged.
        """
        return await self.taken_off(self.bot_of(team.id), revoked_first=revoked_first, token_outlives=token_outlives)

    async def taken_off(self, grant: Grant, *, revoked_first: bool = False, token_outlives: bool = False) -> list[Ack]:
        grant.revoked = not token_outlives
        where = grant.team or next(t.id for t in self.teams.values() if t.enterprise == grant.enterprise)
        revoked: Json = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [grant.bot_user]}}
        events: list[Json] = [{"type": "app_uninstalled"}, revoked]
        if revoked_first:
            events.reverse()
        acks = [await self.lines.send_event(self._of(grant, slack_payloads.event(self, where, e))) for e in events]
        grant.revoked = True
        return acks

    async def revoke(self, team: Team) -> Ack:
        """The token is taken back, the app stays installed."""
        grant = self.bot_of(team.id)
        grant.revoked = True
        what: Json = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [grant.bot_user]}}
        return await self.lines.send_event(self._of(grant, slack_payloads.event(self, team.id, what)))

    @staticmethod
    def _of(grant: Grant, payload: Json) -> Json:
        authorization = {
            "enterprise_id": grant.enterprise,
            "team_id": grant.team,
            "user_id": grant.bot_user,
            "is_bot": True,
            "is_enterprise_install": grant.team is None,
        }
        return {**payload, "authorizations": [authorization]}

    def app_wrote(self, channel_id: str, ts: str) -> None:
        """The app hears of what it writes itself into direct messages, as of all else there."""
        channel, message = self.channels[channel_id], self.message(channel_id, ts)
        if not channel.dm or message is None or not (self.lines.request_url or self.lines.sockets):
            return
        what = slack_payloads.said(self.users[message.user], message, channel_type="im", bot_id=message.bot_id)
        payload = slack_payloads.event(self, channel.team, what, channel)
        task = asyncio.create_task(self.lines.send_event(payload))
        self.telling.add(task)
        task.add_done_callback(self.telling.discard)

    async def token_taken(self, grant: Grant, uninstalled: bool) -> None:
        """The app itself gave a token back (apps.uninstall, auth.revoke)."""
        if uninstalled and (self.lines.request_url or self.lines.sockets):
            await self.taken_off(grant)

    async def install(
        self,
        install_url: str,
        user: User,
        *,
        allow: bool = True,
        enterprise: bool = False,
        cookies: bool = True,
        change: dict[str, str] | None = None,
    ) -> Installed:
        """As a browser does: the app's page, Slack's question, back to the app.

        ``change`` are parameters of the way back to be changed on the way (a forged state); without ``cookies``, it
        ends in another browser than it began in.
        """
        timeout = aiohttp.ClientTimeout(total=20)
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(cookie_jar=jar, timeout=timeout) as browser:
            async with browser.get(install_url, allow_redirects=False) as response:
                asked = response.headers.get("Location") or _link_in(await response.text())
                if asked is None:
                    return Installed(response.status, await response.text(), install_url)
            parameters: dict[str, Any] = {name: values[0] for name, values in parse_qs(urlsplit(asked).query).items()}
            if urlsplit(asked).path != "/oauth/v2/authorize":
                self.violation(f"install: leads to {asked}")
            async with browser.get(f"{self.base_url}/oauth/v2/authorize", params=parameters) as page:
                if page.status != 200:
                    return Installed(page.status, await page.text(), str(page.url))
            choice = {"user": user.id} if allow else {"user": user.id, "deny": "1"}
            if enterprise:
                choice["enterprise"] = str(self.teams[user.team].enterprise)
            allowed = f"{self.base_url}/oauth/v2/allow?{urlencode({**parameters, **choice})}"
            async with browser.get(allowed, allow_redirects=False) as answer:
                back = urljoin(allowed, answer.headers["Location"])
            if change:
                given = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
                back = f"{back.partition('?')[0]}?{urlencode({**given, **change})}"
            if not cookies:
                jar.clear()
            async with browser.get(back) as end:
                return Installed(end.status, await end.text(), str(end.url))


def _link_in(page: str) -> str | None:
    found = re.search(r'href="([^"]*/oauth/v2/authorize[^"]*)"', page)
    return unescape(found[1]) if found else None
