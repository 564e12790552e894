"""Topics as they are asked for with command-line options."""

from collections.abc import Sequence

from paperboy.post import Post
from papers.errors import BadInput
from papers.following import FollowedAuthor, TopicOptions
from papers.identity import canonical_id
from papers.topic_desk import Tuned


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


async def tune(post: Post, typed: str, *, more: str | None, less: str | None, undo: bool) -> Tuned:
    """Move a topic towards a paper or away from it, or take the last such step back. Raises BadInput, NotFound."""
    found = await post.subscriptions.find(typed)
    if found.topic is None:
        raise BadInput(f"{found.id} is a digest: only a topic can be tuned")
    if sum((more is not None, less is not None, undo)) != 1:
        raise BadInput("say one of --more PAPER, --less PAPER or --undo")
    if undo:
        return await post.topics.undo(found)
    return await post.topics.tune(found, paper=more or less or "", wanted=more is not None)
