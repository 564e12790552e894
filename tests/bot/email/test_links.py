from datetime import timedelta

import pytest

from bot.email.links import Chosen, Links, read_confirm, read_unsubscribe
from papers.delivery_models import Kind
from papers.errors import BadInput
from tests.bot.email.letters import REFERENCE, VAULT
from tests.bot.samples import AT
from tests.bot.test_delivered import subscription

LINKS = Links(VAULT, "https://papers.example.org")
TWO = (subscription(1), subscription(2))


def token(link: str) -> str:
    return link.rpartition("/")[2]


def test_a_link_says_what_it_is_about() -> None:
    chosen = read_unsubscribe(VAULT, token(LINKS.unsubscribe(REFERENCE, Kind.DIGEST, TWO, now=AT)), now=AT)
    assert chosen == Chosen(destination=REFERENCE, kind=Kind.DIGEST, subscriptions=("s1", "s2"))


def test_a_link_for_more_than_fit_is_about_all_of_the_kind() -> None:
    many = tuple(subscription(n, id=f"{n:024d}") for n in range(50))
    link = LINKS.unsubscribe(REFERENCE, Kind.TOPICS, many, now=AT)
    assert len(link) < 900
    assert read_unsubscribe(VAULT, token(link), now=AT).subscriptions == ()


def test_a_yes_is_taken_for_a_week_and_a_no_for_good() -> None:
    yes = token(LINKS.confirm(REFERENCE, TWO, now=AT))
    assert read_confirm(VAULT, yes, now=AT + timedelta(days=7)).subscriptions == ("s1", "s2")
    with pytest.raises(BadInput, match="expired"):
        read_confirm(VAULT, yes, now=AT + timedelta(days=7, seconds=1))
    no = token(LINKS.unsubscribe(REFERENCE, Kind.DIGEST, TWO, now=AT))
    assert read_unsubscribe(VAULT, no, now=AT + timedelta(days=4000)).destination == REFERENCE


def test_one_link_does_not_do_for_the_other() -> None:
    with pytest.raises(BadInput):
        read_confirm(VAULT, token(LINKS.unsubscribe(REFERENCE, Kind.DIGEST, TWO, now=AT)), now=AT)
    with pytest.raises(BadInput):
        read_unsubscribe(VAULT, token(LINKS.confirm(REFERENCE, TWO, now=AT)), now=AT)
