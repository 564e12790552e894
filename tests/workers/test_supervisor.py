"""The process tree of ``paperboy up``, with real processes."""

import io
import os
import re
import signal
import sys
import time

import pytest

from tests.workers.conftest import Process, Start, alive, eventually
from tests.workers.sample_tree import HEARTBEAT
from workers.part import Output, Part
from workers.process import END_WITHIN as PROCESS_ENDS_WITHIN
from workers.receiver import GRACE
from workers.supervisor import END_WITHIN, RestartPolicy

TREE = "tests.workers.sample_tree"


def pids(tree: Process, part: str) -> list[int]:
    """The process ids that a part has told so far."""
    pattern = re.compile(rf"{part} +\| pid (\d+)")
    return [int(found[1]) for line in tree.lines if (found := pattern.search(line))]


async def told(tree: Process, part: str, count: int = 1) -> list[int]:
    await eventually(lambda: len(pids(tree, part)) >= count, lambda: f"{tree.lines}")
    return pids(tree, part)


async def test_lines_carry_their_part_and_sigterm_ends_all(start: Start) -> None:
    tree = await start(TREE, f"worker={HEARTBEAT}", f"scheduler={HEARTBEAT}")
    children = [*await told(tree, "worker"), *await told(tree, "scheduler")]
    assert all(line.startswith(("worker    | ", "scheduler | ")) for line in tree.lines)
    tree.terminate()
    begin = time.monotonic()
    assert await tree.end() == 0
    assert time.monotonic() - begin < 15
    assert not any(alive(child) for child in children)


async def test_a_part_that_was_killed_is_started_again_and_the_others_are_left_alone(start: Start) -> None:
    tree = await start(TREE, f"worker={HEARTBEAT}", f"scheduler={HEARTBEAT}")
    (worker,), (scheduler,) = await told(tree, "worker"), await told(tree, "scheduler")
    os.kill(worker, signal.SIGKILL)
    _, again = await told(tree, "worker", 2)
    assert alive(again)
    await tree.says("how='signal 9'")
    assert pids(tree, "scheduler") == [scheduler]
    assert alive(scheduler)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's parent-death signal is Linux's")
async def test_no_part_outlives_a_supervisor_that_was_killed(start: Start) -> None:
    tree = await start(TREE, f"worker={HEARTBEAT}", f"scheduler={HEARTBEAT}")
    children = [*await told(tree, "worker"), *await told(tree, "scheduler")]
    tree.kill()
    await eventually(lambda: not any(alive(child) for child in children), lambda: "orphans")


async def test_a_part_that_keeps_dying_ends_the_tree_with_its_last_words(start: Start) -> None:
    tree = await start(TREE, f"worker={HEARTBEAT}", "bad=print('no port left'); raise SystemExit(7)")
    (worker,) = await told(tree, "worker")
    assert await tree.end() == 1
    (last,) = [line for line in tree.lines if "giving up" in line]
    assert "bad ended 4 times in a row within 60 s of its start, at last with exit code 7" in last
    assert "its last line: no port left" in last
    assert not alive(worker)


async def test_a_wrong_setting_is_not_tried_again(start: Start) -> None:
    tree = await start(TREE, "bad=print('setting X is wrong'); raise SystemExit(2)")
    assert await tree.end() == 1
    assert sum("setting X is wrong" in line for line in tree.lines if "giving up" not in line) == 1


async def test_a_part_that_ignores_sigterm_is_killed_in_time(start: Start) -> None:
    stubborn = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {HEARTBEAT}"
    tree = await start(TREE, f"stubborn={stubborn}", f"worker={HEARTBEAT}")
    (child,) = await told(tree, "stubborn")
    tree.terminate()
    begin = time.monotonic()
    assert await tree.end() == 0
    assert time.monotonic() - begin < 15
    assert not alive(child)


async def test_lines_of_any_length_and_bytes_pass() -> None:
    stream = io.StringIO()
    code = "import os; os.write(1, b'a' * 200000 + b'\\nb\\xff\\nend')"
    part = Part("x", [sys.executable, "-c", code], Output(stream, ["x"]))
    assert await part.run() == 0
    lines = stream.getvalue().splitlines()
    assert all(line.startswith("x | ") for line in lines)
    assert sum(line.count("a") for line in lines) == 200_000
    assert lines[-2:] == ["x | b\N{REPLACEMENT CHARACTER}", "x | end"]


def test_waits_double_up_to_the_longest() -> None:
    policy = RestartPolicy(first_wait=1, longest_wait=5)
    assert [policy.wait(deaths) for deaths in (1, 2, 3, 4, 5)] == [1, 2, 4, 5, 5]


def test_jobs_are_ended_before_parts_are_killed_before_the_tree_ends_hard_before_ten_seconds() -> None:
    assert GRACE + 2 <= END_WITHIN < PROCESS_ENDS_WITHIN < 10
