"""A city's year: what it gave and got, on two pages for its council, read by its people and coordinators."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from exchange.core.models import db, now
from exchange.network.models.figures import ReadTotal
from exchange.network.models.ledger import Transfer, TransferStage
from exchange.network.models.members import TermOfOffice
from exchange.network.service.codes import new_code
from exchange.network.service.figures import membership
from exchange.network.service.positions import signing
from exchange.network.service.talk import answering, questions
from exchange.practices.models import Practice
from tests import cast
from tests.network import things
from tests.network.talk import stage

LAST = now().year - 1
LONG = "How a city of many rivers let its residents decide about the money of the parish, and what came of it"


def in_year(year, month=6):
    return datetime(year, month, 15, 12, tzinfo=UTC)


@pytest.fixture
def porto(app):
    """A year of Porto's with one of each."""
    with app.app_context():
        people = play()
        db.session.commit()
        people["city_id"] = cast.find_city("porto").id
    return app, people


def play():
    ana, bruno, otto = cast.ana(), cast.bruno(), stage.otto()
    milan = cast.person("Milan", "moderator")
    porto, wien = cast.find_city("porto"), cast.find_city("wien")
    porto.member_since = "1991"
    ours, theirs = cast.published(ana, bruno), cast.published(otto, bruno, title="Sails", city="wien")
    for practice in (ours, theirs):
        practice.published_at = in_year(LAST)
    take(ours, wien, f"{LAST}-03", "running")
    take(theirs, porto, f"{LAST - 3}", "considering")
    asked = stage.posed(ana)
    answering.mark_helped(at(stage.advice(asked, otto), LAST), ana)
    given = stage.challenges.pose(otto, wien, {**stage.WORDS, "title": "Cool rooms"})
    at(stage.advice(given, ana, city="porto"), LAST)
    at(stage.advice(given, ana, text="Open the library.", city="porto"), LAST - 1)
    db.session.add_all(
        [
            TermOfOffice(city_id=porto.id, office="co-president", start=str(LAST - 2), end=f"{LAST}-02"),
            TermOfOffice(city_id=porto.id, office="president", start=f"{LAST + 1}-01", end=None),
            ReadTotal(practice_id=ours.id, period=f"{LAST}-06-01", act="read", number=7),
            ReadTotal(practice_id=ours.id, period=str(LAST), act="read", number=30),
            ReadTotal(practice_id=ours.id, period=str(LAST), act="download", number=3),
            ReadTotal(practice_id=ours.id, period=str(LAST - 1), act="read", number=500),
        ]
    )
    days = {"start_day": f"{LAST}-05-05", "end_day": f"{LAST}-05-05", "end_time": "23:50"}
    things.public_event(ana, bruno, city="porto", **days)
    position = things.public_position(milan, bruno, day=f"{LAST}-11")
    signing.add(position, porto)
    db.session.flush()
    return {"ana": ana, "bruno": bruno, "otto": otto, "milan": milan}


def at(row, year):
    row.at = in_year(year)
    return row


def take(practice, city, since, stage_name):
    code = new_code(Transfer.public_id)
    made = Transfer(public_id=code, practice_id=practice.id, city_id=city.id, stage=stage_name, was_used=True)
    made.stages.append(TransferStage(stage=stage_name, since=since))
    db.session.add(made)


def told(year=LAST):
    return membership.of(cast.find_city("porto"), year)


def test_a_year_of_each_kind(porto):
    app, _people = porto
    with app.app_context():
        year = told()
        assert [term.office for term in year.offices.shown] == ["co-president"]
        assert (year.cases.total, year.cases.new, year.reads, year.downloads) == (1, 1, 37, 3)
        assert (year.given.total, year.helped, year.got.total) == (1, 0, 1)
        assert (year.adopted.total, year.adopted.new) == (1, 1)
        assert (year.took.total, year.took.new) == (1, 0), "considered since long ago, but not in that year"
        assert (year.events.total, year.positions.total, year.people) == (1, 1, 1)
        assert year.is_over


def test_another_year_tells_what_was_then(porto):
    app, _people = porto
    with app.app_context():
        before = told(LAST - 1)
        assert (before.cases.total, before.given.total, before.got.total) == (0, 1, 0)
        assert (before.adopted.total, before.took.total, before.took.new) == (0, 1, 0)
        assert not before.events.total and not before.positions.total
        after = told(LAST + 1)
        assert [term.office for term in after.offices.shown] == ["president"]
        assert (after.cases.total, after.cases.new) == (1, 0) and not after.is_over


def test_support_questions_are_counted_without_their_words(porto):
    app, _people = porto
    with app.app_context():
        ana, otto = (db.session.query(cast.User).filter_by(name=name).one() for name in ("Ana", "Otto"))
        wien_asks = questions.ask(
            otto,
            cast.find_city("wien"),
            title="Secret sails",
            kind="policy",
            text="?",
            topics=["governance"],
            language="en",
        )
        porto_asks = stage.asked(ana, title="Secret rooms")
        for question, by in ((wien_asks, ana), (porto_asks, otto)):
            questions.reply(question, by, "So and so.", "en")
        db.session.commit()
        this_year = told(now().year)
        assert (this_year.replied, this_year.replies) == (1, 1)
    page = look(app, _people["ana"], now().year)
    assert "We replied to 1 support question, too." in page and "Secret" not in page


def test_what_is_hidden_is_not_told(porto):
    app, people = porto
    with app.app_context():
        from exchange.network.models.talk import Answer
        from exchange.network.service.talk import reports

        bruno = db.session.merge(people["bruno"])
        for answer in db.session.query(Answer):
            reports.hide(answer, bruno, "It advertises.")
        db.session.commit()
        year = told()
        assert (year.given.total, year.got.total) == (0, 0)


