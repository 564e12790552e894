"""What a thousand workspaces ask of a bot: commands, presses and mentions, as Slack sends them over HTTP."""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from bot.actions import Verb, action
from bot.slack.installation import Installation
from papers.models import Paper

KINDS = (
    *("search",) * 6,
    *("trending",) * 3,
    *("help",) * 3,
    *("why", "similar", "save", "up", "similar"),
    *("mention",) * 3,
)
"""Of twenty interactions."""
_FORM, _JSON = "application/x-www-form-urlencoded", "application/json"
_WORDS = 5


@dataclass(frozen=True)
class Interaction:
    number: int
    kind: str
    body: bytes
    content_type: str


def installation(number: int) -> Installation:
    return Installation.model_validate(
        {
            "team": f"T{number:06d}",
            "bot_token": f"xoxb-bench-{number}",
            "bot_user": f"UB{number:06d}",
            "bot_id": f"B{number:06d}",
            "app_id": "A1",
            "installer": f"UI{number:06d}",
            "installed_at": datetime(2026, 1, 1, tzinfo=UTC),
        }
    )


def interactions(count: int, teams: int, papers: Sequence[Paper], answers: str) -> Iterator[Interaction]:
    """``answers`` is the beginning of every response_url. The same ones every time."""
    rng = random.Random(5)
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        team, paper = rng.randrange(teams), rng.choice(papers)
        who = {"team_id": f"T{team:06d}", "user_id": f"U{team:06d}{rng.randrange(20)}"}
        if kind in {"search", "trending", "help"}:
            asked = {"search": f"search {_query(paper, rng)}", "trending": "trending week"}.get(kind, kind)
            yield Interaction(number, kind, urlencode(_command(number, who, asked, answers)).encode(), _FORM)
        elif kind == "mention":
            yield Interaction(number, kind, json.dumps(_mention(number, who, team, "help")).encode(), _JSON)
        else:
            pressed = {"payload": json.dumps(_press(number, who, kind, paper.id, answers))}
            yield Interaction(number, kind, urlencode(pressed).encode(), _FORM)


def _query(paper: Paper, rng: random.Random) -> str:
    words = paper.title.split()
    start = rng.randrange(max(1, len(words) - _WORDS))
    return " ".join(words[start : start + _WORDS])


def _command(number: int, who: dict[str, str], text: str, answers: str) -> dict[str, str]:
    return {
        **who,
        "command": "/papers",
        "text": text,
        "channel_id": "C1",
        "channel_name": "papers",
        "api_app_id": "A1",
        "is_enterprise_install": "false",
        "trigger_id": f"{number}.1",
        "response_url": f"{answers}/{number}",
    }


def _press(number: int, who: dict[str, str], kind: str, paper: str, answers: str) -> dict[str, Any]:
    return {
        "type": "block_actions",
        "user": {"id": who["user_id"], "team_id": who["team_id"]},
        "team": {"id": who["team_id"], "domain": "bench"},
        "api_app_id": "A1",
        "is_enterprise_install": False,
        "container": {"type": "message", "message_ts": "1.1", "channel_id": "C1", "is_ephemeral": True},
        "channel": {"id": "C1", "name": "papers"},
        "trigger_id": f"{number}.1",
        "response_url": f"{answers}/{number}",
        "actions": [
            {
                "type": "button",
                "action_id": action(Verb(kind), paper).encode(),
                "block_id": "b",
                "action_ts": f"{number}.2",
                "text": {"type": "plain_text", "text": kind},
            }
        ],
    }


def _mention(number: int, who: dict[str, str], team: int, text: str) -> dict[str, Any]:
    said = {
        "type": "app_mention",
        "user": who["user_id"],
        "team": who["team_id"],
        "channel": "C1",
        "text": f"<@UB{team:06d}> {text}",
        "ts": f"{number}.000100",
        "event_ts": f"{number}.000100",
    }
    return {
        "type": "event_callback",
        "team_id": who["team_id"],
        "api_app_id": "A1",
        "event_id": f"Ev{number}",
        "event_time": number,
        "event": said,
        "authorizations": [{"team_id": who["team_id"], "user_id": f"UB{team:06d}", "is_bot": True}],
    }
