from bot.discord.recent_names import RecentNames


class Hand:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_what_somebody_else_was_told_a_moment_ago_stays() -> None:
    recent = RecentNames()
    recent.with_recent(1, {"up|a": "👍 1"})
    assert recent.with_recent(1, {"up|b": "👍 1"}) == {"up|a": "👍 1", "up|b": "👍 1"}
    assert recent.with_recent(1, {"up|a": "👍 2"}) == {"up|a": "👍 2", "up|b": "👍 1"}
    assert recent.with_recent(2, {"up|a": "👍 7"}) == {"up|a": "👍 7"}


def test_nothing_is_remembered_for_long_nor_of_many() -> None:
    clock = Hand()
    recent = RecentNames(seconds=10, most=2, timer=clock)
    recent.with_recent(1, {"a": "1"})
    clock.now = 11
    assert recent.with_recent(1, {"b": "1"}) == {"b": "1"}
    for message in (2, 3):
        recent.with_recent(message, {"a": "1"})
    assert recent.with_recent(1, {"c": "1"}) == {"c": "1"}
