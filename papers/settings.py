"""Every setting, grouped. Read from the environment and from ``.env``; documented in ``.env.example``.

The variable of ``settings.arxiv.api_url`` is ``PAPERBOY_ARXIV_API_URL``: prefix, group, field.
"""

import re
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from papers.clock import Clock, FixedClock, SystemClock, as_utc
from papers.errors import BadInput
from papers.token_kinds import discord_token, fernet_keys, slack_app_token, slack_bot_token

PREFIX = "PAPERBOY_"


def _split(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _printable(secret: SecretStr) -> SecretStr:
    if not (secret.get_secret_value().isascii() and secret.get_secret_value().isprintable()):
        raise ValueError("has characters that no token has")
    return SecretStr(secret.get_secret_value().strip())  # what is copied from a page may have spaces around it


def _web(url: str) -> str:
    if not re.fullmatch(r"https?://[^\s/]+\S*", url):
        raise ValueError("must be an address that begins with https:// or http://")
    return url.rstrip("/")


Url = Annotated[str, AfterValidator(_web)]
CommaSeparated = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]


def _group(name: str) -> SettingsConfigDict:
    return SettingsConfigDict(
        env_prefix=f"{PREFIX}{name}", env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )


class RedisSettings(BaseSettings):
    model_config = _group("REDIS_")

    url: SecretStr | None = None
    """redis://, rediss://, unix://, redis+sentinel:// or redis+cluster://; unset: the embedded Redis."""
    timeout: float = Field(default=5.0, gt=0, le=60)
    """Seconds to wait for a connection or an answer."""
    server: Path | None = None
    """The redis-server to embed; unset: the wheel's, else the one on the PATH."""
    search_module: Path | None = None
    """The redisearch.so to load into it; unset: the wheel's, or none if the server has search built in."""
    linger: float = Field(default=0.0, ge=0, le=86_400)
    """Seconds the embedded Redis stays after the last process has left: makes a row of commands quicker."""


class HttpSettings(BaseSettings):
    model_config = _group("HTTP_")

    contact: str = ""
    """Your address or page, sent in the User-Agent as arXiv asks of its clients."""
    timeout: float = Field(default=30.0, gt=0, le=300)
    """Seconds a whole request may take, its body included."""
    attempts: int = Field(default=4, ge=1, le=10)
    """Tries for one request, the first included."""
    max_wait: float = Field(default=60.0, gt=0, le=3600)
    """The longest Retry-After, in seconds, that is waited for; a longer one ends the source's run."""
    max_megabytes: int = Field(default=32, ge=1, le=1024)
    """The largest body, unpacked, that is read."""


class HuggingFaceSettings(BaseSettings):
    model_config = _group("HUGGINGFACE_")

    url: Url = "https://huggingface.co"
    """Its base URL."""
    token: Annotated[SecretStr, AfterValidator(_printable)] | None = None
    """Free; doubles the number of calls allowed in five minutes."""


class ArxivSettings(BaseSettings):
    model_config = _group("ARXIV_")

    api_url: Url = "https://export.arxiv.org/api/query"
    """The query API."""
    feed_url: Url = "https://rss.arxiv.org/atom"
    """The feeds of what was announced today; categories are added to it."""
    oai_url: Url = "https://oaipmh.arxiv.org/oai"
    """The OAI-PMH interface, for long back-fills."""
    categories: CommaSeparated = ("cs.AI", "cs.CL", "cs.CV", "cs.LG", "stat.ML")
    """What is watched, comma-separated."""
    interval: float = Field(default=3.0, ge=0, le=60)
    """Seconds between two requests of the whole installation; arXiv asks for 3."""


class EmbeddingSettings(BaseSettings):
    model_config = _group("EMBEDDING_")

    model: str = "all-MiniLM-L6-v2"
    """A sentence-transformers model: this one comes in a wheel, any other is loaded through the hub."""
    batch_size: int = Field(default=16, ge=1, le=512)
    """Texts encoded together."""
    query_timeout_ms: int = Field(default=400, ge=10, le=10_000)
    """How long a process without the model waits for a worker before it falls back to keywords."""
    query_cache_hours: int = Field(default=24, ge=1, le=24 * 90)
    """How long a query's embedding is kept."""


