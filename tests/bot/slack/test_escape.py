import pytest
from hypothesis import given

from bot.slack.escape import escape, link
from tests.bot.told import HOSTILE, TEXTS
from tests.fakes.block_kit import pings


@pytest.mark.parametrize(
    "title",
    [
        "A* search and Q*bert",
        "snake_case and more_names",
        "From ~10 to ~20 papers",
        "2 * 3 * 4",
        "Why? 10:30 and 11:45",
        "mail@channels.example",
    ],
)
def test_what_slack_would_not_read_as_a_mark_stays(title: str) -> None:
    assert escape(title) == title


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("<!channel> & co", "&lt;!channel&gt; &amp; co"),
        ("a *bold* title", "a ∗bold∗ title"),
        ("*_`~all~`_*", "∗ˍˋ∼all∼ˋˍ∗"),
        ("```code```", "ˋˋˋcodeˋˋˋ"),
        (":tada: party :tada:", "∶tada: party ∶tada:"),
        ("ask @here or @everyone", "ask ＠here or ＠everyone"),
        ("> said", "› said"),
        ("\u202etitle\u200f\nnext", "title next"),
        ("&amp;", "&amp;amp;"),
    ],
)
def test_what_slack_would_read_is_shown_as_it_was_written(title: str, shown: str) -> None:
    assert escape(title) == shown


@given(TEXTS)
def test_nobody_is_pinged_and_nothing_is_linked(text: str) -> None:
    shown = escape(text)
    assert not pings([], shown, names=True)
    assert "<" not in shown
    assert ">" not in shown
    assert "\n" not in shown


def test_a_link_cannot_be_ended_by_its_address_or_its_label() -> None:
    told = link("https://a.example/x|y>z?a=1&b=<2>", "a > b | c <!here>")
    assert told == "<https://a.example/x%7Cy%3Ez?a=1&amp;b=%3C2%3E|a &gt; b | c &lt;!here&gt;>"


def test_what_is_no_address_of_the_web_is_no_link() -> None:
    assert link("javascript:alert(1)", "label") == "label"


def test_a_hostile_title_reads_as_it_did() -> None:
    shown = escape(HOSTILE)
    assert "evil.example" in shown
    assert "reversed" in shown
