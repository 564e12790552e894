"""What goes wrong with an answer through nobody's fault, and is noted and left at that."""

from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
import discord

from papers.log import get_logger

TAKEN = frozenset({40060})
"""Codes that say: something was answered before."""
_LATE = TAKEN | frozenset(
    {
        10008,  # unknown message: it was deleted meanwhile
        10015,  # unknown webhook: the token has expired
        10062,  # unknown interaction: the three seconds are over
        50027,  # invalid webhook token: the fifteen minutes are over
    }
)

log = get_logger("discord")


class Untold(Exception):
    """Nothing more can be said in answer to this interaction."""


@contextmanager
def heard(what: str) -> Iterator[None]:
    """Around calls that answer an interaction. Raises Untold, after noting why; HTTPException for a refused payload."""
    try:
        yield
    except discord.HTTPException as error:
        if error.code in _LATE or error.status in {401, 404}:
            log.info("an answer came too late", what=what, code=error.code)
        elif error.status == 400:
            raise
        else:
            log.warning("an answer was not taken", what=what, status=error.status, code=error.code)
        raise Untold(what) from error
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        log.warning("an answer could not be sent", what=what, error=type(error).__name__)
        raise Untold(what) from error
