"""Files are handed over in three steps: an address is asked for, the file goes there, it is shown somewhere."""

from tests.fakes.slack_chat import writable
from tests.fakes.slack_state import File, Grant, Json, Message
from tests.fakes.slack_world import SlackRefusal, World


def get_url(world: World, grant: Grant, given: Json) -> Json:
    length = int(given["length"])
    if length <= 0:
        world.violation("files.getUploadURLExternal: an empty file")
        raise SlackRefusal("invalid_arguments")
    file = File(world.new_id("F"), str(given["filename"]), length)
    world.files[file.id] = file
    return {"ok": True, "upload_url": f"{world.base_url}/upload/{file.id}", "file_id": file.id}


def receive(world: World, file_id: str, content: bytes) -> tuple[int, str]:
    file = world.files.get(file_id)
    if file is None or file.content is not None:
        return 404, "no such upload"
    if len(content) != file.length:
        world.violation(f"upload: {len(content)} bytes came, {file.length} were announced")
        return 400, "wrong length"
    file.content = content
    return 200, f"OK - {len(content)}"


def complete(world: World, grant: Grant, given: Json) -> Json:
    listed = given["files"]
    if not isinstance(listed, list) or not all(isinstance(item, dict) and "id" in item for item in listed):
        raise SlackRefusal("invalid_arguments")
    files = [world.files.get(item["id"]) for item in listed]
    whole = [file for file in files if file is not None and file.content is not None]
    if len(whole) != len(files):
        world.violation("files.completeUploadExternal: before the file was uploaded")
        raise SlackRefusal("file_not_found")
    where = given.get("channel_id")
    if where is not None:
        if where not in world.channels:
            raise SlackRefusal("channel_not_found")  # a person's id is not taken here
        channel = writable(world, grant, where)
        comment = str(given.get("initial_comment") or "")
        message = Message(channel.id, world.next_ts(), comment, [], grant.bot_user, grant.bot_id, files=whole)
        message.thread_ts = given.get("thread_ts")
        world.messages.append(message)
    return {"ok": True, "files": [{"id": file.id, "title": file.name} for file in whole]}
