from bot.actions import Verb
from bot.paper_cards import byline, hit_card, link_card, paper_card, saved_card, trending_card
from papers.models import SearchHit, SignalName
from tests.bot.samples import AT, HOSTILE_SHOWN, HOSTILE_TITLE, paper, trending


def labels(card: object) -> list[str]:
    return [button.label for button in card.buttons]  # type: ignore[attr-defined]


def test_a_hit_has_the_sentence_that_answers_and_buttons() -> None:
    card = hit_card(SearchHit(paper=paper(), score=1), 7, "quick", sharing=True)
    assert (card.rank, card.text) == (7, "It is quick.")
    assert labels(card) == ["Similar", "Save", "Why", "Share"]
    assert [link.label for link in card.links] == ["arXiv", "Hugging Face", "Code", "Project"]


def test_a_trending_paper_has_its_reasons() -> None:
    card = trending_card(trending(rank=3), sharing=False)
    assert card.rank == 3
    assert card.reasons[0] == "312 upvotes, 41 of them in the last day"
    assert labels(card) == ["Similar", "Save", "Why"]


def test_a_saved_paper_can_be_removed() -> None:
    card = saved_card(paper(), AT)
    assert card.reasons == ("saved on 8 Oct 2024",)
    assert labels(card) == ["Similar", "Why", "Remove"]
    assert card.buttons[2].action.encode() == "unsave|2410.05258"


def test_a_card_under_a_link_says_what_people_did() -> None:
    card = link_card(paper(), {SignalName.UPVOTES: 312, SignalName.COMMENTS: 1})
    assert card.reasons == ("312 upvotes", "1 comment")


def test_the_byline_is_what_is_known() -> None:
    assert byline(paper()) == "Ada Lovelace, Alan Turing, Grace Hopper + 2 more · 7 Oct 2024"
    assert byline(paper(), "de").endswith(" · 07.10.2024")
    assert byline(paper(authors=())) == "7 Oct 2024"
    assert byline(paper(authors=(), published=None)) == ""


def test_screen_readers_hear_which_paper_a_button_is_of() -> None:
    card = paper_card(paper(title="word " * 50), Verb.SAVE, Verb.UP)
    assert [b.label for b in card.buttons] == ["Save", "👍"]
    assert card.buttons[0].hint == f"Save “{'word ' * 7}word…”"


def test_hostile_titles_stay_on_one_line_and_lead_nowhere() -> None:
    card = paper_card(paper(id="imported", title=HOSTILE_TITLE, link="javascript:alert(1)", listed=None), Verb.SAVE)
    assert (card.title, card.url) == (HOSTILE_SHOWN, "")


def test_an_id_that_no_button_can_carry_has_none() -> None:
    assert paper_card(paper(id="ü" * 100), Verb.SAVE).buttons == ()
