import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.display import one_line, shorten

HOSTILE = st.text(st.sampled_from("ab \n\r\t\x00\x07\x1b\x9b\x9d[]0;m\\\u202e\u2066\u200f\u200b\ufeffé漢😀\u0301"))


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("two\nlines\tand\r\nmore", "two lines and more"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\", "click"),
        ("\x1b]0;new title\x07rest", "rest"),
        ("\x9b2Jgone", "gone"),
        ("\x1bcreset", "reset"),
        ("bell\x07 back\x08space", "bell backspace"),
        ("abc\u202edef\u2066g\u200fh\u200e", "abcdefgh"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("line\u2028separator\u00a0space", "line separator space"),
        ("[bold red]not markup[/]", "[bold red]not markup[/]"),
        ("<!channel> & @everyone", "<!channel> & @everyone"),
        ("👩\u200d🔬 studies", "👩\u200d🔬 studies"),
        ("broken \x9d quote", "broken quote"),
        ("lone \udcff half", "lone \N{REPLACEMENT CHARACTER} half"),
    ],
)
def test_what_could_disturb_a_screen_is_gone_and_the_rest_stays(raw: str, shown: str) -> None:
    assert one_line(raw) == shown


@given(HOSTILE | st.text())
def test_no_text_keeps_a_control_or_direction_character(raw: str) -> None:
    shown = one_line(raw)
    assert all(unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Zl", "Zp"} or c in "\u200c\u200d" for c in shown)
    assert shown == " ".join(shown.split())


@given(HOSTILE | st.text())
def test_a_clean_text_is_left_alone(raw: str) -> None:
    assert one_line(one_line(raw)) == one_line(raw)


def test_a_long_text_ends_at_a_word_with_an_ellipsis() -> None:
    assert shorten("one two three four", 12) == "one two…"
    assert shorten("one two three four", 14) == "one two three…"
    assert shorten("one, two", 6) == "one…"
    assert shorten("short", 12) == "short"


@given(st.text(max_size=60), st.integers(2, 40))
def test_a_shortened_text_keeps_to_the_limit(text: str, limit: int) -> None:
    assert len(shorten(text, limit)) <= limit
