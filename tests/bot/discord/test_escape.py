import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discord.escape import escape, fitted, fitted_prose, link, linkable, whole_sentences
from tests.bot.told import HOSTILE, TEXTS
from tests.fakes.discord_pings import mentioned
from tests.fakes.discord_rules import does


def read(text: str) -> str:
    """What Discord shows of an escaped text."""
    return re.sub(r"\\([^0-9A-Za-z\s])", r"\1", text)


@pytest.mark.parametrize(
    "written",
    [
        "*bold* _it_ __under__ ~~gone~~ ||spoiler|| `code` ```pre```",
        "[click](https://evil.example) [a [b] c](x)",
        "<@1> <@!1> <@&1> <#1> </papers search:1> <t:1:R> <:party:1> <a:party:1> <id:customize>",
        "https://evil.example/x?y=1 <https://evil.example> http://a.example",
        "discord.gg/abc https://discord.gg/abc DISCORD.GG/abc discord.com/invite/abc discordapp.com/invite/abc",
        ":tada: 10:30 a::b",
        r"\alpha and \*",
        "# Heading",
        "-# small",
        "> quote",
        ">>> quote",
        "- item",
        "+ item",
        "12. item",
    ],
)
def test_marks_are_shown_as_they_were_written_and_do_nothing(written: str) -> None:
    assert read(escape(written)) == written
    assert not does(escape(written))


def test_nobody_is_pinged_even_where_mentions_are_allowed() -> None:
    shown = escape("@everyone @here <@1> <@&2> email@example.com")
    assert not mentioned(shown)
    assert "@everyone" not in read(shown)
    assert read(shown).endswith("email@example.com")


def test_words_without_marks_stay_as_they_are() -> None:
    plain = "Bookworm: Reading Books, with Notes – a (short) survey & more! 3.5% #1"
    assert escape(plain) == plain


def test_what_reverses_or_hides_is_gone() -> None:
    assert escape("a\u202eb\u200bc\nd") == "abc d"


@given(TEXTS)
def test_any_text_is_inert_on_one_line_and_twice_as_long_at_most(text: str) -> None:
    shown = escape(text)
    assert "\n" not in shown
    assert len(shown) <= 2 * len(text)
    assert not does(shown)


@given(TEXTS | st.just(HOSTILE * 5), st.integers(20, 400))
def test_a_text_is_cut_to_what_it_takes_when_it_is_escaped(text: str, limit: int) -> None:
    for cut in (fitted(text, limit), fitted_prose(text, limit), link("https://a.example", text, limit)):
        assert len(cut) <= limit
        assert not does(cut)


def test_prose_is_cut_after_a_sentence() -> None:
    text = "One is short. Two is a little longer. Three is the longest of them all."
    assert whole_sentences(text, 45) == "One is short. Two is a little longer."
    assert whole_sentences("A single sentence that goes on and on", 20) == "A single sentence…"
    assert whole_sentences(text, 500) == text


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("[Re] A study [extended]", r"\[Re\] A study \[extended\]"),
        ("a ] b [ c", "a ) b ( c"),
        ("nested [a [b]]", "nested (a (b))"),
        ("x](https://evil.example)", r"x)(https:∕∕evil.example)"),
        ("https://evil.example is down", "https:∕∕evil.example is down"),
        ("", "…"),
    ],
)
def test_a_title_cannot_break_its_link(title: str, shown: str) -> None:
    made = link("https://arxiv.org/abs/1", title, 300)
    assert made == f"[{shown}](https://arxiv.org/abs/1)".replace(":∕∕", "\\:∕∕")
    assert not does(made)


def test_an_address_with_brackets_cannot_end_its_link() -> None:
    assert linkable("https://a.example/x_(y)?q='[1]'") == "https://a.example/x_%28y%29?q=%27%5B1%5D%27"


def test_an_address_cannot_end_what_is_bold_around_it() -> None:
    assert linkable("https://a.example/**x**") == "https://a.example/%2A%2Ax%2A%2A"


def test_what_is_no_address_of_the_web_is_no_link() -> None:
    assert link("javascript:alert(1)", "Title", 100) == "Title"
    assert link("https://a.example/" + "x" * 600, "Title", 2000) == "Title"


def test_a_number_begins_no_list() -> None:
    assert escape("12. item") == r"12\. item"
    assert escape("2026.5 is a version") == "2026.5 is a version"
