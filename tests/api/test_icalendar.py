"""Calendars that read RFC 5545 word by word find in ours what the pages say."""

import re
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.api import icalendar
from exchange.core.models import db, now
from exchange.network.service import vetting
from exchange.network.service.dates import events
from exchange.network.service.dates.times import When
from tests import cast
from tests.network import things

NIGHT = When("Pacific/Auckland", date(2099, 12, 3), time(23, 30), date(2099, 12, 4), time(1, 0))
PLAIN = {
    "uid": "0f6a",
    "changed_at": datetime(2026, 11, 26, 10, 0, tzinfo=UTC),
    "sequence": 0,
    "when": NIGHT,
    "title": "A night of trams",
    "language": "en",
    "description": "",
    "place": "",
    "url": "https://exchange.example/events/K7Q2MX",
}


def read(text):
    """The events of a calendar as lists of (name, parameters, value), as a strict reader finds them."""
    assert text.endswith("\r\n") and "\n" not in text.replace("\r\n", "")
    for line in text.split("\r\n"):
        assert len(line.encode()) <= 75, line
    lines = text.replace("\r\n ", "").removesuffix("\r\n").split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-1] == "END:VCALENDAR"
    assert {"VERSION:2.0", f"PRODID:{icalendar.PRODUCT}"} <= set(lines)
    found = []
    for line in lines:
        name, parameters, value = re.fullmatch(r"([A-Z-]+)((?:;[A-Z-]+=[^:;]+)*):(.*)", line).groups()
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found:
            found[-1][name] = (parameters, value)
    return found


def unescaped(value):
    return re.sub(r"\\(.)", lambda sign: "\n" if sign[1] in "nN" else sign[1], value)


def test_a_timed_event_is_told_in_utc_without_any_zone():
    (one,) = read(icalendar.calendar("Dates", [PLAIN]))
    assert one["DTSTART"] == ("", "20991203T103000Z") and one["DTEND"] == ("", "20991203T120000Z")
    assert one["DTSTAMP"] == ("", "20261126T100000Z")
    assert "VTIMEZONE" not in icalendar.calendar("Dates", [PLAIN])


def test_whole_days_are_dates_and_end_on_the_day_after():
    days = When("Pacific/Auckland", date(2026, 12, 30), None, date(2026, 12, 31))
    (one,) = read(icalendar.calendar("Dates", [{**PLAIN, "when": days}]))
    assert one["DTSTART"] == (";VALUE=DATE", "20261230") and one["DTEND"] == (";VALUE=DATE", "20270101")


def test_without_an_end_nothing_is_made_up():
    (one,) = read(
        icalendar.calendar("Dates", [{**PLAIN, "when": When("UTC", date(2026, 12, 3), time(9, 0))}])
    )
    assert "DTEND" not in one and "DURATION" not in one


def test_what_was_called_off_says_so():
    (one,) = read(icalendar.calendar("Dates", [{**PLAIN, "cancelled": True, "sequence": 3}]))
    assert one["STATUS"] == ("", "CANCELLED") and one["SEQUENCE"] == ("", "3")


@given(st.text(), st.text(), st.lists(st.text(min_size=1), max_size=3))
def test_every_text_arrives_as_it_was_written(title, description, categories):
    text = icalendar.calendar(
        "Dates", [{**PLAIN, "title": title, "description": description, "categories": categories}]
    )
    (one,) = read(text)
    assert unescaped(one["SUMMARY"][1]) == settled(title)
    if description:
        assert unescaped(one["DESCRIPTION"][1]) == settled(description)


def settled(text):
    """Control characters cannot be told in a calendar; every line break is one."""
    return icalendar.CONTROL.sub("", icalendar.BREAKS.sub("\n", text))


def test_signs_that_mean_something_are_escaped_and_no_line_can_be_smuggled_in():
    title = "Trams; buses, and \\ more\r\nATTENDEE:mailto:eve@evil.example"
    text = icalendar.calendar("Dates", [{**PLAIN, "title": title}])
    assert r"Trams\; buses\, and \\ more\nATTENDEE" in text.replace("\r\n ", "")
    assert "\r\nATTENDEE" not in text


