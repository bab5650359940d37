"""People write to each other through the site: no address is seen, nobody is flooded, moderators help."""

from datetime import timedelta

import pytest

from exchange import reactions
from exchange.core.models import db, now
from exchange.network.models.people import Correspondence, Message
from exchange.network.service.people import messages, profiles
from exchange.network.service.talk import limits, queue, reports
from exchange.notifications import posting
from exchange.notifications.models import Letter
from exchange.notifications.things import things_of
from exchange.practices.service import NotAllowed
from tests import cast
from tests.moderation.stage import acts
from tests.network.people import stage
from tests.network.talk import stage as talk


def pair():
    """Rita, who writes, and Otto, who shows himself."""
    rita, otto = cast.person("Rita"), talk.otto()
    stage.shown(otto, "wien")
    db.session.commit()
    return rita, otto


@pytest.fixture
def two(app):
    """The same where no page is looked at."""
    with app.app_context():
        yield pair()


def wrote(app, *texts):
    """(Rita, Otto, the address of their correspondence) after Rita wrote this to Otto."""
    with app.app_context():
        rita, otto = pair()
        for text in texts:
            made = messages.send(rita, otto, text, "en")
        db.session.commit()
        return rita, otto, f"/messages/{made.correspondence.public_id}"


def mails():
    """(to, whole mail) of every letter that is written now."""
    db.session.commit()
    while reactions.journal.deliver(reactions.HANDLERS):
        pass
    found = [(one, things_of(one)) for one in db.session.query(Letter).order_by(Letter.id)]
    composed = [(one.address, posting.compose(one, things)) for one, things in found if things]
    return [(to, "\n".join([*map(str, mail.items()), mail.get_content()])) for to, mail in composed]


def test_the_letter_holds_the_words_and_nobody_s_address(two):
    rita, otto = two
    message = messages.send(rita, otto, "Which cloth do you use?", "en")
    ((to, mail),) = mails()
    assert to == "otto@cast.example" and "Which cloth do you use?" in mail
    assert f"/messages/{message.correspondence.public_id}#message-{message.id}" in mail
    assert "('Reply-To'" not in mail and "rita@" not in mail
    messages.send(otto, rita, "Acrylic.", "en")
    to, mail = mails()[-1]
    assert to == "rita@cast.example" and "Acrylic." in mail and "otto@" not in mail


def test_an_address_stands_in_a_letter_only_if_its_owner_ticked_it(two):
    rita, otto = two
    messages.send(rita, otto, "Write to me.", "en", gives_address=True)
    ((_to, mail),) = mails()
    assert "('Reply-To', 'rita@cast.example')" in mail
    messages.send(otto, rita, "I do.", "en")
    assert "otto@" not in mails()[-1][1]


def test_only_the_two_read_it_and_no_page_shows_an_address(app):
    rita, otto, path = wrote(app, "Which cloth?")
    assert talk.post(app, otto, path, text="Acrylic.", gives_address="y").status_code == 303
    with app.app_context():
        others = cast.chloe(), cast.bruno(), cast.person("Cora", "coordinator")
        db.session.commit()
    for user, address in ((rita, "otto@"), (otto, "rita@")):
        page = talk.look(app, user, path)
        assert "Which cloth?" in page and "Acrylic." in page and address not in page
        assert "Acrylic." in talk.look(app, user, "/messages")
    for user in others:
        assert cast.client_of(app, user).get(path).status_code == 404
        assert "Acrylic." not in talk.look(app, user, "/messages")


def test_it_goes_through_the_pages_and_comes_back_filled_when_it_is_wrong(app):
    with app.app_context():
        rita, otto = pair()
        place = f"/people/{profiles.of(otto).public_id}/message"
    assert talk.post(app, rita, place, text="").status_code == 422
    sent = talk.post(app, rita, place, text="Which cloth?")
    assert sent.status_code == 303 and sent.location.startswith("/messages/")
    known = cast.client_of(app, rita).get(place)
    assert known.status_code == 302 and known.location == sent.location.partition("#")[0]
    assert talk.post(app, otto, known.location, text="Acrylic.").status_code == 303
    assert "Acrylic." in talk.look(app, rita, known.location)


def test_the_same_words_are_sent_once(two):
    rita, otto = two
    assert messages.send(rita, otto, "Hello?", "en") is messages.send(rita, otto, " Hello? ", "en")
    assert acts("send message") == ["send message"] and db.session.query(Correspondence).count() == 1


def test_nobody_is_written_to_who_does_not_want_it(two):
    rita, otto = two
    stage.shown(otto, takes_messages=False)
    for user in (otto, cast.person("Noa")):
        with pytest.raises(messages.TakesNone):
            messages.send(rita, user, "Hello?", "en")
    with pytest.raises(NotAllowed):
        messages.send(cast.person("Una", verified=False), otto, "Hello?", "en")
    with pytest.raises(NotAllowed):
        messages.send(otto, otto, "Hello?", "en")


def test_whoever_was_written_to_answers_though_the_other_shows_no_profile(two):
    rita, otto = two
    messages.send(rita, otto, "Hello?", "en")
    assert messages.may_write(otto, rita)
    assert messages.send(otto, rita, "Hello.", "en").to is rita


def test_three_in_a_row_are_enough_until_there_is_an_answer(two):
    rita, otto = two
    for number in range(3):
        messages.send(rita, otto, f"Hello {number}", "en")
    rita.created_at = now() - timedelta(days=30)
    with pytest.raises(messages.WaitForAnswer):
        messages.send(rita, otto, "Hello?", "en")
    messages.send(otto, rita, "Yes?", "en")
    assert messages.send(rita, otto, "Hello?", "en").id


