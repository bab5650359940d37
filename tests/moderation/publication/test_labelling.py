"""Badges stand outside the revisions: given and taken by moderators, with a note, on the record."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from exchange.core.journal import AuditLine
from exchange.core.models import db
from exchange.moderation import service
from exchange.practices import service as practices
from exchange.practices.models import Author, Label, Revision
from exchange.practices.service import NotAllowed
from tests import cast
from tests.moderation import stage


@pytest.fixture
def stand(app):
    with app.app_context():
        yield app


def standing(practice):
    return [(label.kind, label.name, label.year) for label in practice.labels]


def acts():
    return db.session.scalars(
        select(AuditLine.act).where(AuditLine.act.like("%label")).order_by(AuditLine.id)
    ).all()


def test_a_label_is_given_and_taken_with_a_note_and_makes_no_revision(stand):
    ana, bruno = cast.ana(), cast.bruno()
    review = stage.published(ana, bruno)
    practice = review.practice
    before = db.session.scalar(select(func.count(Revision.id))), practices.content_hash(review.revision)
    service.give_label(practice, "featured", bruno, "A model of honesty.")
    service.give_label(practice, "featured", bruno, "Given twice.")
    service.give_label(practice, "award", bruno, "From their list.", "Guangzhou Award", 2018)
    service.give_label(practice, "award", bruno, "From their list.", "Another award", None)
    assert standing(practice) == [
        ("featured", "", None),
        ("award", "Guangzhou Award", 2018),
        ("award", "Another award", None),
    ]
    featured = practice.labels[0]
    service.take_label(practice, featured, bruno, "A month is over.")
    service.take_label(practice, featured, bruno, "Pressed twice.")
    assert [kind for kind, _name, _year in standing(practice)] == ["award", "award"]
    assert (featured.removed_by_id, featured.removal_note) == (bruno.id, "A month is over.")
    service.give_label(practice, "featured", bruno, "Again.")
    assert len(practice.labels) == 3
    assert stage.acts("%label") == ["give label"] * 3 + ["take label", "give label"]
    after = db.session.scalar(select(func.count(Revision.id))), practices.content_hash(review.revision)
    assert after == before and review.revision.state == "published"


def test_a_label_needs_a_note_an_award_its_name_and_both_a_moderator_who_did_not_write_it(stand):
    ana, bruno = cast.ana(), cast.bruno()
    practice = stage.published(ana, bruno).practice
    for kind, note, name in (("featured", " ", ""), ("award", "Theirs", " ")):
        with pytest.raises(service.ReasonMissing):
            service.give_label(practice, kind, bruno, note, name)
    writer = cast.person("Wanda", "moderator")
    practice.authors.append(Author(user=writer, role="co-author"))
    for person in (ana, cast.chloe(), stage.eva(), writer):
        with pytest.raises(NotAllowed):
            service.give_label(practice, "featured", person, "Mine")
    with pytest.raises(NotAllowed):
        service.give_label(cast.draft(ana, title="A draft").practice, "featured", bruno, "Too early")


def test_what_marks_a_demonstration_stays(stand):
    practice = stage.published(cast.ana(), cast.bruno()).practice
    practices.give_label(practice, "demonstration", note="Made for show")
    with pytest.raises(NotAllowed):
        service.take_label(practice, practice.labels[0], cast.person("Mia", "moderator"), "Away")
    with pytest.raises(NotAllowed):
        service.give_label(practice, "demonstration", cast.person("Mo", "moderator"), "And here")


def test_the_database_itself_keeps_a_label_from_standing_twice(stand):
    practice = stage.published(cast.ana(), cast.bruno()).practice
    practices.give_label(practice, "featured")
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.add(Label(practice_id=practice.id, kind="featured"))
