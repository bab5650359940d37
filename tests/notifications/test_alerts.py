"""Letters about saved searches, as a real mail server took them."""

import re
from email.header import decode_header, make_header

import pytest

from exchange import reactions
from exchange.core.models import db
from exchange.notifications import log, posting, service
from exchange.notifications.models import Letter
from exchange.practices import service as practices
from exchange.search import alerts, lookout
from exchange.search.query import Query
from tests import cast
from tests.notifications.test_service import hasten, mail_server, text_of
from tests.search import saved, stage

NOA = saved.NOA


@pytest.fixture
def town(quiet_town):
    """Public cases in the index, a mail server, and the context of the worker: (app, box)."""
    app = quiet_town
    with mail_server(app) as box, app.app_context():
        while reactions.react():
            pass
        box.letters.clear()
        yield app, box


def to(box, address=NOA):
    return [letter for letter in box.letters if letter["To"] == address]


def publish(title="A cap on rents", **answers):
    practice = saved.publish(title, **answers)
    saved.come_round()
    return practice


def stop_address(letter):
    return re.fullmatch(r"<(http://[^>]+)>", letter["List-Unsubscribe"])[1]


def path_of(address):
    return "/" + address.split("/", 3)[3]


def test_a_letter_says_what_is_new_why_it_came_and_how_to_stop(town):
    app, box = town
    search = saved.keep("rent")
    practice = publish()
    (letter,) = to(box)
    text = text_of(letter)
    base = app.config["SETTINGS"].base_url
    assert str(make_header(decode_header(letter["Subject"]))) == "1 new case: “rent”"
    assert "* A cap on rents\n  Porto, Portugal · " in text
    assert f"{base}/practices/{practice.public_id}-a-cap-on-rents\n" in text
    assert f"{base}/practices?q=rent&sort=newest\n" in text
    why, _, links = text.partition("\n-- \n")[2].partition("\n")
    assert "you saved this search" in why and "at once" in why
    assert f"{base}/alerts/{alerts.token_of(search)}\n" in links
    assert f"{base}/alerts/{alerts.token_of(search)}/stop\n" in links
    assert letter["Auto-Submitted"] == "auto-generated"


def test_a_mail_program_stops_them_with_one_post_and_nothing_else_happens(town):
    app, box = town
    search = saved.keep("rent")
    publish()
    letter = to(box)[-1]
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    answer = app.test_client().post(
        path_of(stop_address(letter)),
        data="List-Unsubscribe=One-Click",
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 200 and "Set-Cookie" not in answer.headers
    assert saved.again(search).stopped_at
    publish("More rents")
    assert to(box)[-1] is letter


def test_a_letter_that_waits_is_not_sent_once_the_search_is_stopped(town):
    app, box = town
    search = saved.keep("rent")
    before = len(box.letters)
    box.refuse = True
    publish()
    alerts.stop(search)
    box.refuse = False
    hasten()
    reactions.react()
    assert len(to(box)) == before and log.unsent() == []


def test_a_case_that_is_withdrawn_before_the_letter_goes_stands_in_no_letter(town):
    app, box = town
    saved.keep("rent")
    box.refuse = True
    publish("Kept rents")
    gone = publish("Withdrawn rents")
    practices.show(gone, "tombstone", stage.moderator(), "A mistake.")
    db.session.commit()
    box.refuse = False
    hasten()
    saved.come_round()
    assert any("Kept rents" in text_of(letter) for letter in to(box))
    assert not any("Withdrawn" in text_of(letter) for letter in box.letters)


def test_the_first_letter_holds_nothing_that_a_stranger_typed(town):
    app, box = town
    alerts.save(Query(q="zqspam https://evil.example"), "zqname", "at-once", "fr", address=NOA)
    db.session.commit()
    saved.come_round()
    (letter,) = to(box)
    assert letter["Content-Language"] == "fr" and "List-Unsubscribe" not in letter
    assert "zq" not in letter.as_string() + text_of(letter) and "evil" not in text_of(letter)
    assert re.search(r"/alerts/[\w.-]+/confirm\n", text_of(letter))


def test_whoever_confirms_before_the_first_letter_goes_does_not_get_it(town):
    app, box = town
    search = alerts.save(Query(q="rent"), "", "at-once", "en", address=NOA)
    alerts.confirm(search)
    db.session.commit()
    saved.come_round()
    assert to(box) == []


@pytest.mark.parametrize("choice", ["all", "daily", "must", "none"])
def test_what_she_asked_for_comes_in_its_own_rhythm_whatever_else_she_wants(town, choice):
    app, box = town
    chloe = cast.person("Chloe", letters=choice, language="de")
    saved.keep("rent", user=chloe)
    publish()
    (letter,) = to(box, chloe.email)
    assert letter["Content-Language"] == "de" and "Chloe" in text_of(letter)


@pytest.mark.parametrize(
    "language, place",
    [
        ("en", "Vienna, Austria"),
        ("fr", "Vienne, Autriche"),
        ("es", "Viena, Austria"),
        ("de", "Wien, Österreich"),
    ],
)
def test_a_letter_can_be_written_in_every_language(town, language, place):
    app, box = town
    saved.keep("rent", language=language)
    publish(city="wien")
    (letter,) = to(box)
    assert letter["Content-Language"] == language
    assert place in text_of(letter)


def test_a_case_in_another_language_says_so(town):
    app, box = town
    saved.keep("rent", language="de")
    saved.publish("Rents in Dakar", language="fr", city="dakar")
    saved.publish("Rents in Wien", language="de-AT", city="wien")
    saved.come_round()
    text = text_of(to(box)[-1])
    assert "* Rents in Wien\n  Wien, Österreich · " in text and text.count("Französisch") == 1
    assert re.search(r"\* Rents in Dakar\n  Dakar, Senegal · .* · .*Französisch\n  http", text)


def test_more_than_twenty_are_counted(town, monkeypatch):
    app, box = town
    monkeypatch.setattr(lookout, "LISTED", 3)
    saved.keep("rent")
    for number in range(5):
        saved.publish(f"Rents {number}")
    saved.come_round()
    text = text_of(to(box)[-1])
    assert "There are 5 new cases" in text and text.count("\n* ") == 3 and "And 2 more" in text


def test_the_same_news_heard_twice_is_one_letter_under_one_id(town):
    app, box = town
    search = saved.keep("rent")
    publish()
    first = to(box)[-1]
    (row,) = db.session.query(Letter).filter(Letter.kind == "alert")
    news = {**row.details, "news_id": int(row.key.split(":")[0])}
    service.write_letters(news)
    db.session.commit()
    saved.come_round()
    assert to(box)[-1] is first and row.message_id == first["Message-ID"]
    assert saved.again(search).last_sent_at


def test_the_log_forgets_letters_of_alerts_after_a_while_and_no_others(town, monkeypatch):
    app, box = town
    clock = saved.Clock(monkeypatch)
    saved.keep("rent")
    publish()
    kinds = {one.kind for one in db.session.query(Letter)}
    assert "alert" in kinds and len(kinds) > 1
    posting.sweep()
    assert {one.kind for one in db.session.query(Letter)} == kinds
    clock.move(days=31)
    posting.sweep()
    assert {one.kind for one in db.session.query(Letter)} == kinds - {"alert", "alert-confirm"}
