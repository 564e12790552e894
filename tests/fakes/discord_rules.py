"""What Discord takes as components of a message and as a modal, and what it reads in their texts.

Our own words for docs.discord.com/developers/components/reference; what the API's description says is checked too,
where it lies beside the project (discord_schema.py).
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from tests.fakes.discord_schema import mistakes_in

Json = dict[str, Any]

_MESSAGE = "POST /channels/{channel_id}/messages"
_ANSWER = "POST /interactions/{interaction_id}/{interaction_token}/callback"
_IN_MESSAGE = {1, 9, 10, 14, 17}
_IN_CONTAINER = _IN_MESSAGE - {17}
_ESCAPED = re.compile(r"\\[^0-9A-Za-z\s]")
_LINK = re.compile(r"\[(?P<label>(?:\[[^\]]*\]|[^\[\]]|\](?=[^\[]*\]))*)\]\((?P<url>https?://[^\s()\\]+)\)")
"""As the clients find a masked link: they know no backslashes here."""


def check_message(components: list[Json]) -> None:
    """Raises AssertionError for what Discord would refuse."""
    every = list(walked(components))
    assert 1 <= len(every) <= 40
    assert all(one["type"] in _IN_MESSAGE for one in components)
    texts = [one["content"] for one in every if one["type"] == 10]
    assert all(text.strip() for text in texts)
    assert sum(map(len, texts)) <= 4000
    for one in every:
        if one["type"] == 17:
            assert len(one["components"]) >= 1
            assert all(inner["type"] in _IN_CONTAINER for inner in one["components"])
        if one["type"] == 1:
            assert 1 <= len(one["components"]) <= 5
            assert all(inner["type"] == 2 for inner in one["components"])
        if one["type"] == 2:
            assert 1 <= len(one["label"]) <= 80
            assert one["style"] in {1, 2, 3, 4}
    _check_ids(every)
    assert mistakes_in(_MESSAGE, {"components": components, "flags": 1 << 15}) == []


def check_modal(made: Json) -> None:
    """Raises AssertionError for what Discord would refuse."""
    assert 1 <= len(made["title"]) <= 45
    assert 1 <= len(made["custom_id"]) <= 100
    assert 1 <= len(made["components"]) <= 5
    for one in made["components"]:
        assert one["type"] == 18
        assert 1 <= len(one["label"]) <= 45
        assert 1 <= len(one.get("description", "…")) <= 100
        _check_field(one["component"])
    _check_ids(list(walked(made["components"])))
    assert mistakes_in(_ANSWER, {"type": 9, "data": made}) == []


def walked(components: Iterable[Json]) -> Iterator[Json]:
    for one in components:
        yield one
        yield from walked(one.get("components", ()))
        yield from walked([one["component"]] if "component" in one else [])


def does(text: str) -> list[str]:
    """What other people's words in a text do: ping, link, invite, stand as a mark. Bold, headings, small print and
    masked links whose words are inert are ours."""
    found = re.findall(r"@everyone|@here|<@!?\d+>|<@&\d+>|<#\d+>|<t:\d|</\w|<a?:\w+:\d|discord\.gg/\w", text)
    for line in text.split("\n"):
        shown = re.sub(r"^(?:-# |#{2,3} )", "", line)
        shown = _LINK.sub(lambda link: link["label"] if not _active(link["label"]) else link[0], shown)
        found += _active(shown.replace("**", ""))
    return found


def _active(shown: str) -> list[str]:
    plain = _ESCAPED.sub("·", shown)
    return re.findall(r"[*_~|`\[\]<]|https?://|:\w+:|^(?:#+ |-# |>+ |[-+] )", plain)


def _check_ids(components: list[Json]) -> None:
    ids = [one["custom_id"] for one in components if "custom_id" in one]
    assert all(1 <= len(each) <= 100 for each in ids)
    assert len(ids) == len(set(ids))


def _check_field(element: Json) -> None:
    match element["type"]:
        case 3:
            values = [option["value"] for option in element["options"]]
            assert 1 <= len(values) == len(set(values)) <= 25
            assert all(1 <= len(value) <= 100 for value in values)
            assert all(1 <= len(option["label"]) <= 100 for option in element["options"])
            assert sum(option.get("default", False) for option in element["options"]) <= 1
            assert len(element.get("placeholder", "")) <= 150
        case 4:
            assert 1 <= element["max_length"] <= 4000
            assert len(element.get("value", "")) <= element["max_length"]
            assert len(element.get("placeholder", "")) <= 100
        case 23:
            assert isinstance(element["default"], bool)
        case kind:
            raise AssertionError(f"there is no field of type {kind}")
