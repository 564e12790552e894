"""Messages that come by themselves, as a chat shows them: cards with buttons, and details for whoever wants more."""

from collections.abc import Sequence

from bot.actions import Verb, action
from bot.delivered import FollowedTopic, NoticeMessage, TopicsMessage, message_of
from bot.messages import Digest
from bot.paper_cards import HINTED, WHY_IT_TRENDS, byline, paper_card, quoted_title
from bot.reasons import score_sum
from bot.replies import Button, Card, Post, Reply
from bot.wish_cards import short_name
from papers.contents import Content, DigestContent, Match, NoticeContent, TopicsContent
from papers.following import Subscription
from papers.gist import gist, telling_sentences
from papers.models import Paper, TrendingPaper

_SENTENCES = 3
_FOLLOWING = Button(label="What comes here", action=action(Verb.FOLLOWING))


def post_of(content: Content) -> Post:
    """What an adapter sends, in the words that ``message_of`` chose for all platforms."""
    message = message_of(content)
    if isinstance(content, DigestContent) and isinstance(message, Digest):
        return _digest(content, message)
    if isinstance(content, TopicsContent) and isinstance(message, TopicsMessage):
        return _topics(content, message)
    if isinstance(content, NoticeContent) and isinstance(message, NoticeMessage):
        return _notice(content, message)
    assert not isinstance(message, Digest | TopicsMessage | NoticeMessage)
    cards = tuple(Card(title=item) for item in message.items)
    reply = Reply(heading=message.heading, text=message.text, cards=cards, notes=message.notes, private=False)
    return Post(main=reply)


def _notice(content: NoticeContent, message: NoticeMessage) -> Post:
    cards = tuple(
        Card(title=item, buttons=(_resume(one),) if one.id in content.resumable else ())
        for one, item in zip(content.subscriptions, message.items, strict=True)
    )
    return Post(
        main=Reply(
            heading=message.heading,
            text=message.text,
            places=(content.destination,),
            cards=cards,
            notes=message.notes,
            private=False,
        )
    )


def _resume(one: Subscription) -> Button:
    return Button(label="Resume", action=action(Verb.RESUME, one.id), hint=f"Resume {short_name(one)}")


def _digest(content: DigestContent, message: Digest) -> Post:
    if not message.entries:
        return Post(main=Reply(text=" ".join(message.notes) or f"{message.heading}: nothing.", private=False))
    language = content.options.language
    cards = tuple(
        paper_card(
            item.paper,
            *(Verb.UP, Verb.DOWN, Verb.SAVE, Verb.SIMILAR),
            rank=entry.rank,
            text=entry.gist,
            reasons=entry.reasons,
            reasons_label=WHY_IT_TRENDS,
            language=language,
        ).model_copy(update={"links": ()})
        for item, entry in zip(content.chart, message.entries, strict=True)
    )
    return Post(main=_main(message, cards), details=_details(content.chart, language))


def _main(message: Digest | TopicsMessage, cards: tuple[Card, ...]) -> Reply:
    return Reply(
        heading=message.heading,
        text=message.span,
        cards=cards,
        notes=message.notes,
        buttons=(_FOLLOWING,),
        private=False,
    )


def _details(chart: Sequence[TrendingPaper], language: str) -> Reply:
    cards = tuple(
        Card(
            title=card.title,
            url=card.url,
            rank=item.rank,
            byline=" · ".join(filter(None, (byline(item.paper, language), ", ".join(item.paper.categories)))),
            text=_more_of(item.paper),
            reasons=tuple(filter(None, (score_sum(item),))),
            links=card.links,
        )
        for item in chart
        for card in (paper_card(item.paper),)
    )
    return Reply(heading="More on these papers", cards=cards, private=False)


def _more_of(paper: Paper) -> str:
    """Sentences of the abstract; nothing where they say no more than the post did."""
    told = " ".join(telling_sentences(paper, _SENTENCES))
    return "" if told in gist(paper) else told


def _topics(content: TopicsContent, message: TopicsMessage) -> Post:
    cards = tuple(
        _match_card(match, entry.topics, rank=entry.rank, text=entry.gist)
        for match, entry in zip(content.matches, message.entries, strict=True)
    )
    return Post(main=_main(message, cards))


def _match_card(match: Match, topics: Sequence[FollowedTopic], *, rank: int, text: str) -> Card:
    reasons = (f"matches {' and '.join(f'“{topic.name}”' for topic in topics)}",) if topics else ()
    card = paper_card(match.paper, Verb.SAVE, Verb.SIMILAR, rank=rank, text=text, reasons=reasons)
    tuning = _tuning(match.paper, topics[0]) if topics else ()
    return card.model_copy(update={"buttons": (*tuning, *card.buttons)})


def _tuning(paper: Paper, topic: FollowedTopic) -> tuple[Button, ...]:
    about = f"like {quoted_title(paper, HINTED)} for “{topic.name}”"
    return tuple(
        Button(label=label, action=wanted, hint=f"{hint} {about}")
        for verb, label, hint in (
            (Verb.WIDER, "More like this", "More"),
            (Verb.NARROWER, "Less like this", "Less"),
        )
        for wanted in (action(verb, topic.id, paper.id),)
        if wanted.fits
    )
