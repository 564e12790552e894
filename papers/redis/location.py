"""PAPERBOY_REDIS_URL taken apart. Nothing here repeats a user or a password in a message.

    redis://[USER:PASSWORD@]HOST[:PORT][/DB][?OPTION=…]            one server
    rediss://…                                                     the same over TLS (?ssl_ca_certs=FILE)
    unix://[USER:PASSWORD@]/PATH[?db=N]                            one server, by its socket
    redis+sentinel://[USER:PASSWORD@]HOST[:PORT],…/SERVICE[/DB]    the primary that Sentinels name
    redis+cluster://[USER:PASSWORD@]HOST[:PORT],…                  a Redis Cluster

The last two also as ``rediss+…`` for TLS. Sentinels with a password of their own: ``?sentinel_username=`` and
``?sentinel_password=``.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from redis.asyncio.connection import URL_QUERY_ARGUMENT_PARSERS, parse_url

from papers.errors import BadInput

SETTING = "PAPERBOY_REDIS_URL"
_SSL_FILES = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile")
_SSL_OPTIONS = {*_SSL_FILES, "ssl_cert_reqs", "ssl_check_hostname", "ssl_ca_path", "ssl_password", "ssl_ciphers"}
_SENTINEL_OPTIONS = {"sentinel_username", "sentinel_password"}
_ALLOWED = {*URL_QUERY_ARGUMENT_PARSERS, *_SSL_OPTIONS, *_SENTINEL_OPTIONS, "client_name", "username", "password"}
# We choose these ourselves, whatever the URL says.
_OURS = {"protocol", "legacy_responses", "decode_responses", "retry_on_timeout", "retry_on_error"}
_HOST = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s\[\]:,/@?#]+)(?::(?P<port>\d{1,5}))?")


class Kind(StrEnum):
    SERVER = "server"
    SENTINEL = "sentinel"
    CLUSTER = "cluster"


@dataclass(frozen=True)
class Location:
    """Where Redis is. ``options`` are keyword arguments of a redis-py connection, password included."""

    kind: Kind
    tls: bool = False
    hosts: tuple[tuple[str, int], ...] = ()
    path: str = ""
    """The unix socket, if it is one."""
    service: str = ""
    options: dict[str, Any] = field(default_factory=dict, repr=False)
    sentinel_options: dict[str, Any] = field(default_factory=dict, repr=False)

    def __str__(self) -> str:
        """For people: never with user or password."""
        places = self.path or ", ".join(f"{host}:{port}" for host, port in self.hosts)
        return f"{self.service} of Sentinel {places}" if self.service else places


def parse_location(url: str) -> Location:
    """Raises BadInput, naming the setting and the part that is wrong."""
    scheme, _, kind_name = url.partition("://")[0].lower().partition("+")
    if scheme == "unix" and not kind_name:
        return _unix(url)
    if scheme not in {"redis", "rediss"} or kind_name not in {"", "sentinel", "cluster"}:
        raise BadInput(
            f"setting {SETTING}: it must start with redis://, rediss://, unix://, redis+sentinel:// or redis+cluster://"
        )
    kind = Kind(kind_name or "server")
    tls = scheme == "rediss"
    try:
        parts = urlsplit(url)
    except ValueError:
        raise BadInput(_malformed()) from None
    if parts.fragment:
        raise BadInput(_malformed())
    credentials, _, places = parts.netloc.rpartition("@")
    hosts = _hosts(places, 26379 if kind is Kind.SENTINEL else 6379, several=kind is not Kind.SERVER)
    service, database = _path(kind, parts.path)
    options = _options(f"{scheme}://{credentials + '@' if credentials else ''}host{database}?{parts.query}")
    sentinel = {name.removeprefix("sentinel_"): options.pop(name) for name in _SENTINEL_OPTIONS & options.keys()}
    if kind is Kind.CLUSTER and options.pop("db", 0):
        raise BadInput(f"setting {SETTING}: a Redis Cluster has no database numbers")
    return Location(kind, tls, hosts, "", service, options, sentinel)


def _unix(url: str) -> Location:
    options = _options(url)
    path = options.pop("path", "")
    if not path:
        raise BadInput(f"setting {SETTING}: unix:// needs the path of a socket (unix:///run/redis/redis.sock)")
    return Location(Kind.SERVER, False, (), path, "", options)


def _malformed() -> str:
    return (
        f"setting {SETTING}: this is no Redis URL (redis://user:password@host:6379/0); write special "
        "characters of a password percent-encoded"
    )


def _hosts(places: str, default_port: int, *, several: bool) -> tuple[tuple[str, int], ...]:
    found = [_HOST.fullmatch(place) for place in places.split(",")]
    hosts = tuple((match["host"].strip("[]"), int(match["port"] or default_port)) for match in found if match)
    if len(hosts) != len(found) or any(not 0 < port < 65_536 for _, port in hosts):
        raise BadInput(_malformed())
    if len(hosts) > 1 and not several:
        raise BadInput(f"setting {SETTING}: several hosts need redis+sentinel:// or redis+cluster://")
    return hosts


def _path(kind: Kind, path: str) -> tuple[str, str]:
    """``(service, /database)`` of a URL's path."""
    steps = [step for step in path.split("/") if step]
    service = ""
    if kind is Kind.SENTINEL:
        if not steps:
            raise BadInput(f"setting {SETTING}: the Sentinels' name of the service is missing (…/mymaster)")
        service = steps.pop(0)
    if len(steps) > 1 or not all(re.fullmatch(r"\d{1,5}", step, re.ASCII) for step in steps):
        raise BadInput(f"setting {SETTING}: after the host comes a database number (…:6379/0)")
    return service, f"/{steps[0]}" if steps else ""


def _options(url: str) -> dict[str, Any]:
    try:
        options: dict[str, Any] = dict(parse_url(url))
    except ValueError as error:
        # redis-py names the option, never its value; anything else may quote the URL.
        option = re.search(r"Invalid value for '(\w+)'", str(error))
        raise BadInput(f"setting {SETTING}: wrong value of ?{option[1]}=" if option else _malformed()) from None
    for name in ("connection_class", "host", "port", *_OURS):
        options.pop(name, None)
    for name in options.keys() - _ALLOWED - {"path"}:
        raise BadInput(f"setting {SETTING}: unknown option ?{name[:40]}=")
    for name in _SSL_FILES:
        if name in options and not Path(options[name]).is_file():
            raise BadInput(f"setting {SETTING}: ?{name}= names {options[name]}, which is no file")
    return options
