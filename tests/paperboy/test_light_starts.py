"""What a command loads: nobody waits seconds for torch who does not need it."""

import os
import subprocess
import sys

import pytest

from tests.paperboy.command import Paperboy

pytestmark = pytest.mark.xdist_group("cli")
HEAVY = {"torch", "transformers", "sentence_transformers"}
JOBS = {"taskiq"}


@pytest.mark.parametrize(
    "arguments",
    [
        ("--help",),
        ("--version",),
        ("show", "2603.03283"),
        ("export", "2603.03283"),
        ("similar", "2603.03283"),
        ("trending", "--at", "2026-03-07T02:10Z"),
        ("digest", "preview", "--at", "2026-03-07T02:10Z"),
        ("search", "robots", "--mode", "keyword"),
    ],
    ids=" ".join,
)
def test_a_light_command_loads_neither_model_nor_jobs(sample: Paperboy, arguments: tuple[str, ...]) -> None:
    assert not sample.modules(*arguments) & (HEAVY | JOBS)


def test_help_loads_no_client_of_anything(sample: Paperboy) -> None:
    assert not sample.modules("search", "--help") & {"redis", "httpx", "numpy", "asyncio"}


def test_a_search_that_a_worker_answers_loads_no_model(helped: Paperboy) -> None:
    assert not helped.modules("search", "worlds made of language") & (HEAVY | JOBS)


@pytest.mark.parametrize("module", ["bot.messages", "bot.console", "bot.console.render"])
def test_the_bots_load_neither_model_nor_jobs(module: str) -> None:
    probe = f"import sys, {module}; print(*sys.modules)"
    out = subprocess.run(
        [sys.executable, "-c", probe], check=True, capture_output=True, text=True, env=os.environ
    ).stdout
    assert not set(out.split()) & (HEAVY | JOBS)
