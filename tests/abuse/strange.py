"""Words and payloads that nobody thought of, made by dice: the same ones for the same seed."""

import copy
import json
import random
from typing import Any

from bot.actions import Verb
from tests.bot.slack.stage import paper_id

Dice = random.Random
Json = dict[str, Any]

_VERBS = [
    *("search", "trending", "similar", "follow", "following", "settings", "saved", "help", "export", "subscribe"),
    *("forget-me", "SEARCH", "/papers", "why", "", "trending month", "trending day cs.RO", "unknown"),
]
_WORDS = [
    *("robot", "doors", "in:cs.RO", "by:Turing", "since:2026-01-01", "since:9999-99-99", "--limit", "-1", paper_id(1)),
    *("<!channel>", "<!here|here>", "<@U1>", "<@W1|ada>", "<#C1|papers>", "<!subteam^S1|@all>", "<!date^1^{date}|x>"),
    *(
        "<https://arxiv.org/abs/2610.00001|x>",
        "<mailto:a@b.example|a@b.example>",
        "&lt;b&gt;",
        "&amp;amp;",
        "<",
        ">",
        "<<>>",
    ),
    *(
        "“robot”",
        "‘doors’",
        "«robot»",
        "—",
        "–",
        "…",
        "`code`",
        "```pre```",
        "*bold*",
        "_it_",
        "~gone~",
        ":robot_face:",
    ),
    *(
        "🤖",
        "👩‍🔬",
        "🏳️‍🌈",
        "机器人",
        "روبوت",
        "שלום",
        "\u202eevil",
        "\u2066x\u2069",
        "\u200b",
        "\ufeff",
        "\x07",
        "\x00",
        "\n",
    ),
    *("@type:{x}", "(", ")", "[", '"', "\\", "~", "-", "*", "?", "%", "|", "$()", "{{7*7}}", "'; DROP TABLE", "@id:*"),
    *("KNN 1000000", "=>", "\ufffd", "é", "ß", "İ", "ﬁ", "e\u0301" * 50, "a" * 300, "\U000e0041", "\u0378"),
]
_TEXTS = [
    *("🤖" * 1500, "search " + "🦊🔥" * 700, "search " + "x" * 2990, "search " + "wort " * 590, "“" * 1000, "<" * 3000),
    *("follow " + "robots -" * 300, "similar " + "9" * 2000, "search " + '"' * 999, "subscribe " + "09:00 " * 400),
    *(
        "\u202e" * 3000,
        "search " + "\x00" * 100,
        "search " + "(" * 1500,
        "search " + "a " * 1400,
        " " * 3000,
        "&amp;" * 600,
    ),
]
ODD: list[Any] = [
    *(None, True, False, 0, -1, 10**30, 1.5, 1e308, "", " ", "x" * 5000, "🦊" * 2000, "\x00", "\u202e", "<!channel>"),
    *([], {}, [[]], {"a": {}}, ["x"] * 200, {"id": None}, {"type": "home"}, "T404", "D1", "E1", "a|b|c", "null", "{}"),
    *("remove|x", "more|nothing|99999", "follow|x", "trending|year|cs.XX", "save|../..", "save|" + "%" * 250, "\ud800"),
]
_ABOUT = [
    *("", "0", "-1", "99999999999", "1e9", "NaN", "x", "x" * 200, "day", "year", "cs.RO cs.XX", "../..", "%00", "%FF"),
    *("🦊", "\x00", "{ledger}", "pb:*", "*", "<!channel>", "2610.00001", "2610.99999", "math/0601001", "slack:T1/C1"),
]


def text(dice: Dice) -> str:
    """What somebody types after ``/papers``: up to 3,000 characters."""
    if dice.random() < 0.1:
        return dice.choice(_TEXTS)[:3000]
    words = [dice.choice(_WORDS) if dice.random() < 0.9 else _characters(dice) for _ in range(dice.randint(0, 9))]
    return " ".join([dice.choice(_VERBS), *words])[:3000]


