"""What is asked of a worker: one typed message a job, written as JSON to the queue.

``version`` changes with the meaning of a message. A worker that does not know a version fails the job, which
leaves it to a newer worker; after three tries it is put with the dead ones.
"""

from datetime import date
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict


class Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    job: ClassVar[str]
    """The job's name in the queue."""
    version: Literal[1] = 1


class IngestSource(Message):
    """Fetch, embed and store what a source says of papers of these days, both included."""

    job = "ingest_source"
    source: str
    since: date
    until: date


class RefreshCharts(Message):
    """Compute the charts of trending papers anew."""

    job = "refresh_charts"


class EmbedMissing(Message):
    """Embed the papers that have no vector of this model yet."""

    job = "embed_missing"
    model: str


class MatchTopics(Message):
    """Match the papers that are new with the topics that are followed."""

    job = "match_topics"
