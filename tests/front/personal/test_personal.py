"""What is stored about a person is theirs to see, to take along and to have deleted – all of it."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from exchange import reactions
from exchange.accounts import service as accounts
from exchange.accounts.models import OneTimeLink, User
from exchange.core.models import db, now
from exchange.front.personal import sweeping
from exchange.front.personal.exporting import everything_about
from exchange.front.personal.tables import ADDRESSES, BENEATH, COLUMNS, NO_PERSON, REMOVED
from exchange.network.models.kept import Collection
from exchange.network.models.people import Correspondence, Message, Profile
from exchange.network.models.reports import Report
from exchange.network.models.talk import Challenge
from exchange.network.service.kept import collections, follows
from exchange.network.service.people import messages
from exchange.network.service.talk import answering, reports, routing
from exchange.notifications import posting
from exchange.notifications.models import Letter
from exchange.practices import authorship, notes
from exchange.search import alerts
from exchange.search.query import Query
from tests import cast
from tests.network import things
from tests.network.people import stage
from tests.network.talk import stage as talk

MARK = "Zoraida"


# The list


def test_every_column_that_points_to_a_person_is_on_the_list_once_and_none_that_there_is_not():
    pointing = {
        (table.name, column.name)
        for table in db.metadata.tables.values()
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name == "users"
    }
    listed = [(column.table, column.name) for column in COLUMNS]
    assert set(listed) == pointing and len(listed) == len(pointing)


def test_every_column_that_sounds_like_an_address_is_on_the_list():
    listed = {(one.table, one.column) for one in ADDRESSES}
    for table in db.metadata.tables.values():
        for column in table.columns:
            if "mail" in column.name or "address" in column.name:
                place = (table.name, column.name)
                assert place in listed or place in NO_PERSON, place


def test_what_hangs_on_rows_that_are_removed_is_removed_with_them():
    removed = {column.table for column in COLUMNS if column.leaving == REMOVED}
    for table in db.metadata.tables.values():
        for column in table.columns:
            for key in column.foreign_keys:
                if key.column.table.name in removed:
                    assert BENEATH[key.column.table.name] == (table.name, column.name)


def test_what_one_takes_along_holds_no_number_of_whoever_wrote_with_them(app):
    with app.app_context():
        ana = cast.ana()
        things.event(ana, city="porto")
        [text] = everything_about(ana)["vetted_texts"]
    assert text["content"]["city"] == "porto" and "hands" not in text


# One person with a bit of everything

OWN = {"title": f"{MARK}s own", "introduction": "", "language": "en"}


def lived():
    """Zoraida, who works for Porto and has left traces everywhere."""
    ana, otto, bruno = cast.ana(), talk.otto(), cast.bruno()
    me = cast.person(MARK, city="porto")
    me.memberships[0].department = f"{MARK}s office"
    stage.shown(me, "porto", about=f"I am {MARK}.", topics=["climate"], helps=["financial"])
    stage.shown(otto, "wien", helps=[])
    mine = messages.send(me, otto, f"{MARK} asks", "en")
    messages.send(otto, me, f"Dear {MARK}", "en")
    reports.report(mine, otto, "other", f"{MARK} is rude")
    messages.block(me, bruno)
    public, draft = cast.published(ana, bruno, title="Public"), cast.draft(ana, title="A draft").practice
    follows.follow(me, "case", public.public_id)
    collections.add(collections.make(me, OWN), me, public.public_id, f"{MARK}s note")
    shared = {"title": "Shade", "city_id": me.cities[0].id}
    collections.add(collections.make(me, {**OWN, **shared}), me, public.public_id)
    authorship.accept(authorship.invite(draft, me.email, "co-author", ana), me)
    authorship.invite(public, me.email, "viewer", ana)
    notes.add(draft, "title", f"{MARK}s remark", me)
    alerts.save(Query(q=MARK), f"{MARK}s search", "weekly", "en", user=me)
    accounts.send_link("sign-in", me)
    accounts.start_session(me, agent=f"Browser of {MARK}")
    answering.comment(talk.posed(me), me, "We shall see.", "en")
    routing.put(talk.asked(ana, topics=["housing"]), "offered", user_id=me.id)
    tell()
    return me


def tell():
    db.session.commit()
    while reactions.journal.deliver(reactions.HANDLERS):
        pass
    failed = db.session.query(reactions.journal.News).filter(reactions.journal.News.error.is_not(None))
    assert [one.error for one in failed if one.act == "forget person"] == []


def traces(word):
    """[(table, column)] of every place in the database where a word stands."""
    found = set()
    for table in db.metadata.tables.values():
        for row in db.session.execute(select(table)).mappings():
            found |= {(table.name, name) for name, value in row.items() if word.lower() in str(value).lower()}
    return found


@pytest.fixture
def me(app):
    with app.app_context():
        yield lived()


def test_whoever_leaves_is_named_nowhere_any_more(me):
    assert len(traces(MARK)) > 12, "the danger was there"
    accounts.leave(me)
    tell()
    assert traces(MARK) == set()


def test_what_she_kept_is_gone_and_what_she_wrote_for_her_city_stays(me):
    accounts.leave(me)
    tell()
    for model in (Profile, Message, Correspondence, Letter, Report, OneTimeLink):
        assert not [one for one in db.session.query(model) if belongs(one, me)], model
    assert [one.title for one in db.session.query(Collection)] == ["Shade"]
    challenge = db.session.query(Challenge).one()
    assert challenge.city.slug == "porto" and challenge.by.left_at
    assert reports.count_waiting() == 0


def belongs(row, user):
    pointing = ("by_id", "user_id", "one_id", "other_id")
    return user.id in [getattr(row, name, None) for name in pointing]


def test_a_question_that_waited_for_her_is_put_to_somebody_else(app):
    with app.app_context():
        ana, rita = cast.ana(), cast.person("Rita")
        for user in (rita, cast.person("Emil")):
            stage.shown(user)
        question = talk.asked(ana, topics=["climate"])
        for request in routing.requests_of(question)[1:]:
            db.session.delete(request)
        tell()
        accounts.leave(rita)
        tell()
        assert [one.user.name for one in routing.requests_of(question)] == ["Emil"]


def test_leaving_is_heard_twice_without_harm_and_the_outbox_keeps_no_address(me):
    address = me.email
    accounts.leave(me)
    accounts.leave(me)
    db.session.commit()
    (line,) = db.session.query(reactions.journal.News).filter_by(act="forget person")
    assert line.payload["old"] == address
    tell()
    line.done_at = None
    tell()
    assert line.payload["old"] == "" and not line.dead_at and line.done_at and not line.error
    assert db.session.query(User).filter(User.left_at.is_not(None)).count() == 1


def test_her_pages_name_nobody(app):
    with app.app_context():
        user = lived()
        challenge = db.session.query(Challenge).one()
        path = f"/challenges/{challenge.public_id}"
    assert MARK in talk.look(app, None, path)
    assert talk.post(app, user, "/account/departure", sure="y").status_code == 303
    with app.app_context():
        tell()
    for address in (path, "/people", "/cities/porto", "/challenges", "/practices"):
        assert MARK not in talk.look(app, None, address), address
    assert "Someone who has left" in talk.look(app, None, path)


# To take along


def test_the_export_holds_everything_of_hers_and_no_secret_and_nobody_else_s_address(app):
    with app.app_context():
        user = lived()
        secret = user.password_hash
        links = [one.id for one in db.session.query(OneTimeLink)]
    answer = cast.client_of(app, user).get("/account/data.json")
    text = answer.get_data(as_text=True)
    told = json.loads(text)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert told["account"]["email"] == user.email and told["cities"] == ["Porto"]
    assert {one["text"] for one in told["messages"]} == {f"{MARK} asks", f"Dear {MARK}"}
    assert told["profiles"][0]["about"] == f"I am {MARK}." and told["profiles"][0]["city"] == "porto"
    assert told["notes"][0]["words"] == f"{MARK}s remark"
    (own,) = (one for one in told["collections"] if one["title"] == f"{MARK}s own")
    assert own["collection_entries"][0]["note"] == f"{MARK}s note"
    tables = {"follows", "saved_searches", "memberships", "challenges", "talk_comments", "letters", "authors"}
    assert tables <= set(told) and "block" in {one["act"] for one in told["acts"]}
    assert secret not in text and "is rude" not in text and not any(link in text for link in links)
    assert not any(f"{name}@" in text for name in ("ana", "otto", "bruno"))


def test_only_oneself_gets_it_and_a_hidden_message_of_another_is_not_in_it(app):
    assert app.test_client().get("/account/data.json").status_code == 401
    with app.app_context():
        user = lived()
        message = db.session.query(Message).filter(Message.by_id != user.id).one()
        reports.report(message, user, "insult")
        reports.hide(message, db.session.query(User).filter_by(name="Bruno").one(), "It insults.")
        otto = message.by
        db.session.commit()
    assert f"Dear {MARK}" not in cast.client_of(app, user).get("/account/data.json").text
    assert f"Dear {MARK}" in cast.client_of(app, otto).get("/account/data.json").text


# By the clock


def days(app, name):
    return timedelta(days=getattr(app.config["SETTINGS"], name), minutes=1)


def test_messages_are_forgotten_in_time_but_for_those_that_moderators_have_to_see(app, me):
    reported, other = db.session.query(Message).order_by(Message.id).all()
    for one in (reported, other):
        one.at = now() - days(app, "keep_messages_days")
    db.session.commit()
    sweeping.sweep()
    assert db.session.query(Message).all() == [reported]
    reports.keep(reported, db.session.query(User).filter_by(name="Bruno").one(), "It is not.")
    sweeping.sweep()
    assert db.session.query(Message).count() == db.session.query(Correspondence).count() == 0


def test_what_was_said_in_a_report_is_forgotten_some_time_after_the_decision(app, me):
    report = db.session.query(Report).one()
    sweeping.sweep()
    assert report.words
    bruno = db.session.query(User).filter_by(name="Bruno").one()
    reports.keep(db.session.query(Message).first(), bruno, "It is not.")
    report.decided_at = now() - days(app, "keep_reports_days")
    db.session.commit()
    sweeping.sweep()
    db.session.refresh(report)
    assert report.words == "" and report.outcome == "kept"


def test_whoever_was_asked_by_a_link_is_forgotten_some_time_after_it_ended(app, me):
    old, young = db.session.query(authorship.Invitation).order_by(authorship.Invitation.expires_at).all()
    old.expires_at = now() - days(app, "keep_asked_days")
    db.session.commit()
    sweeping.sweep()
    db.session.refresh(old), db.session.refresh(young)
    assert old.email.endswith("@left.invalid") and young.email == me.email


def test_letters_that_went_are_forgotten_in_time_and_those_that_wait_are_not(app, me):
    went, waiting = db.session.query(Letter).order_by(Letter.id).limit(2)
    for one in (went, waiting):
        one.at = now() - days(app, "keep_letters_days")
    went.sent_at = went.at
    ids = went.id, waiting.id
    db.session.commit()
    posting.sweep()
    left = [number for (number,) in db.session.query(Letter.id)]
    assert ids[0] not in left and ids[1] in left


def test_an_account_that_nobody_confirmed_is_closed(app):
    with app.app_context():
        una, young = cast.person("Una", verified=False), cast.person("Yves", verified=False)
        una.created_at = now() - days(app, "keep_unconfirmed_days")
        db.session.commit()
        accounts.sweep()
        assert una.left_at and una.name == "–" and not young.left_at


def test_the_page_tells_the_times_that_hold_here(app):
    page = talk.look(app, None, "/about/data")
    settings = app.config["SETTINGS"]
    for name in ("keep_messages_days", "keep_letters_days", "keep_asked_days", "keep_unconfirmed_days"):
        assert f"{getattr(settings, name)} days" in page, name
