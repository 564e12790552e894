"""What a topic would have brought last week, as a reply: ten examples at most."""

from bot.messages import Hit
from bot.preview import preview_message
from bot.replies import Card, Reply
from papers.topic_desk import Looked


def preview_reply(looked: Looked, language: str = "en") -> Reply:
    """A text with the papers below it, without buttons; ``language`` is that of their dates."""
    topic = looked.topic
    preview = preview_message(topic, looked.preview, threshold=topic.threshold, language=language)
    return Reply(
        heading=preview.heading,
        text=preview.summary,
        cards=tuple(_card(hit, scored=preview.threshold is not None) for hit in preview.hits),
        notes=(*preview.people, *preview.notes),
    )


def _card(hit: Hit, *, scored: bool) -> Card:
    return Card(
        title=hit.title,
        url=hit.links[0].url if hit.links else "",
        byline=" · ".join(filter(None, (f"nearness {hit.score:.2f}" if scored else "", hit.authors, hit.published))),
    )
