import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from papers import layout
from papers.bulk import BulkFile
from papers.clock import FixedClock
from papers.errors import UnreadableFile
from papers.models import Observation
from tests.papers.builders import NOON

MODEL = "a-model"
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
FIELDS = ("_id", "id", "title", "text", "abstract", "authors", "published", "categories", "doi", "url", "embedding")


async def load(path: Path, *records: Any) -> tuple[list[Observation], BulkFile]:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    file = BulkFile(path, clock=FixedClock(NOON), model=MODEL)
    return [observation async for observation in file.observations()], file


async def one(path: Path, **record: Any) -> Observation:
    observations, _ = await load(path, {"_id": "a", "title": "A title", **record})
    return observations[0]


async def test_both_spellings_of_a_record_are_read(tmp_path: Path) -> None:
    observations, _ = await load(
        tmp_path / "c",
        {"_id": "1", "title": "One", "text": "Words."},
        {"id": 2, "title": "Two", "abstract": "More words.", "authors": ["Ada Lovelace"], "published": "2024-05-01"},
    )
    first, second = (o.paper for o in observations)
    assert (first.id, first.abstract) == ("1", "Words.")
    assert (second.id, second.abstract, second.authors) == ("2", "More words.", ("Ada Lovelace",))
    assert second.published is not None
    assert second.published.year == 2024


async def test_an_arxiv_id_in_any_form_becomes_the_base_id(tmp_path: Path) -> None:
    read = (await one(tmp_path / "c", _id="arXiv:2401.01234v3")).paper
    assert (read.id, read.version) == ("2401.01234", 3)


async def test_a_long_abstract_is_kept_whole(tmp_path: Path) -> None:
    text = "word " * 800
    assert (await one(tmp_path / "c", text=text)).paper.abstract == text.strip()


@pytest.mark.parametrize(
    "authors", ["Ada L.; Alan T.", "Ada L., Alan T.", ["Ada L.", "Alan T."], [{"name": "Ada L."}, "Alan T."]]
)
async def test_authors_come_in_many_forms(tmp_path: Path, authors: Any) -> None:
    assert (await one(tmp_path / "c", authors=authors)).paper.authors == ("Ada L.", "Alan T.")


async def test_authors_may_bring_their_orcids(tmp_path: Path) -> None:
    ann = {"name": "Ann Lee", "orcid": "https://orcid.org/0000-0002-1825-0097"}
    read = (await one(tmp_path / "c", authors=[ann, {"name": "Bo Chen", "orcid": "12"}, "Carl Roe"])).paper
    assert read.authors == ("Ann Lee", "Bo Chen", "Carl Roe")
    assert read.orcids == {"Ann Lee": "0000-0002-1825-0097"}


@pytest.mark.parametrize("form", ["list", "base64"])
async def test_a_ready_embedding_of_the_configured_model_is_used(tmp_path: Path, form: str) -> None:
    vector = np.arange(1, 9, dtype="<f4")
    value = vector.tolist() if form == "list" else base64.b64encode(vector.tobytes()).decode()
    observation = await one(tmp_path / "c", embedding=value, embedding_model=MODEL)
    assert observation.embedding is not None
    np.testing.assert_allclose(layout.unpack_vector(observation.embedding), vector / np.linalg.norm(vector), atol=1e-3)


async def test_an_embedding_of_another_model_is_left_alone(tmp_path: Path) -> None:
    assert (await one(tmp_path / "c", embedding=[1.0, 2.0], embedding_model="other")).embedding is None


async def test_bad_lines_cost_only_themselves_and_are_counted(tmp_path: Path) -> None:
    observations, file = await load(
        tmp_path / "c",
        {"_id": "a", "title": "Good"},
        ["no", "object"],
        {"_id": "b"},
        {"title": "No id"},
        {"_id": "c", "title": "Bad vector", "embedding": "%%%", "embedding_model": MODEL},
        {"_id": "d", "title": "Zero vector", "embedding": [0, 0], "embedding_model": MODEL},
        {"_id": "x" * 900, "title": "Id too long"},
        {"_id": "e", "title": "Good again"},
    )
    assert [o.paper.id for o in observations] == ["a", "e"]
    assert (file.read, file.skipped) == (8, 6)


async def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="no such file"):
        [o async for o in BulkFile(tmp_path / "none", clock=FixedClock(NOON), model=MODEL).observations()]


@hypothesis_settings(max_examples=200)
@given(st.dictionaries(st.sampled_from(FIELDS), JSON_VALUES))
async def test_any_json_is_a_paper_or_a_skipped_line(tmp_path: Path, record: dict[str, Any]) -> None:
    observations, file = await load(tmp_path / "fuzz", {**record, "embedding_model": MODEL})
    assert len(observations) + file.skipped == 1
    for observation in observations:
        layout.to_hash(observation.paper)
