"""Offices over time: Berlin's, and any that touch, overlap or lie open."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from exchange.core.models import db
from exchange.network import service
from exchange.network.models import TermOfOffice
from tests import cast

BERLIN = [
    ("co-president", "2014", "2017"),
    ("acting-president", "2017-11", "2018-08"),
    ("president", "2018-08", "2020-11"),
    ("co-president", "2020-11", None),
]


def test_berlins_offices_stand_in_their_rows_with_their_dates(app):
    with app.app_context():
        city = cast.find_city("wien")
        city.member_since = 1991
        db.session.add_all(
            TermOfOffice(city=city, office=office, start=start, end=end) for office, start, end in BERLIN
        )
        db.session.flush()
        timeline = service.timeline_of(city)
        drawn = {str(office): [str(term["text"]) for term in terms] for office, terms in timeline["rows"]}
        assert drawn == {
            "President": ["Aug 2018 – Nov 2020"],
            "Acting president": ["Nov 2017 – Aug 2018"],
            "Co-president": ["2014 – 2017", "since Nov 2020"],
            "Member": ["since 1991"],
        }
        assert timeline["axis"][0] == 1990


def test_a_term_that_ends_before_it_begins_is_refused_by_the_database(app):
    with app.app_context():
        db.session.add(
            TermOfOffice(city=cast.find_city("wien"), office="president", start="2018", end="2017")
        )
        with pytest.raises(IntegrityError):
            db.session.flush()
        db.session.rollback()


def test_a_city_without_any_term_has_no_timeline(app):
    with app.app_context():
        assert service.timeline_of(cast.find_city("wien")) is None


@given(st.integers(1950, 2030), st.integers(1, 12))
def test_a_month_begins_before_it_ends_and_the_next_begins_where_it_ends(year, month):
    begin, end = service.moment(f"{year}-{month:02}"), service.moment(f"{year}-{month:02}", end=True)
    following = f"{year + month // 12}-{month % 12 + 1:02}"
    assert begin < end and abs(end - service.moment(following)) < 1e-9
