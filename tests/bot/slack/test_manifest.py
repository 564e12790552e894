"""The limits are those of Slack's schema of manifests, https://github.com/slackapi/manifest-schema (1.0.0)."""

import re
from pathlib import Path
from typing import Any

import pytest

from bot.slack.manifest import manifest, manifest_yaml
from bot.slack.scopes import SCOPES, missing
from papers.errors import BadInput

URL = "https://papers.example.org"
ROOT = Path(__file__).parents[3]
EVENT_SCOPES = {
    # https://docs.slack.dev/reference/events
    "app_mention": "app_mentions:read",
    "link_shared": "links:read",
    "message.im": "im:history",
    "app_home_opened": None,
    "app_uninstalled": None,
    "team_access_revoked": None,
    "tokens_revoked": None,
}


def test_the_file_that_is_pasted_is_what_the_command_prints() -> None:
    assert (ROOT / "deploy/slack-manifest.yaml").read_text("utf-8") == manifest_yaml()


@pytest.mark.parametrize("url", [None, URL, f"{URL}/paperboy"])
def test_the_yaml_says_what_the_manifest_says(url: str | None) -> None:
    yaml = pytest.importorskip("yaml")
    assert yaml.safe_load(manifest_yaml(url)) == manifest(url)


@pytest.mark.parametrize("url", [None, URL])
def test_it_keeps_to_slacks_limits(url: str | None) -> None:
    found = manifest(url)
    about, features = found["display_information"], found["features"]
    assert 1 <= len(about["name"]) <= 35
    assert 1 <= len(about["description"]) <= 140
    assert 175 <= len(about["long_description"]) <= 4000
    assert re.fullmatch(r"#[0-9a-f]{6}", about["background_color"])
    assert len(features["bot_user"]["display_name"]) <= 80
    for shortcut in features["shortcuts"]:
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["description"]) <= 150
        assert len(shortcut["callback_id"]) <= 255
    for command in features["slash_commands"]:
        assert re.fullmatch(r"/[a-z]{1,31}", command["command"])
        assert len(command["description"]) <= 2000
        assert len(command["usage_hint"]) <= 1000
    assert len(features["unfurl_domains"]) <= 5
    assert set(found) <= {"_metadata", "display_information", "features", "oauth_config", "settings"}


@pytest.mark.parametrize("url", [None, URL])
def test_every_event_has_the_scope_it_needs(url: str | None) -> None:
    found = manifest(url)
    events = found["settings"]["event_subscriptions"]["bot_events"]
    assert set(events) == set(EVENT_SCOPES)
    assert {scope for event in events if (scope := EVENT_SCOPES[event])} <= set(found["oauth_config"]["scopes"]["bot"])


def test_socket_mode_names_no_address_and_its_token_does_not_expire() -> None:
    found = manifest()
    assert "https://papers" not in manifest_yaml()
    assert [addresses for addresses in _addresses(found) if not addresses.startswith("#")] == []
    settings = found["settings"]
    assert (settings["socket_mode_enabled"], settings["token_rotation_enabled"]) == (True, False)


def test_http_sends_everything_to_one_address_and_lets_all_workspaces_install_it() -> None:
    found = manifest(f"{URL}/")
    assert set(_addresses(found)) == {f"{URL}/slack/events", f"{URL}/slack/oauth_redirect"}
    settings = found["settings"]
    assert (settings["socket_mode_enabled"], settings["token_rotation_enabled"]) == (False, True)
    assert settings["org_deploy_enabled"]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "papers.example.org",
        "http://papers.example.org",
        "https://",
        "https://a b",
        "https://a?b",
        "https://u@h",
        "https://a:99999",
        "https://a:0",
        "https://a:b",
    ],
)
def test_an_address_that_slack_cannot_call_is_refused(url: str) -> None:
    with pytest.raises(BadInput, match="is no address that Slack can call"):
        manifest(url)


def test_every_scope_has_its_reason_and_what_is_missing_is_named_with_it() -> None:
    assert all(SCOPES.values())
    assert missing(SCOPES) == {}
    assert missing(set(SCOPES) - {"users:read"}) == {"users:read": SCOPES["users:read"]}


def _addresses(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [found for inner in value.values() for found in _addresses(inner)]
    if isinstance(value, list):
        return [found for inner in value for found in _addresses(inner)]
    return [value] if isinstance(value, str) and "https://" in value else []


def test_the_documentation_gives_every_scope_with_its_reason() -> None:
    text = (ROOT / "docs/slack.md").read_text("utf-8")
    assert re.findall(r"^\| `([\w:.]+)` \| (.+) \|$", text, re.M) == [(s, SCOPES[s]) for s in sorted(SCOPES)]
