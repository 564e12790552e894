"""The app's manifest: all that would else be clicked together at https://api.slack.com/apps, to be pasted there.

Without an address it is for Socket Mode and one workspace, whose token is copied by hand: such a token must not expire,
so token rotation is off (https://docs.slack.dev/authentication/using-token-rotation; once on, it stays on). With an
address it is for HTTP and any number of workspaces, which install it themselves, whole organizations too.
Fields and limits: https://docs.slack.dev/reference/app-manifest
"""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from bot.slack.scopes import SCOPES
from papers.errors import BadInput

COMMAND = "/papers"
SHORTCUT = "find_similar"
EVENTS = (
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "link_shared",
    "message.im",
    "team_access_revoked",
    "tokens_revoked",
)
UNFURLED = ("arxiv.org", "huggingface.co")
RECEIVER = "/slack/events"
LANDING = "/slack/oauth_redirect"

_DESCRIPTION = "The research papers people care about: a daily digest, topics you follow, search by meaning."
_LONG = (
    "Paperboy collects research papers with the signs that people care about them, and brings them to where you talk. "
    "A channel gets a digest at the hour it chose, with the reason why each paper is in it. You follow topics in your "
    "own words, authors, or papers like one you know, and hear of new ones by direct message. /papers search finds "
    "papers by meaning; links to papers get a card; what is kept of you is shown and erased on request."
)
_PLAIN = re.compile(r"[A-Za-z][\w .,:/;-]*(?<! )")
"""What YAML takes without quotes; ``: `` is left out below."""


def manifest(url: str | None = None) -> dict[str, Any]:
    """The manifest; ``url`` is where people reach ``paperboy web``. Raises BadInput for one that Slack cannot reach."""
    if url is not None:
        url = url.strip().rstrip("/")
        if not re.fullmatch(r"https://[^\s/?#@]+(/[^\s?#]*)?", url) or not _has_port(url):
            raise BadInput(
                f"{url[:100]!r} is no address that Slack can call: write it as in https://papers.example.org"
            )
    request = {"request_url": f"{url}{RECEIVER}"} if url else {}
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": "Paperboy",
            "description": _DESCRIPTION,
            "long_description": _LONG,
            "background_color": "#96300f",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Paperboy", "always_online": True},
            "shortcuts": [
                {
                    "name": "Find papers like this",
                    "type": "message",
                    "callback_id": SHORTCUT,
                    "description": "Papers about what this message says",
                }
            ],
            "slash_commands": [
                {
                    "command": COMMAND,
                    **({"url": request["request_url"]} if url else {}),
                    "description": "Search, follow and subscribe to research papers",
                    "usage_hint": "search robots that learn | trending | follow a topic | subscribe | help",
                    "should_escape": False,
                }
            ],
            "unfurl_domains": list(UNFURLED),
        },
        "oauth_config": {
            **({"redirect_urls": [f"{url}{LANDING}"]} if url else {}),
            "scopes": {"bot": sorted(SCOPES)},
        },
        "settings": {
            "event_subscriptions": {**request, "bot_events": list(EVENTS)},
            "interactivity": {
                "is_enabled": True,
                **request,
                **({"message_menu_options_url": request["request_url"]} if url else {}),
            },
            "org_deploy_enabled": url is not None,
            "socket_mode_enabled": url is None,
            "token_rotation_enabled": url is not None,
        },
    }


def _has_port(url: str) -> bool:
    """Whether the port, if one is named, is a number that a port can have."""
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


def manifest_yaml(url: str | None = None) -> str:
    """The same as YAML, ready to paste. Raises BadInput."""
    lines = [
        "# Paperboy for Slack. Paste it at https://api.slack.com/apps: Create New App, From a manifest, YAML.",
        f"# Made by: paperboy slack manifest{f' --url {url}' if url else ''}",
        *_lines(manifest(url)),
    ]
    return "\n".join(lines) + "\n"


def _lines(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if isinstance(inner, dict | list):
                yield f"{name}:"
                yield from (f"  {line}" for line in _lines(inner))
            else:
                yield f"{name}: {_scalar(inner)}"
    elif isinstance(value, list):
        for inner in value:
            first, *rest = _lines(inner)
            yield f"- {first}"
            yield from (f"  {line}" for line in rest)
    else:
        yield _scalar(value)


def _scalar(value: Any) -> str:
    """JSON is YAML; what needs no quotes goes without."""
    if isinstance(value, str) and _PLAIN.fullmatch(value) and ": " not in value and value.lower() not in _WORDS:
        return value
    return json.dumps(value, ensure_ascii=False)


_WORDS = {"true", "false", "yes", "no", "on", "off", "null", "y", "n"}