def test_the_page_is_for_the_people_of_the_city_and_coordinators(porto):
    app, people = porto
    assert "Our membership in" in look(app, people["ana"])
    assert client(app, people["otto"]).get(f"/cities/porto/membership/{LAST}").status_code == 404
    assert app.test_client().get(f"/cities/porto/membership/{LAST}").status_code == 401
    assert client(app, people["otto"]).get("/cities/nowhere/membership").status_code == 404
    now_at = client(app, people["ana"]).get("/cities/porto/membership")
    assert now_at.status_code == 303 and now_at.location.endswith(f"/cities/porto/membership/{now().year}")


def test_there_is_no_year_to_come(porto):
    app, people = porto
    for year in (now().year + 1, 1949, 0):
        assert client(app, people["ana"]).get(f"/cities/porto/membership/{year:04}").status_code == 404
    assert f"membership/{now().year + 1}" not in look(app, people["ana"], now().year)


def test_the_city_page_and_my_cases_lead_there_for_its_people(porto):
    app, people = porto
    for path in ("/cities/porto", "/write"):
        assert "/cities/porto/membership" in client(app, people["ana"]).get(path).get_data(as_text=True)
    assert "membership" not in client(app, people["otto"]).get("/cities/porto").get_data(as_text=True)


def test_the_city_sees_how_its_case_is_read_and_nobody_else_does(porto):
    app, people = porto
    with app.app_context():
        practice = db.session.query(Practice).filter_by(city_id=people["city_id"]).one()
        yesterday = (now().date() - timedelta(days=1)).isoformat()
        db.session.add(ReadTotal(practice_id=practice.id, period=yesterday, act="read", number=8642))
        db.session.commit()
        path = f"/practices/{practice.public_id}"
    pages = {
        who: client(app, people.get(who)).get(path, follow_redirects=True) for who in ("ana", "otto", "")
    }
    seen = {who: "8,642" in page.get_data(as_text=True) for who, page in pages.items()}
    assert seen == {"ana": True, "otto": False, "": False}
    assert "8,642 times in 30 days" in client(app, people["ana"]).get("/write").get_data(as_text=True)


def test_many_cost_no_more_queries_than_one(porto):
    app, people = porto
    first = queries(app, people["ana"])
    with app.app_context():
        fill(people)
        db.session.commit()
    assert queries(app, people["ana"]) == first


def fill(people, many=6):
    """So much that the lists are cut, with the longest of titles."""
    ana, bruno, otto, milan = (db.session.merge(people[name]) for name in ("ana", "bruno", "otto", "milan"))
    porto, wien = cast.find_city("porto"), cast.find_city("wien")
    asked, given = (
        stage.posed(ana, title=LONG),
        stage.challenges.pose(otto, wien, {**stage.WORDS, "title": LONG}),
    )
    for n in range(many):
        title = f"{LONG} {n} and once more, because titles may be long and often are, as councils know well"
        ours, theirs = (
            cast.published(ana, bruno, title=title),
            cast.published(otto, bruno, title=title, city="wien"),
        )
        ours.published_at = theirs.published_at = in_year(LAST)
        take(ours, wien, f"{LAST}-04", "piloting")
        take(theirs, porto, f"{LAST}-05-03", "piloting")
        at(stage.advice(asked, otto, text=f"Sails {n}"), LAST)
        at(stage.advice(given, ana, text=f"Rooms {n}", city="porto"), LAST)
        term = TermOfOffice(
            city_id=porto.id, office="secretary", start=f"{LAST}-0{n % 9 + 1}", end=f"{LAST}-11"
        )
        term.person = "Maria Francisca de Albuquerque e Vasconcelos"
        db.session.add(term)
        days = {
            "start_day": f"{LAST}-05-0{n % 9 + 1}",
            "end_day": f"{LAST}-05-0{n % 9 + 1}",
            "end_time": "23:50",
        }
        things.public_event(ana, bruno, city="porto", **{**things.EVENT, **days, "title": f"{LONG} {n}"})
        position = things.public_position(milan, bruno, day=f"{LAST}-11", title=f"{LONG} {n}")
        signing.add(position, porto)
    db.session.flush()


def client(app, person):
    return cast.client_of(app, person)


def look(app, person, year=LAST):
    return client(app, person).get(f"/cities/porto/membership/{year}").get_data(as_text=True)


def queries(app, person):
    said, browser = [], client(app, person)
    with app.app_context():
        engine = db.engine

    def listen(*args):
        said.append(args[2])

    event.listen(engine, "before_cursor_execute", listen)
    assert browser.get(f"/cities/porto/membership/{LAST}").status_code == 200
    event.remove(engine, "before_cursor_execute", listen)
    return len([one for one in said if one.lstrip().upper().startswith("SELECT")])


def test_dates_belong_to_the_year_and_the_day_of_their_place_and_not_when_they_were_called_off(app):
    """Midnight comes to Auckland half a day before it comes to the clocks of UTC."""
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        told = {"city": "porto", "end_day": "", "zone": "Pacific/Auckland"}
        days = {"title": "New year", "start_day": f"{LAST}-01-01", "start_time": "", "end_time": ""}
        things.public_event(ana, bruno, **told, **days)
        things.public_event(ana, bruno, **told, **{**days, "title": "Too late", "cancelled": True})
        db.session.commit()
        year = membership.of(cast.find_city("porto"), LAST)
        assert [event.get("title") for event in year.events.shown] == ["New year"]
        assert membership.of(cast.find_city("porto"), LAST - 1).events.total == 0
    page = cast.client_of(app, ana).get(f"/cities/porto/membership/{LAST}").text
    row = page.partition(">New year<")[2].partition("</li>")[0]
    assert f"1 Jan {LAST}" in row
