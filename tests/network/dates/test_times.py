"""What the clocks show: where an event is, where its reader is, as clocks change, across the date line."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.core.i18n import speaking
from exchange.network.service.dates import times
from exchange.network.service.dates.times import When

AUCKLAND, ANGELES, BERLIN = "Pacific/Auckland", "America/Los_Angeles", "Europe/Berlin"
NIGHT = When(AUCKLAND, date(2026, 12, 3), time(23, 30), date(2026, 12, 4), time(1, 0))


@pytest.fixture
def page(app):
    with app.test_request_context("/"):
        yield


def test_half_past_eleven_at_night_in_auckland_is_the_small_hours_of_the_same_day_in_los_angeles(page):
    assert NIGHT.starts_at == datetime(2026, 12, 3, 10, 30, tzinfo=UTC)
    with speaking("en"):
        assert times.in_words(NIGHT) == "Thursday, 3 December 2026, 23:30–01:00 (Auckland time, UTC+13)"
        assert (
            times.in_words(NIGHT, ANGELES)
            == "Thursday, 3 December 2026, 02:30–04:00 (Los Angeles time, UTC−8)"
        )


def test_the_other_way_round_the_date_line_is_a_day_between(page):
    morning = When(AUCKLAND, date(2026, 12, 4), time(9, 0), None, time(10, 0))
    assert times.days_there(morning) == (date(2026, 12, 4), date(2026, 12, 4))
    assert times.days_there(morning, ANGELES) == (date(2026, 12, 3), date(2026, 12, 3))
    with speaking("de"):
        assert times.in_words(morning, ANGELES).startswith("Donnerstag, 3. Dezember 2026, 12:00–13:00")


def test_whole_days_are_the_same_days_for_everybody(page):
    days = When(AUCKLAND, date(2026, 12, 3), None, date(2026, 12, 5))
    assert times.days_there(days, ANGELES) == (date(2026, 12, 3), date(2026, 12, 5))
    with speaking("fr"):
        assert times.in_words(days, ANGELES) == "3–5 déc. 2026"
    assert days.over_at == datetime(2026, 12, 5, 11, 0, tzinfo=UTC)  # when the 5th ends in Auckland


def test_the_hour_that_is_leapt_over_does_not_exist():
    leap = date(2027, 3, 28)
    assert not times.exists(leap, time(2, 30), BERLIN)
    assert times.exists(leap, time(3, 0), BERLIN) and not times.is_double(leap, time(2, 30), BERLIN)


def test_the_hour_that_comes_twice_is_told_apart():
    back = date(2026, 10, 25)
    assert times.is_double(back, time(2, 30), BERLIN) and not times.is_double(back, time(3, 0), BERLIN)
    first, later = (When(BERLIN, back, time(2, 30), fold=fold) for fold in (0, 1))
    assert first.starts_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert later.starts_at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_the_offset_beside_a_time_tells_which_of_the_two_is_meant(page):
    back = date(2026, 10, 25)
    with speaking("en"):
        words = [times.in_words(When(BERLIN, back, time(2, 30), fold=fold)) for fold in (0, 1)]
    assert [one.partition(", 02:30 ")[2] for one in words] == ["(Berlin time, UTC+2)", "(Berlin time, UTC+1)"]


def test_an_event_through_the_night_in_which_clocks_go_back_ends_after_it_began():
    night = When(BERLIN, date(2026, 10, 25), time(2, 45), None, time(2, 15), fold=0)
    assert night.ends_at - night.starts_at == timedelta(minutes=30)
    long = When(BERLIN, date(2026, 10, 24), time(22, 0), date(2026, 10, 25), time(4, 0))
    assert long.ends_at - long.starts_at == timedelta(hours=7)


def test_a_meeting_every_winter_keeps_its_clock_and_changes_its_moment():
    summer, winter = (When(BERLIN, date(2026, month, 1), time(9, 0)) for month in (7, 12))
    assert (summer.starts_at.hour, winter.starts_at.hour) == (7, 8)


def test_a_day_without_midnight_begins_when_it_begins():
    day = date(2018, 11, 4)  # in São Paulo clocks leapt from 00:00 to 01:00
    assert times.moment(day, time(0), "America/Sao_Paulo") == datetime(2018, 11, 4, 3, 0, tzinfo=UTC)


def test_zones_are_found_by_name_and_by_city():
    assert times.find_zone("europe/berlin") == BERLIN and times.find_zone(" los  angeles ") == ANGELES
    assert (
        times.find_zone("UTC") == "UTC"
        and times.find_zone("Atlantis") is None
        and times.find_zone("") is None
    )
    assert times.zone_of_country("SN") == "Africa/Dakar" and times.zone_of_country("US") == ""


@pytest.mark.parametrize(
    ("zone", "words"),
    [("Asia/Kathmandu", "UTC+5:45"), ("America/St_Johns", "UTC−3:30"), ("Europe/Lisbon", "UTC")],
)
def test_offsets_are_written_as_people_write_them(zone, words):
    assert times.offset(datetime(2026, 12, 1, tzinfo=UTC), zone) == words


@given(
    st.sampled_from(
        [AUCKLAND, ANGELES, BERLIN, "Asia/Kathmandu", "Pacific/Apia", "Australia/Lord_Howe", "UTC"]
    ),
    st.dates(date(2000, 1, 1), date(2037, 12, 31)),
    st.integers(0, 1439),
    st.integers(0, 3 * 1440),
)
def test_what_the_wall_shows_is_what_was_written_whenever_it_exists(zone, day, clock, length):
    clock = time(*divmod(clock, 60))
    when = When(zone, day, clock)
    there = when.starts_at.astimezone(ZoneInfo(zone))
    assert (there.replace(tzinfo=None) == datetime.combine(day, clock)) == times.exists(day, clock, zone)
    end = there + timedelta(minutes=length)
    whole = When(zone, day, clock, end.date(), end.time().replace(fold=0))
    assert whole.over_at >= when.starts_at or not times.exists(end.date(), end.time(), zone)
    first, last = times.days_there(When(zone, day, None, end.date()))
    assert first == day and last == end.date() and first <= last
