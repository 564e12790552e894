import json
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.plaintext import TEXT_LIMIT, TITLE_LIMIT, to_plain

ORDINARY = [
    "100% of $5 and $10",
    "a < b and c > d",
    "a <= b & c",
    "C&A",
    "AT&T;",
    "x_1 and L_2",
    "~90% of ~9 tokens",
    "75~89%",
    "5% gains",
    "costs $5-$10 (US$7), not $200k. With $3",
    "90$",
    "tau = {o_0, a_0, dots}",
    '{"code": 1}',
    "reasoning in <think> and </think>, then <EOS>",
    "run it with --flag at https://a.edu/~joe/x_y%20z?q=1&r=2#s",
    "well-known state-of-the-art",
    "don't",
    "O(T^K)",
    "#2 of C# and F#",
    "π0, naïve, 中文, Ελλάδα",
]

MARKUP = {
    r"54.6\% of Q\&A for \$3": "54.6% of Q&A for $3",
    r"\textit{Gaussian-MAE} and {\em emphasis}": "Gaussian-MAE and emphasis",
    r"vis-\`a-vis Pl\"ucker na\"{\i}vely": "vis-à-vis Plücker naïvely",
    r"{\Delta}G $\rightarrow$ $\sim$90%, 2.3$\times$": "ΔG → ∼90%, 2.3×",
    r"$O(\frac{1}{\sqrt{n}})$ and \( O(n^3) \) time": "O(1/√(n)) and O(n³) time",
    r"P \le 1 at \alpha at ~90% --flag": "P ≤ 1 at α at ~90% --flag",
    r"only 5% on $x$ % and 7%": "only 5% on x % and 7%",
    r"costs $5 with $\alpha=1$": "costs $5 with α=1",
    "SL^{2}A 2^{18} 10^{-3} VILA^2 n^{1+o(1)}": "SL²A 2¹⁸ 10⁻³ VILA² n^(1+o(1))",
    "G_{stack} and pi_{0.5}": "G_stack and pi_(0.5)",
    r"we call it \ourmethod, \eg \MyNet{}": "we call it ourmethod, e.g. MyNet",
    r"code at \url{https://a.org/b_c} and \href{https://d.org}{here}": "code at https://a.org/b_c and here (https://d.org)",
    "textit{O}bstacles at https://a.org/b{our page}": "Obstacles at https://a.org/b (our page)",
    "{BERT}: Pre-training": "BERT: Pre-training",
    "``quoted'' Models~(MLLMs) 3--5 a -- b": "“quoted” Models (MLLMs) 3–5 a – b",
    "&lt;think&gt; &amp;amp; &#39;q&#39; caf&eacute;": "<think> & 'q' café",
    "<b>Bold</b> H<sub>2</sub>O<br/>next<script>alert(1)</script>": "Bold H2O next",
    "a\n  title\tof two\r\nlines": "a title of two lines",
    "e\u0301 \u202eevil\u202c zero\u200bwidth \ud800 x\x00y\ufeff": "é evil zerowidth xy",
}


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert to_plain(text, single_line=True) == text


@pytest.mark.parametrize("text", MARKUP)
def test_markup_becomes_what_it_says(text: str) -> None:
    assert to_plain(text, single_line=True) == MARKUP[text]


def test_paragraphs_stay_apart_in_an_abstract_only() -> None:
    assert to_plain("One\nline.\n\n \nTwo.", single_line=False) == "One line.\n\nTwo."
    assert to_plain("One\nline.\n\nTwo.", single_line=True) == "One line. Two."


def test_joiners_stay_where_a_script_or_emoji_needs_them() -> None:
    assert to_plain("می\u200cخواهم 👩\u200d🔬", single_line=True) == "می\u200cخواهم 👩\u200d🔬"
    assert to_plain("ab\u200dcd", single_line=True) == "abcd"


def test_long_text_is_cut_at_a_word() -> None:
    title = to_plain("word " * 1000, single_line=True)
    assert len(title) <= TITLE_LIMIT
    assert title.endswith("word…")
    assert len(to_plain("x" * 10**6, single_line=False)) == TEXT_LIMIT


TEXT_LIKE_TEX = st.lists(
    st.sampled_from(
        [*"\\${}^_~%&#<>`'- \n", "\\frac", "\\begin{x}", "\\end{x}", "\\[", "\\(", "a", "1", "&lt;", "<b>", "é"]
    )
    | st.text(max_size=4)
).map("".join)


@given(TEXT_LIKE_TEX | st.text(alphabet=st.characters(codec=None)))
def test_whatever_comes_what_leaves_is_harmless(text: str) -> None:
    for single_line in (True, False):
        plain = to_plain(text, single_line=single_line)
        json.loads(json.dumps(plain)).encode()  # no lone surrogates
        assert not any(unicodedata.category(c) == "Cc" and c != "\n" for c in plain)
        assert not set(plain) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b")
        assert plain == plain.strip()
        assert single_line is False or "\n" not in plain


@pytest.mark.parametrize(
    "piece",
    ["{", "\\a{", "$", "$a", "<", "<!--", "<script>", "&", "^{", "\\", "\\(", "\\sqrt[", "\\begin{x}", "~a", "\n "],
)
def test_no_text_takes_long(piece: str) -> None:
    start = time.thread_time()
    to_plain(piece * 40_000, single_line=False)
    assert time.thread_time() - start < 10
