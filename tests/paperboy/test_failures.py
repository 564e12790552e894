"""What cannot be done is said in one line, with a code; a traceback only for who asks for it."""

import pytest

from tests.conftest import short_folder
from tests.paperboy.command import Paperboy

pytestmark = pytest.mark.xdist_group("cli")


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "9999.99999"),
        ("show", ""),
        ("show", "https://example.org/9999.99999"),
        ("similar", "9999.99999"),
        ("export", "2603.03283", "9999.99999"),
        ("show", "@{*}|-("),
        ("show", "\x1b[31mred"),
        ("show", "x" * 20_000),
        ("show", b"\xff\xfe"),
    ],
)
def test_an_unknown_paper_is_no_paper(sample: Paperboy, arguments: tuple[str | bytes, ...]) -> None:
    assert "no paper" in sample.run(*arguments).failed(1)


def test_debug_shows_where_an_error_came_from(sample: Paperboy) -> None:
    for arguments in (("--debug", "show", "9999.99999"), ("show", "9999.99999", "--debug")):
        finished = sample.run(*arguments)
        assert finished.code == 1
        assert finished.out == ""
        assert "Traceback (most recent call last)" in finished.err
        assert "papers.errors.NotFound" in finished.err


@pytest.mark.parametrize("command", [("show", "x"), ("trending",), ("search", "x", "--mode", "keyword")])
def test_a_redis_that_does_not_answer_is_named_without_its_password(sample: Paperboy, command: tuple[str, ...]) -> None:
    away = sample.having(REDIS_URL="redis://ada:countess@127.0.0.1:9/0")
    sentence = away.run(*command).failed(1)
    assert "127.0.0.1:9" in sentence
    assert "countess" not in sentence
    assert "ada" not in sentence


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REDIS_URL", "http://127.0.0.1"),
        ("REDIS_TIMEOUT", "soon"),
        ("NOW", "tomorrow"),
        ("SEARCH_VECTOR_INDEX", "psychic"),
        ("ARXIV_INTERVAL", "-1"),
    ],
)
def test_a_wrong_setting_is_named(sample: Paperboy, name: str, value: str) -> None:
    sentence = sample.having(**{name: value}).run("show", "2603.03283").failed(2)
    assert f"PAPERBOY_{name}" in sentence


def test_a_data_folder_that_is_a_file_is_refused() -> None:
    folder = short_folder()
    file = folder / "file"
    file.touch()
    assert str(file) in Paperboy(file).run("trending").failed(1)
    file.unlink()
    folder.rmdir()


def test_a_path_too_long_for_a_socket_is_refused() -> None:
    folder = short_folder()
    deep = folder / ("deep" * 30)
    assert "PAPERBOY_DATA_DIR is too long" in Paperboy(deep).run("trending").failed(1)
    assert list(folder.iterdir()) == []
    folder.rmdir()


def test_an_empty_store_says_what_to_do(paperboy: Paperboy) -> None:
    for command in (["trending"], ["digest", "preview"]):
        assert "Try: paperboy ingest" in " ".join(paperboy.run(*command).out.split())
    assert paperboy.json("trending") == []
    assert paperboy.json("search", "anything", "--mode", "keyword") == []
