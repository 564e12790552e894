"""The JSON forms of papers, hits and charts: what ``--json`` prints, a contract with other tools."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from papers.models import Paper, SearchHit, TrendingPaper

JsonObject = dict[str, Any]
_ALWAYS = ("id", "title", "url", "authors", "published")


def paper_json(paper: Paper) -> JsonObject:
    """``id``, ``title``, ``url``, ``authors``, ``published`` (ISO or null), then every other field that is set."""
    fields = paper.model_dump(mode="json")
    rest = paper.model_dump(mode="json", exclude_defaults=True, exclude=set(_ALWAYS))
    found = {name: fields[name] for name in _ALWAYS} | rest
    if paper.huggingface_url:
        found["huggingface_url"] = paper.huggingface_url
    return found


def hit_json(hit: SearchHit) -> JsonObject:
    """A paper and its ``score``."""
    return paper_json(hit.paper) | {"score": hit.score}


def trending_json(item: TrendingPaper, *, explain: bool = False) -> JsonObject:
    """A paper, its ``score`` and ``rank``, the ``signals`` it has; with ``explain`` also ``why``.

    The values of ``why`` add up to ``score``: both are printed in full, not rounded.
    """
    found = paper_json(item.paper) | {"score": item.score, "rank": item.rank}
    if item.signals:
        found["signals"] = _plain(item.signals)
    if item.gained:
        found["gained"] = _plain(item.gained)
    if explain:
        found["why"] = _plain(item.why)
    return found


def to_json(document: JsonObject | Sequence[JsonObject]) -> str:
    """One document, indented, letters as they are. Raises ValueError for a number that JSON lacks (NaN, infinity)."""
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)


def _plain(numbers: Mapping[Any, float]) -> dict[str, float]:
    return {str(name): value for name, value in numbers.items()}