def test_a_new_account_writes_few_a_day_and_any_account_not_without_end(app, two):
    rita, _otto = two
    settings = app.config["SETTINGS"]
    for number in range(settings.new_account_messages):
        messages.send(rita, stage.shown(cast.person(f"P{number}")).by, "Hello?", "en")
    last = stage.shown(cast.person("Last")).by
    with pytest.raises(limits.TooMuch) as refusal:
        messages.send(rita, last, "Hello?", "en")
    assert refusal.value.is_new and refusal.value.most == settings.new_account_messages
    rita.created_at = now() - timedelta(days=30)
    for _number in range(settings.messages_a_day - settings.new_account_messages):
        messages.put(
            messages.correspondence_of(rita, last) or messages.begin(rita, last), rita, "Hi", "en", False
        )
    with pytest.raises(limits.TooMuch):
        messages.send(rita, stage.shown(cast.person("Z")).by, "Hello?", "en")


def test_what_is_too_much_comes_back_filled(app):
    rita, _otto, _path = wrote(app, "One", "Two", "Three")
    with app.app_context():
        place = f"/people/{stage.shown(cast.person('Last')).public_id}/message"
        db.session.commit()
    answer = talk.post(app, rita, place, text="Buy sails")
    assert answer.status_code == 429 and "Buy sails" in answer.get_data(as_text=True)


def test_a_blocked_person_is_told_what_all_are_told_who_ask_in_vain(app):
    rita, otto, path = wrote(app, "Hello?")
    assert talk.post(app, otto, f"{path}/block", blocked="yes").status_code == 303
    answer = talk.post(app, rita, path, text="I insist.")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409 and "takes no messages at present" in page and "I insist." in page
    assert "blocked" not in page.partition("<aside")[0].lower()
    with app.app_context():
        assert mails() == []  # the first letter, too, does not go any more
    talk.post(app, otto, f"{path}/block", blocked="no")
    assert talk.post(app, rita, path, text="Thank you.").status_code == 303
    with app.app_context():
        assert acts("%block") == ["block", "unblock"]


def test_words_to_somebody_who_takes_none_meanwhile_come_back(app):
    with app.app_context():
        rita, otto = cast.person("Rita"), cast.person("Otto")
        found, sent = stage.shown(otto), messages.send(rita, otto, "Which cloth do you use?", "en")
        found.takes_messages = False
        db.session.commit()
        paths = f"/people/{found.public_id}/message", f"/messages/{sent.correspondence.public_id}"
    for path in paths:
        answer = talk.post(app, rita, path, text="And how long does it last?")
        assert answer.status_code == 409 and "And how long does it last?" in answer.text


def test_whoever_presses_block_twice_at_once_has_blocked(app, monkeypatch):
    with app.app_context():
        rita, otto = cast.person("Rita"), cast.person("Otto")
        messages.block(rita, otto)
        monkeypatch.setattr(messages, "blocked", lambda by, user: False)
        messages.block(rita, otto)
        assert messages.blocked_by(rita) == {otto.id}


def test_moderators_read_a_message_once_it_is_reported_and_not_before(app):
    rita, otto, path = wrote(app, "You fool.", "Again.")
    with app.app_context():
        rude, other = db.session.query(Message.id).order_by(Message.id).all()
        bruno, chloe = cast.bruno(), cast.chloe()
        db.session.commit()
    thing = f"/reports/message/{rude.id}"
    assert cast.client_of(app, bruno).get(f"{thing}/decision").status_code == 404
    assert "You fool." not in talk.look(app, bruno, "/reports")
    assert cast.client_of(app, chloe).get(thing).status_code == 404
    assert talk.post(app, otto, thing, why="insult").status_code == 303
    page = talk.look(app, bruno, f"{thing}/decision")
    assert "You fool." in page and "Again." not in page and "See it in its place" not in page
    assert "You fool." in talk.look(app, bruno, "/reports")
    assert cast.client_of(app, bruno).get(f"/reports/message/{other.id}/decision").status_code == 404
    hidden = talk.post(app, bruno, f"{thing}/hide", **{"hide-reason": "It insults."})
    assert hidden.status_code == 303
    page = talk.look(app, otto, path)
    assert "You fool." not in page and "Again." in page and "hidden one message" in page
    assert "It insults." in talk.look(app, rita, path)
    with app.app_context():
        assert all("You fool." not in mail for to, mail in mails() if to.startswith("otto"))


def test_the_list_of_messages_costs_the_same_queries_for_one_and_many(app):
    rita, _otto, _path = wrote(app, "Hello?")
    client = cast.client_of(app, rita)
    few = stage.queries_of(app, lambda: client.get("/messages"))
    with app.app_context():
        rita = db.session.merge(rita)
        for number in range(4):
            made = messages.begin(rita, cast.person(f"P{number}", city="wien"))
            messages.put(made, rita, "Hello?", "en", False)
        db.session.commit()
    assert stage.queries_of(app, lambda: client.get("/messages")) == few


def test_a_reported_message_of_a_correspondence_that_is_gone_leaves_the_queue(two):
    rita, otto = two
    message = messages.send(rita, otto, "You fool.", "en")
    reports.report(message, otto, "insult")
    db.session.delete(message)
    db.session.flush()
    assert queue.reported() == []
