"""Direct messages: to a person, whatever else is closed; also the only way that a file goes."""

from typing import TYPE_CHECKING, Any

from bot.replies import File
from bot.slack.blocks import Rendered
from bot.slack.contact import Contact
from papers.errors import TryLater

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.slack.web_api import WebApi


async def open_dm(client: "AsyncWebClient", user: str) -> str:
    """The id of the conversation with a person. Raises what slack_sdk does, TryLater."""
    answer = await client.conversations_open(users=[user])
    channel: Any = answer.get("channel")
    found = channel.get("id") if isinstance(channel, dict) else None
    if not isinstance(found, str):
        raise TryLater("Slack told no conversation")
    return found


async def send_dm(web: "WebApi", contact: Contact, message: Rendered) -> None:
    """To the person's id, which stands for the conversation. Raises what slack_sdk does, TryLater."""
    await web.paces.turn(contact.team, contact.user)
    await web.client(contact.token, patient=True).chat_postMessage(
        channel=contact.user,
        text=message.text,
        blocks=message.blocks,
        mrkdwn=False,
        unfurl_links=False,
        unfurl_media=False,
    )


async def send_file(web: "WebApi", contact: Contact, file: File) -> None:
    """https://docs.slack.dev/messaging/working-with-files#upload. Raises what slack_sdk does, TryLater."""
    client = web.client(contact.token, patient=True)
    content = file.text.encode()
    channel = await open_dm(client, contact.user)
    place = await client.files_getUploadURLExternal(filename=file.name, length=len(content))
    session = client.session
    assert session is not None
    async with session.post(str(place["upload_url"]), data=content) as answer:
        if answer.status != 200:
            raise TryLater(f"Slack took no file: it answered {answer.status}")
    await client.files_completeUploadExternal(
        files=[{"id": str(place["file_id"]), "title": file.name}], channel_id=channel
    )
