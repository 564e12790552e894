"""By what a message is known: its nonce, and the numbers of its components."""

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.discord.components import button, container, rows, text, walked
from bot.discord.marks import LONGEST_NONCE, MOST_MORE, MOST_PARTS, mark_of, marked, nonce
from papers.delivery_models import short_digest

IDS = st.text().map(short_digest)
ONE, OTHER = short_digest("one"), short_digest("other")
FRAMED = [container([text("a"), *rows([button("b", "c")])])]


def test_each_part_has_a_nonce_of_its_own_that_discord_takes() -> None:
    nonces = {nonce(delivery, part) for delivery in (ONE, OTHER) for part in range(MOST_PARTS + 1)}
    assert len(nonces) == 2 * (MOST_PARTS + 1)
    assert max(map(len, nonces)) == LONGEST_NONCE


@given(IDS)
def test_a_mark_is_of_two_different_whole_numbers_of_31_bits(delivery: str) -> None:
    ids = [one["id"] for one in walked(marked(FRAMED, delivery)) if "id" in one]
    assert len(set(ids)) == 2
    assert all(1 <= one < 2**31 for one in ids)
    assert mark_of({"components": marked(FRAMED, delivery)}, delivery) == 0


def test_a_message_as_discord_gives_it_back_is_known_and_no_other_is() -> None:
    back = marked(FRAMED, ONE)
    for number, one in enumerate(walked(back)):
        one.setdefault("id", number + 1)
    assert mark_of({"components": back}, ONE) == 0
    assert mark_of({"components": back}, OTHER) is None
    assert mark_of({"components": back}, ONE, 1) is None
    strange: list[Any] = [None, [], {}, {"components": None}, {"components": []}, {"components": [1, None, "x"]}]
    for broken in strange:
        assert mark_of(broken, ONE) is None


@given(IDS)
def test_a_mark_tells_which_part_it_is_and_how_many_follow(delivery: str) -> None:
    for part in range(3):
        for more in range(MOST_MORE + 1):
            message = {"components": marked(FRAMED, delivery, part, more=more)}
            assert [mark_of(message, delivery, other) for other in range(3) if other != part] == [None, None]
            assert mark_of(message, delivery, part) == more


def test_a_message_of_one_component_is_marked_too_and_nothing_given_is_changed() -> None:
    plain = [text("a")]
    before = copy.deepcopy(plain)
    assert mark_of({"components": marked(plain, ONE)}, ONE) == 0
    assert plain == before