def _characters(dice: Dice) -> str:
    """Of all that Unicode has but halves of characters."""
    points = (dice.randrange(dice.choice([0x80, 0x3000, 0x110000])) for _ in range(dice.randint(1, 12)))
    return "".join(chr(point) for point in points if not 0xD800 <= point < 0xE000)


def press(dice: Dice, ids: list[str]) -> str:
    """What a button says, forged: ``ids`` are subscriptions of other people."""
    if dice.random() < 0.15:
        return str(dice.choice([one for one in ODD if isinstance(one, str) and one and "\ud800" not in one]))[:255]
    about = [dice.choice(ids) if dice.random() < 0.4 else dice.choice(_ABOUT) for _ in range(dice.randint(0, 3))]
    return "|".join([dice.choice([*Verb]), *about])[:255]


def filled(dice: Dice, submission: Json, ids: list[str]) -> Json:
    """A form as somebody may forge it: other fields, other values, another form's name, others' subscriptions."""
    changed = copy.deepcopy(submission)
    view = changed["view"]
    told = json.loads(view["private_metadata"])
    for _ in range(dice.randint(1, 4)):
        match dice.randrange(5):
            case 0:
                told["form"] = dice.choice(
                    ["follow", "subscribe", "change-topic", "change-digest", "settings", "x", None]
                )
            case 1:
                told["context"] = dice.choice([*ids, *_ABOUT, "a|b", '{"id": 1}', "x" * 1001, None, {}])
            case 2:
                told["channel"] = dice.choice(["C1", "", None, {}, "x" * 500, *_ABOUT])
            case _:
                _fill(dice, view["state"]["values"])
    view["private_metadata"] = (
        json.dumps(told) if dice.random() < 0.95 else dice.choice(["", "{", "[]", "[" * 900, "1"])
    )
    return changed


def _fill(dice: Dice, values: Json) -> None:
    block = dice.choice([*values, "new"])
    value = dice.choice(
        [*_ABOUT, text(dice), "24:00", "25:99", "yes", "Europe/Berlin", "Mars/Base", "x" * 3001, None, 7]
    )
    kinds: list[Json] = [
        {"type": "plain_text_input", "value": value},
        {"type": "timepicker", "selected_time": value},
        {"type": "static_select", "selected_option": None if value is None else {"value": value}},
        {"type": "multi_external_select", "selected_options": [{"value": value}] * dice.choice([0, 1, 150])},
        {"type": "checkboxes", "selected_options": [{"value": "yes"}]},
        {"type": "datepicker", "selected_date": "2026-01-01"},
    ]
    names = list(values.get(block, {})) or ["new"]
    values[block] = {dice.choice(names): dice.choice(kinds)}


def broken(dice: Dice, payload: Json) -> Json:
    """A copy with one to five of its parts gone, or something else; never what was there before."""
    changed = copy.deepcopy(payload)
    for _ in range(dice.choice([1, 1, 2, 3, 5])):
        _break(dice, changed)
    if dice.random() < 0.02:
        changed[dice.choice([*changed, "more"])] = _deep(dice.choice([50, 300]))
    for name in ("event_id", "trigger_id"):
        if isinstance(changed.get(name), str):
            changed[name] = f"{changed[name][:100]}{dice.getrandbits(60)}"
    return changed


def _break(dice: Dice, place: Any) -> None:
    while True:
        names = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not names:
            return
        name = dice.choice(names)
        if isinstance(place[name], dict | list) and place[name] and dice.random() < 0.75:
            place = place[name]
            continue
        if dice.random() < 0.3:
            del place[name]
        else:
            place[name] = copy.deepcopy(dice.choice(ODD))
        return


def _deep(levels: int) -> Any:
    found: Any = "x"
    for level in range(levels):
        found = [found] if level % 2 else {"a": found}
    return found
