"""A person's thumbs on what a topic brought: each one stays visible, and can be taken back. Pure."""

from datetime import datetime

from papers.errors import BadInput
from papers.following import Feedback, TopicOptions

MOST = 100
"""Thumbs kept of a topic: older ones hardly move it any more."""


def with_thumb(topic: TopicOptions, paper: str, *, wanted: bool, at: datetime) -> TopicOptions:
    """The topic with a thumb up or down on a paper; the last word on a paper counts."""
    others = [one for one in topic.feedback if one.paper != paper]
    thumbs = (*others, Feedback(paper=paper, wanted=wanted, at=at))[-MOST:]
    return topic.model_copy(update={"feedback": thumbs})


def undone(topic: TopicOptions) -> TopicOptions:
    """The topic without its last thumb. Raises BadInput if it has none."""
    if not topic.feedback:
        raise BadInput("nothing to undo: no paper of this topic was rated")
    return topic.model_copy(update={"feedback": topic.feedback[:-1]})
