"""The app: what Slack sends is acknowledged at once, and answered by work that goes on behind it."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.commands import Commands
from bot.errands import Errands
from bot.slack.asking import Questions
from bot.slack.authorizing import Authorizing
from bot.slack.callers import Callers
from bot.slack.filling import Forms
from bot.slack.homes import Homes
from bot.slack.installation import Installations
from bot.slack.lifecycle import Lifecycle, ended
from bot.slack.listeners import Listeners
from bot.slack.meant import meant
from bot.slack.pressing import Presses
from bot.slack.receiving import Receiver, Tell, answer_to
from bot.slack.replying import Replies
from bot.slack.response_urls import respond
from bot.slack.served import served
from bot.slack.unfurling import Unfurls
from bot.slack.views import Views
from bot.slack.web_api import WebApi
from papers.once import Once

if TYPE_CHECKING:
    from slack_bolt import BoltResponse
    from slack_bolt.async_app import AsyncApp
    from slack_bolt.context.async_context import AsyncBoltContext

_ANY = re.compile("")


@dataclass(frozen=True)
class SlackApp:
    """``receiver`` takes what comes, by whichever way; ``close`` waits for what is under way."""

    bolt: "AsyncApp"
    receiver: Receiver
    errands: Errands

    async def close(self) -> None:
        await self.receiver.close()
        await self.errands.close()


def make_app(
    commands: Commands,
    installations: Installations,
    web: WebApi,
    once: Once,
    lifecycle: Lifecycle,
    *,
    errands: Errands | None = None,
) -> SlackApp:
    """The app for all workspaces of ``installations``. To be called where an event loop runs."""
    errands = errands or Errands()
    authorizing = Authorizing(installations)
    callers, views, replies = Callers(web, authorizing.find), Views(web), Replies(web)
    homes = Homes(commands, callers, views)
    forms = Forms(commands, callers, views, replies, homes)
    listeners = Listeners(
        commands=commands,
        callers=callers,
        questions=Questions(commands, callers, replies, forms),
        presses=Presses(commands, callers, views, replies, homes, forms),
        forms=forms,
        homes=homes,
        unfurls=Unfurls(commands, callers, web),
        replies=replies,
        errands=errands,
    )

    def tell(url: str, sentence: str) -> None:
        message = {"response_type": "ephemeral", "replace_original": False, "text": sentence}
        errands.start(respond(web, url, message), "apology")

    bolt = _bolt(web, authorizing, lifecycle, tell)
    _listen(bolt, listeners)
    return SlackApp(bolt=bolt, receiver=Receiver(bolt, once, tell), errands=errands)


def _bolt(web: WebApi, authorizing: Authorizing, lifecycle: Lifecycle, tell: Tell) -> "AsyncApp":
    import logging

    from slack_bolt import BoltResponse
    from slack_bolt.async_app import AsyncApp

    async def prepare(body: dict[str, Any], context: "AsyncBoltContext", next: Any) -> "BoltResponse | None":
        if await ended(body, lifecycle, authorizing.forget_all):
            return BoltResponse(status=200, body="")
        context["team_id"], context["enterprise_id"] = await meant(body, served(body), authorizing.find)
        await next()
        return None

    async def authorize(enterprise_id: str | None, team_id: str | None) -> Any:
        return await authorizing.authorize(enterprise_id, team_id)

    async def fail(error: Exception, body: dict[str, Any], response: "BoltResponse | None") -> "BoltResponse | None":
        return answer_to(error, body, tell) if response is not None else None  # None: it was acknowledged before

    quiet = logging.getLogger("paperboy.slack_bolt")
    quiet.setLevel(logging.CRITICAL)  # it logs whole payloads; what is worth telling is told by us
    app = AsyncApp(
        name="paperboy",
        logger=quiet,
        client=web.client(),
        before_authorize=prepare,
        authorize=authorize,
        process_before_response=True,  # listeners only start work; else Bolt looks each 10 ms whether one is done
        request_verification_enabled=False,  # bot/slack/http.py has done it
        ssl_check_enabled=False,
        attaching_function_token_enabled=False,
    )
    app.error(fail)
    return app


def _listen(app: "AsyncApp", listeners: Listeners) -> None:
    app.command(_ANY)(listeners.command)
    app.block_action(_ANY)(listeners.press)
    app.view_submission(_ANY)(listeners.submission)
    app.view_closed(_ANY)(listeners.closed)
    app.block_suggestion(_ANY)(listeners.suggestion)
    app.shortcut(_ANY)(listeners.shortcut)
    app.event("app_mention")(listeners.words)
    app.event("message")(listeners.words)
    app.event("app_home_opened")(listeners.home_opened)
    app.event("link_shared")(listeners.links)
