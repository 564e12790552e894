"""Which sources there are. A module of this package that defines ``NAME`` and ``build`` is a source: nothing else
has to know of it."""

import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING

from papers.errors import NotFound
from papers.sources.base import Source
from papers.sources.tools import Tools

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from papers.clock import Clock
    from papers.settings import Settings
    from papers.sources.http import Http


def sources(settings: "Settings", redis: "Redis", http: "Http", clock: "Clock") -> dict[str, Source]:
    """Every source by name, in the order of their names. Nothing is asked of an upstream yet."""
    import papers.sources as package

    tools = Tools(settings=settings, redis=redis, http=http, clock=clock)
    found: dict[str, Source] = {}
    for module_info in pkgutil.iter_modules(package.__path__):
        module = import_module(f"{package.__name__}.{module_info.name}")
        if hasattr(module, "build"):
            found[module.NAME] = module.build(tools)
    return found


def choose(found: dict[str, Source], names: tuple[str, ...]) -> list[Source]:
    """The sources of these names. Raises NotFound naming the first that does not exist, and those that do."""
    for name in names:
        if name not in found:
            raise NotFound(f"no source {name!r}; there are {', '.join(found)}")
    return [found[name] for name in dict.fromkeys(names)]
