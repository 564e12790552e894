"""Topics as a person makes and tunes them: words to a vector, a look at last week, a threshold."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from paperboy.post import Post
from papers import layout
from papers.errors import BadInput
from papers.feedback import Effect, effect
from papers.following import FollowedAuthor, Subscription, TopicOptions
from papers.identity import canonical_id
from papers.layout import Vector
from papers.topic_preview import Preview, papers_of_the_week, preview
from papers.topic_vectors import paper_vectors, vector_of
from papers.tuning import adjusted_threshold, undone, with_thumb


@dataclass(frozen=True)
class Looked:
    """A topic that was looked at: complete, with the threshold it would be followed with."""

    topic: TopicOptions
    vector: Vector | None
    preview: Preview

    @property
    def packed(self) -> bytes | None:
        return None if self.vector is None else layout.pack_vector(self.vector)


def topic_options(
    text: str | None,
    *,
    like: str | None,
    authors: Sequence[str],
    orcid: str | None,
    coauthors: Sequence[str],
    excluded: Sequence[str],
    categories: Sequence[str],
    revisions: bool,
) -> TopicOptions:
    """What was asked for, without its threshold. Raises BadInput."""
    from papers.orcid import normalize_orcid

    if (orcid or coauthors) and len(authors) != 1:
        raise BadInput("--orcid and --with tell who one --author is: name one author, or follow several topics")
    if orcid and normalize_orcid(orcid) is None:
        raise BadInput(f"{orcid[:40]!r} is no ORCID: write it like 0000-0002-1825-0097")
    people = tuple(FollowedAuthor(name=name.strip(), orcid=orcid, coauthors=tuple(coauthors)) for name in authors)
    if any(not any(map(str.isalnum, word)) for word in excluded):
        raise BadInput("--exclude needs a word or a phrase that may be in a title or an abstract")
    if any(not person.name for person in people):
        raise BadInput("--author needs a name, like 'Yann LeCun'")
    return TopicOptions(
        text=(text or "").strip(),
        like=canonical_id(like) if like else None,
        authors=people,
        excluded=tuple(excluded),
        categories=tuple(categories),
        revisions=revisions,
    )


async def look(post: Post, topic: TopicOptions, threshold: float | None) -> Looked:
    """Make the topic's vector and see what last week would have brought. Raises BadInput, NotFound."""
    vector = await vector_of(topic, post.encoder, post.app.store)
    seen = await preview(topic, vector, post.app.store, post.app.clock.now())
    chosen = seen.threshold if threshold is None else threshold
    return Looked(topic.model_copy(update={"threshold": chosen if vector is not None else 0.0}), vector, seen)


@dataclass(frozen=True)
class Tuned:
    subscription: Subscription
    effect: Effect
    """On the papers of the last week."""


async def tune(post: Post, typed: str, *, more: str | None, less: str | None, undo: bool) -> Tuned:
    """Move a topic towards a paper or away from it, or take the last such step back. Raises BadInput, NotFound."""
    now = post.app.clock.now()
    found = await post.subscriptions.find(typed)
    if found.topic is None:
        raise BadInput(f"{found.id} is a digest: only a topic can be tuned")
    if sum((more is not None, less is not None, undo)) != 1:
        raise BadInput("say one of --more PAPER, --less PAPER or --undo")
    if undo:
        topic = undone(found.topic)
    else:
        paper = await post.app.store.find(more or less or "")
        topic = with_thumb(found.topic, paper.id, wanted=more is not None, at=now)
    before = await vector_of(found.topic, post.encoder, post.app.store)
    after = await vector_of(topic, post.encoder, post.app.store)
    if before is None or after is None:
        raise BadInput("this topic follows authors only: there is nothing to make wider or narrower")
    _, vectors = await papers_of_the_week(post.app.store, now)
    if not undo:
        rated = (await paper_vectors([topic.feedback[-1].paper], post.encoder, post.app.store)).values()
        recent = np.stack(list(vectors.values())) if vectors else np.empty((0, len(after)), np.float32)
        score = max((float(vector @ after) for vector in rated), default=topic.threshold)
        threshold = adjusted_threshold(
            topic.threshold, recent @ before, recent @ after, wanted=more is not None, rated=score
        )
        topic = topic.model_copy(update={"threshold": threshold})
    tuned = await post.subscriptions.change(found.id, now, vector=layout.pack_vector(after), topic=topic)
    return Tuned(tuned, effect(before, after, vectors, found.topic.threshold, topic.threshold))