class SearchSettings(BaseSettings):
    model_config = _group("SEARCH_")

    vector_index: Literal["flat", "hnsw"] = "flat"
    """flat: exact, small, quick to fill, good to some 300,000 papers; hnsw: approximate, quick at any size."""


class WorkerSettings(BaseSettings):
    model_config = _group("WORKER_")

    sources: CommaSeparated = ("huggingface", "arxiv")
    """What is ingested by itself, comma-separated."""
    ingest_every: int = Field(default=60, ge=1, le=1440)
    """Minutes between two looks at the sources."""
    score_every: int = Field(default=15, ge=1, le=1440)
    """Minutes between two computations of the charts."""
    lookback_days: int = Field(default=3, ge=1, le=60)
    """Days looked back at each ingestion, so that late votes and an outage are made up for."""
    concurrency: int = Field(default=4, ge=1, le=64)
    """Jobs run at once by one worker."""
    max_job_minutes: int = Field(default=60, ge=1, le=1440)
    """A job still running after this is ended and tried again."""


class DeliverySettings(BaseSettings):
    model_config = _group("DELIVERY_")

    concurrency: int = Field(default=100, ge=1, le=1000)
    """Messages to one platform that a process has under way at once."""
    max_tries: int = Field(default=20, ge=1, le=100)
    """Failures after which a message is given up."""
    history_days: int = Field(default=90, ge=1, le=3650)
    """How long the ledger remembers what was sent; also how long a paper is not told again."""
    spread_seconds: int = Field(default=150, ge=0, le=180)
    """Digests due at the same time are spread over so many seconds, at most."""
    max_subscriptions: int = Field(default=100, ge=1, le=100_000)
    """Subscriptions one owner may have."""


class SecretSettings(BaseSettings):
    model_config = _group("SECRET_")

    keys: Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(_split), AfterValidator(fernet_keys)] = ()
    """Fernet keys, comma-separated: the first encrypts, all decrypt; unset: a key file in the data folder."""


class EmailSettings(BaseSettings):
    model_config = _group("EMAIL_")

    host: str = ""
    """The SMTP server that takes our letters; unset: no e-mail."""
    port: int = Field(default=587, ge=1, le=65_535)
    """Its port."""
    security: Literal["starttls", "tls", "none"] = "starttls"
    """starttls (port 587), tls (port 465), or none for a server on this machine."""
    user: str = ""
    """Login name; unset: no login."""
    password: SecretStr | None = None
    """Its password."""
    sender: str = ""
    """The From address, with or without a name: Paperboy <papers@example.org>."""
    bounces: str = ""
    """Envelope sender, where bounces go; unset: the From address."""
    timeout: float = Field(default=30.0, gt=0, le=300)
    """Seconds for each step of the dialogue."""
    per_second: float = Field(default=5.0, gt=0, le=1000)
    """Letters a second, by all processes together."""


class WebSettings(BaseSettings):
    model_config = _group("WEB_")

    url: Url | None = None
    """Where people reach paperboy web, as in https://papers.example.org; links in letters lead there."""
    host: str = "127.0.0.1"
    """Address it listens on."""
    port: int = Field(default=8000, ge=0, le=65_535)
    """Port it listens on."""


class SlackSettings(BaseSettings):
    model_config = _group("SLACK_")

    bot_token: Annotated[SecretStr, AfterValidator(_printable), AfterValidator(slack_bot_token)] | None = None
    """xoxb-…: the app's token in the one workspace it is installed in by hand."""
    app_token: Annotated[SecretStr, AfterValidator(_printable), AfterValidator(slack_app_token)] | None = None
    """xapp-…: Socket Mode, which needs no public address."""
    signing_secret: Annotated[SecretStr, AfterValidator(_printable)] | None = None
    """Of the app's Basic Information page: requests over HTTP are checked with it."""
    client_id: str = ""
    """Of the same page: with the secret, any workspace can install the app at PAPERBOY_WEB_URL/slack/install."""
    client_secret: Annotated[SecretStr, AfterValidator(_printable)] | None = None
    """Of the same page."""
    api_url: Url = "https://slack.com/api"
    """Base of the Web API: another for GovSlack (https://slack-gov.com/api)."""
    timeout: float = Field(default=10.0, gt=0, le=60)
    """Seconds a call of the Web API may take."""

    @property
    def can_post(self) -> bool:
        """Whether there is a token, or a way for workspaces to give one."""
        return bool(self.bot_token or (self.client_id and self.client_secret))


