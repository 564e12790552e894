"""Words by which people greet, thank and leave, and commands that take nothing: what a whole line asks."""

from collections.abc import Mapping

from bot.asks import Ask, Export, Following, ForgetMe, Help, Saved, Settings, Subscribe, Thanks, Trending
from papers.identity import fold
from papers.models import Window

_GREETINGS = """
hi, hello, hey, hi there, hello there, hey there, hi paperboy, hello paperboy, hey paperboy, good morning,
good afternoon, good evening, start, commands, usage, what can you do, what do you do, how does this work,
how does it work, how do you work, who are you, what are you, what is this, test, ping, info, h,
hallo, moin, servus, guten morgen, guten tag, guten abend, bonjour, salut, hola, buenos dias, ola, ciao, hej
"""
_GREETED = frozenset(map(fold, _GREETINGS.split(",")))
_MEANT: Mapping[str, Ask] = {
    """what is trending, what s trending, whats trending, trends, hot, what is hot, what s hot, whats hot, popular,
    popular papers, top, top papers, best papers, latest, latest papers, newest, newest papers, new papers, recent,
    recent papers, papers, news, paper of the day, papers of the week, this week, last week, week,
    weekly""": Trending(),
    "today, this day, day, daily, papers of the day": Trending(window=Window.DAY),
    "month, this month, last month, monthly": Trending(window=Window.MONTH),
    """following, subscriptions, topics, unsubscribe, stop, cancel, mute, quit, pause, resume, remove, list,
    do not send, don t send, dont send, what do i follow, what am i following, what i follow""": Following(),
    "digest, daily digest, weekly digest": Subscribe(),
    "settings, preferences, timezone, time zone, language, change settings, configure": Settings(),
    "saved": Saved(),
    "export": Export(),
    """forget me, forgetme, forget, delete me, delete my data, erase me, erase my data, delete my account,
    gdpr""": ForgetMe(),
    """thanks, thank you, thx, many thanks, danke, vielen dank, danke schon, merci, merci beaucoup, gracias, grazie,
    obrigado, obrigada""": Thanks(),
}
_ALONE = {fold(words): ask for several, ask in _MEANT.items() for words in several.split(",")}
_LONGEST = max(len(words.split()) for words in _ALONE)
_AROUND_IT = """
please here papers my data now me to this channel it all everything sending digest digests messages from a lot very
much paperboy the subscription subscriptions bitte topics
"""
_FILLERS = frozenset(_AROUND_IT.split())
_REPLIES = """
undo, undo that, undo it, undo please, back, go back, more, more please, next, next page, next please, previous,
previous page, yes, yes please, no, ok, okay, sure, ja, nein, oui, non, si, confirm, why, why this paper, share,
share it, show more, like this, more like this, less like this, save this, save it
"""
_REPLIED = frozenset(map(fold, _REPLIES.split(",")))
_PREPOSITIONS = frozenset({"with", "on", "about", "for", "i"})


def alone(line: str) -> Ask | None:
    """What the line asks if it is one of these: ``forget—me``, ``saved papers, please``. With other words it is not."""
    words = fold(line).split()
    if " ".join(words) in _GREETED:
        return Help()
    for length in range(_LONGEST, 0, -1):
        found = _ALONE.get(" ".join(words[:length]))
        if found is not None and _FILLERS.issuperset(words[length:]):
            return found
    return None


def is_reply(line: str) -> bool:
    """Whether it goes on with what was said before, of which nobody here knows: ``undo``, ``next page``, ``yes``."""
    return fold(line) in _REPLIED


def without_fillers(line: str) -> str:
    """``me please with subscribe`` -> ``subscribe``"""
    return " ".join(word for word in line.split() if fold(word) not in _FILLERS | _PREPOSITIONS)
