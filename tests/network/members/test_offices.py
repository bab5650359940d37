"""Offices over time: Berlin's, and any that touch, overlap or lie open."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from exchange.core import i18n
from exchange.core.models import db
from exchange.network.models.members import OFFICES, TermOfOffice
from exchange.network.service.members import offices, partial
from tests import cast
from tests.network.members import stage

CITIES = ("wien", "porto")

BERLIN = [
    ("co-president", "2014", "2017"),
    ("acting-president", "2017-11", "2018-08"),
    ("president", "2018-08", "2020-11"),
    ("co-president", "2020-11", None),
]


def test_berlins_offices_stand_in_their_rows_with_their_dates(app):
    with app.app_context():
        city = cast.find_city("wien")
        city.member_since = "1991"
        db.session.add_all(
            TermOfOffice(city=city, office=office, start=start, end=end) for office, start, end in BERLIN
        )
        db.session.flush()
        timeline = offices.timeline_of(city)
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
            TermOfOffice(city=cast.find_city("wien"), office="president", start="2018", end="2017-12")
        )
        with pytest.raises(IntegrityError):
            db.session.flush()
        db.session.rollback()


def test_an_office_of_years_to_come_lies_within_the_drawing(app):
    with app.app_context():
        stage.held("porto", "president", "2090")
        db.session.commit()
        porto = cast.find_city("porto")
    with app.app_context(), app.test_request_context():
        first, last = offices.timeline_of(porto)["axis"]
    assert first <= 2090 < last


def test_a_city_without_any_term_has_no_timeline(app):
    with app.app_context():
        assert offices.timeline_of(cast.find_city("wien")) is None


# Dates of which only the year or the month is known


def partials(first=1950, last=2060):
    year = st.integers(first, last).map(str)
    month = st.tuples(year, st.integers(1, 12)).map(lambda told: f"{told[0]}-{told[1]:02}")
    day = st.dates(date(first, 1, 1), date(last, 12, 31)).map(date.isoformat)
    return year | month | day


def spans():
    """(start, end or None) that the database takes: no end before its beginning."""
    ordered = st.tuples(partials(), partials()).filter(lambda told: told[1] >= told[0][: len(told[1])])
    return ordered | st.tuples(partials(), st.none())


@given(partials())
def test_a_partial_date_is_drawn_from_its_first_day_to_the_end_of_its_last(told):
    begin, end = partial.moment(told), partial.moment(told, end=True)
    length = (partial.last_day(told) - partial.first_day(told)).days + 1
    assert abs((end - begin) * 365.25 - length) < 0.8
    assert partial.moment((partial.last_day(told) + partial.ONE_DAY).isoformat()) == end


@given(spans(), st.dates(date(1949, 1, 1), date(2062, 1, 1)))
def test_a_span_lasts_on_a_day_exactly_if_it_is_drawn_over_its_noon(span, day):
    start, end = span
    noon = partial.moment(day.isoformat()) + 0.5 / 366
    is_drawn = partial.moment(start) <= noon and (end is None or noon < partial.moment(end, True))
    assert partial.lasts(start, end, day) == is_drawn


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "20 Jun 2017 – Nov 2020"), ("de", "20. Juni 2017 – Nov. 2020"), ("es", "20 jun 2017 – nov 2020")],
)
def test_dates_are_written_as_the_reader_writes_them(app, language, words):
    with app.app_context(), i18n.speaking(language):
        assert partial.in_words("2017-06-20", "2020-11") == words


# Whatever terms there are, the page of a day and the timelines of the cities say the same

HELD = st.lists(st.tuples(st.sampled_from(CITIES), st.sampled_from(OFFICES), spans()), max_size=8)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(HELD, st.data())
def test_on_any_day_the_page_and_the_timelines_agree(app, held, data):
    turns = [partial.first_day(start) for _city, _office, (start, _end) in held]
    turns += [partial.last_day(end) for _city, _office, (_start, end) in held if end]
    near = [turn + timedelta(days=off) for turn in turns for off in (-1, 0, 1)]
    day = data.draw(st.sampled_from(near) if near else st.dates(date(1950, 1, 1), date(2060, 1, 1)))
    with app.app_context():
        for slug, office, (start, end) in held:
            db.session.add(TermOfOffice(city=cast.find_city(slug), office=office, start=start, end=end))
        db.session.flush()
        on_page = Counter(
            (term.city.slug, str(offices.OFFICE_NAMES[term.office])) for term in offices.holders(day)
        )
        in_memory = [term for term in offices.every_term() if partial.lasts(term.start, term.end, day)]
        assert on_page == Counter((one.city.slug, str(offices.OFFICE_NAMES[one.office])) for one in in_memory)
        assert on_page == sum((drawn_over(slug, day) for slug in CITIES), Counter())
        db.session.rollback()


def drawn_over(slug, day):
    """Which offices a city's timeline shows over the noon of a day, each as often as it is drawn there."""
    noon = partial.moment(day.isoformat()) + 0.5 / 366
    timeline = offices.timeline_of(cast.find_city(slug)) or {"rows": []}
    return Counter(
        (slug, str(office))
        for office, terms in timeline["rows"]
        for term in terms
        if term["start"] <= noon and (term["end"] is None or noon < term["end"])
    )


@given(st.lists(spans(), max_size=6), st.dates(date(1950, 1, 1), date(2061, 1, 1)))
def test_from_one_turning_day_to_the_next_the_same_terms_last(held, day):
    terms = [TermOfOffice(office="president", start=start, end=end) for start, end in held]
    before, after = offices.neighbours(terms, day)
    now = lasting_on(terms, day)
    assert before is None or (before < day and lasting_on(terms, before + partial.ONE_DAY) == now)
    assert after is None or (day < after and lasting_on(terms, after - partial.ONE_DAY) == now)
    if lasting_on(terms, day - partial.ONE_DAY) != now:
        assert day in offices.turning_days(terms)


def lasting_on(terms, day):
    return [term for term in terms if partial.lasts(term.start, term.end, day)]


@given(st.lists(spans(), min_size=1, max_size=8))
def test_in_a_row_of_the_drawing_no_term_covers_another_or_its_words_and_none_is_lost(held):
    ends = [(partial.moment(start), end and partial.moment(end, True)) for start, end in held]
    terms = [
        {"start": start, "end": end, "text": "20 Jun 2017 – 30 Nov 2020"[: 6 + 3 * i]}
        for i, (start, end) in enumerate(ends)
    ]
    frame = offices.framed([("President", terms)])
    assert sorted(map(id, terms)) == sorted(id(term) for _label, row in frame["rows"] for term in row)
    for _label, row in frame["rows"]:
        for one, following in pairwise(row):
            assert one["end"] is not None and one["end"] <= following["start"]
            assert offices.extent(one, frame["axis"])[1] <= offices.extent(following, frame["axis"])[0]
