"""Cards of papers: what stands in a list of search results, on a chart, among the saved ones, under a link."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.actions import Verb, action
from bot.dates import day
from bot.links import paper_links
from bot.messages import authors_line, title_of
from bot.reasons import totals, why
from bot.replies import Button, Card
from papers.display import shorten
from papers.gist import gist
from papers.links import web_address
from papers.models import Paper, SearchHit, SignalName, TrendingPaper
from papers.passages import best_sentence

WHY_IT_TRENDS = "Why it trends"
HINTED = 40
"""Characters of a title that a screen reader is given with a button. They count as much as those that are shown."""
# Slack cuts a hint at 75 characters: what the button does stands first. A hint that begins with the label is renamed
# with it, so that a count is heard.
_LABELS = {
    Verb.SIMILAR: ("Similar", "Papers like {}"),
    Verb.SAVE: ("Save", "Save {}"),
    Verb.UNSAVE: ("Remove", "Remove {} from what you saved"),
    Verb.WHY: ("Why", "Why {} trends"),
    Verb.SHARE: ("Share", "Show {} to everybody here"),
    Verb.UP: ("👍", "👍 for {}"),
    Verb.DOWN: ("👎", "👎 for {}"),
}


def paper_card(
    paper: Paper,
    *verbs: Verb,
    rank: int | None = None,
    text: str | None = None,
    reasons: Iterable[str] = (),
    reasons_label: str = "",
    language: str = "en",
) -> Card:
    """A paper with buttons for these verbs; ``text`` instead of its gist."""
    return Card(
        title=title_of(paper),
        url=web_address(paper.url) or "",
        rank=rank,
        byline=byline(paper, language),
        text=gist(paper) if text is None else text,
        reasons=tuple(reasons),
        reasons_label=reasons_label,
        links=paper_links(paper),
        buttons=paper_buttons(paper, *verbs),
    )


def hit_card(hit: SearchHit, rank: int, query: str, *, sharing: bool, language: str = "en") -> Card:
    """A search result, with the sentence of its abstract that answers the query best."""
    verbs = _asked(sharing)
    return paper_card(hit.paper, *verbs, rank=rank, text=best_sentence(query, hit.paper), language=language)


def trending_card(item: TrendingPaper, *, sharing: bool, language: str = "en") -> Card:
    """A paper on a chart, with the reasons why it is there."""
    return paper_card(
        item.paper,
        *_asked(sharing),
        rank=item.rank,
        reasons=why(item),
        reasons_label=WHY_IT_TRENDS,
        language=language,
    )


def saved_card(paper: Paper, saved: datetime, *, language: str = "en") -> Card:
    """A paper that is kept, with the day since when."""
    reasons = (f"saved on {day(saved, language)}",)
    return paper_card(paper, Verb.SIMILAR, Verb.WHY, Verb.UNSAVE, reasons=reasons, language=language)


def link_card(paper: Paper, signals: Mapping[SignalName, float]) -> Card:
    """What is shown to everybody under a link to a paper that somebody posted."""
    return paper_card(paper, Verb.SIMILAR, Verb.SAVE, reasons=totals(signals))


def paper_buttons(paper: Paper, *verbs: Verb) -> tuple[Button, ...]:
    """Short labels, with hints that name the paper. None for a paper whose id no button can carry."""
    return tuple(
        Button(label=label, action=wanted, hint=hint.format(quoted_title(paper, HINTED)))
        for verb in verbs
        for label, hint in (_LABELS[verb],)
        for wanted in (action(verb, paper.id),)
        if wanted.fits
    )


def byline(paper: Paper, language: str = "en") -> str:
    """``Ada Lovelace, Alan Turing · 7 Oct 2024``, as far as it is known."""
    published = day(paper.published, language) if paper.published else ""
    return " · ".join(filter(None, (authors_line(paper.authors), published)))


def quoted_title(paper: Paper, longest: int = 80) -> str:
    """The title, shortened for a sentence: ``“Bookworm: Reading Books with Notes”``."""
    return f"“{shorten(title_of(paper), longest)}”"


def _asked(sharing: bool) -> tuple[Verb, ...]:
    """Where there is nobody to share with, there is no button for it."""
    return (Verb.SIMILAR, Verb.SAVE, Verb.WHY, *((Verb.SHARE,) if sharing else ()))
