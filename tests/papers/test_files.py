import gzip
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.errors import UnreadableFile
from papers.files import json_lines


def test_plain_and_gzipped_lines_read_alike(tmp_path: Path) -> None:
    (tmp_path / "a").write_text('{"x":1}\n\n[2]\n')
    (tmp_path / "b").write_bytes(gzip.compress(b'{"x":1}\n\n[2]\n'))
    assert list(json_lines(tmp_path / "a")) == list(json_lines(tmp_path / "b")) == [(1, {"x": 1}), (3, [2])]


def test_a_line_that_is_no_json_is_told_by_its_number(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b'{"x":1}\n{"x":\n\xff\xfe\n{"y":2}\n')
    assert list(json_lines(tmp_path / "a")) == [(1, {"x": 1}), (2, None), (3, None), (4, {"y": 2})]


def test_a_gzip_file_cut_short_gives_what_it_holds_and_then_says_so(tmp_path: Path) -> None:
    packed = gzip.compress(b"".join(b'{"n":%d}\n' % n for n in range(20_000)))
    (tmp_path / "cut.gz").write_bytes(packed[: len(packed) // 2])
    lines = json_lines(tmp_path / "cut.gz")
    assert next(lines) == (1, {"n": 0})
    with pytest.raises(UnreadableFile, match="cut short"):
        list(lines)


@pytest.mark.parametrize("name", ["missing.jsonl", "."])
def test_a_missing_file_or_a_folder_is_one_clear_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnreadableFile):
        list(json_lines(tmp_path / name))


@given(st.binary(max_size=300))
def test_any_bytes_are_lines_or_an_unreadable_file(tmp_path: Path, content: bytes) -> None:
    for prefix in (b"", b"\x1f\x8b"):
        path = tmp_path / "fuzz"
        path.write_bytes(prefix + content)
        with suppress(UnreadableFile):
            list(json_lines(path))
