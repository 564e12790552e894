"""Topics that have no vector of the configured model, as after a change of the model, are given one."""

from datetime import datetime

from papers import layout
from papers.encoder import Encoder
from papers.errors import BadInput, NotFound
from papers.log import get_logger
from papers.reader import PaperReader
from papers.subscriptions import Subscriptions
from papers.topic_book import TopicBook
from papers.topic_vectors import vector_of

log = get_logger("topics")


async def embed_topics(
    book: TopicBook, subscriptions: Subscriptions, encoder: Encoder, store: PaperReader, now: datetime
) -> int:
    """Embed what the book misses, and take it over; returns how many topics that were. Raises EncoderUnavailable.

    A topic that cannot be embedded, as when the paper it is to be like is gone, is logged and stays as it is.
    """
    count = 0
    for topic_id in sorted(book.missing):
        try:
            subscription = await subscriptions.get(topic_id)
            if subscription.topic is None:
                continue
            vector = await vector_of(subscription.topic, encoder, store)
            if vector is not None:
                await subscriptions.change(topic_id, now, vector=layout.pack_vector(vector))
                count += 1
        except (BadInput, NotFound) as error:
            log.warning("a followed topic matches nothing", topic=topic_id, reason=str(error))
    if count:
        await book.refresh()
    return count
