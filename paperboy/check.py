"""One thing that ``paperboy doctor`` looked at."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """``remedy`` is empty where nothing is wrong."""

    name: str
    ok: bool
    found: str
    remedy: str = ""
