"""Letters to those who follow: what is new, once, to whom it concerns, and never what may not be read."""

import pytest

from exchange import reactions
from exchange.accounts import service as accounts
from exchange.core.models import db
from exchange.network.service import vetting
from exchange.network.service.dates import events
from exchange.network.service.kept import follows
from exchange.network.service.talk import challenges, reports
from exchange.notifications import posting, things
from exchange.notifications.models import Letter
from exchange.notifications.wording import words_of
from exchange.practices import service as practices
from tests import cast
from tests.network.talk import stage as talk
from tests.network.things import public_event

KIND = "followed"


@pytest.fixture
def town(app):
    """Ana's public case, Bruno who moderates, Chloé who follows."""
    with app.app_context():
        ana, bruno, chloe = cast.ana(), cast.bruno(), cast.chloe()
        practice = cast.published(ana, bruno, title="A charge with a trial", topics=["cycling"])
        tell()
        db.session.query(Letter).delete()
        yield ana, bruno, chloe, practice


def tell():
    db.session.commit()
    while reactions.journal.deliver(reactions.HANDLERS):
        pass


def letters():
    found = db.session.query(Letter).filter_by(kind=KIND).order_by(Letter.id)
    return [one.address.split("@")[0] for one in found]


def words():
    """(subject, text) of the latest, or None when there is nothing left to tell."""
    one = db.session.query(Letter).filter_by(kind=KIND).order_by(Letter.id.desc()).first()
    told = things.things_of(one)
    return told and words_of(one, told)


def test_a_new_version_is_told_to_who_follows_the_case_with_a_way_to_stop(town):
    ana, bruno, chloe, practice = town
    found = follows.follow(chloe, "case", practice.public_id)
    cast.next_published(practice, ana, bruno)
    tell()
    assert letters() == ["chloe"]
    subject, text = words()
    assert subject == "New version: A charge with a trial" and practice.public_id in text
    assert f"/follows/{follows.token_of(found)}/stop" in text


def test_who_writes_the_case_or_did_it_hears_of_it_otherwise(town):
    ana, bruno, _chloe, practice = town
    follows.follow(ana, "case", practice.public_id)
    follows.follow(bruno, "case", practice.public_id)
    cast.next_published(practice, ana, bruno)
    tell()
    assert letters() == []


def test_a_first_case_is_told_once_to_who_follows_its_city_and_its_topic(town):
    ana, bruno, chloe, _practice = town
    follows.follow(chloe, "city", "porto")
    follows.follow(chloe, "topic", "mobility")
    cast.published(ana, bruno, title="Bicycles for rent", topics=["cycling"])
    tell()
    assert letters() == ["chloe"]
    subject, text = words()
    assert subject == "New case: Bicycles for rent" and text.count("/stop") == 2
    assert "You follow: Porto" in text and "You follow: Mobility" in text


@pytest.mark.parametrize(
    ("visibility", "told"), [("archived", "was archived"), ("tombstone", "was withdrawn")]
)
def test_a_changed_state_is_told_with_its_reason(town, visibility, told):
    _ana, bruno, chloe, practice = town
    follows.follow(chloe, "case", practice.public_id)
    practices.show(practice, visibility, bruno, "It has ended.")
    tell()
    _subject, text = words()
    assert told in text and "It has ended." in text


def test_an_answer_and_an_outcome_are_told_to_who_follows_the_challenge(town):
    ana, bruno, chloe, _practice = town
    asked, otto = talk.posed(ana), talk.otto()
    follows.follow(chloe, "challenge", asked.public_id)
    answer = talk.advice(asked, otto)
    tell()
    assert "Hang sails" in words()[1] and "Vienna answers" in words()[1]
    challenges.close(asked, ana, "We hung twelve sails.")
    tell()
    assert letters() == ["chloe", "chloe"] and "We hung twelve sails." in words()[1]
    reports.hide(asked, bruno, "It advertises.")
    assert words() is None and answer


def test_what_is_hidden_before_the_letter_goes_is_not_in_it(town):
    ana, bruno, chloe, _practice = town
    asked = talk.posed(ana)
    follows.follow(chloe, "challenge", asked.public_id)
    answer = talk.advice(asked, talk.otto())
    tell()
    reports.hide(answer, bruno, "It advertises.")
    assert words() is None


def test_an_event_of_a_city_is_told_once_it_is_public_and_not_when_it_is_corrected(town):
    ana, bruno, chloe, _practice = town
    follows.follow(chloe, "city", "porto")
    content = {
        "title": "Assembly of cities",
        "start_day": "2027-03-01",
        "end_day": "2027-03-02",
        "city": "porto",
        "zone": "Europe/Lisbon",
    }
    event, text = events.propose(content, ana)
    tell()
    assert letters() == []
    vetting.let_through(text, bruno)
    tell()
    assert letters() == ["chloe"]
    subject, told = words()
    assert subject == "New date: Assembly of cities" and "1 March 2027" in told
    _event, again = events.propose({**content, "place": "Town hall"}, ana, event)
    vetting.let_through(again, bruno)
    tell()
    assert letters() == ["chloe"]


def test_whoever_proposed_an_event_hears_of_it_otherwise(town):
    ana, bruno, chloe, _practice = town
    for user in (ana, chloe):
        follows.follow(user, "city", "porto")
    public_event(ana, bruno, city="porto")
    tell()
    assert letters() == ["chloe"]


def test_an_event_that_is_corrected_before_the_letter_goes_is_told_as_it_reads_now(town):
    ana, bruno, chloe, _practice = town
    follows.follow(chloe, "city", "porto")
    event = public_event(ana, bruno, city="porto", title="Assembly")
    tell()
    _event, again = events.propose({**event.content, "title": "General assembly"}, ana, event)
    vetting.let_through(again, bruno)
    subject, _told = words()
    assert subject == "New date: General assembly"
    vetting.hide("event", event.public_id, bruno, "It advertises.")
    assert words() is None


def test_who_stopped_meanwhile_gets_none(town):
    ana, bruno, chloe, practice = town
    follows.follow(chloe, "case", practice.public_id)
    cast.next_published(practice, ana, bruno)
    tell()
    follows.stop(chloe, "case", practice.public_id)
    assert letters() == ["chloe"] and words() is None


def test_one_may_wait_for_the_daily_letter_or_want_none(town):
    ana, bruno, chloe, practice = town
    dora = cast.person("Dora", letters="none")
    chloe.letters = "daily"
    for user in (chloe, dora):
        follows.follow(user, "case", practice.public_id)
    cast.next_published(practice, ana, bruno)
    tell()
    (letter,) = db.session.query(Letter).filter_by(kind=KIND)
    assert letter.user_id == chloe.id and letter.for_digest
    _subject, text = things.parts_of([letter.id])[0]
    assert "/stop" in text and "Hello" not in text


def test_a_letter_has_the_mail_programs_own_way_to_stop(town):
    ana, bruno, chloe, practice = town
    follows.follow(chloe, "case", practice.public_id)
    cast.next_published(practice, ana, bruno)
    tell()
    (letter,) = db.session.query(Letter).filter_by(kind=KIND)
    mail = posting.compose(letter, things.things_of(letter))
    assert "/follows/" in mail["List-Unsubscribe"] and mail["List-Unsubscribe-Post"]


def test_who_has_left_follows_nothing(town):
    _ana, _bruno, chloe, practice = town
    follows.follow(chloe, "case", practice.public_id)
    accounts.leave(chloe)
    tell()
    assert follows.of(chloe) == []
