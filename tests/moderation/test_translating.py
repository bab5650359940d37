"""Who decides on a translation, and what comes of it."""

import pytest

from exchange.core.journal import AuditLine, News
from exchange.core.models import db
from exchange.moderation import service
from exchange.practices import service as practices
from exchange.practices import translating
from exchange.practices.service import NotAllowed
from tests import cast
from tests.moderation import stage

FIRST = {"title": "Un budget", "summary": "Ils décident."}


@pytest.fixture
def porto(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        yield cast.published(ana, bruno), ana, bruno


def submitted(practice, by, **texts):
    made = cast.translation(practice, by, **{**FIRST, **texts})
    translating.submit(made, by)
    return made


def test_nobody_judges_a_translation_they_wrote_on(porto):
    practice, _ana, bruno = porto
    made = submitted(practice, bruno)
    with pytest.raises(service.ConflictOfInterest):
        service.decide_translation(made, "approve", bruno)
    service.decide_translation(made, "approve", stage.milan())
    newer = cast.translation(practice, cast.person("Berta", city="porto"), title="Le budget")
    translating.submit(newer, newer.practice.lead)
    with pytest.raises(service.ConflictOfInterest):  # Bruno's summary stands in it still
        service.decide_translation(newer, "approve", bruno)


def test_whoever_wrote_the_case_does_not_judge_its_translation(app):
    with app.app_context():
        mona = cast.person("Mona", "moderator", city="porto")
        practice = cast.published(mona, cast.bruno())
        made = submitted(practice, cast.person("Berta", city="porto"))
        with pytest.raises(service.ConflictOfInterest):
            service.decide_translation(made, "approve", mona)


def test_only_moderators_decide(porto):
    practice, ana, _bruno = porto
    made = submitted(practice, ana)
    for user in (stage.eva(), cast.chloe()):
        with pytest.raises(NotAllowed):
            service.decide_translation(made, "approve", user)


def test_of_two_moderators_one_wins_and_the_same_decision_twice_is_one(porto):
    practice, ana, bruno = porto
    made = submitted(practice, ana)
    service.decide_translation(made, "approve", bruno)
    service.decide_translation(made, "approve", bruno)
    with pytest.raises(service.AlreadyDecided):
        service.decide_translation(made, "reject", stage.milan(), "No.")
    lines = db.session.query(AuditLine).filter(AuditLine.act == "publish translation").count()
    news = db.session.query(News).filter(News.act == "publish translation").count()
    assert (lines, news, made.state) == (1, 1, "published")


def test_a_decision_is_on_the_text_that_was_read(porto):
    practice, ana, bruno = porto
    made = submitted(practice, ana)
    seen = made.content_hash
    translating.take_back(made, ana)
    translating.save(made, practices.public_revision(practice), {"title": "Autre"}, (), ana)
    translating.submit(made, ana)
    with pytest.raises(service.TextChanged):
        service.decide_translation(made, "approve", bruno, seen_hash=seen)


def test_sending_back_and_rejecting_need_a_reason(porto):
    practice, ana, bruno = porto
    made = submitted(practice, ana)
    for verdict in ("request_changes", "reject"):
        with pytest.raises(service.ReasonMissing):
            service.decide_translation(made, verdict, bruno, " ")
    service.decide_translation(made, "request_changes", bruno, "The title is too long.")
    assert (made.state, made.reason) == ("draft", "The title is too long.")
    translating.submit(made, ana)
    service.decide_translation(made, "reject", bruno, "Not French.")
    assert made.state == "rejected" and translating.working(practice, "fr") is None


def test_nothing_is_published_of_a_case_that_was_withdrawn_meanwhile(porto):
    practice, ana, bruno = porto
    made = submitted(practice, ana)
    practices.show(practice, "tombstone", stage.dora(), "Gone.")
    with pytest.raises(NotAllowed):
        service.decide_translation(made, "approve", bruno)


def test_a_wrong_translation_comes_off_the_page(porto):
    practice, ana, bruno = porto
    made = submitted(practice, ana)
    service.decide_translation(made, "approve", bruno)
    with pytest.raises(service.ReasonMissing):
        service.remove_translation(made, bruno, "")
    service.remove_translation(made, bruno, "It says the contrary.")
    service.remove_translation(made, bruno, "It says the contrary.")
    assert made.state == "superseded" and translating.public(practice, "fr") is None
    assert db.session.query(AuditLine).filter(AuditLine.act == "remove translation").count() == 1


def test_two_moderators_at_the_same_moment_and_one_is_told(app):
    with app.app_context():
        ana, bruno, milan = cast.ana(), cast.bruno(), stage.milan()
        made = submitted(cast.published(ana, bruno), ana).id
        ids = bruno.id, milan.id
        db.session.commit()

    def decide(user_id, verdict):
        user = db.session.get(cast.User, user_id)
        service.decide_translation(translating.find(made), verdict, user, "A reason.")

    outcomes = stage.both_at_once(
        app, lambda: decide(ids[0], "approve"), lambda: decide(ids[1], "request_changes")
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["AlreadyDecided", "NoneType"]
