"""Words by which people greet, thank and leave, and commands that take nothing: what a whole line asks."""

from collections.abc import Mapping

from bot.asks import Ask, Export, Following, ForgetMe, Help, Saved, Settings, Thanks, Trending
from papers.identity import fold

_GREETINGS = """
hi, hello, hey, hi there, hello there, hey there, hi paperboy, hello paperboy, hey paperboy, good morning,
good afternoon, good evening, start, commands, usage, what can you do
"""
_GREETED = frozenset(map(fold, _GREETINGS.split(",")))
_ALONE: Mapping[str, Ask] = {
    "what is trending": Trending(),
    "what s trending": Trending(),
    "whats trending": Trending(),
    "following": Following(),
    "subscriptions": Following(),
    **dict.fromkeys(("unsubscribe", "stop", "cancel", "mute", "quit"), Following()),
    "settings": Settings(),
    "preferences": Settings(),
    "saved": Saved(),
    "export": Export(),
    "forget me": ForgetMe(),
    "forgetme": ForgetMe(),
    "forget": ForgetMe(),
    **dict.fromkeys(("thanks", "thank you", "thx", "many thanks"), Thanks()),
}
_AROUND_IT = """
please here papers my data now me to this channel it all everything sending digest digests messages from a lot very
much paperboy the subscription subscriptions
"""
_FILLERS = frozenset(_AROUND_IT.split())


def alone(line: str) -> Ask | None:
    """What the line asks if it is one of these: ``forget—me``, ``saved papers, please``. With other words it is not."""
    words = fold(line).split()
    if " ".join(words) in _GREETED:
        return Help()
    for length in (3, 2, 1):
        found = _ALONE.get(" ".join(words[:length]))
        if found is not None and _FILLERS.issuperset(words[length:]):
            return found
    return None
