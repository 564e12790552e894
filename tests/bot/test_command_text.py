from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.asks import (
    Ask,
    Export,
    Follow,
    Following,
    ForgetMe,
    Help,
    Keep,
    Look,
    Saved,
    Search,
    Settings,
    Similar,
    Subscribe,
    Thanks,
    Trending,
)
from bot.command_table import COMMANDS
from bot.command_text import parse_ask
from papers.errors import BadInput
from papers.models import Window


@pytest.mark.parametrize(
    ("text", "ask"),
    [
        ("search diffusion models", Search(text="diffusion models")),
        ("SEARCH: diffusion models", Search(text="diffusion models")),
        ("diffusion models", Search(text="diffusion models")),
        ("expert systems", Search(text="expert systems")),
        ("helm", Search(text="helm")),
        ("saved models", Search(text="saved models")),
        ("forget gates in recurrent networks", Search(text="forget gates in recurrent networks")),
        ("following the leader", Search(text="following the leader")),
        ("hello world models", Search(text="hello world models")),
        ("C++", Search(text="C++")),
        ("2410.05258", Similar(paper="2410.05258")),
        ("search https://arxiv.org/abs/2410.05258", Similar(paper="https://arxiv.org/abs/2410.05258")),
        ("arxiv", Search(text="arxiv")),
        ("what’s trending?", Trending()),
        ("trending", Trending()),
        ("trending day", Trending(window=Window.DAY)),
        ("Trending CS.cl, stat today", Trending(window=Window.DAY, categories=("cs.CL", "stat"))),
        ("trending this month in cond-mat.MTRL-sci", Trending(window=Window.MONTH, categories=("cond-mat.mtrl-sci",))),
        ("trending nlp", Trending(categories=("cs.CL",))),
        ("trending all", Trending()),
        ("trending this week in Computer Vision and NLP", Trending(categories=("cs.CV", "cs.CL"))),
        ("trending in:cs.CL", Trending(categories=("cs.CL",))),
        ("trending machine learning papers today", Trending(window=Window.DAY, categories=("cs.LG", "stat.ML"))),
        ("search robots in:nlp", Search(text="robots", categories=("cs.CL",))),
        ('robots in:"computer vision"', Search(text="robots", categories=("cs.CV",))),
        ("similar 2410.05258", Similar(paper="2410.05258")),
        ("similar to https://arxiv.org/abs/2410.05258", Similar(paper="https://arxiv.org/abs/2410.05258")),
        ("similar “Attention is all you need”", Similar(paper="Attention is all you need")),
        ("follow", Follow()),
        ("follow robots, without drones", Follow(text="robots, without drones")),
        ("following", Following()),
        ("unsubscribe", Following()),
        ("subscribe", Subscribe()),
        ("subscribe daily at 9", Subscribe()),
        ("settings", Settings()),
        ("saved", Saved()),
        ("stop", Following()),
        ("Stop sending me papers!", Following()),
        ("cancel", Following()),
        ("cancel my subscription", Following()),
        ("why 2603.03283?", Look(paper="2603.03283")),
        ("stop words in retrieval", Search(text="stop words in retrieval")),
        ("thanks", Thanks()),
        ("Thank you very much!", Thanks()),
        ("why 2603.03283", Look(paper="2603.03283")),
        ("show https://arxiv.org/abs/2603.03283", Look(paper="https://arxiv.org/abs/2603.03283")),
        ("save 2603.03283", Keep(paper="2603.03283")),
        ("why transformers generalize", Search(text="why transformers generalize")),
        ("folow robots", Search(text="folow robots", meant="follow robots")),
        ("trendin month", Search(text="trendin month", meant="trending month")),
        ("trendin topics", Search(text="trendin topics")),
        ("Export, please.", Export()),
        ("forget-me", ForgetMe()),
        ("forget me", ForgetMe()),
        ("forget_me", ForgetMe()),
        ("forget—me", ForgetMe()),
        ("", Help()),
        ("?", Help()),
        ("hi", Help()),
        ("Hello!", Help()),
        ("/papers", Help()),
        ("help", Help()),
        ("—help", Help()),
        ("help search", Help(about="search")),
        ("help forget–me", Help(about="forget-me")),
        ("help me", Help()),
        ("Help me, please!", Help()),
        ("help me subscribe", Help(about="subscribe")),
        ("papers help", Help()),
        ("can you help me?", Help()),
        ("how do I subscribe?", Help(about="subscribe")),
        ("how does this work?", Help()),
        ("who are you", Help()),
        ("test", Help()),
        ("this week", Trending()),
        ("Today?", Trending(window=Window.DAY)),
        ("monthly", Trending(window=Window.MONTH)),
        ("trending weekly", Trending()),
        ("what’s trending today in nlp?", Trending(window=Window.DAY, categories=("cs.CL",))),
        ("show me what’s hot", Trending()),
        ("latest papers, please", Trending()),
        ("cs.CL", Trending(categories=("cs.CL",))),
        ("digest", Subscribe()),
        ("subscribe to cs.CL, cs.LG", Subscribe()),
        ("subscribe me to everything", Subscribe()),
        ("unsubscribe from robots", Following()),
        ("unfollow robots", Following()),
        ("pause", Following()),
        ("list", Following()),
        ("don’t send me messages", Following()),
        ("my subscriptions", Following()),
        ("how can I unsubscribe?", Following()),
        ("show my saved papers", Saved()),
        ("set my timezone to Berlin", Settings()),
        ("settings language", Settings()),
        ("how do I change my language", Settings()),
        ("delete my data", ForgetMe()),
        ("like 2603.03283", Similar(paper="2603.03283")),
        ("find me papers about robots", Search(text="robots")),
        ("search for robots", Search(text="robots")),
        ("papers on robots by:LeCun", Search(text="robots", author="LeCun")),
        ("Hilfe, bitte!", Help()),
        ("aide", Help()),
        ("Danke schön!", Thanks()),
        ("merci beaucoup", Thanks()),
        ("bonjour", Help()),
        ("suche Roboter", Search(text="Roboter")),
        ("suivre robots", Follow(text="robots")),
        ("s’abonner", Subscribe()),
        ("Abbestellen", Following()),
        ("paramètres", Settings()),
        ("how to train a dragon", Search(text="how to train a dragon")),
        ("show, attend and tell", Search(text="show, attend and tell")),
        ("what is attention", Search(text="what is attention")),
        ("language models", Search(text="language models")),
        ("hot carriers", Search(text="hot carriers")),
        ("list decoding", Search(text="list decoding")),
        ("papers", Trending()),
    ],
)
def test_words_are_read_as_what_they_ask(text: str, ask: Ask) -> None:
    assert parse_ask(text) == ask


