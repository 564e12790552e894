"""Commands in other words, and in other languages; and words that lead up to a command. Pure."""

import re
from collections.abc import Mapping

_CALLED = {
    "search": "find, suche, suchen, finde, cherche, chercher, rechercher, buscar, busca, cerca",
    "follow": "folgen, folge, suivre, seguir, seguire",
    "subscribe": "abonniere, abonnieren, abonner, s'abonner, suscribir, suscribirse, abbonarsi",
    "similar": "ähnlich, ähnliche, similaire, similaires, similares, simili",
    "help": "hilfe, aide, ayuda, ajuda, aiuto, hulp, hjälp, pomoc",
    "settings": "einstellungen, sprache, zeitzone, langue, idioma, paramètres, réglages, ajustes, impostazioni",
    "saved": "gespeichert, gespeicherte, enregistrés, guardados, salvati, bookmarks, favorites, favourites",
    "unsubscribe": "unfollow, abbestellen, abmelden, entfolgen, désabonner, désinscrire, désinscription, desuscribir",
}
COMMANDS: Mapping[str, str] = {word: name for name, words in _CALLED.items() for word in words.split(", ")}
"""Word -> the command's."""
_LEADS = re.compile(
    r"(?:(?:please|papers|show|list|open|view|see|get|give|me|my|us|the|all|what['’]?s|what is|which papers are)\s+)+",
    re.I,
)
_ASKS_HOW = re.compile(r"(?:how (?:do|can|to|does)|can|could)\s+(?:(?:i|you|we|one|it|to)\s+)*(?P<what>.*)", re.I)
_SETS = re.compile(
    r"(?:set|change|settings|preferences)\s+(?:my\s+|the\s+)?(?:time ?zone|language|hour)(?:\s+\S+){0,2}", re.I
)
_SPEAKS_OF_PAPERS = re.compile(
    r"(?:for\s+)?(?:(?:please|show|get|give|me|us|some|any|the|new|recent|latest)\s+)*papers?\s+(?:about|on)\s+|for\s+",
    re.I,
)


def led_to(line: str) -> str:
    """What is left of it without words that lead up to it: ``show me what's trending`` -> ``trending``."""
    found = _LEADS.match(line)
    return line[found.end() :] if found else ""


def asked_how(line: str) -> str:
    """What somebody asks how to do: ``how do I subscribe?`` -> ``subscribe``; empty where they do not."""
    found = _ASKS_HOW.match(line)
    return found["what"].strip(" ?!.") if found else ""


def sets(line: str) -> bool:
    """``set my timezone to Berlin``: what the form of the settings asks."""
    return _SETS.fullmatch(line.strip(" .!?")) is not None


def sought(words: str) -> str:
    """What the papers should be about: ``show me papers on robots`` -> ``robots``."""
    return _SPEAKS_OF_PAPERS.sub("", words, count=1) if _SPEAKS_OF_PAPERS.match(words) else words
