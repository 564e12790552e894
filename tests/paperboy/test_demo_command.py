"""paperboy demo and doctor: what a newcomer runs first, with and without the network."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from werkzeug.wrappers import Request, Response

from tests.fakes.huggingface import FakeHuggingFace, item
from tests.fakes.server import Upstream, serve
from tests.paperboy.command import ESCAPE, Paperboy

# Two commands that load the model each: on whichever test process is free.
PAPERS = re.compile(r"^ ?\d+\. \S", re.M)


def assert_shows_the_main_job(out: str) -> None:
    digest, *searches = out.split("Papers on “")
    assert len(PAPERS.findall(digest)) >= 10
    assert digest.count("https://arxiv.org/abs/") >= 10
    assert digest.count("Why: ") >= 10
    assert len(searches) == 3
    assert all(PAPERS.search(search) for search in searches)
    assert "What to try next" in searches[-1]
    assert "paperboy trending" in searches[-1]
    assert not ESCAPE.search(out)


class Maintenance(Upstream):
    def answer(self, request: Request) -> Response:
        return Response("<!DOCTYPE html><html><body>Down for maintenance</body></html>", content_type="text/html")


@pytest.fixture
def huggingface(same_day: None) -> Iterator[str]:
    """A Hugging Face with lists of the last three days, whatever day of the week it is."""
    today = datetime.now(UTC).date()
    days = [today - timedelta(days=back) for back in range(3)]
    lists = {day: [item(day.day * 20 + n, day, upvotes=3 * n + 1) for n in range(8)] for day in days}
    with serve(FakeHuggingFace(lists, today=today)) as url:
        yield url


def test_the_demo_shows_live_papers_and_says_that_they_are(paperboy: Paperboy, huggingface: str) -> None:
    finished = paperboy.having(HUGGINGFACE_URL=huggingface).run("demo")
    assert finished.code == 0, finished
    assert "this is live" in finished.out
    assert "bundled sample" not in finished.out
    assert_shows_the_main_job(finished.out)


def test_without_a_network_the_demo_shows_its_sample_and_says_so(paperboy: Paperboy) -> None:
    with serve(Maintenance()) as garbage:
        for upstream in (paperboy, paperboy.having(HUGGINGFACE_URL=garbage)):
            finished = upstream.run("demo")
            assert finished.code == 0, finished
            assert "Using the bundled sample" in finished.out
            assert "this is live" not in finished.out
            assert_shows_the_main_job(finished.out)
    assert len(paperboy.stored()) == 93


def test_the_doctor_names_what_is_wrong_and_how_to_mend_it(paperboy: Paperboy) -> None:
    misspelt = paperboy.having(ARXIV_CATEGORYS="cs.CL", HTTP_ATTEMPTS="1")
    finished = misspelt.run("doctor", "--json")
    assert finished.code == 1  # neither upstream can be reached
    assert "Traceback" not in finished.err
    checks = {check["name"]: check for check in json.loads(finished.out)}
    assert checks["python"]["ok"]
    assert checks["redis"]["ok"]
    assert checks["model"]["ok"]
    assert "PAPERBOY_ARXIV_CATEGORYS" in checks["settings"]["found"]
    for name in ("huggingface", "arxiv"):
        assert not checks[name]["ok"]
        assert checks[name]["remedy"]


def test_the_doctor_speaks_when_there_is_no_redis(paperboy: Paperboy) -> None:
    finished = paperboy.having(REDIS_URL="redis://127.0.0.1:9/0").run("doctor")
    assert finished.code == 1
    assert "127.0.0.1:9" in finished.out
    assert "→" in finished.out
