"""Help, versions and wrong usage."""

import pytest

from paperboy import __version__
from tests.paperboy.command import ESCAPE, Paperboy

pytestmark = pytest.mark.xdist_group("cli")

COMMANDS = [
    "ingest", "import", "trending", "rank", "search", "similar", "show", "export", "digest",
    "worker", "scheduler", "up", "doctor", "demo", "bench",
]  # fmt: skip


def test_the_version_is_the_packages(sample: Paperboy) -> None:
    assert sample.run("--version").out == f"paperboy {__version__}\n"


def test_help_names_every_command(sample: Paperboy) -> None:
    finished = sample.run("--help")
    assert finished.code == 0
    assert finished.err == ""
    for command in COMMANDS:
        assert f" {command} " in finished.out


@pytest.mark.parametrize("command", ["import", "search", "digest preview", "worker", "scheduler", "up", "bench"])
def test_every_command_explains_itself(sample: Paperboy, command: str) -> None:
    finished = sample.run(*command.split(), "-h")
    assert finished.code == 0
    assert finished.err == ""
    assert f"paperboy {command}" in finished.out
    assert not ESCAPE.search(finished.out)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ("nonsense", "nonsense"),
        ("--bogus", "--bogus"),
        ("search", "what are you looking for"),
        ("search x --limit 0", "--limit"),
        ("search x --mode psychic", "psychic"),
        ("search x --since yesterday", "yesterday"),
        ("search --batch queries.jsonl", "--run"),
        ("search x --batch queries.jsonl --run out", "without a query"),
        ("show", "ID"),
        ("export 2603.03283 --format docx", "docx"),
        ("trending --at noon", "noon"),
        ("ingest papers.jsonl", "--replay"),
        ("ingest --replay papers.jsonl --since 2026-01-01", "--since"),
        ("ingest --since 2026-02-02 --until 2026-02-01", "2026-02-02"),
        ("ingest --source nowhere", "nowhere"),
        ("worker now", "now"),
    ],
)
def test_wrong_usage_is_one_line_that_names_what_is_wrong(sample: Paperboy, arguments: str, named: str) -> None:
    assert named in sample.run(*arguments.split()).failed(2)
