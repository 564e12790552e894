"""OAuth v2: a code is exchanged once for a token, tokens are rotated, and taken back."""

import base64
import binascii
import secrets
from dataclasses import dataclass, field

from aiohttp import web

from tests.fakes.slack_state import Grant, Json
from tests.fakes.slack_world import SlackRefusal, World

CODE_SECONDS = 600
GRACE_SECONDS = 20
"""A refresh token is revoked so long after its use: "a short grace period", says Slack, and no more."""


@dataclass
class Code:
    user: str
    redirect_uri: str
    at: float
    scopes: frozenset[str]
    enterprise: str | None = None
    """The organization, if the app is installed in all of it."""
    used: bool = False


@dataclass
class OAuth:
    world: World
    codes: dict[str, Code] = field(default_factory=dict)
    spent: dict[str, tuple[Grant, float]] = field(default_factory=dict)
    """Refresh tokens that were used, whose they were and when that was first."""
    refreshed: int = 0

    def new_code(self, user: str, redirect_uri: str, scopes: str, *, enterprise: str | None = None) -> str:
        asked = frozenset(scope for scope in scopes.split(",") if scope)
        if asked - self.world.config.scopes:
            self.world.violation(f"authorize: scopes the app does not have: {sorted(asked - self.world.config.scopes)}")
        code = secrets.token_hex(8)
        self.codes[code] = Code(user, redirect_uri, self.world.now(), asked, enterprise)
        return code

    def access(self, request: web.Request, given: Json) -> Json:
        client, secret = _client(request, given)
        config = self.world.config
        if client != config.client_id:
            raise SlackRefusal("invalid_client_id")
        if secret != config.client_secret:
            raise SlackRefusal("bad_client_secret")
        if given.get("grant_type") == "refresh_token":
            return self._refresh(str(given.get("refresh_token")))
        code = self.codes.get(str(given.get("code")))
        if code is None:
            raise SlackRefusal("invalid_code")
        if code.used:
            self.world.violation("oauth.v2.access: a code is used twice")
            raise SlackRefusal("code_already_used")
        if self.world.now() - code.at > CODE_SECONDS:
            raise SlackRefusal("invalid_code")
        if code.redirect_uri and given.get("redirect_uri") != code.redirect_uri:
            raise SlackRefusal("bad_redirect_uri")
        code.used = True
        return self._answer(self._install(code))

    def _install(self, code: Code) -> Grant:
        world, user = self.world, self.world.users[code.user]
        team = None if code.enterprise else world.teams[user.team]
        before = next((g for g in world.grants if not g.revoked and g.team == user.team and team), None)
        grant = world.add_grant(team, enterprise=code.enterprise, installer=user)
        grant.scopes = code.scopes or world.config.scopes
        if before:  # installed again: the bot stays who it is
            del world.users[grant.bot_user]
            grant.bot_user, grant.bot_id = before.bot_user, before.bot_id
            grant.scopes |= before.scopes
            before.revoked = True
        return grant

    def _refresh(self, token: str) -> Json:
        now = self.world.now()
        grant = next((g for g in self.world.grants if g.refresh_token == token), None)
        if grant is None and token in self.spent:
            grant, used = self.spent[token]
            if now - used > GRACE_SECONDS:
                self.world.violation("oauth.v2.access: a refresh token is used again, too late")
                grant = None
        if grant is None or grant.revoked:
            raise SlackRefusal("invalid_refresh_token")
        self.spent.setdefault(token, (grant, now))
        self.refreshed += 1
        grant.earlier = (grant.token, grant.expires_at)
        grant.token = f"xoxe.xoxb-1-{secrets.token_hex(6)}"
        grant.refresh_token = f"xoxe-1-{secrets.token_hex(6)}"
        grant.expires_at = now + self.world.config.token_seconds
        return self._answer(grant)

    def _answer(self, grant: Grant) -> Json:
        world = self.world
        team = world.teams.get(grant.team or "")
        answer: Json = {
            "ok": True,
            "app_id": world.config.app_id,
            "authed_user": {"id": grant.installer},
            "scope": ",".join(sorted(grant.scopes)),
            "token_type": "bot",
            "access_token": grant.token,
            "bot_user_id": grant.bot_user,
            "team": {"id": team.id, "name": team.name} if team else None,
            "enterprise": {"id": grant.enterprise, "name": "Organization"} if grant.enterprise else None,
            "is_enterprise_install": grant.team is None,
        }
        if grant.refresh_token:
            answer |= {"refresh_token": grant.refresh_token, "expires_in": world.config.token_seconds}
        return answer


def _client(request: web.Request, given: Json) -> tuple[str, str]:
    header = request.headers.get("Authorization", "")
    if header.startswith("Basic "):
        try:
            client, _, secret = base64.b64decode(header.removeprefix("Basic ")).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError) as error:
            raise SlackRefusal("invalid_client_id") from error
        return client, secret
    return str(given.get("client_id", "")), str(given.get("client_secret", ""))


def revoke(world: World, grant: Grant, given: Json) -> Json:
    if str(given.get("test")).lower() not in ("true", "1"):
        grant.revoked = True
    return {"ok": True, "revoked": grant.revoked}


def uninstall(world: World, grant: Grant, given: Json) -> Json:
    if (given["client_id"], given["client_secret"]) != (world.config.client_id, world.config.client_secret):
        raise SlackRefusal("client_id_token_mismatch")
    grant.revoked = True
    return {"ok": True}
