"""Logs: one line an event on stderr, as text for people or as JSON for machines, never with a secret in it."""

import logging
import re
import sys
import traceback
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from papers.errors import PaperboyError
from papers.settings import LogSettings, load_settings

_QUIET = {
    # These tell of every step; what matters of it is logged by whoever calls them. taskiq also logs a failed job.
    "taskiq": logging.CRITICAL,
    "discord.app_commands.tree": logging.CRITICAL,  # each suggestion that comes too late, with its traceback
    **dict.fromkeys(("discord.client", "discord.gateway", "discord.shard", "discord.state"), logging.WARNING),
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "hishel": logging.WARNING,
    "stamina": logging.WARNING,
    "sentence_transformers": logging.WARNING,
    "transformers": logging.ERROR,
    "urllib3": logging.WARNING,
    "huggingface_hub": logging.ERROR,
}
_SECRETS = [
    (re.compile(r"(?<=://)[^\s/@\"']*:[^\s/@\"']*(?=@)"), "***"),  # user:password@ in a URL
    (re.compile(r"\b(?:xox[a-z]-|xapp-|hf_|ghp_|github_pat_)[\w-]{8,}"), "***"),
    (re.compile(r"\b(bearer|basic|bot)\s+[\w.~+/=-]{16,}", re.I), r"\1 ***"),
]
_LINE_BREAKS = re.compile(r"\s*[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+\s*")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x1f\x7f]")
_MAY_SPAN_LINES = {"exc_info", "exception"}


def configure_logs(settings: LogSettings, *, process: str | None = None, stream: TextIO | None = None) -> None:
    """Set up structlog and the standard library's logging alike. May be called again.

    ``process`` names this process in each JSON line; in text, a supervisor puts the name before the line.
    """
    stream = stream or sys.stderr
    level = getattr(logging, settings.level.upper())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="%Y-%m-%dT%H:%M:%SZ", utc=True),
    ]
    if level > logging.DEBUG:
        shared.append(_shorten_error)
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _flatten,
                *_renderers(settings, process, colors=stream.isatty()),
                _hide_secrets,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, least in _QUIET.items():
        logging.getLogger(name).setLevel(least)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def in_a_line(error: BaseException) -> str:
    """An error in one line: what a person can act on, or for one that nobody expected, its kind and place."""
    first_line = (str(error).strip().splitlines() or [""])[0][:300]
    if isinstance(error, PaperboyError):
        return first_line
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({frames[-1].filename}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {first_line}{place}"


def configure_for_command() -> None:
    """Set up the logs of a command that prints an answer: of its logs, people see what went wrong."""
    settings = load_settings().log
    level = "warning" if settings.level == "info" else settings.level
    configure_logs(settings.model_copy(update={"level": level}))


def _renderers(settings: LogSettings, process: str | None, *, colors: bool) -> list[Processor]:
    if settings.format == "text":
        plain = structlog.dev.plain_traceback
        return [
            structlog.dev.ConsoleRenderer(
                colors=colors, pad_event_to=0, pad_level=False, sort_keys=False, exception_formatter=plain
            )
        ]

    def name_process(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        return {"process": process, **event} if process else event

    return [
        structlog.processors.format_exc_info,
        name_process,
        structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
    ]


def _flatten(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """An event is one line, whatever texts from elsewhere hold; they must not steer a terminal either."""
    return {key: value if key in _MAY_SPAN_LINES else _flat(value) for key, value in event.items()}


def _flat(value: object) -> object:
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_flat(item) for item in value]
    return _CONTROLS.sub("", _LINE_BREAKS.sub(" ", str(value)))


def _hide_secrets(logger: WrappedLogger, method: str, line: Any) -> str:
    text = str(line)
    for secret, instead in _SECRETS:
        text = secret.sub(instead, text)
    return text


def _shorten_error(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """An exception as one field; its traceback is shown at level debug only."""
    exc_info = event.pop("exc_info", None)
    if exc_info is True:
        exc_info = sys.exc_info()
    error = exc_info[1] if isinstance(exc_info, tuple) else exc_info
    if isinstance(error, BaseException):
        event["error"] = in_a_line(error)
    return event
