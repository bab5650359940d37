"""The outbox: nothing lost, nothing blocked, nothing done twice by accident; the audit only grows."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from exchange.core import journal
from exchange.core.journal import AuditLine, News
from exchange.core.models import db, now


def test_an_act_and_its_news_stand_or_fall_together(app):
    with app.app_context():
        journal.record("try", "practice:X")
        db.session.rollback()
        assert db.session.query(AuditLine).count() == db.session.query(News).count() == 0
        journal.record("try", "practice:X", colour="blue")
        db.session.commit()
        assert db.session.query(AuditLine).one().details == {"colour": "blue"}
        assert db.session.query(News).one().payload == {
            "subject": "practice:X",
            "by_id": None,
            "colour": "blue",
        }


def test_news_is_handed_over_once_and_a_failing_one_blocks_no_other(app):
    with app.app_context():
        heard = []

        def stumble(news):
            raise RuntimeError("no")

        journal.tell("bad", n=1)
        journal.tell("good", n=2)
        db.session.commit()
        handlers = {"bad": [stumble], "good": [lambda news: heard.append(news["n"])]}
        assert journal.deliver(handlers) == 1
        assert journal.deliver(handlers) == 0
        assert heard == [2]
        bad = db.session.query(News).filter_by(act="bad").one()
        assert bad.tries == 1 and "RuntimeError: no" in bad.error and bad.next_try_at > now()


def test_news_that_fails_for_good_ends_on_the_list_of_dead_letters(app):
    with app.app_context():
        journal.tell("bad")
        db.session.commit()
        for _ in range(journal.MAX_TRIES):
            db.session.query(News).update({"next_try_at": now() - timedelta(seconds=1)})
            db.session.commit()
            journal.deliver({"bad": [lambda news: 1 / 0]})
        assert [news.act for news in journal.dead_letters()] == ["bad"]
        assert journal.oldest_waiting() is None


def test_a_failing_handler_leaves_nothing_half_done(app):
    with app.app_context():

        def write_then_stumble(news):
            journal.record("half", "practice:X", news=False)
            db.session.flush()
            raise RuntimeError

        journal.tell("bad")
        db.session.commit()
        journal.deliver({"bad": [write_then_stumble]})
        assert db.session.query(AuditLine).count() == 0


@pytest.mark.parametrize("statement", ["UPDATE audit SET act = 'x'", "DELETE FROM audit"])
def test_nobody_changes_the_audit(app, statement):
    with app.app_context():
        journal.record("try", "practice:X")
        db.session.commit()
        with pytest.raises(DatabaseError):
            db.session.execute(text(statement))
        db.session.rollback()


def test_what_was_dealt_with_is_swept_after_two_weeks_and_not_before(app):
    with app.app_context():
        journal.tell("old")
        journal.tell("fresh")
        db.session.commit()
        journal.deliver({})
        db.session.query(News).filter_by(act="old").update({"done_at": now() - timedelta(days=15)})
        db.session.commit()
        journal.sweep()
        assert [news.act for news in db.session.query(News)] == ["fresh"]
