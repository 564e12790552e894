"""Lua that runs inside Redis: one file a script, named for the step it makes atomic."""

import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from redis.exceptions import NoScriptError

if TYPE_CHECKING:
    from redis.asyncio import Redis


@cache
def source(name: str, package: str = __name__) -> str:
    """The text of ``name.lua`` in a package."""
    return files(package).joinpath(f"{name}.lua").read_text("utf-8")


class Script:
    """A script by its name, sent as its digest and in full only to a server that does not know it yet."""

    def __init__(self, name: str, package: str = __name__, *, prelude: str | None = None) -> None:
        """``prelude`` names a file of the same package whose functions the script uses."""
        self.text = (source(prelude, package) if prelude else "") + source(name, package)
        self.sha = hashlib.sha1(self.text.encode(), usedforsecurity=False).hexdigest()

    async def run(self, redis: "Redis", keys: list[str], args: list[str | bytes | int | float]) -> Any:
        """Run it once. Keys must share a hash tag."""
        try:
            return await redis.execute_command("EVALSHA", self.sha, len(keys), *keys, *args)
        except NoScriptError:
            return await redis.execute_command("EVAL", self.text, len(keys), *keys, *args)