def test_a_fold_cuts_no_character_in_two():
    text = icalendar.calendar(
        "Dates", [{**PLAIN, "title": "日本語の路面電車" * 30, "description": "🚋" * 99}]
    )
    (one,) = read(text)
    assert one["SUMMARY"][1] == "日本語の路面電車" * 30 and one["DESCRIPTION"][1] == "🚋" * 99


# The feed


@pytest.fixture
def town(app):
    """Two public events, of Porto and of Wien, about cycling and about social housing."""
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        cast.find_city("wien")
        things.public_event(ana, bruno, title="Bicycles", city="porto", topics=["cycling"])
        things.public_event(ana, bruno, title="Homes", city="wien", topics=["social-housing"])
        things.event(ana, title="Not read yet", city="porto")
        things.public_event(
            ana, bruno, title="Long ago", start_day="2001-05-05", end_day="", end_time="", city="porto"
        )
        db.session.commit()
    return app


def titles(app, address):
    answer = app.test_client().get(address)
    assert answer.status_code == 200 and answer.content_type == "text/calendar; charset=utf-8"
    return [unescaped(one["SUMMARY"][1]) for one in read(answer.get_data(as_text=True))]


def test_the_feed_holds_all_or_those_of_a_city_or_of_a_topic(town):
    assert titles(town, "/events.ics") == ["Bicycles", "Homes"]
    assert titles(town, "/events.ics?city=porto") == ["Bicycles"]
    assert titles(town, "/events.ics?topic=cycling") == ["Bicycles"]
    assert titles(town, "/events.ics?topic=housing") == ["Homes"], "what lies below a topic belongs to it"
    assert titles(town, "/events.ics?city=porto&topic=housing") == []
    assert town.test_client().get("/events.ics?city=atlantis").status_code == 404


def test_who_keeps_the_feed_gets_it_once(town):
    client = town.test_client()
    tag = client.get("/events.ics").headers["ETag"]
    assert client.get("/events.ics", headers={"If-None-Match": tag}).status_code == 304


def test_an_event_keeps_its_uid_and_counts_its_moves(town):
    def first():
        return read(town.test_client().get("/events.ics?city=porto").get_data(as_text=True))[0]

    before = first()
    with town.app_context():
        one = events.upcoming(city=cast.find_city("porto"))[0][0]
        ana = one.by_id and db.session.get(cast.User, one.by_id)
        bruno = db.session.query(cast.User).filter_by(name="Bruno").one()
        for change in ({"summary": "Other words."}, {"start_time": "22:00"}, {"title": "Wheels"}):
            _event, text = events.propose({**one.content, **change}, ana, one)
            vetting.let_through(text, bruno)
        db.session.commit()
    after = first()
    assert before["UID"] == after["UID"] and (before["SEQUENCE"][1], after["SEQUENCE"][1]) == ("0", "1")
    assert unescaped(after["SUMMARY"][1]) == "Wheels" and after["DTSTART"][1] == "20991203T090000Z"


def test_the_clocks_of_the_place_are_told_in_words(town):
    text = town.test_client().get("/events.ics?city=porto").get_data(as_text=True).replace("\r\n ", "")
    assert r"23:30–01:00 (Auckland time\, UTC+13)" in text


def test_one_event_can_be_taken_alone_unless_it_is_hidden(town):
    with town.app_context():
        one = events.upcoming()[0][0]
        public_id = one.public_id
    client = town.test_client()
    answer = client.get(f"/events/{public_id}.ics")
    assert len(read(answer.get_data(as_text=True))) == 1
    assert "attachment" in answer.headers["Content-Disposition"]
    with town.app_context():
        bruno = db.session.query(cast.User).filter_by(name="Bruno").one()
        vetting.hide("event", public_id, bruno, "It advertises.")
        db.session.commit()
    assert client.get(f"/events/{public_id}.ics").status_code == 404
    assert titles(town, "/events.ics") == ["Homes"]
    assert now().year < 2099
