"""What a thumb did to a topic, told with papers of last week."""

from collections.abc import Sequence

from bot.actions import Verb, action
from bot.replies import Button, Reply
from papers.display import one_line, shorten
from papers.models import Paper
from papers.reader import PaperReader
from papers.topic_desk import Tuned

_NAMED = 3
_LONGEST_TITLE = 100


async def tuned_reply(store: PaperReader, said: str, tuned: Tuned) -> Reply:
    """``said`` and what changes; with the button that takes it back, as long as there is something to take back."""
    added, dropped = tuned.effect.added, tuned.effect.dropped
    papers = await store.get_many([*added[:_NAMED], *dropped[:_NAMED]])
    lines = [said, *_told("would have come too", added, papers), *_told("would not have come", dropped, papers)]
    if not (added or dropped):
        lines.append("It would have changed nothing last week.")
    undo = Button(label="Undo", action=action(Verb.UNDO, tuned.subscription.id), hint="Take the last thumb back")
    topic = tuned.subscription.topic
    return Reply(text="\n\n".join(lines), buttons=(undo,) if topic and topic.feedback else ())


def _told(what: str, ids: Sequence[str], papers: dict[str, Paper]) -> list[str]:
    if not ids:
        return []
    names = [f"“{shorten(one_line(papers[i].title), _LONGEST_TITLE)}”" for i in ids[:_NAMED] if i in papers]
    more = f" and {len(ids) - len(names)} more" if len(ids) > len(names) and names else ""
    count = f"{len(ids)} paper{'' if len(ids) == 1 else 's'} of last week"
    return [f"{count} {what}: {', '.join(names)}{more}." if names else f"{count} {what}."]
