from datetime import datetime

from bot.cities import cities
from bot.zones import suggested_zones
from papers.schedule import zone_names
from tests.papers.builders import NOON


def test_every_city_keeps_the_time_of_a_zone_that_can_be_chosen() -> None:
    assert set(cities().values()) <= set(zone_names())
    assert len(cities()) > 150


def test_a_city_is_told_with_its_zone() -> None:
    (found,) = suggested_zones("mumbai", NOON, most=25)
    assert (found.value, found.label) == ("Asia/Kolkata", "Mumbai: Asia/Kolkata (UTC+05:30)")


def test_a_zone_is_offered_once_however_many_of_its_cities_fit() -> None:
    values = [
        option.value for option in suggested_zones("ber", datetime.fromisoformat("2026-07-01T00:00+00:00"), most=25)
    ]
    assert len(values) == len(set(values))
