"""Topics that somebody follows already, while they type one. Pure."""

from collections.abc import Sequence

from bot.forms import Option
from papers.display import one_line, shorten
from papers.following import Subscription
from papers.identity import fold

_LONGEST = 75


def suggested_topics(followed: Sequence[Subscription], typed: str, *, most: int) -> tuple[Option, ...]:
    """Those whose words hold what is typed, in the order given; what is typed itself first, for a new one."""
    wanted = fold(typed)
    texts = dict.fromkeys(one.topic.text for one in followed if one.topic is not None and one.topic.text)
    fitting = [text for text in texts if wanted in fold(text)]
    own = one_line(typed)
    values = dict.fromkeys([*([own] if own else []), *fitting])
    return tuple(Option(value=text, label=shorten(text, _LONGEST)) for text in values)[:most]
