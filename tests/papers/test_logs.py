"""Log lines: one an event, without secrets, readable by people or machines."""

import io
import json
import logging
import re
from collections.abc import Iterator
from typing import Any, Literal

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from papers.errors import SourceUnavailable
from papers.logs import configure_logs, in_a_line
from papers.settings import LogSettings

Format = Literal["text", "json"]


@pytest.fixture(autouse=True)
def restore_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


def logged(format: Format = "text", level: Literal["debug", "info"] = "info", **values: Any) -> str:
    stream = io.StringIO()
    configure_logs(LogSettings(format=format, level=level), process="worker", stream=stream)
    structlog.get_logger("test").info("ingested", **values)
    return stream.getvalue()


def test_text_names_the_event_and_then_its_values_in_the_order_given() -> None:
    line = logged(source="arxiv", papers=214, new=180)
    assert re.fullmatch(r"\S+Z \[info\] ingested source=arxiv papers=214 new=180\n", line)


def test_json_is_one_document_a_line_and_names_the_process() -> None:
    document = json.loads(logged("json", source="arxiv", papers=214))
    assert document.pop("timestamp")
    assert document == {"process": "worker", "event": "ingested", "level": "info", "source": "arxiv", "papers": 214}


@pytest.mark.parametrize("format", ["text", "json"])
@pytest.mark.parametrize(
    "secret",
    [
        "redis://user:hunter22@host:6379/0",
        "redis://:hunter22@host",
        "xoxb-hunter22hunter22",
        "hf_hunter22hunter22",
        "Authorization: Bearer hunter22hunter22hunter22",
    ],
)
def test_passwords_and_tokens_are_left_out(format: Format, secret: str) -> None:
    assert "hunter22" not in logged(format, url=secret, several=[secret])


def test_secrets_are_left_out_of_other_libraries_lines_and_of_tracebacks() -> None:
    stream = io.StringIO()
    configure_logs(LogSettings(level="debug"), stream=stream)
    try:
        int("redis://:hunter22@host")
    except ValueError:
        logging.getLogger("redis").exception("cannot reach %s", "redis://:hunter22@host")
    assert "Traceback" in stream.getvalue()
    assert "hunter22" not in stream.getvalue()


@given(st.text())
def test_an_event_stays_on_one_line_whatever_its_values(text: str) -> None:
    assert len(logged(value=text).splitlines()) == 1
    assert json.loads(logged("json", value=text))["event"] == "ingested"


def test_a_traceback_is_shown_at_debug_only() -> None:
    for level, shown in (("info", False), ("debug", True)):
        stream = io.StringIO()
        configure_logs(LogSettings(level=level), stream=stream)
        try:
            int("oops")
        except ValueError:
            structlog.get_logger("test").exception("failed")
        assert ("Traceback" in stream.getvalue()) is shown
        assert "ValueError: invalid literal" in stream.getvalue()


def test_an_error_of_ours_is_its_sentence_and_another_tells_its_kind_and_place() -> None:
    assert in_a_line(SourceUnavailable("arxiv", "asked us to wait")) == "arxiv: asked us to wait"
    try:
        int("x")
    except ValueError as error:
        line = in_a_line(error)
    assert line.startswith("ValueError: invalid literal")
    assert "test_logs.py:" in line


def test_taskiq_is_quiet() -> None:
    stream = io.StringIO()
    configure_logs(LogSettings(), stream=stream)
    logging.getLogger("taskiq.receiver.receiver").error("Exception found while executing function.")
    assert stream.getvalue() == ""
