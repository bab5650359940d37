"""Events: read before they are public, upcoming until they are over, found by city and topic."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event as sql_event

from exchange.core.models import db, now
from exchange.network.models.dates import Event, EventFile
from exchange.network.service import vetted, vetting
from exchange.network.service.dates import documents, events
from exchange.practices.service import NotAllowed
from tests import cast
from tests.network import things

FORM = {
    "title": "A night of trams",
    "summary": "Drivers tell.",
    "language": "en",
    "start_day": "2026-10-25",
    "start_time": "02:30",
    "zone": "Berlin",
    "place": "Depot",
}


def typed(app, client, **more):
    return {"csrf_token": cast.token_for(app, client), **FORM, **more}


def on(day, **more):
    """An event of one whole day, so many days from now, by UTC."""
    start = (now() + timedelta(days=day)).date().isoformat()
    return {"start_day": start, "start_time": "", "end_day": "", "end_time": "", "zone": "UTC", **more}


def titles(rows):
    return [row.get("title") for row in rows[0]]


def test_what_ana_proposes_is_on_no_page_until_bruno_has_read_it(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        made, text = things.event(ana)
        db.session.commit()
        public_id, number = made.public_id, text.id
        ids = ana.id, bruno.id
    visitor = app.test_client()
    assert visitor.get(f"/events/{public_id}").status_code == 404
    assert b"night of trams" not in visitor.get("/events").data
    bruno_client = cast.client_of(app, db_user(app, ids[1]))
    form = {"csrf_token": cast.token_for(app, bruno_client), "verdict": "publish"}
    with app.app_context():
        form["seen"] = vetting.find(number).content_hash
    assert bruno_client.post(f"/vetting/{number}/decision", data=form).status_code == 303
    page = visitor.get(f"/events/{public_id}", follow_redirects=True)
    assert "Thursday, 3 December 2099, 23:30–01:00 (Auckland time, UTC+13)" in page.text
    seen = visitor.get(f"{page.request.path}?zone=los+angeles").text
    assert "Thursday, 3 December 2099, 02:30–04:00 (Los Angeles time, UTC−8)" in seen
    assert "night of trams" in visitor.get("/events").text


def db_user(app, user_id):
    with app.app_context():
        return db.session.get(cast.User, user_id)


def test_events_are_past_by_date_alone(app, monkeypatch):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        for day, title in ((-2, "Before"), (0, "Today"), (2, "After")):
            things.public_event(ana, bruno, title=title, **on(day))
        assert titles(events.upcoming()) == ["Today", "After"] and titles(events.past()) == ["Before"]
        assert [one.get("title") for one in events.next_ones(1)] == ["Today"]
        later = now() + timedelta(days=1, minutes=1)
        monkeypatch.setattr(events, "now", lambda: later)
        assert titles(events.upcoming()) == ["After"] and titles(events.past()) == ["Today", "Before"]


def test_whole_days_end_when_they_end_where_they_are(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        days = {"start_day": "2026-12-03", "start_time": "", "end_day": "", "end_time": ""}
        east = things.public_event(ana, bruno, title="East", **days, zone="Pacific/Auckland")
        west = things.public_event(ana, bruno, title="West", **days, zone="America/Los_Angeles")
        assert (west.over_at, east.over_at) == (
            datetime(2026, 12, 4, 8, 0, tzinfo=UTC),
            datetime(2026, 12, 3, 11, 0, tzinfo=UTC),
        )


def test_an_event_is_found_by_its_city_and_by_a_topic_above_its_own(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        things.public_event(ana, bruno, title="Bicycles", city="porto", topics=["cycling"])
        things.public_event(ana, bruno, title="Homes", topics=["social-housing"])
        assert titles(events.upcoming(topic="mobility")) == ["Bicycles"]
        assert titles(events.upcoming(city=cast.find_city("porto"))) == ["Bicycles"]
        assert titles(events.upcoming(topic="housing", city=cast.find_city("porto"))) == []


def test_an_hour_that_comes_twice_is_asked_about_and_one_that_never_comes_is_refused(app):
    with app.app_context():
        ana = cast.ana()
        db.session.commit()
    client = cast.client_of(app, ana)
    answer = client.post("/events/new", data=typed(app, client))
    assert answer.status_code == 422 and "the clocks show this time twice" in answer.text
    assert "A night of trams" in answer.text, "what was typed is still there"
    gap = client.post("/events/new", data=typed(app, client, start_day="2027-03-28"))
    assert gap.status_code == 422 and "There is no such time on that day" in gap.text
    assert client.post("/events/new", data=typed(app, client, fold="1", code="K7Q2MX")).status_code == 303
    with app.app_context():
        content = vetting.working("event", "K7Q2MX").content
        assert (content["fold"], content["zone"]) == (1, "Europe/Berlin")
        when = events.times.of_content(content)
        assert when.starts_at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_a_form_sent_twice_makes_one_event(app):
    with app.app_context():
        ana = cast.ana()
        db.session.commit()
    client = cast.client_of(app, ana)
    form = typed(app, client, start_time="", code="K7Q2MX")
    assert [client.post("/events/new", data=form).status_code for _time in range(2)] == [303, 303]
    with app.app_context():
        assert db.session.query(events.Event).count() == 1 and len(vetting.waiting()[0]) == 1


def test_of_two_who_change_an_event_the_second_gets_a_409_and_keeps_what_was_typed(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        ines = cast.person("Ines", city="porto", city_admin=True)
        made = things.public_event(ana, bruno, city="porto")
        db.session.commit()
        path, base = f"/events/{made.public_id}/edit", vetting.base_of("event", made.public_id)
    one, two = (cast.client_of(app, user) for user in (ana, ines))
    form = {"start_day": "2099-12-03", "start_time": "", "base": base}
    assert one.post(path, data=typed(app, one, **form, title="Ana’s")).status_code == 303
    answer = two.post(path, data=typed(app, two, **form, title="Ines’s"))
    assert answer.status_code == 409 and "Ines’s" in answer.text
    with app.app_context():
        assert vetting.working("event", made.public_id).content["title"] == "Ana’s"


def test_an_outsider_proposes_nothing(app):
    with app.app_context():
        with pytest.raises(NotAllowed):
            things.event(cast.chloe())
        ana, otto = cast.ana(), cast.person("Otto", city="wien")
        made, _text = things.event(ana)
        with pytest.raises(NotAllowed):
            events.propose(things.EVENT, otto, made)


def test_a_document_is_given_away_once_its_text_is_public(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        made = things.public_event(ana, bruno)
        text = things.document(made, ana)
        db.session.commit()
        row = db.session.query(EventFile).one()
        address = f"/events/{made.public_id}/documents/{row.id}/minutes.pdf"
    visitor, own = app.test_client(), cast.client_of(app, ana)
    assert visitor.get(address, buffered=True).status_code == 404
    assert own.get(address, buffered=True).status_code == 200
    with app.app_context():
        bruno = db.session.get(cast.User, bruno.id)
        vetting.let_through(vetting.find(text.id), bruno)
        db.session.commit()
    answer = visitor.get(address, buffered=True)
    assert answer.data == cast.PDF and "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    with app.app_context():
        made, ana = events.find(made.public_id), db.session.get(cast.User, ana.id)
        vetting.let_through(documents.remove(made, row.id, ana), db.session.get(cast.User, bruno.id))
        db.session.commit()
    assert visitor.get(address, buffered=True).status_code == 404


def test_a_file_that_is_no_document_is_refused_and_leaves_nothing(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        made = things.public_event(ana, bruno)
        db.session.commit()
        path, base = f"/events/{made.public_id}/documents", vetting.base_of("event", made.public_id)
    client = cast.client_of(app, ana)
    data = {"csrf_token": cast.token_for(app, client), "name": "Virus", "base": base}
    data["file"] = (io.BytesIO(b"MZ nothing good"), "minutes.pdf")
    assert client.post(path, data=data).status_code == 422
    with app.app_context():
        assert db.session.query(EventFile).count() == 0 and vetting.working("event", made.public_id) is None


def test_a_month_shows_each_day_of_an_event_by_its_own_clocks_or_by_those_asked_for(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        things.public_event(ana, bruno, start_time="00:30", end_day="", end_time="02:00")
        db.session.commit()
    client = app.test_client()
    own = client.get("/events?view=month&month=2099-12").text
    away = client.get("/events?view=month&month=2099-12&zone=America/Los_Angeles").text
    assert day_of(own) == "2099-12-03" and day_of(away) == "2099-12-02"
    for odd in ("1899-12", "nonsense", "2026-13"):
        assert client.get(f"/events?view=month&month={odd}").status_code == 200


def day_of(page):
    """The day under which the event stands."""
    return page.partition("A night of trams")[0].rpartition('datetime="')[2][:10]


@pytest.mark.parametrize("address", ["/events", "/events/past", "/events.json", "/events.ics", "/news", "/"])
def test_a_list_asks_as_often_for_one_as_for_three(app, address):
    counts = []
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        db.session.commit()
        ids = ana.id, bruno.id
    for _round in range(2):
        with app.app_context():
            ana, bruno = (db.session.get(cast.User, one) for one in ids)
            for number in range(1 if not counts else 2):
                name = f"{_round}{number}"
                things.public_event(ana, bruno, title=f"Ahead {name}", city="porto", topics=["cycling"])
                things.public_event(ana, bruno, title=f"Over {name}", **on(-3, city="porto"))
                things.public_news(ana, bruno, title=f"News {name}", city="porto")
            db.session.commit()
        counts.append(questions(app, address))
    assert counts[0] == counts[1]


def questions(app, address):
    """How many times a page asks the database."""
    asked = []
    with app.app_context():
        engine = db.engine
    listen = lambda *_args: asked.append(1)  # noqa: E731
    sql_event.listen(engine, "before_cursor_execute", listen)
    try:
        assert app.test_client().get(address).status_code == 200
    finally:
        sql_event.remove(engine, "before_cursor_execute", listen)
    return len(asked)


@pytest.mark.parametrize(
    "odd",
    (
        {"start_day": "0001-01-01", "start_time": "00:30", "zone": "Asia/Tokyo"},
        {"start_day": "9999-12-31", "start_time": "23:30", "zone": "America/Los_Angeles"},
        {"end_day": "9999-12-31", "end_time": "23:30", "zone": "America/Los_Angeles"},
    ),
)
def test_whoever_types_a_day_at_the_end_of_time_is_told_so(app, odd):
    with app.app_context():
        ana = cast.ana()
        db.session.commit()
    client = cast.client_of(app, ana)
    answer = client.post("/events/new", data=typed(app, client, **odd))
    assert answer.status_code == 422 and "Write a year between 1900 and 2100." in answer.text


@pytest.mark.parametrize("number", ("²", "9" * 5000, "", "-1"))
def test_a_row_without_a_number_is_no_row_and_the_rest_is_kept(app, number):
    with app.app_context():
        ana = cast.ana()
        db.session.commit()
    client = cast.client_of(app, ana)
    rows = {
        f"links-{number}-name": "Nowhere",
        "links-7-name": "Agenda",
        "links-7-address": "https://a.example",
    }
    sent = typed(app, client, start_time="10:00", **rows)
    assert client.post("/events/new", data=sent).status_code == 303
    with app.app_context():
        (text,), _count = vetting.waiting()
        assert text.content["links"] == [{"name": "Agenda", "address": "https://a.example"}]


def test_what_lasts_for_two_years_is_in_its_last_month_too(app):
    with app.app_context():
        things.public_event(
            cast.ana(), cast.bruno(), start_day="2097-01-10", start_time="", end_day="2098-12-20", end_time=""
        )
        db.session.commit()
    client = app.test_client()
    assert client.get("/events?view=month&month=2098-12").text.count("A night of trams") >= 20
    assert client.get("/events?view=month&month=2099-01").text.count("A night of trams") == 0


def test_one_form_sent_twice_at_the_same_moment_makes_one_event(app):
    with app.app_context():
        ana = cast.ana()
        made, _text = things.event(ana)
        assert vetted.put(Event(public_id=made.public_id, by_id=ana.id, content={})) == (made, False)
        assert db.session.query(Event).count() == 1


def test_of_two_who_remove_documents_at_the_same_moment_the_second_is_told(app, monkeypatch):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        made = things.public_event(ana, bruno)
        for name in ("Minutes", "Slides"):
            vetting.let_through(things.document(made, ana, name), bruno)
        db.session.commit()
        first, second = (one["file"] for one in made.content["documents"])
        page = f"/events/{made.public_id}/documents"
    propose = events.propose

    def second_of_two(content, by, event, base):
        monkeypatch.undo()
        documents.remove(event, first, by)
        return propose(content, by, event, base)

    monkeypatch.setattr(events, "propose", second_of_two)
    client = cast.client_of(app, ana)
    sent = {"csrf_token": cast.token_for(app, client)}
    assert client.post(f"{page}/{second}/removal", data=sent).status_code == 409
