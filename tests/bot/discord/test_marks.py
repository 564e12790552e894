"""By what a message is known: its nonce, and the numbers of its components."""

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.discord.components import button, container, rows, text, walked
from bot.discord.marks import LONGEST_NONCE, MOST_PARTS, is_marked, marked, nonce, whole, whole_of
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
    assert is_marked({"components": marked(FRAMED, delivery)}, delivery)


def test_a_message_as_discord_gives_it_back_is_known_and_no_other_is() -> None:
    back = copy.deepcopy(marked(FRAMED, ONE))
    for number, one in enumerate(walked(back)):
        one.setdefault("id", number + 1)
    assert is_marked({"components": back}, ONE)
    assert not is_marked({"components": back}, OTHER)
    assert not is_marked({"components": back}, ONE, 1)
    strange: list[Any] = [None, [], {}, {"components": None}, {"components": []}, {"components": [1, None, "x"]}]
    for broken in strange:
        assert not is_marked(broken, ONE)


@given(IDS)
def test_a_mark_tells_which_part_it_is(delivery: str) -> None:
    for part in range(3):
        message = {"components": marked(FRAMED, delivery, part)}
        assert [is_marked(message, delivery, other) for other in range(3)] == [other == part for other in range(3)]


def test_a_message_of_one_component_is_marked_too_and_nothing_given_is_changed() -> None:
    plain = [text("a")]
    before = copy.deepcopy(plain)
    assert is_marked({"components": marked(plain, ONE)}, ONE)
    assert plain == before


@given(IDS, st.text())
def test_a_first_message_also_tells_what_all_parts_say_together(delivery: str, said: str) -> None:
    all_of_it = whole([said, "more"], delivery)
    back = marked(FRAMED, delivery, whole=all_of_it)
    assert (is_marked({"components": back}, delivery), whole_of({"components": back})) == (True, all_of_it)
    ids = [one["id"] for one in walked(back) if "id" in one]
    assert len(set(ids)) == 3
    assert all(1 <= one < 2**31 for one in ids)
    assert whole([said, "other"], delivery) != all_of_it


def test_a_message_of_few_components_does_not_tell_what_follows() -> None:
    assert whole_of({"components": marked([text("a")], ONE, whole=7)}) is None
    assert whole_of(None) is None