def test_a_search_is_narrowed_by_what_stands_among_its_words() -> None:
    asked = parse_ask("search in:CS.cv,stat “noise” by:“Yann LeCun” to images since:2026-03-01 in:cs.CV")
    assert asked == Search(
        text='"noise" to images', categories=("cs.CV", "stat"), author="Yann LeCun", since=date(2026, 3, 1)
    )
    assert parse_ask("robots since:2026-3 by:LeCun") == Search(text="robots", author="LeCun", since=date(2026, 3, 1))
    assert parse_ask("built-in:cs ratio 3:1") == Search(text="built-in:cs ratio 3:1")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("trendign", "did you mean /papers trending"),
        ("subscibe", "did you mean /papers subscribe"),
        ("hlep", "did you mean /papers help"),
        ("setings", "did you mean /papers settings"),
        ("expert", "write: /papers search expert"),
        ("search", "what to search for"),
        ("search in:cs.CL", "what the papers should be about"),
        ("robots in:vivo", "such as in:cs.CL"),
        ("robots in:", "not nothing"),
        ("robots by:", "the name of an author"),
        ("robots since:yesterday", "such as since:2026-03-01"),
        ("robots since:2026-02-30", "such as since:2026-03-01"),
        ("robots since:0000", "such as since:2026-03-01"),
        ("trending topics", "“topics” is neither day, week or month nor"),
        ("trending robotcs", "near are cs.RO"),
        ("search cs.CL", "cs.CL alone is no search: /papers trending shows"),
        ("search Computation and Language (cs.CL)", "cs.CL alone is no search"),
        ("trending day week", "one time at once.*/papers trending week"),
        ("similar", "say which paper.*for example: /papers similar 2410.05258"),
        ("similar to", "say which paper"),
        ("subscribe to robots", "/papers subscribe.*/papers follow robots"),
        ("subscribe #reading-group daily", "write /papers subscribe in #reading-group itself"),
        ("subscribe to #general", "write /papers subscribe in #general itself"),
        ("undo", "press the button under that answer.*/papers help"),
        ("next page", "press the button"),
        ("Yes, please", "press the button"),
        ("more like this", "press the button"),
        ("suscribe", "did you mean /papers subscribe"),
        ("🎉🎉", "no words"),
        ("search 🎉", "no words"),
        (":tada: :+1:", "no words"),
        ("—", "no words"),
        ("\u202e\u200f", ""),
    ],
)
def test_what_cannot_be_understood_is_answered_with_what_to_write(text: str, sentence: str) -> None:
    if not sentence:
        assert parse_ask(text) == Help()
        return
    with pytest.raises(BadInput, match=sentence):
        parse_ask(text)


def test_what_to_write_begins_as_commands_begin_there() -> None:
    with pytest.raises(BadInput, match="for example: /reading similar 2410"):
        parse_ask("similar", "/reading")
    assert parse_ask("/reading trending", "/reading") == Trending()


def test_marks_that_hide_or_turn_text_change_nothing() -> None:
    assert parse_ask("\u202efollow\u00a0\u200frobots\x00\x1b[31m\r\n that\tlearn\u202c") == Follow(
        text="robots that learn"
    )


def test_three_thousand_characters_are_a_search() -> None:
    asked = parse_ask("search " + "robots that learn " * 170)
    assert isinstance(asked, Search)
    assert len(asked.text) > 2_900


def test_every_example_of_the_table_is_understood() -> None:
    asked = {type(parse_ask(example)) for command in COMMANDS for example in command.examples}
    assert len(asked) == len(COMMANDS)


_PIECES = st.sampled_from(
    ["search", "trending", "similar", "follow", "help", "forget", "me", "in:", "by:", "since:", '"', "“", "—", "cs.CL"]
)


@given(st.lists(st.one_of(_PIECES, st.text(max_size=12)), max_size=12).map(" ".join) | st.text(max_size=200))
def test_any_text_is_an_ask_or_bad_input(text: str) -> None:
    try:
        asked = parse_ask(text)
    except BadInput:
        return
    assert isinstance(asked, Ask)


@given(st.text(max_size=100), st.text(max_size=100), st.text(max_size=100))
def test_filters_never_break(author: str, category: str, day: str) -> None:
    try:
        asked = parse_ask(f'search robots by:"{author}" in:{category} since:{day}')
    except BadInput:
        return
    assert isinstance(asked, Search)
