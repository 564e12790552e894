import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.incoming import read_text

TOKENS = st.sampled_from(
    ["<", ">", "|", "@", "#", "!", "^", "&amp;", "&lt;", "U1", "https://", "mailto:", "\ud800", " "]
)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("<@U1> search graphs", "search graphs"),
        ("<@U1|paperboy> search graphs", "search graphs"),
        ("papers of <@U2|ann>", "papers of @ann"),
        ("papers of <@U2>", "papers of"),
        ("in <#C1|general> and <#C2>", "in #general and"),
        ("similar <https://arxiv.org/abs/2410.05258|arxiv.org/…>", "similar https://arxiv.org/abs/2410.05258"),
        ("<https://a.example/?a=1&amp;b=2>", "https://a.example/?a=1&b=2"),
        ("<mailto:ann@a.example|ann@a.example>", "ann@a.example"),
        ("<tel:+123|+123>", "+123"),
        ("<!date^1392734382^{date}|18 Feb 2014>", "18 Feb 2014"),
        ("<!subteam^S1|@team> <!subteam^S2> <!here> <!channel|channel>", "@team @here channel"),
        ("p &lt; 0.05 &amp;amp; q", "p < 0.05 &amp; q"),
        ("&lt;@U1&gt;", "<@U1>"),
        ("<>", "<>"),
        ("two\nlines\u202e", "two lines"),
        ("🦊", "🦊"),
    ],
)
def test_what_slack_wrote_down_is_read_as_it_was_typed(typed: str, read: str) -> None:
    assert read_text(typed, "U1") == read


@given(st.lists(TOKENS | st.text(max_size=5)).map("".join))
def test_anything_is_read(text: str) -> None:
    assert "\n" not in read_text(text, "U1")
