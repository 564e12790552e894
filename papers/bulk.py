"""Bulk loading of papers from JSON lines: corpora, libraries, exports of other tools.

A line is an object with ``_id`` or ``id``, ``title``, ``text`` or ``abstract``, and perhaps ``authors`` (one string,
or a list of names or of objects with ``name`` and perhaps ``orcid``), ``published``, ``categories``, ``url``, ``doi``,
``embedding`` (a list, or base64 of little-endian float32) and ``embedding_model``. Loading a file again, after a stop
or a change, costs only what is new.
"""

import base64
import binascii
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from papers import layout
from papers.clock import Clock, parse_time
from papers.errors import BadInput
from papers.files import json_lines
from papers.identity import canonical_id, normalize_doi, parse_arxiv_id
from papers.links import web_address
from papers.models import Observation, Paper
from papers.orcid import normalize_orcid
from papers.plaintext import to_plain
from papers.skipping import Skipped

_MAX_ID = 200
_CATEGORY = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,39}")


class BulkFile:
    """One file; iterate ``observations`` once."""

    def __init__(self, path: Path, *, clock: Clock, model: str) -> None:
        self._path = path
        self._clock = clock
        self._model = model
        self.read = 0
        self._skipped = Skipped()

    @property
    def skipped(self) -> int:
        return self._skipped.count

    async def observations(self) -> AsyncIterator[Observation]:
        """Every readable line; the others are logged with their number and counted in ``skipped``.

        Raises UnreadableFile when the file ends before its time; what came before has been yielded.
        """
        for number, record in json_lines(self._path):
            self.read += 1
            try:
                observation = _observation(record, self._clock.now(), self._model)
            except BadInput as error:
                self._skipped.add(str(error), file=self._path.name, line=number)
            else:
                self._skipped.tell()
                yield observation


def _observation(record: Any, seen_at: datetime, model: str) -> Observation:
    if not isinstance(record, dict):
        raise BadInput("not a JSON object")
    given_id = _text(record, "_id", "id")
    paper_id, version = parse_arxiv_id(given_id) or (canonical_id(given_id), None)
    title = to_plain(_text(record, "title"), single_line=True)
    if not paper_id or len(paper_id) > _MAX_ID or not paper_id.isprintable():
        raise BadInput("no usable id")
    if not title:
        raise BadInput("no title")
    doi = normalize_doi(_text(record, "doi"))
    paper = Paper(
        id=paper_id,
        version=version,
        title=title,
        abstract=to_plain(_text(record, "text", "abstract"), single_line=False),
        authors=_names(record.get("authors")),
        orcids=_orcids(record.get("authors")),
        published=_published(record.get("published")),
        categories=tuple(c for c in _strings(record.get("categories")) if _CATEGORY.fullmatch(c)),
        doi=doi or (paper_id.removeprefix("doi:") if paper_id.startswith("doi:") else None),
        link=web_address(_text(record, "url")),
    )
    return Observation(source="import", seen_at=seen_at, paper=paper, embedding=_embedding(record, model))


def _text(record: dict[str, Any], *names: str) -> str:
    for name in names:
        value = record.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
            return str(value)
    return ""


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [part.strip() for part in value.replace(",", " ").split()]
    return [item.strip() for item in value if isinstance(item, str) and item.strip()] if isinstance(value, list) else []


def _names(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        value = value.split(";" if ";" in value else ",")
    if not isinstance(value, list):
        return ()
    names = [item.get("name") if isinstance(item, dict) else item for item in value]
    plain = (to_plain(name, single_line=True) for name in names if isinstance(name, str))
    return tuple(name for name in plain if name)


def _orcids(value: Any) -> dict[str, str]:
    """By the names that ``_names`` gives; what is no ORCID is left out."""
    found = {}
    for item in value if isinstance(value, list) else ():
        if isinstance(item, dict) and isinstance(item.get("name"), str) and isinstance(item.get("orcid"), str):
            name, orcid = to_plain(item["name"], single_line=True), normalize_orcid(item["orcid"])
            if name and orcid:
                found[name] = orcid
    return found


def _published(value: Any) -> datetime | None:
    try:
        if isinstance(value, int) and not isinstance(value, bool):
            return datetime(value, 1, 1, tzinfo=UTC) if 1000 <= value <= 9999 else None
        if isinstance(value, str) and value.strip():
            return parse_time(f"{value.strip()}-01-01" if value.strip().isdigit() else value)
    except BadInput:
        return None
    return None


def _embedding(record: dict[str, Any], model: str) -> bytes | None:
    """The ready vector as it will be stored, if it is of the configured model and sound; else None."""
    raw = record.get("embedding")
    if raw is None or record.get("embedding_model") != model:
        return None
    try:
        vector = (
            np.frombuffer(base64.b64decode(raw, validate=True), dtype="<f4")
            if isinstance(raw, str)
            else np.asarray(raw, dtype=np.float32)
        )
    except (ValueError, TypeError, binascii.Error):
        raise BadInput("embedding is neither a list of numbers nor base64 of float32") from None
    norm = float(np.linalg.norm(vector)) if vector.ndim == 1 and vector.size else 0.0
    if not np.isfinite(norm) or norm == 0.0:
        raise BadInput("embedding holds no usable numbers")
    return layout.pack_vector(vector / norm)