class DiscordSettings(BaseSettings):
    model_config = _group("DISCORD_")

    token: Annotated[SecretStr, AfterValidator(_printable), AfterValidator(discord_token)] | None = None
    """The bot's token, of the page Bot in Discord's developer portal."""
    api_url: Url = "https://discord.com/api"
    """Base of the REST API: another for a proxy that keeps the rate limits of many processes."""
    processes: int = Field(default=1, ge=1, le=256)
    """How many paperboy discord processes share the shards; each takes its part when it starts."""
    shards: int = Field(default=0, ge=0, le=16_384)
    """Shards of all processes together; 0: as many as Discord advises."""
    timeout: float = Field(default=10.0, gt=0, le=60)
    """Seconds a call of the REST API may take."""


class LogSettings(BaseSettings):
    model_config = _group("LOG_")

    level: Literal["debug", "info", "warning", "error"] = "info"
    """What is logged: debug, info, warning or error."""
    format: Literal["text", "json"] = "text"
    """text for people, json for machines."""


class Settings(BaseSettings):
    """All of them. Built once, by the composition root."""

    model_config = _group("")

    data_dir: Path = Field(default_factory=lambda: Path(platformdirs.user_data_dir("paperboy")))
    """Where the embedded Redis and the HTTP cache live."""
    now: datetime | None = None
    """An ISO time that stands for the present, for one command."""

    redis: RedisSettings = Field(default_factory=RedisSettings)
    http: HttpSettings = Field(default_factory=HttpSettings)
    huggingface: HuggingFaceSettings = Field(default_factory=HuggingFaceSettings)
    arxiv: ArxivSettings = Field(default_factory=ArxivSettings)
    embedding: EmbeddingSettings = Field(default_factory=EmbeddingSettings)
    search: SearchSettings = Field(default_factory=SearchSettings)
    worker: WorkerSettings = Field(default_factory=WorkerSettings)
    delivery: DeliverySettings = Field(default_factory=DeliverySettings)
    secret: SecretSettings = Field(default_factory=SecretSettings)
    email: EmailSettings = Field(default_factory=EmailSettings)
    web: WebSettings = Field(default_factory=WebSettings)
    slack: SlackSettings = Field(default_factory=SlackSettings)
    discord: DiscordSettings = Field(default_factory=DiscordSettings)
    log: LogSettings = Field(default_factory=LogSettings)

    @field_validator("now")
    @classmethod
    def _aware(cls, value: datetime | None) -> datetime | None:
        return as_utc(value) if value else None

    @property
    def clock(self) -> Clock:
        return FixedClock(self.now) if self.now else SystemClock()


def variables() -> frozenset[str]:
    """The name of every environment variable that is a setting."""
    names: set[str] = set()
    for field, info in Settings.model_fields.items():
        group = info.annotation
        if isinstance(group, type) and issubclass(group, BaseSettings):
            prefix = group.model_config.get("env_prefix", "")
            names |= {f"{prefix}{name}".upper() for name in group.model_fields}
        else:
            names.add(f"{PREFIX}{field}".upper())
    return frozenset(names)


_REASONS = {
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_parsing": "must be a number",
    "bool_parsing": "must be true or false",
}


def load_settings(**overrides: Any) -> Settings:
    """Settings from the environment. Raises BadInput naming the first variable that is wrong, never its value."""
    try:
        return Settings(**overrides)
    except UnicodeDecodeError:
        raise BadInput("the file .env is not UTF-8: save it as UTF-8 without a byte order mark") from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        group = {"Settings": ""}.get(error.title, error.title.removesuffix("Settings").upper() + "_")
        reason = _REASONS.get(first["type"]) or first["msg"].removeprefix("Value error, ")
        variable = PREFIX + group + "_".join(str(part) for part in first["loc"]).upper()
        raise BadInput(f"setting {variable}: {reason}; .env.example lists what each may be") from None
