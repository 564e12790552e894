"""What goes where: one document on standard output, no escape codes in a pipe, silence when the reader has left."""

import signal
import subprocess
import time

import pytest

from papers.sample import sample_path
from tests.paperboy.command import ESCAPE, Finished, Paperboy, finish

pytestmark = pytest.mark.xdist_group("cli")
AT = ("--at", "2026-03-07T02:10Z")

READING = [
    ("trending", *AT),
    ("trending", *AT, "--explain"),
    ("digest", "preview", *AT),
    ("search", "robots", "--mode", "keyword"),
    ("similar", "2603.03283"),
    ("show", "2603.03283"),
]


@pytest.mark.parametrize("arguments", READING, ids=" ".join)
def test_a_pipe_gets_plain_text_and_json_is_one_document(sample: Paperboy, arguments: tuple[str, ...]) -> None:
    finished = sample.run(*arguments)
    assert finished.code == 0
    assert finished.err == ""
    assert finished.out.strip()
    assert not ESCAPE.search(finished.out)
    with_json = sample.run(*arguments, "--json")
    assert with_json.json()
    assert with_json.err == ""


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_an_old_locale_gets_the_same_text_as_far_as_it_can_show_it(sample: Paperboy, encoding: str) -> None:
    old = sample.with_environment(PYTHONIOENCODING=encoding)
    for arguments in (("trending", *AT), ("show", "2603.03283")):
        process = old.start(*arguments)
        out, err = process.communicate(timeout=30)
        assert process.returncode == 0
        assert err == b""
        assert out.decode(encoding).isascii() or encoding != "ascii"


def _first_line(process: "subprocess.Popen[bytes]") -> Finished:
    """Read one line and leave, as ``| head -1`` does."""
    assert process.stdout is not None
    assert process.stderr is not None
    out = process.stdout.readline()
    process.stdout.close()
    err = process.stderr.read()
    return Finished(process.wait(30), out.decode(), err.decode())


@pytest.mark.parametrize("arguments", [("trending", *AT, "--limit", "100"), ("export", "2603.03283"), ("--help",)])
def test_nothing_is_said_when_the_reader_has_left(sample: Paperboy, arguments: tuple[str, ...]) -> None:
    assert _first_line(sample.start(*arguments)).err == ""


def test_nothing_is_said_when_there_never_was_a_reader(sample: Paperboy) -> None:
    process = sample.start("trending", *AT, "--json", "--limit", "100")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    process.wait(30)


def test_ctrl_c_ends_an_ingestion_without_a_traceback(paperboy: Paperboy) -> None:
    process = paperboy.start("ingest", "--replay", sample_path())
    _while_it_embeds(process, paperboy)
    process.send_signal(signal.SIGINT)
    finished = finish(process, 30)
    assert finished.code == 130
    assert finished.out == ""
    assert "Traceback" not in finished.err


def _while_it_embeds(process: "subprocess.Popen[bytes]", paperboy: Paperboy) -> None:
    """Wait until the model is being loaded: everything else has been started by then."""
    maps = f"/proc/{process.pid}/maps"
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with open(maps, encoding="utf-8") as mapped:
            if "libtorch" in mapped.read():
                return
        time.sleep(0.02)
    raise AssertionError("it never loaded a model")
