"""paperboy doctor, before there is a store: misspelt and wrong settings, a folder that is none."""

from pathlib import Path

import pytest

from paperboy.check import Check
from paperboy.doctor import examine


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PAPERBOY_REDIS_URL", "redis://127.0.0.1:9/0")
    monkeypatch.setenv("PAPERBOY_DATA_DIR", str(tmp_path))


async def _found(name: str) -> list[Check]:
    return [check async for check in examine() if check.name == name]


async def test_a_misspelt_setting_is_named_beside_one_that_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERBOY_DISCORD_TOKN", "x")
    monkeypatch.setenv("PAPERBOY_SLACK_TIMEOUT", "soon")
    wrong, misspelt = await _found("settings")
    assert "PAPERBOY_SLACK_TIMEOUT" in wrong.found
    assert "PAPERBOY_DISCORD_TOKN" in misspelt.found


async def test_a_misspelt_setting_of_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PAPERBOY_LOG_LEVEL=info\npaperboy_log_levl=info\nOTHERS=1\n")
    (misspelt,) = await _found("settings")
    assert not misspelt.ok
    assert misspelt.found == "unknown: PAPERBOY_LOG_LEVL"


async def test_a_file_that_is_not_utf_8_is_told(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"PAPERBOY_EMAIL_USER=\xff\n")
    wrong, *_ = await _found("settings")
    assert "not UTF-8" in wrong.found


async def test_a_folder_that_cannot_be_written_to_is_not_taken_for_a_full_disk(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PAPERBOY_DATA_DIR", "/proc/paperboy")
    (disk,) = await _found("disk")
    assert not disk.ok
    assert "PAPERBOY_DATA_DIR" in disk.remedy


async def test_a_folder_that_is_yet_to_be_made_is_fine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PAPERBOY_DATA_DIR", str(tmp_path / "new" / "one"))
    (disk,) = await _found("disk")
    assert "MB free" in disk.found
    assert not (tmp_path / "new").exists()
