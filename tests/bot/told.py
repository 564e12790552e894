"""Replies and forms of any size and any words, for tests."""

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from bot.actions import Verb, action
from bot.forms import Field, FieldKind, Form, FormName, Option
from bot.links import Link
from bot.replies import Button, Card, Reply, Style

ANY = settings(
    max_examples=25,
    # To make a page of 60 cards smaller until it shows the least that fails takes minutes.
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
HOSTILE = (
    "<!channel> <@U1> <#C1|general> <!subteam^S1|@team> @here @channel *bold* _it_ ~gone~ `code` ```pre``` "
    "<https://evil.example|click> :tada: &lt;!here&gt; > quote \u202ereversed\u200f | pipe [x](https://evil.example) "
    "@everyone <@!1> <@&1> <#1> </papers:1> <t:1:R> <a:party:1> ||spoiler|| discord.gg/abc -# ### \\[x](https://e.example)"
)
_LONG = "".join(f"{HOSTILE}{number} " for number in range(30))
TEXTS = st.one_of(
    st.sampled_from(
        [
            "",
            " ",
            HOSTILE,
            _LONG,
            "x" * 5000,
            "🦊" * 5000,
            "👩‍👩‍👧 " * 900,
            "שלום עולם " * 500,
            '"\\' * 2500,
            "\ud800",
            "\x00\n",
        ]
    ),
    st.text(max_size=40),
)
URLS = st.sampled_from(
    [
        "",
        "https://arxiv.org/abs/2410.05258",
        "https://a.example/x|y>z <w>&q=1",
        "javascript:alert(1)",
        "https://" + "a" * 3000,
    ]
)
_ABOUT = TEXTS.map(lambda text: text.encode("utf-8", "replace").decode()[:300])
BUTTONS = st.builds(
    Button,
    label=TEXTS,
    action=st.builds(lambda verb, about: action(verb, *about), st.sampled_from(Verb), st.lists(_ABOUT, max_size=3)),
    hint=TEXTS,
    style=st.sampled_from(Style),
    confirm=TEXTS,
)
CARDS = st.builds(
    Card,
    title=TEXTS,
    url=URLS,
    rank=st.none() | st.integers(1, 60),
    byline=TEXTS,
    text=TEXTS,
    reasons=st.lists(TEXTS, max_size=3).map(tuple),
    links=st.lists(st.builds(Link, label=TEXTS, url=URLS), max_size=4).map(tuple),
    buttons=st.lists(BUTTONS, max_size=5).map(tuple),
)
MANY_CARDS = st.tuples(CARDS, st.integers(1, 60)).map(lambda many: (many[0],) * many[1])
MANY_BUTTONS = st.lists(BUTTONS, max_size=3).map(
    lambda few: tuple(
        button.model_copy(update={"action": action(button.action.verb, *button.action.about[:2], f"{number}")})
        for number in range(13)
        for button in few
    )
)
REPLIES = st.builds(
    Reply,
    heading=TEXTS,
    text=TEXTS | st.lists(TEXTS, max_size=12).map("\n\n".join),
    cards=st.lists(CARDS, max_size=4).map(tuple) | MANY_CARDS,
    notes=st.lists(TEXTS, max_size=4).map(tuple),
    buttons=MANY_BUTTONS,
)
_OPTIONS = st.lists(st.builds(Option, value=st.text(max_size=80), label=TEXTS), max_size=12).map(tuple)
FIELDS = st.builds(
    Field,
    name=st.just("field"),
    label=TEXTS,
    kind=st.sampled_from(FieldKind),
    value=st.lists(TEXTS | st.sampled_from(["09:00", "24:00", "yes"]), max_size=3).map(tuple),
    options=_OPTIONS,
    hint=TEXTS,
    placeholder=TEXTS,
    required=st.booleans(),
    longest=st.integers(0, 5000),
    live=st.booleans(),
)
FORMS = st.builds(
    Form,
    name=st.sampled_from(FormName),
    title=TEXTS,
    fields=st.lists(FIELDS, max_size=12).map(
        lambda fields: tuple(
            field.model_copy(update={"name": f"field-{number}"}) for number, field in enumerate(fields)
        )
    ),
    intro=st.none() | REPLIES,
    outro=st.none() | REPLIES,
    submit=TEXTS,
    context=st.text(st.characters(codec="ascii", categories=["L", "N", "P"]), max_size=1000),
)
