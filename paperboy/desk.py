"""The desk that bots work at, over the post office."""

from typing import TYPE_CHECKING

from paperboy.post import Post

if TYPE_CHECKING:
    from bot.desk import Desk
    from papers.encoder import Encoder


def desk_of(post: Post, *, encoder: "Encoder | None" = None) -> "Desk":
    """Everything that commands need. Without ``encoder`` a worker is asked for embeddings: a bot holds no model."""
    from bot.desk import Desk
    from papers.asked import AskedTexts
    from papers.once import Once
    from papers.preferences import PreferenceBook
    from papers.remote_embedding import WorkerEncoder
    from papers.saved import SavedPapers
    from papers.topic_desk import TopicDesk
    from papers.votes import Votes

    app = post.app
    redis = app.store.redis
    encoder = encoder or WorkerEncoder(redis, app.settings)
    return Desk(
        settings=app.settings,
        clock=app.clock,
        store=app.store,
        search=app.search(encoder),
        subscriptions=post.subscriptions,
        ledger=post.ledger,
        addresses=post.addresses,
        topics=TopicDesk(app.store, post.subscriptions, encoder, app.clock),
        preferences=PreferenceBook(redis),
        saved=SavedPapers(redis),
        votes=Votes(redis, app.settings),
        asked=AskedTexts(redis),
        once=Once(redis),
        personal_data=post.personal_data,
    )
