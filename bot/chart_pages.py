"""Charts, and why a paper is on them. Pure."""

from collections.abc import Sequence
from datetime import datetime

from bot.actions import Verb, action
from bot.caller import Caller
from bot.dates import long_day
from bot.messages import digest
from bot.messages import paper_card as all_of
from bot.paper_cards import paper_card, trending_card
from bot.reasons import score_sum, why
from bot.replies import Button, Reply, Style
from papers.models import Paper, TrendingPaper, Window

PAGE = 5
_LABELS = {Window.DAY: "Today", Window.WEEK: "This week", Window.MONTH: "This month"}
_NOW = {Window.DAY: "today", Window.WEEK: "this week", Window.MONTH: "this month"}


def trending_page(
    caller: Caller,
    shown: Sequence[TrendingPaper],
    *,
    window: Window,
    at: datetime,
    categories: Sequence[str] = (),
    offset: int = 0,
    more: bool = False,
    nothing: str = "",
) -> Reply:
    """The papers of one page; ``nothing`` is said where there are none."""
    language = caller.language or "en"
    frame = digest((), at=at, window=window, zone=caller.zone or "UTC", language=language)
    narrowed = f", in {' or '.join(categories)}" if categories else ""
    return Reply(
        heading=frame.heading,
        text=f"{frame.span}{narrowed}" if shown else nothing,
        cards=tuple(trending_card(item, sharing=caller.may_share, language=language) for item in shown),
        buttons=(*_turning(window, categories, offset, more=more), *_windows(window, categories)),
    )


def nothing_trends(
    caller: Caller, window: Window, categories: Sequence[str], newest: datetime | None, opened: datetime
) -> str:
    """``newest``: when somebody last voted or commented; ``opened``: when the window begins."""
    if newest is None:
        return "Nothing is trending yet: Paperboy has seen no votes, comments or stars so far. Ask again in an hour."
    if newest <= opened:
        longer = "" if window is Window.MONTH else ": look at a longer time"
        last = long_day(newest, caller.language or "en").removesuffix(".")
        return f"Nobody voted or commented in the last {window}. The last who did was on {last}{longer}."
    if categories:
        return f"No paper in {' or '.join(categories)} trends in this time: try a longer time, or all categories."
    return "No paper trends in this time: try a longer time."


def why_reply(caller: Caller, paper: Paper, item: TrendingPaper, *, standing: tuple[Window, datetime] | None) -> Reply:
    """``standing``: the chart that the paper is on, where ``item`` is of."""
    verbs = (Verb.SIMILAR, Verb.SAVE, *((Verb.SHARE,) if caller.may_share else ()))
    reasons, language = why(item), caller.language or "en"
    facts = all_of(paper, language=language)
    told = [f"{fact.label}: {fact.value}" for fact in facts.facts if fact.label in _TOLD]
    return Reply(
        heading="Why it trends" if standing else "What is known of it",
        text="\n\n".join(filter(None, (facts.warning, *_standing(item, standing, bool(reasons))))),
        cards=(paper_card(paper, *verbs, reasons=reasons, language=language),),
        notes=(" · ".join(told),) if told else (),
    )


_TOLD = frozenset({"Id", "Published", "Updated", "Listed", "Categories", "From", "Journal", "DOI"})


def _standing(item: TrendingPaper, standing: tuple[Window, datetime] | None, has_reasons: bool) -> tuple[str, ...]:
    if standing is None:
        return ("It is on no chart at the moment." if has_reasons else "Nobody has voted for it or discussed it yet.",)
    window, _ = standing
    return (f"Number {item.rank} of what trends {_NOW[window]}.", score_sum(item))


def _turning(window: Window, categories: Sequence[str], offset: int, *, more: bool) -> tuple[Button, ...]:
    def page(label: str, start: int) -> Button:
        return Button(label=label, action=action(Verb.TRENDING, window, " ".join(categories), str(start)))

    before = (page("Previous page", max(0, offset - PAGE)),) if offset else ()
    return (*before, *((page("Next page", offset + PAGE),) if more else ()))


def _windows(current: Window, categories: Sequence[str]) -> tuple[Button, ...]:
    whole = Button(label="All categories", action=action(Verb.TRENDING, current, ""))
    windows = tuple(
        Button(
            label=_LABELS[window],
            action=action(Verb.TRENDING, window, " ".join(categories)),
            style=Style.PRIMARY if window is current else Style.PLAIN,
        )
        for window in Window
    )
    return (*windows, whole) if categories else windows
